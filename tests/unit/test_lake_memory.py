"""A load stays within its memory, also where rows come in another order than that of their key."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carrel.lake import wide
from carrel.lake.compute import Computer, Input
from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Table

MOST_MB = 300
PROGRAM = """
import pathlib
from carrel.cli import main
main()
print(next(line.split()[1] for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""
HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">\n'
    '  <siteinfo><namespaces><namespace key="0" case="first-letter" /></namespaces></siteinfo>\n'
)


def _export(file: Path, *, count: int, length: int) -> Path:
    """`count` revisions whose numbers do not rise, each with a text of `length` bytes."""
    noise = random.Random(1)
    numbers = noise.sample(range(1, count + 1), count)
    text = "".join(noise.choices("abcdefgh", k=2 * length))
    with file.open("w") as out:
        out.write(HEAD)
        for page in range(0, count, 10):
            out.write(f"  <page>\n    <title>Page {page}</title>\n    <ns>0</ns>\n    <id>{page + 1}</id>\n")
            for number in numbers[page:page + 10]:
                start = noise.randrange(length)
                out.write(
                    f"    <revision>\n      <id>{number}</id>\n      <timestamp>2018-05-01T12:00:00Z</timestamp>\n      <contributor>\n        "
                    f"<ip>192.0.2.1</ip>\n      </contributor>\n      <comment>x</comment>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
                    f'      <text bytes="{length}" xml:space="preserve">{text[start:start + length]}</text>\n    </revision>\n',
                )
            out.write("  </page>\n")
        out.write("</mediawiki>\n")
    return file


def _peak_mb(*arguments: str | Path) -> int:
    """Runs the command; gives the most memory that its process had."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) >> 10


@pytest.mark.parametrize(("count", "length"), [(20_000, 4_000), (120, 600_000)])
def test_texts_out_of_order_are_sorted_in_little_memory(tmp_path: Path, count: int, length: int) -> None:
    home = tmp_path / "home"
    _peak_mb("--home", home, "init")
    assert _peak_mb("--home", home, "load", "xml-dump", _export(tmp_path / "a.xml", count=count, length=length), "--wiki", "awiki") < MOST_MB


def test_loading_does_not_bring_along_what_questions_need() -> None:
    code = "import sys, carrel.cli.load, carrel.stores, pyarrow as pa; print('sqlglot' in sys.modules, pa.default_memory_pool().backend_name)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "False"
    assert done.stdout.split()[1] in {"jemalloc", "system"}


def test_buckets_are_of_nearly_one_size_though_rows_are_not(tmp_path: Path) -> None:
    noise = random.Random(2)
    numbers = noise.sample(range(8_000), 8_000)
    schema = pa.schema([("old_id", pa.uint32()), ("old_text", pa.string())])
    files = []
    for part in range(4):
        files.append(tmp_path / f"part-{part:05d}.parquet")
        chosen = numbers[part::4]
        # Later parts have longer rows: sizes that are taken for those of other rows make buckets of all sizes.
        pq.write_table(pa.table([chosen, ["x" * ((part + 1) * 1_000 + number % 7) for number in chosen]], schema=schema), files[-1])
    columns = (Column(name="old_id", type="UINTEGER", nullable=False), Column(name="old_text", type="VARCHAR", nullable=False))
    table = Table(name=TableName("awiki", "text"), kind=DatabaseKind.WIKI, columns=columns, primary_key=("old_id",))
    sizes, outline = tmp_path / "sizes.parquet", tmp_path / "outline.parquet"
    wide.write_sizes(files, sizes)
    computer = Computer(tmp_path / "spill", 256)
    try:
        computer.outline(Input(table, files, hidden=False, ordered=False, wide=True, size=20_000_000, rows=8_000), None, sizes, outline)
        computer.rest()
    finally:
        computer.close()
    facts = pq.read_table(outline)
    texts = pa.concat_tables([pq.read_table(file) for file in files])
    held: dict[int, int] = {}
    for bucket, text in zip(facts["bucket"].to_pylist(), texts["old_text"].to_pylist(), strict=True):
        held[bucket] = held.get(bucket, 0) + len(text)
    whole = [held[bucket] for bucket in sorted(held)[:-1]]
    assert whole
    assert max(whole) <= wide.bucket_bytes(20_000_000) + 5_000
    assert min(whole) >= wide.bucket_bytes(20_000_000) - 5_000


def test_any_number_of_buckets_is_sorted_with_few_files_open_and_little_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More buckets than a process may have files, each written to many times."""
    monkeypatch.setattr(wide, "_SCATTERED_BYTES", 100_000)
    noise = random.Random(4)
    count, buckets = 6_000, 2_000
    ranks = noise.sample(range(count), count)
    file, outline = tmp_path / "part-00000.parquet", tmp_path / "outline.parquet"
    pq.write_table(pa.table({"old_id": pa.array(ranks, pa.uint32()), "old_text": [str(rank) * (rank % 50) for rank in ranks]}), file)
    facts = {"rank": pa.array(ranks, pa.int64()), "bucket": pa.array([rank * buckets // count for rank in ranks], pa.int32())}
    pq.write_table(pa.table({**facts, "hidden": pa.array([rank % 3 for rank in ranks], pa.uint8())}), outline)
    wide.write([file], outline, tmp_path / "out.parquet", tmp_path / "work", hidden=True, ordered=False)
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == [
        {"old_id": rank, "old_text": str(rank) * (rank % 50), "_hidden": rank % 3} for rank in range(count)
    ]
    assert list((tmp_path / "work").iterdir()) == []


def test_buckets_stay_small_of_however_large_a_table() -> None:
    assert [wide.bucket_bytes(size) >> 20 for size in (0, 1 << 30, 8 << 30, 1 << 40, 1 << 50)] == [4, 4, 20, 32, 32]

"""Rows `sql dump`: a `page.sql.gz` like Wikimedia's to typed columns and to a published table, against mwsql's rows and isal's inflate; processor seconds."""

from __future__ import annotations

import gzip
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from isal import igzip

from bench.frame import Amount, Result, compare
from bench.load import mwsql
from carrel.sources.sql_dump import native
from carrel.sources.sql_dump.source import tables
from tests.lake_fixture import LakeFixture

ROWS = 400_000
"""Of `page`, at scale 1."""

MWSQL = "mwsql.Dump.from_file('page.sql.gz').rows(convert_dtypes=False), every row"
ISAL = "isal.igzip.open('page.sql.gz'), every byte"
CREATE = """/*!40101 SET NAMES binary */;
CREATE TABLE `page` (
  `page_id` int(8) unsigned NOT NULL AUTO_INCREMENT,
  `page_namespace` int(11) NOT NULL DEFAULT 0,
  `page_title` varbinary(255) NOT NULL DEFAULT '',
  `page_is_redirect` tinyint(1) unsigned NOT NULL DEFAULT 0,
  `page_is_new` tinyint(1) unsigned NOT NULL DEFAULT 0,
  `page_random` double unsigned NOT NULL DEFAULT 0,
  `page_touched` binary(14) NOT NULL,
  `page_links_updated` varbinary(14) DEFAULT NULL,
  `page_latest` int(8) unsigned NOT NULL DEFAULT 0,
  `page_len` int(8) unsigned NOT NULL DEFAULT 0,
  `page_content_model` varbinary(32) DEFAULT NULL,
  `page_lang` varbinary(35) DEFAULT NULL,
  PRIMARY KEY (`page_id`),
  UNIQUE KEY `page_name_title` (`page_namespace`,`page_title`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""
PER_INSERT = 8000


def run(amount: Amount) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="carrel-bench-") as name:
        file = Path(name) / "page.sql.gz"
        size = _write(file, max(1000, int(ROWS * amount.scale)))
        found = []
        for pure in (False, True) if native.available() else (True,):
            for row, ours in (("to columns", _to_columns), ("to a table", _to_a_table)):
                found += _against_peers(f"sql dump {row}{', pure' if pure else ''}", lambda ours=ours: ours(file), file, size, amount.runs, pure=pure)
        return found


def _against_peers(row: str, ours: Callable[[], object], file: Path, size: int, runs: int, *, pure: bool) -> list[Result]:
    peers: dict[str, tuple[str, str, Callable[[], object] | None, float]] = {
        "mwsql": (MWSQL, "mwsql", (lambda: _mwsql_rows(file)) if mwsql() else None, 1 / 2.5),
        "inflate": (ISAL, "isal", lambda: _inflate(file), 1 / 0.15),
    }
    found = []
    for peer, (command, package, theirs, goal) in peers.items():
        if theirs is None:
            found.append(Result(row=f"{row} / {peer}", ours_s=_once(ours, pure=pure), peer=command, note=f"peer not run: {package} is not installed"))
            continue
        with pure_or_not(pure):
            ours_s, peer_s, pairs = compare(ours, theirs, runs, time.process_time)
        note = f"processor seconds; {size / 1e6:.0f} MB of SQL, {size / 1e6 / ours_s:.0f} MB/s"
        found.append(Result(
            row=f"{row} / {peer}", ours_s=ours_s, peer_s=peer_s, peer=command, version=f"{package} {version(package)}", note=note, runs=pairs,
            goal=goal * (1 + pure),
        ))
    return found


def _once(ours: Callable[[], object], *, pure: bool) -> float:
    with pure_or_not(pure):
        before = time.process_time()
        ours()
        return time.process_time() - before


@contextmanager
def pure_or_not(pure: bool) -> Iterator[None]:
    """With the native parts, or without them."""
    before = os.environ.get("CARREL_PURE")
    os.environ["CARREL_PURE"] = str(int(pure))
    try:
        yield
    finally:
        os.environ.pop("CARREL_PURE")
        if before is not None:
            os.environ["CARREL_PURE"] = before


def _to_columns(file: Path) -> int:
    return sum(batch.num_rows for item in tables(file, "bench", lambda _: None) for batch in item.batches())


def _to_a_table(file: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="carrel-bench-") as name:
        fixture = LakeFixture(Path(name))
        try:
            return fixture.load("sql-dump", file).rows
        finally:
            fixture.close()


def _mwsql_rows(file: Path) -> int:
    module = mwsql()
    return sum(1 for _ in module.Dump.from_file(str(file)).rows(convert_dtypes=False))


def _inflate(file: Path) -> int:
    size = 0
    with igzip.open(file, "rb") as stream:
        while piece := stream.read(1 << 20):
            size += len(piece)
    return size


def _write(file: Path, rows: int) -> int:
    """Pages with titles of which some need escapes. Gives the uncompressed bytes."""
    noise = random.Random(1)
    words = [noise.randbytes(noise.randrange(2, 8)).hex() for _ in range(20_000)] + ["O\\'Brien", "café", "日本語", '\\"so\\"', "a\\\\b"]
    size = len(CREATE)
    with gzip.open(file, "wb", compresslevel=6) as out:
        out.write(CREATE.encode())
        for start in range(0, rows, PER_INSERT):
            numbers = range(start + 1, min(start + PER_INSERT, rows) + 1)
            text = f"INSERT INTO `page` VALUES {','.join(_row(number, noise, words) for number in numbers)};\n".encode()
            out.write(text)
            size += len(text)
    return size


def _row(number: int, noise: random.Random, words: list[str]) -> str:
    title = "_".join(noise.choice(words) for _ in range(noise.randrange(1, 4)))
    touched, linked = noise.randrange(10**10), noise.randrange(10**10)
    return (
        f"({3 * number},{noise.choice((0, 0, 0, 1, 2, 4, 10, 14))},'{title}_{number}',{int(number % 7 == 0)},{int(number % 11 == 0)},{noise.random():.12f},"
        f"'2025{touched:010d}','2025{linked:010d}',{1_000_000 + number},{noise.randrange(100_000)},'wikitext',NULL)"
    )

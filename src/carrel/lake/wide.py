"""Tables with long rows, such as `text`: written in bounded memory whatever the length of a row.

DuckDB works on 2,048 rows at a time; of these tables it sees keys and sizes only.

An *outline* has a row for each row of a file, in the file's order: its rank by the key, its bucket, its hidden bits.
A *bucket* is a run of ranks that fits memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import ipc

from carrel.io.memory import give_back
from carrel.model.sensitivity import HIDDEN_COLUMN

NUMBER: Final = "_carrel_number"
"""Of a row: it counts the rows of all files from 0 on."""

SIZE: Final = "_carrel_bytes"
"""The bytes of a row's texts."""

LONG: Final = 8 << 10
"""A table with a row of more bytes is written this way: 2,048 such rows are 16 MiB, of which DuckDB's sort has several for each thread."""

LONG_ON_AVERAGE: Final = 1 << 10
"""So is a table whose rows have more bytes than this on average: DuckDB's sort would hold more of them than its limit says."""

MARK: Final = {"carrel.wide": "1"}
"""What a file of such a table says of itself."""

_GROUP_BYTES: Final = 8 << 20
_TAKEN_BYTES: Final = 2 << 20
_SCATTERED_BYTES: Final = 8 << 20
"""Of rows that wait in memory for their buckets' files."""

_LEAST_BUCKET: Final = 4 << 20
_LARGEST_BUCKET: Final = 32 << 20
_BATCH_ROWS: Final = 1024


def is_wide(file: Path) -> bool:
    """Whether a published file was written this way."""
    return b"carrel.wide" in (pq.read_metadata(file).metadata or {})


def bucket_bytes(size: int) -> int:
    """How large the buckets of a table of `size` bytes are: few, but each small enough to be sorted in memory, of however large a table."""
    return min(max(_LEAST_BUCKET, size // 400), _LARGEST_BUCKET)


def write_sizes(files: Sequence[Path], target: Path) -> None:
    """Writes `NUMBER` and `SIZE` of each row."""
    schema = pa.schema([(NUMBER, pa.int64()), (SIZE, pa.int64())])
    number = 0
    with pq.ParquetWriter(target, schema) as out:
        for file in files:
            for batch in _batches(file):
                out.write_table(pa.table([pa.array(range(number, number + batch.num_rows), pa.int64()), _sizes(batch)], schema=schema))
                number += batch.num_rows


def _sizes(batch: pa.RecordBatch) -> pa.Array:
    lengths = (pc.fill_null(pc.binary_length(column), 0).cast(pa.int64()) for column in batch.columns if _is_text(column.type))
    return reduce(pc.add, lengths, pa.array([0] * batch.num_rows, pa.int64()))


def write(files: Sequence[Path], outline: Path, target: Path, work: Path, *, hidden: bool, ordered: bool) -> None:
    """Writes the rows sorted by rank.

    Args:
        outline: Parquet with `rank`, `bucket`, `hidden`.
        work: a folder for what does not fit memory; it is left empty.
        hidden: whether the result has the hidden bits.
        ordered: whether the rows are in the order of their ranks already.
    """
    rows = _joined(files, outline)
    with _Target(target, _schema(files, hidden=hidden)) as out:
        if ordered:
            for batch in rows:
                out.add(batch)
        else:
            for bucket in _scattered(rows, work):
                for batch in _sorted(bucket):
                    out.add(batch)
                bucket.unlink()


class _Target:
    """The published file; its row groups are bounded in bytes."""

    def __init__(self, file: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=[field.name for field in schema if not _is_text(field.type)])
        self._writer.add_key_value_metadata(MARK)
        self._pending: list[pa.RecordBatch] = []
        self._bytes = 0

    def __enter__(self) -> _Target:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, batch: pa.RecordBatch) -> None:
        chosen = batch.select(self._schema.names)
        self._pending.append(chosen)
        self._bytes += chosen.nbytes
        if self._bytes >= _GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._writer.write_table(pa.Table.from_batches(self._pending, self._schema))
        self._pending, self._bytes = [], 0
        give_back()


def _joined(files: Sequence[Path], outline: Path) -> Iterator[pa.RecordBatch]:
    """The rows with `rank`, `bucket` and their new hidden bits."""
    with pq.ParquetFile(outline) as found:
        outlines = _Cursor(found)
        for file in files:
            for batch in _batches(file):
                plain = batch.drop_columns([name for name in (HIDDEN_COLUMN,) if name in batch.schema.names])
                facts = outlines.take(batch.num_rows)
                yield pa.RecordBatch.from_arrays(
                    [*plain.columns, facts["hidden"], facts["rank"], facts["bucket"]], names=[*plain.schema.names, HIDDEN_COLUMN, "rank", "bucket"],
                )


def _batches(file: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(file, pre_buffer=False) as rows:
        # One row group at a time: over several, Arrow would gather as many as it takes to fill a batch.
        for group in range(rows.num_row_groups):
            yield from rows.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group], use_threads=False)
            pa.default_memory_pool().release_unused()


class _Cursor:
    """Rows of an outline, as many at a time as are asked for."""

    def __init__(self, outline: pq.ParquetFile) -> None:
        self._batches = outline.iter_batches()
        self._rest: pa.Table | None = None

    def take(self, count: int) -> dict[str, pa.Array]:
        parts = [self._rest] if self._rest is not None else []
        while sum(part.num_rows for part in parts) < count:
            parts.append(pa.Table.from_batches([next(self._batches)]))
        table = pa.concat_tables(parts)
        self._rest = table.slice(count)
        return {name: table[name].slice(0, count).combine_chunks() for name in table.column_names}


def _scattered(rows: Iterator[pa.RecordBatch], work: Path) -> list[Path]:
    """The rows in one file for each bucket, in the order of the buckets."""
    waiting: dict[int, list[pa.RecordBatch]] = {}
    found: set[int] = set()
    held = 0
    work.mkdir(exist_ok=True)
    for batch in rows:
        gathered = batch.take(pc.sort_indices(batch.column("bucket")))
        start = 0
        for entry in pc.value_counts(gathered.column("bucket")).to_pylist():
            waiting.setdefault(entry["values"], []).append(gathered.slice(start, entry["counts"]))
            start += entry["counts"]
        held += gathered.nbytes
        found |= waiting.keys()
        if held >= _SCATTERED_BYTES:
            _spill(waiting, work)
            waiting, held = {}, 0
    _spill(waiting, work)
    return [_bucket(work, bucket) for bucket in sorted(found)]


def _spill(waiting: Mapping[int, Sequence[pa.RecordBatch]], work: Path) -> None:
    """Adds to each bucket's file a stream of its rows; one file is open at a time, of however many."""
    for bucket, batches in waiting.items():
        with _bucket(work, bucket).open("ab") as file, ipc.new_stream(file, batches[0].schema) as out:
            for batch in batches:
                out.write_batch(batch)


def _sorted(bucket: Path) -> Iterator[pa.RecordBatch]:
    parts = []
    with pa.OSFile(str(bucket)) as file:
        while file.tell() < file.size():
            parts.append(ipc.open_stream(file).read_all())
    # In one piece, for Arrow would join the pieces with each `take` anew.
    table = pa.concat_tables(parts).combine_chunks()
    parts.clear()
    order = pc.sort_indices(table["rank"])
    rows = max(1, _TAKEN_BYTES * table.num_rows // table.nbytes)
    for start in range(0, table.num_rows, rows):
        yield from table.take(order.slice(start, rows)).to_batches()


def _bucket(work: Path, number: int) -> Path:
    return work / f"bucket-{number:05d}.arrow"


def _schema(files: Sequence[Path], *, hidden: bool) -> pa.Schema:
    fields = [field for field in pq.read_schema(files[0]) if field.name != HIDDEN_COLUMN]
    return pa.schema([*fields, pa.field(HIDDEN_COLUMN, pa.uint8())] if hidden else fields)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_binary(kind))

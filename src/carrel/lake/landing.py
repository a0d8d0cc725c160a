"""Rows on their way into the lake: checked against their table's definition, secrets left out, text made safe, and written to staging in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from carrel.io.escape import text_array
from carrel.lake.compute import sort_key
from carrel.lake.journal import Landed, Part
from carrel.lake.order import Order
from carrel.lake.wide import LONG, LONG_ON_AVERAGE, MARK
from carrel.model.errors import Internal
from carrel.model.tables import Column, Table

_GROUP_BYTES: Final = 8 << 20
_GROUP_ROWS: Final = 122_880
"""Of a row group, as DuckDB cuts them: parts may be published as they are."""

_SAMPLE: Final = 4096
_REPEATED: Final = 0.5
"""A column is kept as a dictionary where fewer of the sample's values than this are different ones."""


class Writing:
    """A thread that encodes and compresses row groups while the next ones are being read. An error of its own is raised by what is called next."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "carrel-landing")
        self._running: Future[None] | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Has it done, after what was asked for before is done: more would wait in memory."""
        self.wait()
        self._running = self._thread.submit(work)

    def wait(self) -> None:
        """Returns when all is written."""
        running, self._running = self._running, None
        if running is not None:
            running.result()

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)


class Landing:
    """One table's rows in staging: a folder of Parquet files, in the order in which the rows came.

    Args:
        table: its definition, `Column.type` saying how each column is kept.
        secret: columns whose values are never written: NULL in every row.
        file: number of the load's file that brings the table first.
        folder: for the parts; made when there is none.

    Attributes:
        parts: those that are finished.
        rows, bytes: landed so far.
    """

    def __init__(self, table: Table, secret: frozenset[str], file: int, folder: Path, writing: Writing) -> None:
        self.table = table
        self.secret = secret
        self.file = file
        self.folder = folder
        self.parts: list[Part] = []
        self.rows = 0
        self.bytes = 0
        self.longest = 0
        self.order = Order([column.name for column in map(table.column, sort_key(table)) if column is not None])
        self._writing = writing
        self._schema = pa.schema([(column.name, _arrow(column.type)) for column in table.columns])
        self._pending: list[pa.RecordBatch] = []
        self._pending_bytes = 0
        self._pending_rows = 0
        self._writer: pq.ParquetWriter | None = None
        self._part_rows = 0
        folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def restored(cls, landed: Landed, folder: Path, writing: Writing) -> Landing:
        """The landing of an interrupted load, to go on with."""
        landing = cls(landed.table, landed.secret, landed.file, folder, writing)
        landing.parts, landing.rows, landing.bytes, landing.longest = list(landed.parts), landed.rows, landed.bytes, landed.longest
        landing.order.go_on(landed.ordered, [folder / part.name for part in landed.parts])
        return landing

    def add(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Takes rows; they are in the parts when `cut` has returned."""
        for batch in batches:
            landed = self._land(batch)
            self.order.see(landed)
            self._pending.append(landed)
            self._pending_rows += landed.num_rows
            self._pending_bytes += landed.nbytes
            self.rows += landed.num_rows
            self.bytes += landed.nbytes
            if self._pending_bytes >= _GROUP_BYTES or self._pending_rows >= _GROUP_ROWS:
                self.flush()

    @property
    def wide(self) -> bool:
        """Whether a row may be so long, or rows are so long on average, that the table is not for DuckDB to write."""
        return self.longest > LONG or self.bytes > LONG_ON_AVERAGE * self.rows

    @property
    def files(self) -> list[Path]:
        return [self.folder / part.name for part in self.parts]

    @property
    def held(self) -> int:
        """Bytes in memory that have not been handed to the writer."""
        return self._pending_bytes

    def flush(self) -> None:
        """Hands what is held to the writer, as row groups."""
        if not self._pending_rows:
            return
        rows = pa.Table.from_batches(self._pending, self._schema)
        if self._writer is None:
            self._writer = self._new_part(rows)
        self._writing.do(lambda writer=self._writer: writer.write_table(rows, row_group_size=_GROUP_ROWS))  # type: ignore[misc]
        self._part_rows += self._pending_rows
        self._pending, self._pending_bytes, self._pending_rows = [], 0, 0

    def cut(self) -> Landed:
        """Finishes the part under way. Gives what there is now, with the parts that are new; they are on disk."""
        self.flush()
        new = []
        if self._writer is not None:
            self._writing.wait()
            if self.wide:
                self._writer.add_key_value_metadata(MARK)
            self._writer.close()
            new = [Part.of(self.folder / _name(len(self.parts)), self._part_rows)]
            self.parts += new
            self._writer, self._part_rows = None, 0
        return Landed(
            table=self.table, secret=self.secret, file=self.file, parts=new, rows=self.rows, bytes=self.bytes, longest=self.longest, ordered=self.order.kept,
        )

    def close(self) -> None:
        """Finishes the last part; a table without rows has one too, without rows."""
        if not self.rows and not self.parts:
            self._writer = self._new_part(self._schema.empty_table())
        self.cut()

    def _new_part(self, first: pa.Table) -> pq.ParquetWriter:
        repeated = [name for name in self._schema.names if _repeats(first[name])]
        return pq.ParquetWriter(
            self.folder / _name(len(self.parts)), self._schema, compression="zstd", compression_level=1, use_dictionary=repeated,
            column_encoding={name: "DELTA_BINARY_PACKED" for name in self._counting() if name not in repeated},
        )

    def _counting(self) -> list[str]:
        """Columns that nearly count up: the whole numbers of an ordered key."""
        return [field.name for field in self._schema if field.name in self.order.key and pa.types.is_integer(field.type) and field.type.bit_width >= 32]

    def _land(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if batch.schema.names != self._schema.names:
            raise Internal(f"a batch of `{self.table.name}` whose columns are not the table's")
        arrays = [self._column(column, array) for column, array in zip(self.table.columns, batch.columns, strict=True)]
        self.longest = max(self.longest, _longest(arrays))
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _column(self, column: Column, array: pa.Array) -> pa.Array:
        kind = self._schema.field(column.name).type
        if column.name in self.secret:
            return pa.nulls(len(array), kind)
        if pa.types.is_string(kind):
            return text_array(array)
        return array if array.type == kind else array.cast(kind)


def _name(number: int) -> str:
    return f"part-{number:05d}.parquet"


def _repeats(column: pa.ChunkedArray) -> bool:
    sample = column.slice(0, _SAMPLE)
    return bool(pc.count_distinct(sample, mode="all").as_py() <= _REPEATED * len(sample))


def _longest(arrays: list[pa.Array]) -> int:
    """How long the texts of a row are at most, in bytes: the longest of each column together."""
    return sum(pc.max(pc.binary_length(array)).as_py() or 0 for array in arrays if pa.types.is_string(array.type) or pa.types.is_binary(array.type))


def _arrow(lake: str) -> pa.DataType:
    if lake.startswith("DECIMAL("):
        precision, scale = lake[len("DECIMAL("):-1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return _ARROW[lake]


_ARROW: Final = {
    "TINYINT": pa.int8(), "SMALLINT": pa.int16(), "INTEGER": pa.int32(), "BIGINT": pa.int64(),
    "UTINYINT": pa.uint8(), "USMALLINT": pa.uint16(), "UINTEGER": pa.uint32(), "UBIGINT": pa.uint64(),
    "DOUBLE": pa.float64(), "VARCHAR": pa.string(), "BLOB": pa.binary(),
}

"""Rows on their way into the lake: checked against their table's definition, secrets left out, text made safe, and written to staging."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from carrel.io.escape import text_array
from carrel.lake.wide import LONG, SIZE_COLUMN
from carrel.model.errors import Internal
from carrel.model.tables import Column, Table

_ROW_GROUP_BYTES: Final = 16 << 20
_ROW_GROUP_ROWS: Final = 100_000


class Landing:
    """One table's rows in staging.

    Args:
        table: its definition, `Column.type` saying how each column is kept.
        secret: columns whose values are never written: NULL in every row.
    """

    def __init__(self, table: Table, secret: frozenset[str], file: Path) -> None:
        self.table = table
        self.file = file
        self.rows = 0
        self.bytes = 0
        self._secret = secret
        self.longest = 0
        self._schema = pa.schema([*((column.name, _arrow(column.type)) for column in table.columns), (SIZE_COLUMN, pa.int64())])
        self._pending: list[pa.RecordBatch] = []
        self._pending_bytes = 0
        self._pending_rows = 0
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd", compression_level=1)

    def add(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Takes rows; they are in the file when `close` has returned."""
        for batch in batches:
            landed = self._land(batch)
            self._pending.append(landed)
            self._pending_rows += landed.num_rows
            self._pending_bytes += landed.nbytes
            self.rows += landed.num_rows
            self.bytes += landed.nbytes
            if self._pending_bytes >= _ROW_GROUP_BYTES or self._pending_rows >= _ROW_GROUP_ROWS:
                self.flush()

    @property
    def wide(self) -> bool:
        """Whether a row is so long that the table is not for DuckDB to write."""
        return self.longest > LONG

    @property
    def held(self) -> int:
        """Bytes in memory that are not in the file."""
        return self._pending_bytes

    def flush(self) -> None:
        if self._pending:
            self._writer.write_table(pa.Table.from_batches(self._pending, self._schema))
        self._pending, self._pending_bytes, self._pending_rows = [], 0, 0

    def close(self) -> None:
        self.flush()
        self._writer.close()

    def _land(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if [*batch.schema.names, SIZE_COLUMN] != self._schema.names:
            raise Internal(f"a batch of `{self.table.name}` whose columns are not the table's")
        arrays = [self._column(column, array) for column, array in zip(self.table.columns, batch.columns, strict=True)]
        sizes = _sizes(arrays, batch.num_rows)
        self.longest = max(self.longest, pc.max(sizes).as_py() or 0)
        return pa.RecordBatch.from_arrays([*arrays, sizes], schema=self._schema)

    def _column(self, column: Column, array: pa.Array) -> pa.Array:
        kind = self._schema.field(column.name).type
        if column.name in self._secret:
            return pa.nulls(len(array), kind)
        if pa.types.is_string(kind):
            return text_array(array)
        return array if array.type == kind else array.cast(kind)


def _sizes(arrays: list[pa.Array], rows: int) -> pa.Array:
    """The bytes of each row's texts."""
    texts = [array for array in arrays if pa.types.is_string(array.type) or pa.types.is_binary(array.type)]
    lengths = (pc.fill_null(pc.binary_length(array), 0).cast(pa.int64()) for array in texts)
    return reduce(pc.add, lengths, pa.array([0] * rows, pa.int64()))


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

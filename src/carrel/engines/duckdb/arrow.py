"""DuckDB's types as Arrow's, as its reader gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from carrel.engines.duckdb.running import internal

_TYPES: Final = {
    "BOOLEAN": pa.bool_(),
    "TINYINT": pa.int8(), "SMALLINT": pa.int16(), "INTEGER": pa.int32(), "BIGINT": pa.int64(),
    "UTINYINT": pa.uint8(), "USMALLINT": pa.uint16(), "UINTEGER": pa.uint32(), "UBIGINT": pa.uint64(),
    "HUGEINT": pa.decimal128(38, 0),
    "FLOAT": pa.float32(), "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(), "BLOB": pa.binary(),
    "DATE": pa.date32(), "TIMESTAMP": pa.timestamp("us"), "TIME": pa.time64("us"),
}
_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def schema_of(headings: Sequence[str], types: Sequence[str], decimals: Sequence[int | None], required: Sequence[bool]) -> pa.Schema:
    """A schema with one field per heading; headings may repeat. Raises Internal for a type that no door can show.

    Where every DOUBLE of a column shows the same number of digits after the point, the field's metadata holds it as `decimals`; `required` is 1 where the
    column is told as never NULL, else 0.
    """
    return pa.schema([
        pa.field(heading, _type(text), metadata={"required": str(int(never))} | ({} if shown is None else {"decimals": str(shown)}))
        for heading, text, shown, never in zip(headings, types, decimals, required, strict=True)
    ])


def _type(text: str) -> pa.DataType:
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    if text not in _TYPES:
        raise internal(f"a result column of type {text}")
    return _TYPES[text]

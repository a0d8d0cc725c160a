"""Turns rows of dictionaries into Arrow tables: relations of `information_schema` for the engine, and answers of SHOW."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from carrel.gateway.metadata.rows import ROWS, Knowledge, Row
from carrel.model.tables import Table

_ARROW = {
    "VARCHAR": pa.string(), "BLOB": pa.binary(), "BOOLEAN": pa.bool_(), "DOUBLE": pa.float64(), "FLOAT": pa.float32(),
    "TINYINT": pa.int8(), "SMALLINT": pa.int16(), "INTEGER": pa.int32(), "BIGINT": pa.int64(),
    "UTINYINT": pa.uint8(), "USMALLINT": pa.uint16(), "UINTEGER": pa.uint32(), "UBIGINT": pa.uint64(),
    "TIMESTAMP": pa.timestamp("us"), "DATE": pa.date32(),
}


def relation(table: Table, known: Knowledge) -> pa.Table:
    """The rows of one table of `information_schema` as this asker may know them, in the columns and types that the catalog gives it."""
    maker = ROWS.get(table.name.table.lower())
    rows = [] if maker is None else list(maker(known))
    fields = [(column.name, _ARROW.get(column.type, pa.string())) for column in table.columns]
    return _build(fields, rows)


def answer(columns: Mapping[str, pa.DataType], rows: Iterable[Row]) -> pa.Table:
    """An answer of SHOW: `columns` in order; a key that a row lacks is NULL."""
    return _build(list(columns.items()), list(rows))


def _build(fields: list[tuple[str, pa.DataType]], rows: list[Row]) -> pa.Table:
    folded: list[dict[str, Any]] = [{key.lower(): value for key, value in row.items()} for row in rows]
    arrays = [pa.array([_as(row.get(name.lower()), kind) for row in folded], kind) for name, kind in fields]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _as(value: Any, kind: pa.DataType) -> Any:
    return str(value) if value is not None and pa.types.is_string(kind) and not isinstance(value, str) else value

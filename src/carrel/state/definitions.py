"""A table's definition as JSON, and back: for stations that keep definitions in the state. Tags, masks and counts are not in it."""

from __future__ import annotations

from typing import Any

from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Index, Table


def to_json(table: Table) -> dict[str, Any]:
    """What the source declared of the table, and whether its files have visibility."""
    return {
        "kind": table.kind.value,
        "visibility": table.visibility,
        "primary_key": list(table.primary_key),
        "options": table.options,
        "columns": [
            {
                "name": column.name, "type": column.type, "native_type": column.native_type, "nullable": column.nullable, "default": column.default,
                "extra": column.extra, "collation": column.collation,
            }
            for column in table.columns
        ],
        "indexes": [
            {"name": index.name, "columns": list(index.columns), "unique": index.unique, "kind": index.kind} for index in table.indexes
        ],
    }


def from_json(name: TableName, value: dict[str, Any], *, private: bool = False, version: str | None = None, rows: int = 0) -> Table:
    """The table that `to_json` was given, without tags, with what its publication adds."""
    return Table(
        name=name,
        kind=DatabaseKind(value["kind"]),
        columns=tuple(Column(**column) for column in value["columns"]),
        private=private,
        visibility=value["visibility"],
        primary_key=tuple(value["primary_key"]),
        indexes=tuple(
            Index(name=index["name"], columns=tuple(index["columns"]), unique=index["unique"], kind=index["kind"]) for index in value["indexes"]
        ),
        options=value["options"],
        version=version,
        rows=rows,
    )

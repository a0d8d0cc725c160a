"""A table's definition as JSON, and back: for stations that keep definitions in the state. Tags are in it
where a person made the table; those of other tables, and counts, are not. An age that its source declares is in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from carrel.model.names import TableName
from carrel.model.sensitivity import Mask
from carrel.model.tables import Column, DatabaseKind, Index, Retention, Table, View

SESSION: Final = "session"
"""The key of what holds a temporary table."""


def to_json(table: Table) -> dict[str, Any]:
    """What the source declared of the table, and whether its files have visibility."""
    return {
        **({} if table.owner is None else _owned(table)),
        **_aged(table.retention),
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
    tags = value.get("tags") or [{}] * len(value["columns"])
    return Table(
        name=name,
        kind=DatabaseKind(value["kind"]),
        columns=tuple(Column(**column, **_untagged(held)) for column, held in zip(value["columns"], tags, strict=True)),
        owner=value.get("owner"),
        copy=value.get("copy"),
        made_of=frozenset(value.get("made_of", ())),
        session=value.get(SESSION),
        view=_view(value.get("view")),
        retention=Retention(kind="copy") if value.get("retention") else _age(value.get("age")),
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


def _owned(table: Table) -> dict[str, Any]:
    tags = [_tags(column) for column in table.columns]
    view = {} if (seen := table.view) is None else {"view": {"text": seen.text, "database": seen.database, "headings": list(seen.headings)}}
    session = {} if table.session is None else {SESSION: table.session}
    told = {"owner": table.owner, "copy": table.copy, "made_of": sorted(table.made_of), "retention": table.retention is not None, "tags": tags}
    return {**told, **view, **session}


def _view(value: dict[str, Any] | None) -> View | None:
    return None if value is None else View(text=value["text"], database=value["database"], headings=tuple(value["headings"]))


def _aged(retention: Retention | None) -> dict[str, Any]:
    if retention is None or retention.kind != "age" or retention.limit is None:
        return {}
    return {"age": {"column": retention.column, "days": retention.limit.days}}


def _age(value: dict[str, Any] | None) -> Retention | None:
    return None if value is None else Retention(kind="age", column=value["column"], limit=timedelta(days=value["days"]))


def _tags(column: Column) -> dict[str, Any]:
    return {"tag": column.tag, "also": sorted(column.also), "masked": int(column.masked)}


def _untagged(held: dict[str, Any]) -> dict[str, Any]:
    return {"tag": held["tag"], "also": frozenset(held["also"]), "masked": Mask(held["masked"])} if held else {}

"""Keys of tables that people make: declared as MariaDB has them, and kept: no two rows have one key that is unique.

Whether two keys are the same says the engine, asked as in a query of the table's owner: it compares texts as it does everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import pyarrow as pa

from carrel.gateway.deeds import Deeds
from carrel.gateway.variables import one_by_one
from carrel.model.errors import Conflict, NotAllowed, NotFound
from carrel.model.names import TableName
from carrel.model.ports import Draft
from carrel.model.queries import Unpublished
from carrel.model.sensitivity import is_personal
from carrel.model.tables import Column, Index, Table
from carrel.policy.guard.changes import authorize_beside
from carrel.policy.guard.writing import PRIMARY

NEW: Final = "rows to come"
"""The name by which a question knows rows that are not published; no table that is has a space in its name."""

_PART: Final = re.compile(r"(?P<name>.+?)(?:\((?P<length>\d+)\))?", re.DOTALL)


def with_key(table: Table, key: Index) -> Table:
    """The table with one more key. Raises NotAllowed, NotFound."""
    columns = [_own(table, part) for part in key.columns]
    if len({column.name for column in columns}) != len(columns):
        raise NotAllowed(f"duplicate column name `{columns[-1].name}`", code="duplicate_column")
    spelled = tuple(column.name + part[len(column.name) :] for column, part in zip(columns, key.columns, strict=True))
    if key.name == PRIMARY:
        if table.primary_key:
            raise NotAllowed("multiple primary key defined", code="primary_keys")
        return _required(replace(table, primary_key=spelled))
    names = {index.name.lower() for index in table.indexes} | {PRIMARY.lower()}
    if key.name.lower() in names:
        raise NotAllowed(f"duplicate key name `{key.name}`", code="duplicate_key_name")
    name, number = key.name or columns[0].name, 2
    while name.lower() in names:
        name, number = f"{key.name or columns[0].name}_{number}", number + 1
    made = replace(key, name=name, columns=spelled)
    rest = [index for index in table.indexes if index.unique], [index for index in table.indexes if not index.unique]
    return replace(table, indexes=(*rest[0], made, *rest[1]) if made.unique else (*rest[0], *rest[1], made))


def with_keys(table: Table, keys: Iterable[Index]) -> Table:
    for key in keys:
        table = with_key(table, key)
    require_counter(table)
    return table


def without_key(table: Table, name: str) -> Table:
    """Raises NotFound."""
    if name == PRIMARY and table.primary_key:
        return replace(table, primary_key=())
    left = tuple(index for index in table.indexes if index.name.lower() != name.lower())
    if len(left) == len(table.indexes):
        raise NotFound(f"can't drop `{name}`", code="unknown_key")
    return replace(table, indexes=left)


def require_counter(table: Table) -> None:
    """Raises NotAllowed for an AUTO_INCREMENT that no key begins with."""
    counted = [column.name for column in table.columns if column.extra]
    firsts = {key.columns[0] for key in _all(table)}
    if len(counted) > 1 or not firsts.issuperset(counted):
        raise NotAllowed("incorrect table definition; there can be only one auto column and it must be defined as a key")


def unique_keys(table: Table) -> list[Index]:
    return [key for key in _all(table) if key.unique]


def check_unique(deeds: Deeds, draft: Draft, table: Table, keys: Sequence[Index] | None = None) -> None:
    """Raises Conflict where two rows of the draft, which is to be the table, have one key. `keys`: those that are looked at; None: all."""
    for key in unique_keys(table) if keys is None else keys:
        parts = [expression(part) for part in key.columns]
        there = " AND ".join(f"{part} IS NOT NULL" for part in parts)
        listed = ', '.join(parts)
        text = f"SELECT {listed} FROM `{table.name.database}`.`{NEW}` WHERE {there} GROUP BY {listed} HAVING COUNT(*) > 1 LIMIT 1"  # noqa: S608 - quoted
        for row in asked(deeds, text, draft, table):
            raise duplicate(table, key, row)


def asked(deeds: Deeds, text: str, draft: Draft, table: Table) -> list[tuple[object, ...]]:
    """The few rows of a question about rows of the table that are not published."""
    new = replace(table, name=TableName(table.name.database, NEW), version=None, primary_key=(), indexes=())
    query = deeds.asking.authorized(text, deeds.now, (), partial(authorize_beside, new=new))
    running = deeds.asking.parts.engine.run(query, {new.name: Unpublished(tuple(sorted(draft.folder.glob("*.parquet"))))})
    try:
        return [row for batch in running.batches() for row in _rows(batch)]
    finally:
        running.close()


def duplicate(table: Table, key: Index, row: Sequence[object]) -> Conflict:
    """As MariaDB says it; the values only where they are nobody's."""
    personal = any(is_personal(tag) for part in key.columns for tag in _own(table, part).tags)
    entry = "" if personal else " '{}'".format("-".join(map(str, row)))
    return Conflict(f"duplicate entry{entry} for key '{key.name}'", code="duplicate_key", help="INSERT IGNORE, REPLACE or ON DUPLICATE KEY UPDATE")


def expression(part: str, label: str = "") -> str:
    """A key's part as SQL."""
    found = _PART.fullmatch(part)
    assert found is not None
    column = f"{label}`{found['name'].replace('`', '``')}`"
    return f"LEFT({column}, {found['length']})" if found["length"] else column


def _rows(batch: pa.RecordBatch) -> list[tuple[object, ...]]:
    return list(zip(*(list(one_by_one(column)) for column in batch.columns), strict=True))


def _own(table: Table, part: str) -> Column:
    found = _PART.fullmatch(part)
    column = table.column(found["name"]) if found is not None else None
    if column is None:
        raise NotFound(f"key column `{part.partition('(')[0]}` doesn't exist in table", code="key_column")
    return column


def _required(table: Table) -> Table:
    names = {_own(table, part).name for part in table.primary_key}
    return replace(table, columns=tuple(replace(column, nullable=False) if column.name in names else column for column in table.columns))


def _all(table: Table) -> list[Index]:
    primary = [Index(name=PRIMARY, columns=table.primary_key, unique=True)] if table.primary_key else []
    return [*primary, *table.indexes]

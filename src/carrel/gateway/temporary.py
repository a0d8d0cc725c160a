"""Temporary tables: of one session, under names that it alone has, before any other table of such a name. They go when it ends.

In the lake and in the registry of copies each has a name of its own, which no catalog tells.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from carrel.model.errors import CarrelError, LimitReached
from carrel.model.names import TableName
from carrel.model.ports import Catalog, Work
from carrel.model.tables import Database, Table

MOST: Final = 100
"""Of one session."""


class Temporary:
    """Of one session."""

    def __init__(self, work: Work | None) -> None:
        self._work = work
        self._kept: dict[TableName, TableName] = {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    def own(self, name: TableName) -> TableName:
        """A name in the lake for a table that is to be called so. Raises LimitReached."""
        if len(self._kept) >= MOST:
            raise LimitReached(f"a session may have {MOST} temporary tables", code="too_many", help="DROP TEMPORARY TABLE one that you no longer need")
        return TableName(name.database, f"{name.table[:40]}-{secrets.token_hex(8)}")

    def enter(self, name: TableName, kept: TableName) -> None:
        self._kept[name] = kept

    def leave(self, name: TableName) -> None:
        self._kept.pop(name, None)

    def over(self, catalog: Catalog) -> Catalog:
        """The catalog with the session's tables before the others of their names; they are in no list."""
        if not self._kept or self._work is None:
            return catalog
        found = {name: self._work.read(kept) for name, kept in self._kept.items()}
        return _Over(catalog, {name: table for name, table in found.items() if table is not None})

    def close(self) -> None:
        """Drops them all. What cannot be dropped now goes with the next sweep."""
        for kept in self._kept.values():
            with suppress(CarrelError):
                self._drop(kept)
        self._kept.clear()

    def _drop(self, kept: TableName) -> None:
        assert self._work is not None, "it was made there"
        table, copy = self._work.read(kept), self._work.find(kept)
        if table is not None and copy is not None:
            self._work.drop(table, copy)


class _Over:
    """Fills the port Catalog."""

    def __init__(self, catalog: Catalog, tables: Mapping[TableName, Table]) -> None:
        self._catalog = catalog
        self._tables = tables

    def databases(self) -> Sequence[Database]:
        return self._catalog.databases()

    def tables(self, database: str) -> Sequence[Table]:
        return self._catalog.tables(database)

    def table(self, name: TableName) -> Table | None:
        return self._tables.get(name) or self._catalog.table(name)

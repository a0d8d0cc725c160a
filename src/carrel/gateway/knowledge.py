"""What databases and tables one asker knows, at one moment. Not there and not known to you are one answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from carrel.gateway.metadata.seen import seen
from carrel.gateway.parts import Moment
from carrel.model.decisions import TableDecision
from carrel.model.errors import NotFound
from carrel.model.names import REFERENCE_DATABASE, SHARED_DATABASE, TableName, personal_database
from carrel.model.ports import Catalog
from carrel.model.sensitivity import Mask
from carrel.model.tables import Database, DatabaseKind, Table
from carrel.policy.decide import candidate, decide, known, knows, may_write

_NAME: Final = re.compile(r"[A-Za-z0-9_$-]{1,64}")
"""Of a database that the lake can keep."""


class Knower:
    """Filters the catalog by `know`. A database is known when one of its tables is; `information_schema` always is."""

    def __init__(self, catalog: Catalog, now: Moment) -> None:
        self.catalog = catalog
        self._now = now
        self._tables: dict[str, Sequence[Table]] = {}

    def decision(self, table: Table) -> TableDecision:
        return decide(self._now.policy, self._now.asker, table)

    def databases(self) -> Sequence[Database]:
        known = [database for database in self.catalog.databases() if database.kind is DatabaseKind.METADATA or self.tables(database.name)]
        held = {database.name for database in known}
        more = [database for database in self._own() if database.name not in held]
        return sorted([*known, *more], key=lambda one: (one.kind is not DatabaseKind.METADATA, one.name)) if more else known

    def database(self, name: str) -> Database:
        """Raises NotFound."""
        folded = name.lower() if name.lower() == "information_schema" else name
        for database in self.catalog.databases():
            if database.name == folded and (database.kind is DatabaseKind.METADATA or any(map(self._knows, self.catalog.tables(folded)))):
                return database
        for database in self._own():
            if database.name == folded:
                return database
        raise NotFound(f"unknown database `{name}`", code="unknown_database", help="SHOW DATABASES lists those that you know")

    def _own(self) -> list[Database]:
        """Databases in which the asker may make tables, whether or not there is one yet."""
        person = self._now.asker.principal.person
        names = [name for name in (SHARED_DATABASE, REFERENCE_DATABASE, personal_database(person)) if _NAME.fullmatch(name)]
        wanted = [candidate(TableName(name, "_"), person) for name in names]
        return [
            Database(name=table.name.database, kind=table.kind) for table in wanted if may_write(self._now.policy, self._now.asker, table).allowed
        ]

    def tables(self, database: str) -> Sequence[Table]:
        if database not in self._tables:
            tables = self.catalog.tables(database)
            metadata = [table for table in tables[:1] if table.kind is DatabaseKind.METADATA]
            self._tables[database] = tables if metadata else known(self._now.policy, self._now.asker, tables)
        return self._tables[database]

    def table(self, name: TableName) -> Table:
        """Raises NotFound, with the words that MariaDB has for a table that does not exist."""
        table = self.catalog.table(name)
        if table is None or not self._knows(table):
            raise NotFound(f"table `{name}` doesn't exist", code="unknown_table", help="SHOW TABLES")
        return table

    def seen(self, table: Table) -> Table:
        """The table as the asker gets it."""
        return table if table.kind is DatabaseKind.METADATA else seen(self.decision(table))

    def readable(self, table: Table) -> frozenset[str]:
        """The columns that the asker may read; none where the table is closed."""
        if table.kind is DatabaseKind.METADATA:
            return frozenset(column.name for column in table.columns)
        decision = self.decision(table)
        open_ = (name for name, judged in decision.columns.items() if judged.allowed and judged.mask is not Mask.NULL and judged.nameable)
        return frozenset(open_) if decision.read.allowed else frozenset()

    def _knows(self, table: Table) -> bool:
        return table.kind is DatabaseKind.METADATA or knows(self._now.policy, self._now.asker, table)

"""The catalog of what has been loaded: definitions from the state, meaning and tags from the tag files, joined when they are read."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select

from carrel.catalog import metadata, tagfile
from carrel.model.names import TableName
from carrel.model.tables import Database, DatabaseKind, Table
from carrel.state.definitions import from_json
from carrel.state.schema.lake import LAKE_DATABASE, LAKE_GENERATION, LAKE_TABLE
from carrel.state.store import State

_GENERATION: Final = str(select(LAKE_GENERATION.c.number))


class CatalogView:
    """Port Catalog at one moment. The tables of a database are read when they are first asked for, all at once, and stay as they are."""

    def __init__(self, state: State, databases: Mapping[str, Database]) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._databases = databases
        self._tables: dict[str, dict[str, Table]] = {}

    def databases(self) -> Sequence[Database]:
        """`information_schema` and every database that has been loaded, by name."""
        return [metadata.DATABASE, *self._databases.values()]

    def tables(self, database: str) -> Sequence[Table]:
        """By name; none for a database that is not there. `information_schema` is found whatever its case."""
        if database.lower() == metadata.NAME:
            return list(metadata.tables().values())
        return list(self._of(database).values())

    def table(self, name: TableName) -> Table | None:
        if name.database.lower() == metadata.NAME:
            return metadata.tables().get(name.table.lower())
        return self._of(name.database).get(name.table)

    def _of(self, database: str) -> dict[str, Table]:
        if database not in self._databases:
            return {}
        with self._lock:
            if database not in self._tables:
                self._tables[database] = self._read(self._databases[database])
            return self._tables[database]

    def _read(self, database: Database) -> dict[str, Table]:
        with self._state.read() as connection:
            rows = connection.execute(select(LAKE_TABLE).where(LAKE_TABLE.c.database == database.name).order_by(LAKE_TABLE.c.name)).all()
        tables = [from_json(TableName(database.name, row.name), row.definition, private=database.private, version=row.version, rows=row.rows) for row in rows]
        tables = [table for table in tables if table.session is None]  # temporary ones are told by their session alone
        return {table.name.table: table if table.owner is not None else tagfile.tagged(table) for table in tables}


class StoredCatalog:
    """Port LiveCatalog over the state. What it gives is as new as the last publication; every call may raise Unavailable."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._generation = -1
        self._view = CatalogView(state, {})

    def view(self) -> CatalogView:
        with self._lock:
            self._refresh()
            return self._view

    def databases(self) -> Sequence[Database]:
        return self.view().databases()

    def tables(self, database: str) -> Sequence[Table]:
        return self.view().tables(database)

    def table(self, name: TableName) -> Table | None:
        return self.view().table(name)

    def search(self, words: str) -> Sequence[Table]:
        """Tables of which name, description, and columns with their descriptions hold all the words; tables that have them in their name come first."""
        wanted = words.lower().split()
        view = self.view()
        found = [table for database in view.databases() if database.kind is not DatabaseKind.METADATA for table in view.tables(database.name)]
        hits = [table for table in found if wanted and all(word in _said(table) for word in wanted)]
        return sorted(hits, key=lambda table: (not all(word in str(table.name).lower() for word in wanted), table.name))

    def secret_columns(self, table: str) -> frozenset[str]:
        """Lower-case names of the columns of which no value may land."""
        return tagfile.secret_columns(table)

    def types(self, table: str) -> Mapping[str, str]:
        """By lower-case column name: the lake's type, where a tag file asks for another than the source's type gives."""
        return tagfile.types(table)

    def _refresh(self) -> None:
        if (self._state.scalar(_GENERATION) or 0) == self._generation:
            return
        with self._state.read() as connection:
            generation = connection.execute(select(LAKE_GENERATION.c.number)).scalar() or 0
            rows = connection.execute(select(LAKE_DATABASE).order_by(LAKE_DATABASE.c.name)).all()
        databases = {row.name: Database(name=row.name, kind=DatabaseKind(row.kind), private=row.private) for row in rows}
        self._view = CatalogView(self._state, databases)
        self._generation = generation


def _said(table: Table) -> str:
    columns = " ".join(f"{column.name} {column.description}" for column in table.columns)
    return f"{table.name} {table.description} {columns}".lower()

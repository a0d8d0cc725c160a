"""Snapshots of the lake as views of the instance: made when a query needs one, kept for the next query, dropped when the room is needed.

A view's name holds the snapshot's version, `"enwiki"."revision@0001"`, so one name never means two sets of rows.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from carrel.engines.duckdb.text import literal, name
from carrel.model.names import TableName
from carrel.model.ports import Storage
from carrel.model.sensitivity import HIDDEN_COLUMN
from carrel.model.tables import FILE_ROWS, ROW, Table

IDLE = 512
"""Views of snapshots that no query reads, kept because the next one probably does."""
EMPTY: Final = 1024
"""Views of tables that have no snapshot; nobody says when one is not read any more, so they stay."""

_ROWS = "@rows"
_EMPTY: Final = "carrel@empty"
"""A schema: DuckDB takes no views in its own `information_schema`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a base table's rows stand in the instance: catalog (None: the instance's own), schema and table."""

    catalog: str | None
    schema: str
    table: str

    def __str__(self) -> str:
        return name(*(part for part in (self.catalog, self.schema, self.table) if part is not None))


class Snapshots:
    def __init__(self, connection: duckdb.DuckDBPyConnection, storage: Storage) -> None:
        self._connection = connection
        self._storage = storage
        self._lock = threading.Lock()
        self._users: dict[Place, int] = {}
        self._idle: OrderedDict[Place, None] = OrderedDict()
        self._schemas: set[str] = set()
        self._empty: dict[tuple[TableName, str], Place] = {}

    @contextmanager
    def open(self, table: TableName, version: str, *, rows: bool = False) -> Iterator[Place]:
        """The view of a snapshot; its files stay on disk until the context ends. Raises Unavailable when the snapshot is gone.

        Args:
            rows: it has the column ROW too.
        """
        with self._storage.open(table, version) as files:
            place = Place(None, table.database, f"{table.table}@{version}{_ROWS * rows}")
            self._take(place, files)
            try:
                yield place
            finally:
                self._release(place)

    def empty(self, table: Table) -> Place | None:
        """A view with the table's columns and no rows; None where there are as many as there may be."""
        key = table.name, nothing(table)
        with self._lock:
            if key not in self._empty and len(self._empty) < EMPTY:
                place = Place(None, _EMPTY, f"{table.name}@{len(self._empty)}")
                self._view(place, key[1])
                self._empty[key] = place
            return self._empty.get(key)

    def _take(self, place: Place, files: Sequence[Path]) -> None:
        with self._lock:
            if place not in self._users and place not in self._idle:
                self._view(place, reading(files, rows=place.table.endswith(_ROWS)))
            self._idle.pop(place, None)
            self._users[place] = self._users.get(place, 0) + 1

    def _view(self, place: Place, select: str) -> None:
        if place.schema not in self._schemas:
            self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name(place.schema)}")
            self._schemas.add(place.schema)
        self._connection.execute(f"CREATE VIEW {place} AS {select}")

    def _release(self, place: Place) -> None:
        with self._lock:
            self._users[place] -= 1
            if self._users[place]:
                return
            del self._users[place]
            self._idle[place] = None
            while len(self._idle) > IDLE:
                oldest, _ = self._idle.popitem(last=False)
                self._connection.execute(f"DROP VIEW IF EXISTS {oldest}")


def nothing(table: Table) -> str:
    """A SELECT of no rows, with the table's columns."""
    columns = [f"CAST(NULL AS {column.type}) AS {name(column.name)}" for column in table.columns]
    if table.visibility:
        columns.append(f"CAST(NULL AS UTINYINT) AS {name(HIDDEN_COLUMN)}")
    return f"SELECT {', '.join(columns)} WHERE false"


def reading(files: Iterable[str | Path], *, rows: bool) -> str:
    """A SELECT of all columns of the files, with the place of each row where `rows`."""
    paths = ", ".join(literal(str(file)) for file in files)
    columns = f"*, CAST(file_index AS BIGINT) * {FILE_ROWS} + file_row_number AS {name(ROW)}" if rows else "*"
    return f"SELECT {columns} FROM read_parquet([{paths}], hive_partitioning = false)"  # noqa: S608 - names and paths are quoted

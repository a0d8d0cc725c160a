"""The connection to the state: SQLite in the home by default, PostgreSQL by URL. Many processes may hold one at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from carrel.model.errors import Unavailable

BUSY_S = 30.0
"""How long a writer waits for another process's transaction before it gives up."""


class State:
    """The state database.

    Args:
        url: SQLAlchemy's form, `sqlite:////home/carrel/state.sqlite`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        if url.startswith("sqlite"):
            self._engine = create_engine(url, poolclass=QueuePool, pool_size=5, max_overflow=20, connect_args={"timeout": BUSY_S, "check_same_thread": False})
            event.listen(self._engine, "connect", _set_sqlite_pragmas)
        else:
            self._engine = create_engine(url, pool_pre_ping=True)

    @property
    def engine(self) -> Engine:
        return self._engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction, committed when the block ends without an error.

        On SQLite the write lock is taken at once, so that what is read in it stays true.

        Raises:
            Unavailable: the store does not answer, is locked for longer than `BUSY_S`, is damaged or its disk is full.
        """
        with self._guarded() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.exec_driver_sql("ROLLBACK")
                    raise
                connection.exec_driver_sql("COMMIT")
            else:
                with connection.begin():
                    yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. Raises Unavailable as `write` does."""
        with self._guarded() as connection:
            yield connection

    @contextmanager
    def _guarded(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.IntegrityError):
                raise
            raise Unavailable(f"the state database does not answer: {type(error.orig).__name__}", help="see `carrel doctor`") from error

    def close(self) -> None:
        self._engine.dispose()


def _set_sqlite_pragmas(connection: Any, _record: object) -> None:
    # isolation_level None: the driver must not open transactions of its own; `write` says BEGIN IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: a committed audit row must survive a power cut, not only a killed process.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # The bytes of a deleted row must not stay in the file.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()

"""The connection to the state: SQLite in the home by default, PostgreSQL by URL. Many processes may hold one at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.pool import QueuePool

from carrel.model.errors import Unavailable

_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

BUSY_S = 30.0
"""How long a writer waits for another process's transaction before it gives up, where nothing else is said."""


class State:
    """The state database.

    Args:
        url: SQLAlchemy's form, `sqlite:////home/carrel/state.sqlite`.
        busy_s: how long a writer waits for another process's transaction before it gives up, on SQLite.
    """

    def __init__(self, url: str, *, busy_s: float = BUSY_S) -> None:
        self.url = url
        if url.startswith("sqlite"):
            self._engine = create_engine(url, poolclass=QueuePool, pool_size=5, max_overflow=20, connect_args={"timeout": busy_s, "check_same_thread": False})
            event.listen(self._engine, "connect", _set_sqlite_pragmas)
        else:
            self._engine = create_engine(url, pool_pre_ping=True)

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def where(self) -> str:
        """The file, or the URL without its password, in back-ticks."""
        url = self._engine.url
        return f"`{url.database}`" if url.get_backend_name() == "sqlite" else f"`{url.render_as_string(hide_password=True)}`"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction, committed when the block ends without an error.

        On SQLite the write lock is taken at once, so that what is read in it stays true.

        Raises:
            Unavailable: the store does not answer, is locked for longer than `busy_s`, is damaged or its disk is full.
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

    def scalar(self, text: str) -> Any:
        """The value that a SELECT without parameters gives, None where it gives no row. Raises Unavailable as `write` does.

        By the driver alone, for what is read with each question: a statement of SQLAlchemy costs several times as much as the reading.
        """
        try:
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(text)
                row = cursor.fetchone()
                cursor.close()
            finally:
                connection.close()
        except TimeoutError as error:
            raise self._unavailable(error) from error
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise self._unavailable(error) from error
        return None if row is None else row[0]

    @contextmanager
    def _guarded(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except IntegrityError:
            raise
        except TimeoutError as error:  # of the pool: more threads wait for the state than it has connections
            raise self._unavailable(error) from error
        except (DBAPIError, sqlite3.DatabaseError) as error:
            # The pragmas of a new connection run outside SQLAlchemy's wrapping: there the driver's own error comes out.
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise self._unavailable(cause) from error

    def _unavailable(self, cause: BaseException | None) -> Unavailable:
        if isinstance(cause, sqlite3.DatabaseError) and getattr(cause, "sqlite_errorcode", 0) & 0xFF in _BROKEN:
            return Unavailable(
                f"the state database is damaged: {self.where}",
                help="stop the server, keep the file, and restore it from a backup; `sqlite3 FILE .recover` may save what it holds",
            )
        return Unavailable(f"the state database does not answer: {type(cause).__name__}", help="see `carrel doctor`")

    def forget(self) -> bool:
        """Takes what was deleted or replaced out of SQLite's log too, which keeps it until it is written over. False where somebody reads an older state just
        now. Raises Unavailable as `write` does."""
        with self._guarded() as connection:
            if connection.dialect.name != "sqlite":
                return True
            return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]

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

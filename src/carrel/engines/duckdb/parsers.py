"""Instances of DuckDB that read texts for the second line and have nothing in them: no table, no file, no thread beside the caller's.

The parser is the one that reads the text when it runs; no setting of the other instance changes how it reads. Nothing waits for another thread here, as a query
in the large instance does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb

from carrel.engines.duckdb.text import literal

_READ: Final = "carrel_read"
_IDLE: Final = 8
"""Connections that are kept for the next texts."""


class Parsers:
    """May be used from any thread; each has a connection to itself."""

    def __init__(self) -> None:
        self._instance = duckdb.connect(
            ":memory:",
            config={
                "threads": "1", "memory_limit": "1GiB", "enable_external_access": "false", "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false", "allow_community_extensions": "false",
            },
        )
        self._lock = threading.Lock()
        self._idle: list[duckdb.DuckDBPyConnection] = []

    @contextmanager
    def lent(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            one = self._idle.pop() if self._idle else None
        if one is None:
            one = self._instance.cursor()
            one.execute("PRAGMA disable_optimizer")
        try:
            yield one
        finally:
            with self._lock:
                kept = len(self._idle) < _IDLE
                if kept:
                    self._idle.append(one)
            if not kept:
                one.close()

    def close(self) -> None:
        with self._lock:
            for one in self._idle:
                one.close()
            self._idle.clear()
        self._instance.close()


def parse_of(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """DuckDB's parse of a text as JSON, or what it says is wrong with it. A statement that the connection keeps prepared is planned once, not for each text."""
    call = f"EXECUTE {_READ}({literal(text)})"
    try:
        found = connection.execute(call).fetchall()
    except duckdb.BinderException:
        connection.execute(f"PREPARE {_READ} AS SELECT json_serialize_sql(CAST($1 AS VARCHAR))")
        found = connection.execute(call).fetchall()
    parse: str = found[0][0]
    return parse

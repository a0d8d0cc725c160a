"""The peer that one would pick to speak MySQL's protocol from Python: mysql-mimic over DuckDB, `python -m bench.mimic FILE...` with the table's files.

It prints its port and serves until it is stopped. It lets in whoever comes: the peer needs less than we do.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb


def installed() -> bool:
    """It is not among our dependencies."""
    return find_spec("mysql_mimic") is not None


@contextmanager
def serving(files: Sequence[Path]) -> Iterator[tuple[int, int]]:
    """A server in a process of its own. Yields its pid and its port."""
    with subprocess.Popen([sys.executable, "-m", "bench.mimic", *map(str, files)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.pid, int(server.stdout.readline())
        finally:
            server.terminate()


async def _serve(files: Sequence[str]) -> None:
    peer: Any = import_module("mysql_mimic")
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW revision AS SELECT * FROM read_parquet({list(files)!r})")

    class Table(peer.Session):  # type: ignore[misc]  # it is not there when types are checked
        async def query(self, _expression: Any, sql: str, _attrs: dict[str, str]) -> Any:
            cursor = await asyncio.to_thread(connection.cursor().execute, sql)
            rows = await asyncio.to_thread(cursor.fetchall)
            return rows, [column[0] for column in cursor.description]

    server = peer.MysqlServer(session_factory=Table)
    await server.start_server(host="127.0.0.1", port=0)
    print(server.sockets()[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1:]))

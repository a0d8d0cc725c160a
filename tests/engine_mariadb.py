"""A real MariaDB for tests: its own data folder and socket, stopped by its own process."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pymysql
from pymysql.converters import encoders

from tests.shared import program


@contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """The socket of a running server with an empty root password."""
    data, socket = folder / "data", folder / "s.sock"
    install, server = program("mariadb-install-db"), program("mariadbd")
    subprocess.run(
        [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", "--user=root"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    process = subprocess.Popen(
        [
            server, "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", "--user=root", "--innodb-flush-log-at-trx-commit=0",
            "--character-set-server=utf8mb4", "--default-time-zone=+00:00", "--innodb-buffer-pool-size=64M", f"--pid-file={folder / 'pid'}",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, socket)
        yield socket
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], socket: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("mariadbd ended at start")
        if socket.exists():
            try:
                connect(socket).close()
            except pymysql.err.OperationalError:
                pass
            else:
                return
        time.sleep(0.1)
    raise RuntimeError("mariadbd did not answer in 30 s")


def connect(socket: Path, database: str | None = None) -> pymysql.connections.Connection:
    """Values come as text (bytes), as they are on the wire."""
    return pymysql.connect(unix_socket=str(socket), user="root", database=database, charset="utf8mb4", conv=dict(encoders))


FAMILIES = {
    "int": {1, 2, 3, 8, 9, 13, 16}, "decimal": {0, 246}, "double": {4, 5}, "date": {10}, "datetime": {7, 12}, "text": {11, 15, 249, 250, 251, 252, 253, 254},
}
"""Type codes of the protocol; times of day are text here."""


def ask(connection: pymysql.connections.Connection, sql: str) -> tuple[list[tuple[str | None, ...]], list[str]]:
    """Rows as text and the families of their columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = [tuple(_text(value) for value in row) for row in cursor.fetchall()]
        families = [_family(column[1]) for column in cursor.description]
    return rows, families


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _family(code: int) -> str:
    return next((family for family, codes in FAMILIES.items() if code in codes), "null" if code == 6 else str(code))


def load(socket: Path, database: str, statements: Sequence[str]) -> None:
    connection = connect(socket)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS {database} CHARACTER SET utf8mb4")
        cursor.execute(f"USE {database}")
        cursor.execute("SET sql_mode = ''")
        for statement in statements:
            cursor.execute(statement)
    connection.commit()
    connection.close()

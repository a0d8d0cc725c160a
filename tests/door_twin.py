"""A MariaDB that holds what one person may see of an instance's wikis, and the real client asking both servers the same questions.

Its tables have the definitions of the dumps, without NOT NULL where the door says that a column may be NULL, and without the primary key where a cell of it
is hidden; its rows are what `SELECT *` gives the person at the MySQL door, byte by byte.
"""

from __future__ import annotations

import gzip
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pymysql

from tests import mysql_server
from tests.instance import Instance
from tests.mysql_server import MariaDb
from tests.mysql_wire import Wire
from tests.shared import program

_CREATE = re.compile(r"^CREATE TABLE `(\w+)` \(\n.*?^\) ENGINE=[^;]*;", re.S | re.M)
_NOT_NULL = re.compile(r" NOT NULL(?! AUTO_INCREMENT)")
_BATCH = 500
_ERROR = re.compile(rb"^ERROR (\d+) \((\w+)\) at line (\d+): (.*)$", re.M)
_MARK = "system echo '~~~~{}'"
"""The client runs this itself and writes what it prints among the answers."""


@dataclass(frozen=True)
class Answer:
    """What the client printed for one question: `out`, and where it was refused `error` as number and text."""

    out: bytes
    error: tuple[int, str] | None = None


def declared(dump: Path) -> dict[str, str]:
    """CREATE TABLE of each table of a dump."""
    script = gzip.decompress(dump.read_bytes()).decode("latin1")
    return {found[1]: found[0] for found in _CREATE.finditer(script)}


def _nullable(create: str, nullable: set[str]) -> str:
    """The definition without UNIQUE, and with NULL for the columns that may be."""
    nullable, lines = nullable - set(_key(create)), []
    for line in create.splitlines():
        name = re.match(r"\s+`(\w+)` ", line)
        open_ = name is not None and name[1] in nullable
        lines.append(_NOT_NULL.sub(" NULL", line).replace(" DEFAULT NULL NULL", " NULL") if open_ else line)
    return "\n".join(line for line in lines if not re.match(r"\s+(UNIQUE|FULLTEXT) ", line)).replace(",\n)", "\n)")


def fill(instance: Instance, who: str, maria: MariaDb, wikis: dict[str, Path]) -> dict[str, list[str]]:
    """Copies what `who` sees of the wikis into MariaDB. Returns the tables of each wiki that have rows there."""
    filled: dict[str, list[str]] = {}
    with maria.wire() as target:
        for wiki, dump in wikis.items():
            _run(target, f"CREATE DATABASE `{wiki}` CHARACTER SET binary")
            _run(target, f"USE `{wiki}`")
            _run(target, "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', foreign_key_checks = 0, unique_checks = 0, autocommit = 0")
            connection = instance.connect(who, wiki)
            tables = _tables(connection)
            filled[wiki] = []
            for table, create in declared(dump).items():
                if table in tables and _copy(connection, target, table, create):
                    filled[wiki].append(table)
            connection.close()
            _run(target, "COMMIT")
    return filled


def _tables(connection: pymysql.connections.Connection) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        return {row[0] for row in cursor.fetchall()}


def _copy(connection: pymysql.connections.Connection, target: Wire, table: str, create: str) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM `{table}`")
            rows = cursor.fetchall()
            names = [column[0] for column in cursor.description]
            cursor.execute(f"SHOW COLUMNS FROM `{table}`")
            create = _nullable(create, {name for name, _, null, *_ in cursor.fetchall() if null == "YES"})
    except pymysql.err.MySQLError:
        return False
    _run(target, create if _keyed(create, names, rows) else _without_key(create))
    columns = ", ".join(f"`{name}`" for name in names)
    for start in range(0, len(rows), _BATCH):
        values = ", ".join("(" + ", ".join(_literal(value) for value in row) + ")" for row in rows[start : start + _BATCH])
        _run(target, f"INSERT INTO `{table}` ({columns}) VALUES {values}")
    return True


def _key(create: str) -> list[str]:
    primary = re.search(r"PRIMARY KEY \((.*?)\)", create)
    return re.findall(r"`(\w+)`", primary[1]) if primary else []


def _keyed(create: str, names: list[str], rows: tuple[tuple[object, ...], ...]) -> bool:
    """Whether the rows have a value in each column of the primary key."""
    places = [names.index(name) for name in _key(create)]
    return all(row[place] is not None for row in rows for place in places)


def _without_key(create: str) -> str:
    lines = [line for line in create.splitlines() if "PRIMARY KEY" not in line]
    lines = [line.replace(" NOT NULL", " NULL").replace(" AUTO_INCREMENT,", ",") for line in lines]
    return "\n".join(lines).replace(",\n)", "\n)")


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return repr(value)
    data = value if isinstance(value, bytes) else str(value).encode()
    return f"x'{data.hex()}'"


def _run(wire: Wire, sql: str) -> None:
    result = wire.query(sql)[0]
    assert result.error is None, (sql[:300], result.error)


def by_client(command: list[str], questions: list[str], *options: str) -> list[Answer]:
    """What the client prints for each question, all in one connection; a refusal does not end it. `options`: its looks, `--batch` where there are none."""
    text, first, lines = [], [], 1
    for number, question in enumerate(questions):
        part = f"{_MARK.format(number)}\n{question};\n"
        first.append(lines + 1)
        lines += part.count("\n")
        text.append(part)
    words = [*command, "--force", "--unbuffered", *(options or ("--batch",))]
    done = subprocess.run(words, input="".join(text).encode(), capture_output=True, timeout=300, check=False)
    parts = re.split(rb"^~~~~(\d+)\n", done.stdout, flags=re.M)
    outs = {int(parts[place]): parts[place + 1] for place in range(1, len(parts), 2)}
    errors: dict[int, tuple[int, str]] = {}
    for found in _ERROR.finditer(done.stderr):
        line = int(found[3])
        number = max(place for place, start in enumerate(first) if start <= line)
        errors.setdefault(number, (int(found[1]), found[4].decode("utf-8", "replace")))
    return [Answer(outs.get(number, b""), errors.get(number)) for number in range(len(questions))]


def command_of(maria: MariaDb, database: str) -> list[str]:
    """The client's command line for MariaDB."""
    login = [f"-P{maria.port}", f"-u{mysql_server.USER}", f"-p{mysql_server.PASSWORD}"]
    return [program("mariadb"), "--no-defaults", "-h127.0.0.1", *login, *_CLIENT, database]


def command_for(instance: Instance, who: str, database: str) -> list[str]:
    """The client's command line for an instance."""
    return [program("mariadb"), f"--defaults-file={instance.cnf(who)}", *_CLIENT, database]


_CLIENT = ("-A", "--default-character-set=utf8mb4")

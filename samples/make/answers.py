"""What is true of the sample wikis, by SQL on their own MariaDB: answers that people must get, and words that nobody may see."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pymysql

QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text())


def answers(connection: pymysql.Connection[Any], without_rows: tuple[str, ...]) -> dict[str, Any]:
    """`without_rows` are the tables that the dump has no rows of."""
    tables = [name for (name,) in _rows(connection, "SHOW TABLES") if name not in without_rows]
    return {
        "server": _rows(connection, "SELECT VERSION()")[0][0],
        "answers": {name: _answer(connection, **question) for name, question in QUESTIONS["answers"].items()},
        "refused": QUESTIONS["refused"],
        "table_rows": {table: _rows(connection, f"SELECT COUNT(*) FROM `{table}`")[0][0] for table in tables},
    }


def must_not_leak(connections: dict[str, pymysql.Connection[Any]], wiki: str) -> dict[str, list[str]]:
    """Words by kind; `wiki` is the database of kinds that name none."""
    found = {}
    for kind, how in QUESTIONS["must_not_leak"].items():
        connection = connections[how.get("wiki", wiki)]
        hidden, shown = ({word for sql in how.get(part, ()) for word in _words(connection, sql, how.get("pattern"))} for part in ("hidden", "shown"))
        found[kind] = sorted(hidden - shown)
        if not found[kind]:
            raise RuntimeError(f"the story left nothing of the kind `{kind}`")
    return found


def must_show(connection: pymysql.Connection[Any], count: int = 40) -> list[str]:
    """Words of comments that the wiki shows to everybody: the last ones."""
    shown = QUESTIONS["must_show"]
    return sorted({word for sql in shown["shown"] for word in _words(connection, sql, shown["pattern"])})[-count:]


def _answer(connection: pymysql.Connection[Any], what: str, sql: str, truth: str | None = None) -> dict[str, Any]:
    asked, true = (" ".join(text.split()) for text in (sql, truth or sql))
    with connection.cursor() as cursor:
        cursor.execute(true)
        columns = [field[0] for field in cursor.description]
        rows = [[_plain(cell) for cell in row] for row in cursor.fetchall()]
    return {"what": what, "sql": asked, "truth": true, "columns": columns, "rows": rows}


def _rows(connection: pymysql.Connection[Any], sql: str) -> list[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [[_plain(cell) for cell in row] for row in cursor.fetchall()]


def _words(connection: pymysql.Connection[Any], sql: str, prefix: str | None) -> set[str]:
    cells = {str(row[0]) for row in _rows(connection, sql)}
    return cells if prefix is None else {word for cell in cells for word in re.findall(rf"\b{prefix}[a-z]{{9,}}\b", cell)}


def _plain(cell: Any) -> Any:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    return int(cell) if isinstance(cell, Decimal) else cell

"""Statements that write, beside a real MariaDB: the same rows, counts, sentences and error numbers, for a list of statements and for random ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pymysql
import pytest

from tests.instance import Instance
from tests.mysql_server import PASSWORD, USER, MariaDb

pytestmark = pytest.mark.system

STATEMENTS = [line for line in (Path(__file__).parent.parent / "work_statements.sql").read_text().splitlines() if not line.startswith("-- ")]
Pair = tuple["pymysql.Connection[Any]", "pymysql.Connection[Any]"]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """MariaDB's and ours."""
    with Instance(tmp_path_factory.mktemp("work") / "home") as instance, MariaDb() as maria:
        instance.setup()
        instance.serve("mysql")
        with maria.wire() as wire:
            wire.query("CREATE DATABASE staging")
        theirs = pymysql.connect(host="127.0.0.1", port=maria.port, user=USER, password=PASSWORD, database="staging", autocommit=True)
        with theirs, instance.connect("ines", "staging") as ours:
            yield theirs, ours


def told(connection: pymysql.Connection[Any], sql: str) -> object:
    """Rows; or how many were affected and the sentence about it; or the number of the error. What is bent and what MariaDB warns of is not told here."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(sql)
        except pymysql.MySQLError as error:
            return error.args[0]
        if cursor.description is not None:
            return [column[0] for column in cursor.description], cursor.fetchall()
        result: Any = connection._result  # type: ignore[attr-defined]
        sentence = re.search(rb"[A-Z][a-z]+[^A-Z]*:.*", result.message or b"")
        return cursor.rowcount, re.sub(rb"Warnings: \d+", b"", sentence[0]) if sentence else b""


def test_statements_do_and_say_what_mariadb_does_and_says(pair: Pair) -> None:
    differ = []
    for sql in STATEMENTS:
        theirs, ours = (told(connection, sql) for connection in pair)
        if theirs != ours:
            differ.append(f"{sql}\n  MariaDB {theirs}\n  here    {ours}")
    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("seed", range(4))
def test_random_statements_leave_the_rows_that_mariadb_leaves(pair: Pair, seed: int) -> None:
    chance = random.Random(seed)
    made = f"CREATE TABLE r (k int, u varchar(4), n int, m bigint, PRIMARY KEY (k){', UNIQUE (u)' if seed % 2 else ''})"
    done = [made, *(statement(chance) for _ in range(60))]
    for connection in pair:
        with suppress(pymysql.MySQLError), connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS r")
    for number, sql in enumerate(done):
        both = [(told(connection, sql), told(connection, "SELECT k, u, n, m FROM r ORDER BY k")) for connection in pair]
        assert both[0] == both[1], "\n".join([*done[: number + 1], f"MariaDB {both[0]}", f"here {both[1]}"])


def statement(chance: random.Random) -> str:
    def value() -> str:
        return chance.choice(("NULL", "0", "1", "-2", "7", "n", "m", "k", "n + 1", "IFNULL(m, 0) * 2", "k % 3", "CASE WHEN n > 3 THEN m END"))

    def row() -> str:
        text = chance.choice(("NULL", "'a'", "'A'", "'b'", "'c '", "'dd'", "'e'"))
        return f"({chance.randint(1, 9)}, {text}, {chance.choice(('NULL', '1', '2', '5'))}, {chance.randint(0, 3)})"

    def where() -> str:
        return chance.choice(("", "WHERE n IS NULL", "WHERE k > 4", "WHERE u = 'a'", "WHERE m IN (0, 2)", "WHERE n <> m", "WHERE k IN (SELECT m FROM r)"))

    rows = ", ".join(row() for _ in range(chance.randint(1, 4)))
    sets = ", ".join(f"{column} = {value()}" for column in chance.sample(("n", "m"), chance.randint(1, 2)))
    kept = ", ".join(f"{column} = {chance.choice(('n + VALUES(n)', 'VALUES(m)', 'r.m + 1', 'NULL', 'm'))}" for column in chance.sample(("n", "m"), 1))
    return chance.choice((
        f"INSERT INTO r VALUES {rows}", f"INSERT IGNORE INTO r VALUES {rows}", f"REPLACE INTO r VALUES {rows}",
        f"INSERT INTO r VALUES {rows} ON DUPLICATE KEY UPDATE {kept}",
        f"UPDATE r SET {sets} {where()}", f"DELETE FROM r {where()} ORDER BY k LIMIT 2", f"DELETE FROM r WHERE k = {chance.randint(1, 9)}",
        "UPDATE r JOIN (SELECT k AS j, m AS o FROM r) s ON s.j = r.k + 1 SET r.n = s.o",
        f"INSERT IGNORE INTO r SELECT k + 1, u, n, m FROM r {where()}",
        f"INSERT INTO r SELECT k + 9, NULL, n, m FROM r {where()} ON DUPLICATE KEY UPDATE m = VALUES(m)",
    ))  # fmt: skip

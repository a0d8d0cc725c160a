"""The guard's headings, and which names it finds unknown or ambiguous, are MariaDB's own: every readable case is asked of a real server too."""

from __future__ import annotations

from collections.abc import Iterator

import pymysql
import pytest

from carrel.model.errors import CarrelError
from carrel.policy.guard import authorize
from tests.mysql_server import PASSWORD, USER, MariaDb
from tests.policy_cases.catalog import Memory
from tests.policy_cases.test_cases import CATALOG, POLICY, Case, cases, question

pytestmark = pytest.mark.system

NAMES = {"unknown_column": 1054, "ambiguous_column": 1052}
MORE = [
    "SELECT 'abc', \"x y\", 'it''s', '  lead', 'a' 'b', N'abc', _utf8'abc', '' FROM page",
    "SELECT 1+ 1,  IF(page_id , 1,2)  , -1, .5, 1e3, NULL, TRUE, (page_id), ((page_id)), +page_id, (1+1), `page_id`+1 FROM page",
    "SELECT COUNT( DISTINCT  page_id ), page_id=1 AND 2, NOW() - INTERVAL 1 DAY,!page_id , BINARY page_title FROM page GROUP BY page_id",
    "SELECT page_id 'a', page_id \"b\", page_id c, PAGE_ID, page.Page_Id, page_id+ /* c */ 1 FROM page",
    "SELECT x.N, x.`n` FROM (SELECT page_id AS n FROM page) x",
    "SELECT * FROM (SELECT COUNT(*), (SELECT 1), 'abc' FROM page) x",
    "SELECT * FROM page NATURAL JOIN links",
    "SELECT * FROM page NATURAL RIGHT JOIN links",
    "SELECT * FROM page LEFT JOIN links USING (page_id)",
    "SELECT * FROM links RIGHT JOIN page USING (page_id)",
    "SELECT l.*, p.* FROM page p JOIN links l USING (page_id)",
    "SELECT * FROM page NATURAL JOIN links NATURAL JOIN site_stats",
    "WITH A AS (SELECT page_id x FROM page) SELECT * FROM a",
    "SELECT page_id FROM page UNION SELECT rev_id FROM revision",
]  # fmt: skip


def everything() -> list[Case]:
    own = [case for case in cases() if "dialect" not in case.who and "database" not in case.who and not case.expected.startswith("refused: access")]
    return own + [Case("more", 0, "researchers", text, "") for text in MORE]


@pytest.fixture(scope="module")
def connection() -> Iterator[pymysql.Connection[pymysql.cursors.Cursor]]:
    with MariaDb() as server, pymysql.connect(host="127.0.0.1", port=server.port, user=USER, password=PASSWORD) as connection:
        with connection.cursor() as cursor:
            for database in ("enwiki", "dewiki"):
                cursor.execute(f"CREATE DATABASE {database}")
                for table in Memory().tables(database):
                    columns = ", ".join(f"`{column.name}` {'INT' if 'INT' in column.type else 'VARBINARY(255)'}" for column in table.columns)
                    cursor.execute(f"CREATE TABLE {database}.`{table.name.table}` ({columns})")
        connection.select_db("enwiki")
        yield connection


def test_headings_and_unknown_names_are_those_of_mariadb(connection: pymysql.Connection[pymysql.cursors.Cursor]) -> None:
    compared, different = 0, []
    for case in everything():
        try:
            ours: list[str] | str = [output.heading for output in authorize(question(case), CATALOG, POLICY).outputs]
        except CarrelError as error:
            if error.code not in NAMES:
                continue
            ours = error.code
        with connection.cursor() as cursor:
            try:
                cursor.execute(case.query)
                theirs: list[str] | int = [described[0] for described in cursor.description or []]
            except pymysql.Error as error:
                theirs = int(error.args[0])
        if isinstance(ours, list) and isinstance(theirs, list):
            compared += 1
            different += [(case.query, ours, theirs)] if ours != theirs else []
        elif isinstance(ours, str):
            compared += 1
            different += [(case.query, ours, theirs)] if theirs != NAMES[ours] else []
    assert different == []
    assert compared > 120

"""INSERT IGNORE, REPLACE and ON DUPLICATE KEY UPDATE: what becomes of rows whose key is there, what is counted, what columns carry, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from carrel.gateway.writing import meeting
from carrel.model.names import TableName
from carrel.model.queries import Done
from tests.mutants.stage import WIKI, Stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", "a key of thirty-two characters..")
        made = Stage(tmp_path_factory.mktemp("stage"))
        yield made
        made.close()


@pytest.fixture(autouse=True)
def table(stage: Stage) -> Iterator[None]:
    does(stage, "CREATE TABLE staging.t (id int PRIMARY KEY, n int DEFAULT 0, s varchar(10))")
    does(stage, "INSERT INTO staging.t VALUES (1, 1, 'a'), (2, 2, 'b')")
    yield
    for name in ("t", "u"):
        for who in ("ines", "pavel"):
            stage.ask(f"DROP TABLE IF EXISTS staging.{name}", who)
    assert not list(stage.home.glob("lake/.writing/*"))


def does(stage: Stage, sql: str, who: str = "ines", **options: Any) -> None:
    heard = stage.ask(sql, who, WIKI, **options)
    assert not heard.error, f"{sql}: {heard.text}"


def done(stage: Stage, sql: str) -> tuple[int, str]:
    with stage.session("ines", WIKI) as session:
        (answer,) = list(session.ask(sql))
    assert isinstance(answer, Done)
    return answer.affected, answer.info


def rows(stage: Stage, name: str = "t") -> list[tuple[str, ...]]:
    return sorted(stage.ask(f"SELECT * FROM staging.{name}").rows or [])


def test_a_row_whose_key_is_there_is_left_out(stage: Stage) -> None:
    assert done(stage, "INSERT IGNORE INTO staging.t VALUES (2, 9, 'x'), (3, 3, 'c'), (3, 4, 'd')") == (1, "Records: 3  Duplicates: 2  Warnings: 2")
    assert rows(stage) == [("1", "1", "a"), ("2", "2", "b"), ("3", "3", "c")]
    assert done(stage, "INSERT IGNORE INTO staging.t SELECT page_id, 0, 'p' FROM page") == (0, "Records: 3  Duplicates: 3  Warnings: 3")


def test_a_row_takes_the_place_of_those_that_have_its_key(stage: Stage) -> None:
    assert done(stage, "REPLACE INTO staging.t VALUES (2, 20, 'bb')") == (2, "")
    assert done(stage, "REPLACE staging.t (id, s) VALUES (5, 'e'), (1, 'aa'), (5, 'ee')") == (5, "Records: 3  Duplicates: 2  Warnings: 0")
    assert rows(stage) == [("1", "0", "aa"), ("2", "20", "bb"), ("5", "0", "ee")]
    does(stage, "REPLACE INTO staging.t SET id = 1, n = 7")
    assert rows(stage)[0] == ("1", "7", "NULL")


def test_what_is_there_is_changed_by_what_comes(stage: Stage) -> None:
    assert done(stage, "INSERT INTO staging.t VALUES (1, 100, 'z') ON DUPLICATE KEY UPDATE n = n + VALUES(n), s = n") == (2, "")
    assert done(stage, "INSERT INTO staging.t VALUES (8, 1, 'h') ON DUPLICATE KEY UPDATE n = n + 1") == (1, "")
    several = "INSERT INTO staging.t VALUES (8, 1, 'h'), (8, 5, 'i'), (9, 1, 'j'), (9, 2, 'k') ON DUPLICATE KEY UPDATE n = t.n + VALUES(n)"
    assert done(stage, several) == (7, "Records: 4  Duplicates: 3  Warnings: 0")
    assert rows(stage) == [("1", "101", "101"), ("2", "2", "b"), ("8", "7", "h"), ("9", "3", "j")]
    assert done(stage, "INSERT INTO staging.t SELECT id, n, s FROM staging.t ON DUPLICATE KEY UPDATE s = s") == (0, "Records: 4  Duplicates: 0  Warnings: 0")
    does(stage, "INSERT INTO staging.t VALUES (?, ?, NULL) ON DUPLICATE KEY UPDATE n = ? - VALUES(n)", parameters=(2, 5, 50))
    assert rows(stage)[1] == ("2", "45", "b")


def test_several_keys_are_met_as_mariadb_meets_them(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.u (a int UNIQUE, b varchar(10) UNIQUE, c int)")
    does(stage, "INSERT INTO staging.u VALUES (1, 'x', 1), (2, 'y', 2), (NULL, 'z', 3), (4, NULL, 4)")
    assert done(stage, "REPLACE INTO staging.u VALUES (1, 'Y', 10)") == (3, "")
    assert done(stage, "REPLACE INTO staging.u VALUES (7, 'q', 11), (8, 'Q', 12), (8, 'r', 13), (4, 'r', 14)")[0] == 8
    assert rows(stage, "u") == [("1", "Y", "10"), ("4", "r", "14"), ("NULL", "z", "3")]
    assert done(stage, "INSERT IGNORE INTO staging.u VALUES (NULL, 'z', 20), (NULL, NULL, 21), (NULL, NULL, 22), (30, 'n', 24), (31, 'n', 25)")[0] == 3
    does(stage, "INSERT INTO staging.u VALUES (4, 'z', 50) ON DUPLICATE KEY UPDATE c = c + VALUES(c)")
    does(stage, "INSERT INTO staging.u VALUES (30, 'k', 1), (99, 'n', 1) ON DUPLICATE KEY UPDATE c = c * 10 + VALUES(c)")
    assert {row[0]: row[2] for row in rows(stage, "u") if row[1] != "NULL"} == {"1": "10", "4": "64", "NULL": "3", "30": "2411"}


def test_without_a_unique_key_all_are_plain_inserts(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.u (a int, KEY (a))")
    for sql in ("REPLACE INTO staging.u VALUES (1), (1)", "INSERT IGNORE INTO staging.u VALUES (1)",
        "INSERT INTO staging.u VALUES (1) ON DUPLICATE KEY UPDATE a = 2"):
        does(stage, sql)
    assert rows(stage, "u") == [("1",)] * 4


def test_what_cannot_be_changes_nothing(stage: Stage) -> None:
    before = rows(stage)
    for sql, code in (
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE id = 1", "duplicate_key"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE id = NULL", "null_value"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE nope = 1", "unknown_column"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE n = nope", "unknown_column"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE n = VALUES(nope)", "unknown_column"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE n = (SELECT MAX(user_email) FROM user)", "unsupported"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE n = 1 WHERE id = 2", "not_allowed"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE n = SUM(id)", "group_function"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE n = _carrel_row", "unknown_column"),
        ("INSERT INTO staging.t VALUES (2, 1, 'q') ON DUPLICATE KEY UPDATE s = 'longer than ten'", "too_long"),
        ("REPLACE INTO page SELECT * FROM page", "access_refused"), ("INSERT IGNORE INTO log.Edit_1 (id) VALUES (1)", "access_refused"),
        ("REPLACE INTO staging.t VALUES (1, 2)", "value_count"), ("REPLACE INTO staging.t VALUES ('x', 1, 'y')", "wrong_value"),
        ("REPLACE INTO staging.t SELECT user_email, 1, 'x' FROM user", "null_value"), ("REPLACE INTO staging.nope VALUES (1)", "unknown_table"),
        ("REPLACE INTO staging.t VALUES (1, 1, 'a') ON DUPLICATE KEY UPDATE n = 1", "syntax"),
    ):  # fmt: skip
        heard = stage.ask(sql)
        assert heard.error == code, f"{sql}: {heard.error} {heard.text}"
    assert rows(stage) == before


def test_too_many_that_meet_each_other_are_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting, "LEVELS", 2)
    sql = "INSERT INTO staging.t VALUES (9, 1, NULL), (9, 1, NULL), (9, 1, NULL) ON DUPLICATE KEY UPDATE n = n + 1"
    assert stage.ask(sql).error == "too_complex"
    monkeypatch.setattr(meeting, "MOST", 2)
    assert stage.ask("REPLACE INTO staging.t VALUES (9, 1, NULL), (9, 1, NULL), (9, 1, NULL)").error == "too_complex"
    assert len(rows(stage)) == 2


def test_columns_carry_what_is_set_and_every_key(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.u (ip varchar(40), n int, word varchar(20), UNIQUE (ip))", "pavel")
    does(stage, "INSERT IGNORE INTO staging.u (ip, n) SELECT clientIp, 1 FROM log.Edit_1", "pavel")
    assert all("personal.ip" in column.tags for column in columns(stage)), "which rows there are tells of the key"
    does(stage, "DROP TABLE staging.u", "pavel")
    does(stage, "CREATE TABLE staging.u (id int PRIMARY KEY, n int, word varchar(20))", "pavel")
    does(stage, "INSERT INTO staging.u VALUES (1, 1, '')", "pavel")
    does(stage, "INSERT INTO staging.u SELECT 1, 1, clientIp FROM log.Edit_1 ON DUPLICATE KEY UPDATE n = LENGTH(VALUES(word))", "pavel")
    assert [("personal.ip" in column.tags) for column in columns(stage)][1:] == [True, True]


def columns(stage: Stage) -> tuple[Any, ...]:
    found = stage.app.catalog.table(TableName("staging", "u"))
    assert found is not None
    return found.columns


def test_a_statement_is_looked_at_when_it_is_prepared(stage: Stage) -> None:
    for sql in ("REPLACE INTO page VALUES (1)", "REPLACE INTO staging.t (nope) VALUES (1)",
        "INSERT INTO staging.t VALUES (1, 1, 1) ON DUPLICATE KEY UPDATE nope = 1",
                "REPLACE INTO staging.t SELECT user_email + 1, 1, 1 FROM user"):
        assert stage.ask(f"PREPARE s FROM '{sql}'").error == stage.ask(sql).error != "", sql

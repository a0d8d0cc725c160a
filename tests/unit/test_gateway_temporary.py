"""Temporary tables: of one session alone, before other tables of their names, and gone when it ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from carrel.gateway import temporary
from carrel.gateway.session import GatewaySession
from carrel.lake import register
from carrel.lake.work import WorkTables
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.tables import Table
from carrel.state import copies
from tests.mutants.stage import WIKI, Stage, hear


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", "a key of thirty-two characters..")
        made = Stage(tmp_path_factory.mktemp("stage"))
        yield made
        made.close()


@pytest.fixture
def session(stage: Stage) -> Iterator[GatewaySession]:
    with stage.session("ines", "staging") as made:
        yield made
    assert kept(stage) == [], "they end with their session"
    assert not list(stage.home.glob("lake/staging.db/*-*")), "and leave nothing on disk"


def kept(stage: Stage) -> list[Table]:
    return register.temporary(stage.app.state)


def does(session: GatewaySession, *statements: str) -> None:
    for sql in statements:
        heard = hear(session, sql)
        assert not heard.error, f"{sql}: {heard.text}"


def rows(session: GatewaySession, sql: str) -> list[tuple[str, ...]]:
    heard = hear(session, sql)
    assert heard.rows is not None, f"{sql}: {heard.text}"
    return heard.rows


def test_it_is_made_filled_changed_joined_described_and_dropped(session: GatewaySession) -> None:
    does(session, f"CREATE TEMPORARY TABLE t AS SELECT page_id AS a, page_title AS b FROM {WIKI}.page", "INSERT INTO t VALUES (9, 'nine')",
         "UPDATE t SET b = 'x' WHERE a = 1", "DELETE FROM t WHERE a = 2", f"UPDATE t JOIN {WIKI}.page p ON p.page_id = t.a SET t.b = p.page_title",
         "ALTER TABLE t ADD COLUMN c int", "INSERT INTO staging.t (a) SELECT 10")  # fmt: skip
    assert rows(session, "SELECT staging.t.a, t.b FROM t JOIN t AS u USING (a) ORDER BY t.a") == [("1", "Gamma"), ("3", "Beta"), ("9", "nine"), ("10", "NULL")]
    assert [row[0] for row in rows(session, "DESCRIBE t")] == ["a", "b", "c"]
    assert rows(session, "SHOW CREATE TABLE t")[0][1].startswith("CREATE TEMPORARY TABLE `t` (")
    assert rows(session, "SHOW TABLES") == []
    assert rows(session, "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'staging'") == []
    does(session, "TRUNCATE t", "CREATE TEMPORARY TABLE IF NOT EXISTS t (z int)", "CREATE TABLE kept AS SELECT * FROM t", "DROP TEMPORARY TABLE t",
    "DROP TABLE kept")
    assert hear(session, "SELECT * FROM t").error == "unknown_table"
    assert hear(session, "DROP TEMPORARY TABLE t").error == "unknown_table"
    does(session, "DROP TEMPORARY TABLE IF EXISTS t", "CREATE TEMPORARY TABLE t (a int, PRIMARY KEY (a))", "INSERT INTO t VALUES (1), (2)")
    assert hear(session, "INSERT INTO t VALUES (1)").error == "duplicate_key"
    does(session, "PREPARE s FROM 'SELECT a FROM t WHERE a > ?'")
    assert rows(session, "EXECUTE s USING 1") == [("2",)]


def test_it_stands_before_another_of_its_name(stage: Stage, session: GatewaySession) -> None:
    does(session, "CREATE TABLE t AS SELECT 'base' AS a", "CREATE VIEW v AS SELECT a FROM t")
    assert rows(session, "SELECT a FROM t") == [("base",)]
    does(session, "CREATE TEMPORARY TABLE t AS SELECT 'mine' AS a")
    assert rows(session, "SELECT a FROM t") == [("mine",)], "what was remembered of the statement counts for nothing"
    assert stage.ask("SELECT a FROM staging.t").cells == ["base"]
    assert hear(session, "SELECT a FROM v").error == "not_allowed", "a view's names mean what they meant where it was made"
    assert hear(session, "CREATE TABLE t (a int)").error == "table_exists"
    assert rows(session, "SHOW TABLES") == [("t",), ("v",)]
    does(session, "DROP TABLE t")
    assert rows(session, "SELECT a FROM t UNION ALL SELECT a FROM v") == [("base",), ("base",)]
    assert hear(session, "DROP TEMPORARY TABLE t").error == "unknown_table", "the other one is no temporary table"
    does(session, "DROP VIEW v", "DROP TABLE t")


def test_nobody_else_knows_of_it_not_even_its_owner_elsewhere(stage: Stage, session: GatewaySession) -> None:
    does(session, "CREATE TEMPORARY TABLE t AS SELECT 'word-of-hers' AS a")
    (table,) = kept(stage)
    inside = table.name.table
    assert stage.app.catalog.table(table.name) is None
    for who in ("ines", "pavel", "omar"):
        with stage.session(who, None) as other:
            for name in ("t", inside):
                for sql in ("SELECT * FROM staging.`{}`", "DESCRIBE staging.`{}`", "DROP TABLE staging.`{}`", "DROP TEMPORARY TABLE staging.`{}`",
                "TRUNCATE staging.`{}`",
                            "INSERT INTO staging.`{}` VALUES (1)", "SHOW CREATE TABLE staging.`{}`", "CREATE VIEW staging.v AS SELECT * FROM staging.`{}`",
                            "GRANT SELECT ON staging.`{}` TO GROUP researchers", "RENAME TABLE staging.`{}` TO staging.mine"):
                    assert hear(other, sql.format(name)).text == hear(other, sql.format("nothing")).text.replace("nothing", name), sql
            for sql in ("SHOW TABLES FROM staging", "SELECT TABLE_NAME FROM information_schema.TABLES", "SELECT TABLE_NAME FROM information_schema.COLUMNS"):
                assert inside not in hear(other, sql).text
    assert hear(session, f"SELECT * FROM `{inside}`").error == "unknown_table"
    assert stage.app.catalog.search("word t") == [] or all(found.name != table.name for found in stage.app.catalog.search(inside.split("-")[0]))


def test_it_carries_what_flowed_in_and_ends_with_the_day(stage: Stage) -> None:
    with stage.session("pavel", "staging") as session:
        does(session, "CREATE TEMPORARY TABLE t AS SELECT clientIp FROM log.Edit_1", "CREATE TABLE copied AS SELECT clientIp FROM t")
        (table,) = kept(stage)
        with stage.app.state.read() as connection:
            copy, copied = copies.find(connection, str(table.name)), copies.find(connection, "staging.copied")
        assert copy is not None
        assert copied is not None
        assert (copy.owner, copy.tags, copy.ends) == ("pavel", {"personal.ip"}, (datetime.now(UTC) + timedelta(days=1)).date())
        assert copied.tags == {"personal.ip"}
        assert copied.ends <= copy.ends, "a copy of a copy ends no later"
        does(session, "DROP TABLE copied")
    with stage.app.state.read() as connection:
        assert copies.get(connection, copy.id).gone_at is not None


@pytest.mark.parametrize("sql", [
    "CREATE TEMPORARY TABLE stagewiki.t (a int)", "CREATE TEMPORARY TABLE u_pavel.t (a int)", "CREATE TEMPORARY VIEW v AS SELECT 1 AS a",
    "CREATE TEMPORARY t (a int)",
    "CREATE TEMPORARY TABLE x AS SELECT user_password FROM stagewiki.user", "CREATE TEMPORARY TABLE x AS SELECT * FROM closedwiki.page",
    "CREATE TEMPORARY TABLE `a/b` (a int)", "CREATE TEMPORARY TABLE `../b` (a int)", "ALTER TABLE t RENAME TO u", "RENAME TABLE t TO u",
    "GRANT SELECT ON t TO GROUP researchers", "CREATE VIEW v AS SELECT * FROM t", "CREATE TEMPORARY TABLE t (b int)", "DROP TEMPORARY VIEW t",
    "CREATE OR REPLACE VIEW t AS SELECT 1 AS a", "CREATE TEMPORARY TABLE x AS SELECT * FROM read_parquet('x')",
])  # fmt: skip
def test_what_it_cannot_be_is_refused(session: GatewaySession, sql: str) -> None:
    does(session, "CREATE TEMPORARY TABLE t (a int)")
    assert hear(session, sql).error not in ("", "crash", "internal")


def test_without_a_database_a_name_says_which(stage: Stage) -> None:
    with stage.session("ines", None) as session:
        assert hear(session, "CREATE TEMPORARY TABLE t (a int)").error == "no_database"
        does(session, "CREATE TEMPORARY TABLE u_ines.t AS SELECT 1 AS a")
        assert rows(session, "SELECT a FROM u_ines.t") == [("1",)]
    assert kept(stage) == []


def test_there_may_be_so_many(session: GatewaySession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "MOST", 2)
    does(session, "CREATE TEMPORARY TABLE a (a int)", "CREATE TEMPORARY TABLE b (a int)")
    assert hear(session, "CREATE TEMPORARY TABLE c (a int)").error == "too_many"
    does(session, "DROP TEMPORARY TABLE a", "CREATE TEMPORARY TABLE c (a int)")


def test_a_table_whose_day_has_come_is_unknown_to_its_session(stage: Stage, session: GatewaySession) -> None:
    does(session, "CREATE TEMPORARY TABLE t (a int)")
    (table,) = kept(stage)
    assert stage.app.parts.work is not None
    copy = stage.app.parts.work.find(table.name)
    assert copy is not None
    stage.app.parts.work.drop(table, copy)
    assert hear(session, "SELECT * FROM t").error == "unknown_table"
    does(session, "CREATE TEMPORARY TABLE t (b int)")


def test_what_a_killed_process_left_goes_with_the_next_start_and_nothing_of_a_living_one(stage: Stage, session: GatewaySession) -> None:
    does(session, "CREATE TEMPORARY TABLE mine (a int)")
    other = WorkTables(stage.app.state, stage.home / "lake", table_mb=1, person_mb=1, rows=10)
    with stage.session("pavel", "staging", work=other) as killed:
        does(killed, "CREATE TEMPORARY TABLE left_behind (a int)")
        killed._temporary._kept.clear()  # as if it had never come to its end
    stage.app.work.sweep()
    assert len(kept(stage)) == 2, "both processes are there"
    other._holder._held.close()  # as the kernel does
    stage.app.work.sweep()
    assert [table.owner for table in kept(stage)] == ["ines"]
    assert len(list((stage.home / "lake" / ".sessions").glob("*"))) == 1
    assert rows(session, "SELECT * FROM mine") == []


def test_a_session_whose_tables_cannot_be_dropped_ends_all_the_same(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise CarrelError("not now")

    with monkeypatch.context() as patch:
        with stage.session("ines", "staging") as session:
            does(session, "CREATE TEMPORARY TABLE t (a int)")
            patch.setattr(WorkTables, "drop", broken)
        assert len(kept(stage)) == 1
    (table,) = kept(stage)
    copy = stage.app.work.find(table.name)
    assert copy is not None
    stage.app.work.drop(table, replace(copy))
    assert stage.ask(f"SELECT * FROM staging.`{TableName('staging', 't').table}`").error == "unknown_table"

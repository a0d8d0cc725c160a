"""Tables that people make: what statements do, who sees the rows, what columns carry, and what is on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carrel.app import App
from carrel.identity import accounts
from carrel.lake.work import MOST_PARTS, WorkTables
from carrel.model.errors import AccessRefused, CarrelError
from carrel.model.names import TableName
from carrel.state import copies
from tests.mutants.stage import WIKI, Stage, hear


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", "a key of thirty-two characters..")
        made = Stage(tmp_path_factory.mktemp("stage"))
        yield made
        made.close()


def does(stage: Stage, sql: str, who: str = "ines", database: str | None = WIKI, **options: Any) -> None:
    heard = stage.ask(sql, who, database, **options)
    assert not heard.error, heard.text


def folders(stage: Stage) -> list[Path]:
    return sorted(stage.home.glob("lake/staging.db/*/*")) + sorted(stage.home.glob("lake/.writing/*"))


def test_a_table_is_made_filled_read_joined_renamed_emptied_and_dropped(stage: Stage) -> None:
    before = folders(stage)
    does(stage, "CREATE TABLE staging.t AS SELECT page_id, page_title, COUNT(*) AS n FROM page GROUP BY page_id")
    assert stage.ask("SELECT * FROM staging.t ORDER BY page_id").rows == [("1", "Gamma", "1"), ("2", "Alpha", "1"), ("3", "Beta", "1")]
    does(stage, "INSERT INTO t SELECT page_id + 10, page_title, 5 FROM stagewiki.page WHERE page_id < 3", database="staging")
    does(stage, "INSERT INTO staging.t (n, page_id) VALUES (1 + 1, 100), (-3, 101)")
    assert stage.ask("SELECT page_id, page_title, n FROM staging.t WHERE page_id > 3 ORDER BY 1").rows == [
        ("11", "Gamma", "5"), ("12", "Alpha", "5"), ("100", "NULL", "2"), ("101", "NULL", "-3"),
    ]
    assert stage.ask("SELECT SUM(page_len) FROM staging.t JOIN page USING (page_id)").cells == ["60"]
    does(stage, "RENAME TABLE staging.t TO staging.u")
    assert stage.ask("SELECT COUNT(*) FROM staging.u").cells == ["7"]
    assert stage.ask("SELECT 1 FROM staging.t").error == "unknown_table"
    does(stage, "TRUNCATE TABLE staging.u")
    assert stage.ask("SELECT COUNT(*) FROM staging.u").cells == ["0"]
    does(stage, "DROP TABLE staging.u")
    assert stage.ask("SELECT 1 FROM staging.u").error == "unknown_table"
    does(stage, "DROP TABLE IF EXISTS staging.u")
    assert stage.ask("DROP TABLE staging.u").error == "unknown_table"
    assert folders(stage) == before, "nothing of it is on disk"


def test_columns_are_described_as_mariadb_does(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.d AS SELECT page_id, page_title, COUNT(*) AS n, 'abc' AS word, 1.5 AS half, CURDATE() AS day FROM page GROUP BY page_id")
    told = stage.ask("DESCRIBE staging.d").rows
    assert told is not None
    assert [row[:3] for row in told] == [
        ("page_id", "bigint(20)", "NO"), ("page_title", "varbinary(9000)", "YES"), ("n", "bigint(21)", "NO"), ("word", "varchar(3)", "NO"),
        ("half", "decimal(2,1)", "NO"), ("day", "date", "NO"),
    ]
    does(stage, "DROP TABLE staging.d")


def test_declared_columns_take_what_fits(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.c (a int unsigned NOT NULL, b varchar(3) DEFAULT 'x', c datetime, d decimal(5,2)) ENGINE=InnoDB DEFAULT CHARSET=utf8")
    does(stage, "INSERT INTO staging.c VALUES (1, 'It\u00e9', '2018-01-01 00:00:00', 1.005), (?, ?, NULL, ?)", parameters=(7, "y", None))
    does(stage, "INSERT INTO staging.c (a) VALUES (4000000000)")
    assert stage.ask("SELECT a, b, d FROM staging.c").rows == [("1", "It\u00e9", "1.01"), ("7", "y", "NULL"), ("4000000000", "x", "NULL")]
    for values, code in (
        ("(-1, 'x', NULL, 1)", "out_of_range"), ("(1, 'long', NULL, 1)", "too_long"), ("(NULL, 'x', NULL, 1)", "null_value"),
        ("(1, 'x', NULL, 'many')", "wrong_value"),
        ("(1, 'x', NULL, 100000)", "out_of_range"), ("(1, 'x', '2018-02-30', 1)", "wrong_time"), ("(1, 'x', 'soon', 1)", "wrong_time"),
    ):  # fmt: skip
        assert stage.ask(f"INSERT INTO staging.c VALUES {values}").error == code, values
    assert stage.ask("INSERT INTO staging.c (b) VALUES ('y')").error == "no_default"
    assert stage.ask("INSERT INTO staging.c VALUES (1)").error == "value_count"
    assert stage.ask("INSERT INTO staging.c (nothing) VALUES (1)").error == "unknown_column"
    assert stage.ask("INSERT INTO staging.c (a) VALUES ((SELECT MAX(page_id) FROM page))").error == "not_allowed"
    assert stage.ask("SELECT COUNT(*) FROM staging.c").cells == ["3"]
    does(stage, "DROP TABLE staging.c")


def test_its_owner_alone_reads_it_and_a_personal_database_is_not_there_for_others(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.own AS SELECT clientIp, event FROM log.Edit_1", "pavel")
    does(stage, "CREATE TABLE u_pavel.own AS SELECT clientIp, event FROM log.Edit_1", "pavel")
    assert stage.ask("SELECT clientIp FROM u_pavel.own", "pavel").cells == ["192.0.2.55"] * 2
    for sql in ("SELECT * FROM staging.own", "INSERT INTO staging.own SELECT 'a', 'b'", "DROP TABLE staging.own", "TRUNCATE staging.own",
                "RENAME TABLE staging.own TO staging.mine"):
        assert stage.ask(sql).error == "access_refused", sql
    assert "own" in stage.words("SHOW TABLES FROM staging")
    for sql in ("SELECT * FROM {}.own", "DESCRIBE {}.own", "DROP TABLE {}.own", "CREATE TABLE {}.own AS SELECT 1 AS a", "USE {}", "SHOW TABLES FROM {}"):
        assert stage.words(sql.format("u_pavel")) == stage.words(sql.format("u_nobody")).replace("u_nobody", "u_pavel"), sql
    assert "staging" not in stage.words("SHOW DATABASES", "omar")
    assert stage.ask("CREATE TABLE staging.o AS SELECT 1 AS a", "omar").error == "unknown_database"
    for name in ("staging.own", "u_pavel.own"):
        does(stage, f"DROP TABLE {name}", "pavel")


def test_tables_that_were_loaded_are_not_changed(stage: Stage) -> None:
    for sql in ("CREATE TABLE stagewiki.t AS SELECT 1 AS a", "INSERT INTO page SELECT * FROM page", "DROP TABLE log.Edit_1", "TRUNCATE page",
                "RENAME TABLE page TO staging.page", "CREATE TABLE information_schema.t AS SELECT 1 AS a"):
        assert stage.ask(sql).error == "access_refused", sql


def test_forms_that_there_are_not_are_refused_with_the_way_out(stage: Stage) -> None:
    for sql in (
        "CREATE TEMPORARY VIEW staging.t AS SELECT 1",
        "CREATE TABLE staging.t LIKE page",
        "CREATE TABLE staging.t (a int references b (c))", "CREATE DATABASE d", "CREATE INDEX i ON staging.t (a)", "DROP DATABASE staging",
        "DROP TABLE staging.a, staging.b",
        "INSERT INTO staging.t VALUES (1) ON DUPLICATE KEY UPDATE a = 1", "INSERT INTO staging.t SET a = 1", "CREATE TABLE staging.t AS SELECT 1 AS a, 2 AS A",
        "CREATE TABLE staging.`a/b` AS SELECT 1 AS a", "CREATE TABLE staging.t AS SELECT user_password FROM user", "INSERT staging.t VALUES (1", "CREATE TABLE",
        "CREATE TABLE staging.t", "CREATE TABLE staging.t AS SELECT 1 AS a INTO OUTFILE 'x'",
        "CREATE TABLE staging.t AS INSERT INTO staging.u VALUES (1)", "CREATE TABLE staging.t AS SELECT * FROM read_parquet('x')",
    ):  # fmt: skip
        heard = stage.ask(sql)
        assert heard.error not in ("", "crash"), f"{sql}: {heard.text}"
    assert stage.ask("SHOW TABLES FROM staging").cells == []


def test_names_that_the_lake_keeps_for_itself_are_refused(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.Twin (a INT)")
    for sql in ("CREATE TABLE staging.twin (a INT)", "CREATE TABLE staging.k (`_HIDDEN` INT)", "CREATE TABLE staging.k AS SELECT 1 AS _hidden",
                "CREATE TABLE staging.k (_carrel_row INT)", "RENAME TABLE staging.Twin TO staging.TWIN"):
        assert stage.ask(sql).error == "bad_input", sql
    does(stage, "DROP TABLE staging.Twin")


def test_a_column_carries_the_tags_of_all_that_flowed_in(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.tags AS SELECT e.event, clientIp AS c, 'x' AS typed FROM log.Edit_1 e WHERE clientIp > ''", "pavel")
    does(stage, "CREATE TABLE staging.null_too AS SELECT user_email, user_touched, user_id FROM user")
    table = stage.app.catalog.table(TableName("staging", "tags"))
    nulls = stage.app.catalog.table(TableName("staging", "null_too"))
    assert table is not None
    assert nulls is not None
    assert {column.name: column.tags for column in table.columns} == {
        "event": {"personal.ip"}, "c": {"personal.ip"}, "typed": {"personal.ip", "restricted"},
    }
    assert {column.name: column.tags for column in nulls.columns} == {"user_email": {"personal.email"}, "user_touched": {"restricted"}, "user_id": {"public"}}
    does(stage, "CREATE TABLE staging.plain AS SELECT page_id FROM page")
    for name, who in (("tags", "pavel"), ("null_too", "ines"), ("plain", "ines")):
        does(stage, f"DROP TABLE staging.{name}", who)


def test_rows_that_are_added_bring_their_tags_and_a_pseudonym_stays_one(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.mixed AS SELECT event AS word FROM log.Edit_1")
    does(stage, "INSERT INTO staging.mixed SELECT clientIp FROM log.Edit_1")
    table = stage.app.catalog.table(TableName("staging", "mixed"))
    assert table is not None
    assert table.columns[0].tags == {"personal.ip"}
    assert stage.ask("SELECT word FROM staging.mixed").cells[2:] == stage.ask("SELECT clientIp FROM log.Edit_1").cells, "not hashed again"
    does(stage, "DROP TABLE staging.mixed")


def test_what_a_session_has_read_is_in_what_its_client_writes(stage: Stage) -> None:
    with stage.session("pavel") as session:
        hear(session, "SELECT clientIp FROM log.Edit_1")
        assert not hear(session, "CREATE TABLE staging.typed (a varchar(20))").error
        assert not hear(session, "INSERT INTO staging.typed VALUES ('192.0.2.55')").error
    table = stage.app.catalog.table(TableName("staging", "typed"))
    assert table is not None
    assert table.columns[0].tags == {"personal.ip", "restricted"}
    does(stage, "DROP TABLE staging.typed", "pavel")


def test_the_registry_and_the_audit_tell_of_it(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.told AS SELECT clientIp FROM log.Edit_1", "pavel")
    begin = stage.last("pavel")
    with stage.app.state.read() as connection:
        copy = copies.find(connection, "staging.told")
    assert copy is not None
    assert (begin.action, begin.details["copy"], begin.details["writes"], begin.tables) == ("create", copy.id, "staging.told", ("log.Edit_1",))
    assert (copy.owner, copy.sources, copy.tags, copy.rows) == ("pavel", ("log.Edit_1.clientIp",), {"personal.ip"}, 2)
    assert copy.ends == (datetime.now(UTC) + timedelta(days=90)).date()
    assert "192.0.2" not in copy.statement
    does(stage, "DROP TABLE staging.told", "pavel")
    assert stage.last("pavel").action == "drop"
    with stage.app.state.read() as connection:
        assert copies.find(connection, "staging.told") is None
        assert copies.get(connection, copy.id).gone_at is not None
    does(stage, "CREATE TABLE staging.forever AS SELECT page_id FROM page")
    with stage.app.state.read() as connection:
        found = copies.find(connection, "staging.forever")
    assert found is not None
    assert found.ends > (datetime.now(UTC) + timedelta(days=300)).date(), "until the owner's grant ends"
    does(stage, "DROP TABLE staging.forever")


def test_a_right_that_ends_in_the_middle_publishes_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    real = WorkTables.check_room

    def ended(self: WorkTables, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        accounts.suspend(stage.app.state, "ines", by="test", reason="test", now=datetime.now(UTC))

    monkeypatch.setattr(WorkTables, "check_room", ended)
    try:
        assert stage.ask("CREATE TABLE staging.late AS SELECT page_id FROM page").error == "access_refused"
    finally:
        accounts.resume(stage.app.state, "ines")
    assert stage.ask("SELECT * FROM staging.late").error == "unknown_table"
    assert not list(stage.home.glob("lake/.writing/*"))


def test_what_fails_in_the_middle_leaves_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise AccessRefused("broken")

    monkeypatch.setattr("carrel.lake.register.put", breaks)
    assert stage.ask("CREATE TABLE staging.half AS SELECT page_id FROM page").error
    monkeypatch.undo()
    assert stage.ask("SELECT * FROM staging.half").error == "unknown_table"
    assert folders(stage) == []


def test_limits_are_kept_to(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.app.work, "_rows", 2)
    assert stage.ask("CREATE TABLE staging.many AS SELECT page_id FROM page").error == "row_limit"
    does(stage, "CREATE TABLE staging.few AS SELECT page_id FROM page LIMIT 2")
    assert stage.ask("INSERT INTO staging.few VALUES (9)").error == "row_limit"
    monkeypatch.setattr(stage.app.work, "_person_bytes", 100)
    assert stage.ask("TRUNCATE staging.few").error == ""
    assert stage.ask("CREATE TABLE staging.wide AS SELECT page_id FROM page LIMIT 1").error == "row_limit"
    monkeypatch.undo()
    does(stage, "DROP TABLE staging.few")


def test_many_inserts_make_few_files(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.parts (a int)")
    for number in range(MOST_PARTS + 3):
        does(stage, f"INSERT INTO staging.parts VALUES ({number})")
    assert stage.ask("SELECT a FROM staging.parts").cells == [str(number) for number in range(MOST_PARTS + 3)]
    (folder,) = stage.home.glob("lake/staging.db/parts/*")
    assert len(list(folder.glob("*.parquet"))) < MOST_PARTS
    does(stage, "DROP TABLE staging.parts")


def test_a_killed_writer_s_files_go_at_the_next_start(stage: Stage) -> None:
    left = stage.home / "lake" / ".writing" / "20180101T000000-00000000"
    left.mkdir(parents=True)
    (left / ".lease").touch()
    (left / "part-00000.parquet").write_bytes(b"half")
    again = App(stage.home)
    again.work.sweep()
    again.close()
    assert not left.exists()


def test_a_table_that_changes_while_it_is_written_is_a_conflict(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.busy (a int)")
    table = stage.app.catalog.table(TableName("staging", "busy"))
    copy = stage.app.work.find(TableName("staging", "busy"))
    assert table is not None
    assert copy is not None
    does(stage, "INSERT INTO staging.busy VALUES (1)")
    with pytest.raises(CarrelError, match="changed by another statement"):
        stage.app.work.drop(table, copy)
    assert stage.ask("CREATE TABLE staging.busy AS SELECT 1 AS a").error == "table_exists"
    does(stage, "CREATE TABLE IF NOT EXISTS staging.busy AS SELECT 1 AS a")
    does(stage, "DROP TABLE staging.busy")

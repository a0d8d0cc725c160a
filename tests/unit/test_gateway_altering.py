"""ALTER TABLE, keys and numbers that count up: what becomes of definitions and rows, what is refused, and what columns carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from carrel.lake.work import MOST_PARTS
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.queries import Done
from carrel.model.tables import Table
from carrel.policy.guard.writing import read_write
from carrel.state import copies
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
    """Three rows in two parts."""
    does(stage, "CREATE TABLE staging.t (id int unsigned NOT NULL AUTO_INCREMENT, a int, b varchar(10), PRIMARY KEY (id), KEY k (b), UNIQUE u (a, b))")
    does(stage, "INSERT INTO staging.t (a, b) VALUES (10, 'x'), (20, 'y')")
    does(stage, "INSERT INTO staging.t VALUES (0, NULL, 'z')")
    yield
    for name in ("t", "t2"):
        for who in ("ines", "pavel"):
            stage.ask(f"DROP TABLE IF EXISTS staging.{name}", who)


def does(stage: Stage, sql: str, who: str = "ines", database: str | None = WIKI, **options: Any) -> None:
    heard = stage.ask(sql, who, database, **options)
    assert not heard.error, f"{sql}: {heard.text}"


def done(stage: Stage, sql: str) -> Done:
    with stage.session("ines", WIKI) as session:
        (answer,) = list(session.ask(sql))
    assert isinstance(answer, Done)
    return answer


def rows(stage: Stage, name: str = "t") -> list[tuple[str, ...]] | None:
    return stage.ask(f"SELECT * FROM staging.{name}").rows


def definition(stage: Stage, name: str = "t") -> Table:
    found = stage.app.catalog.table(TableName("staging", name))
    assert found is not None
    return found


def test_columns_come_go_and_change(stage: Stage) -> None:
    does(stage, "ALTER TABLE staging.t ADD COLUMN c varchar(5) NOT NULL DEFAULT 'c', ADD d int NOT NULL AFTER id, ADD e date, ADD f datetime NOT NULL FIRST")
    assert rows(stage) == [
        ("0000-00-00 00:00:00", "1", "0", "10", "x", "c", "NULL"), ("0000-00-00 00:00:00", "2", "0", "20", "y", "c", "NULL"),
        ("0000-00-00 00:00:00", "3", "0", "NULL", "z", "c", "NULL"),
    ]
    does(stage, "ALTER TABLE staging.t DROP COLUMN f, DROP e, CHANGE d dd bigint, MODIFY a varchar(20), RENAME COLUMN c TO cc, ALTER c SET DEFAULT 'n'")
    assert [(column.name, column.native_type, column.default) for column in definition(stage).columns] == [
        ("id", "int(10) unsigned", None), ("dd", "bigint(20)", None), ("a", "varchar(20)", None), ("b", "varchar(10)", None), ("cc", "varchar(5)", "n"),
    ]
    assert rows(stage) == [("1", "0", "10", "x", "c"), ("2", "0", "20", "y", "c"), ("3", "0", "NULL", "z", "c")]
    does(stage, "ALTER TABLE staging.t CHANGE a b varchar(20), CHANGE b a varchar(10), ALTER cc DROP DEFAULT, RENAME KEY k TO k2")
    found = definition(stage)
    assert [column.name for column in found.columns] == ["id", "dd", "b", "a", "cc"]
    assert {index.name: index.columns for index in found.indexes} == {"u": ("b", "a"), "k2": ("a",)}
    assert stage.ask("INSERT INTO staging.t (a) VALUES ('w')").error == "no_default"


def test_counts_and_names_are_mariadbs(stage: Stage) -> None:
    assert done(stage, "ALTER TABLE staging.t ADD c int").info == "Records: 0  Duplicates: 0  Warnings: 0"
    answer = done(stage, "ALTER TABLE staging.t MODIFY a varchar(9)")
    assert (answer.affected, answer.info) == (3, "Records: 3  Duplicates: 0  Warnings: 0")
    answer = done(stage, "ALTER TABLE staging.t ADD COLUMN IF NOT EXISTS a int, DROP COLUMN IF EXISTS zz, DROP INDEX IF EXISTS zz, ADD KEY (a), ADD KEY (a)")
    assert [notice.code for notice in answer.notices] == ["duplicate_column", "unknown_key", "unknown_key"]
    assert [index.name for index in definition(stage).indexes] == ["u", "k", "a", "a_2"]
    does(stage, "ALTER TABLE staging.t RENAME TO staging.t2")
    assert stage.ask("SELECT 1 FROM staging.t").error == "unknown_table"
    assert len(rows(stage, "t2") or []) == 3


def test_what_cannot_be_changes_nothing(stage: Stage) -> None:
    before, kept = definition(stage), rows(stage)
    for sql, code in (
        ("MODIFY b int", "wrong_value"), ("MODIFY a int NOT NULL", "null_value"), ("MODIFY b varchar(0)", "too_long"), ("DROP nope", "unknown_key"),
        ("MODIFY nope int", "unknown_column"), ("ADD a int", "duplicate_column"), ("ADD c int AFTER nope", "unknown_column"), ("ADD KEY k (a)",
        "duplicate_key_name"),
        ("ADD KEY (nope)", "key_column"), ("ADD KEY (a, A)", "duplicate_column"), ("ADD PRIMARY KEY (b)", "primary_keys"), ("DROP PRIMARY KEY", "not_allowed"),
        ("DROP KEY nope", "unknown_key"), ("DROP id, DROP a, DROP b", "not_allowed"), ("CHANGE a b int", "duplicate_column"), ("ADD c nonsense", "syntax"),
        ("ADD c int REFERENCES x (y)", "unsupported"), ("ADD c int CHECK (c > 1)", "unsupported"), ("ADD FOREIGN KEY (a) REFERENCES page (page_id)",
        "unsupported"),
        ("ADD c int, DROP nope", "unknown_key"), ("RENAME TO page", "access_refused"), ("RENAME TO staging.t2, DROP nope", "unknown_key"),
        ("ADD _hidden int", "bad_input"),
        ("ADD _carrel_row int", "bad_input"), ("CONVERT TO CHARACTER SET utf8", "unsupported"), ("ORDER BY a", "syntax"), ("ADD c int DEFAULT (1 + 1)",
        "unsupported"),
        ("ADD c int AUTO_INCREMENT, ADD KEY (c)", "not_allowed"), ("ADD UNIQUE (c)", "key_column"), ("", "syntax"),
    ):  # fmt: skip
        heard = stage.ask(f"ALTER TABLE staging.t {sql}")
        assert heard.error == code, f"{sql}: {heard.error} {heard.text}"
    for sql in ("ALTER TABLE page ADD c int", "ALTER TABLE log.Edit_1 DROP event", "CREATE INDEX i ON page (page_len)", "DROP INDEX page_len ON page"):
        assert stage.ask(sql).error == "access_refused", sql
    assert (definition(stage), rows(stage)) == (before, kept)


def test_a_key_that_is_unique_is_kept(stage: Stage) -> None:
    for sql in (
        "INSERT INTO staging.t VALUES (1, 5, 'n')", "INSERT INTO staging.t (a, b) VALUES (10, 'X')", "INSERT INTO staging.t (a, b) VALUES (5, 'v'), (5, 'v')",
        "INSERT INTO staging.t (a, b) SELECT 10, 'x' FROM page", "UPDATE staging.t SET id = 2", "UPDATE staging.t SET a = 1, b = 'same'",
        "ALTER TABLE staging.t MODIFY b varchar(10) NOT NULL, ADD c int NOT NULL, ADD UNIQUE (c)", "CREATE UNIQUE INDEX i ON staging.t (a), ALGORITHM=COPY",
        "CREATE TABLE staging.t2 (PRIMARY KEY (a)) AS SELECT 1 AS a FROM page", "CREATE TABLE staging.t2 (UNIQUE (a)) AS SELECT 'a' AS a UNION ALL SELECT 'A'",
    ):  # fmt: skip
        heard = stage.ask(sql)
        assert heard.error in ("duplicate_key", "syntax" if "ALGORITHM" in sql else "duplicate_key"), f"{sql}: {heard.error} {heard.text}"
    assert "duplicate entry '10-x' for key 'u'" in stage.words("INSERT INTO staging.t (a, b) VALUES (10, 'x')")
    does(stage, "INSERT INTO staging.t (a, b) VALUES (NULL, 'x'), (NULL, 'x')")
    assert stage.ask("INSERT INTO staging.t VALUES (NULL, 1, NULL), (NULL, 1, NULL)").error == "", "NULL is like nothing"
    does(stage, "CREATE UNIQUE INDEX prefix ON staging.t (b(1), id)")
    does(stage, "ALTER TABLE staging.t DROP INDEX u, DROP INDEX prefix")
    does(stage, "INSERT INTO staging.t (a, b) VALUES (10, 'x')")
    does(stage, "CREATE TABLE staging.t2 (a int, UNIQUE (a))")
    for number in range(MOST_PARTS + 2):
        does(stage, f"INSERT INTO staging.t2 VALUES ({number})")
        assert stage.ask("INSERT INTO staging.t2 VALUES (0)").error == "duplicate_key"


def test_a_duplicate_tells_no_value_that_is_somebody_s(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.t2 AS SELECT clientIp AS ip FROM log.Edit_1", "pavel")
    text = stage.words("ALTER TABLE staging.t2 ADD UNIQUE KEY u (ip)", "pavel")
    assert "duplicate entry for key 'u'" in text
    assert "192.0.2" not in text
    does(stage, "DROP TABLE staging.t2", "pavel")


def test_numbers_count_up(stage: Stage) -> None:
    assert [row[0] for row in rows(stage) or []] == ["1", "2", "3"]
    does(stage, "INSERT INTO staging.t (id, a) VALUES (10, 1), (NULL, 2), (0, 3)")
    does(stage, "DELETE FROM staging.t WHERE id > 3")
    does(stage, "INSERT INTO staging.t (a) SELECT page_id FROM page WHERE page_id = 1")
    assert [row[0] for row in rows(stage) or []] == ["1", "2", "3", "13"]
    assert "AUTO_INCREMENT=14" in stage.words("SHOW CREATE TABLE staging.t")
    does(stage, "TRUNCATE staging.t")
    does(stage, "INSERT INTO staging.t (a) VALUES (1)")
    assert rows(stage) == [("1", "1", "NULL")]
    does(stage, "CREATE TABLE staging.t2 AS SELECT page_len FROM page")
    does(stage, "ALTER TABLE staging.t2 ADD n int AUTO_INCREMENT PRIMARY KEY FIRST")
    assert [row[0] for row in rows(stage, "t2") or []] == ["1", "2", "3"]


def test_keys_are_shown_as_mariadb_shows_them(stage: Stage) -> None:
    assert [(row[0], row[3], row[5]) for row in stage.ask("DESCRIBE staging.t").rows or []] == [("id", "PRI", "auto_increment"), ("a", "MUL", ""), ("b",
    "MUL", "")]
    assert [(row[1], row[2], row[4]) for row in stage.ask("SHOW INDEX FROM staging.t").rows or []] == [
        ("0", "PRIMARY", "id"), ("0", "u", "a"), ("0", "u", "b"), ("1", "k", "b"),
    ]
    does(stage, "CREATE INDEX i USING HASH ON staging.t (b(3), a DESC)")
    assert "KEY `i` (`b`(3),`a`)" in stage.words("SHOW CREATE TABLE staging.t")
    does(stage, "DROP INDEX i ON staging.t")
    assert "`i`" not in stage.words("SHOW CREATE TABLE staging.t")


def test_tags_travel_with_a_column_and_go_with_it(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.t2 AS SELECT clientIp AS ip, event AS word FROM log.Edit_1", "pavel")
    with stage.app.state.read() as connection:
        before = copies.find(connection, "staging.t2")
    does(stage, "ALTER TABLE staging.t2 CHANGE ip ip2 varchar(40) FIRST, RENAME COLUMN word TO ip", "pavel")
    assert {column.name: column.tags for column in definition(stage, "t2").columns} == {"ip2": {"personal.ip"}, "ip": {"public"}}
    does(stage, "ALTER TABLE staging.t2 DROP COLUMN ip2", "pavel")
    found = definition(stage, "t2")
    assert ({column.name: column.tags for column in found.columns}, found.retention) == ({"ip": {"public"}}, None)
    with stage.app.state.read() as connection:
        after = copies.find(connection, "staging.t2")
    assert before is not None
    assert after is not None
    assert (after.tags, after.ends, after.rows) == ({"public"}, before.ends, 2), "the clock does not go back"
    does(stage, "DROP TABLE staging.t2", "pavel")


def test_a_default_that_a_session_wrote_carries_what_it_has_read(stage: Stage) -> None:
    with stage.session("pavel", WIKI) as session:
        for sql in ("CREATE TABLE staging.t2 AS SELECT page_id FROM page", "SELECT clientIp FROM log.Edit_1",
        "ALTER TABLE staging.t2 ADD c varchar(20) DEFAULT 'x'",
                    "ALTER TABLE staging.t2 ALTER page_id SET DEFAULT 7"):
            for answer in session.ask(sql):
                if not isinstance(answer, Done):
                    answer.close()
    assert all("personal.ip" in column.tags for column in definition(stage, "t2").columns)
    with stage.app.state.read() as connection:
        copy = copies.find(connection, "staging.t2")
    assert copy is not None
    assert (copy.ends - copy.made.date()).days == 90, "as what was shown"
    does(stage, "DROP TABLE staging.t2", "pavel")


def test_a_statement_is_looked_at_when_it_is_prepared(stage: Stage) -> None:
    for sql in ("ALTER TABLE page ADD c int", "ALTER TABLE staging.nope ADD c int", "CREATE INDEX i ON page (page_len)",
    "ALTER TABLE staging.t ADD c int REFERENCES x (y)"):
        assert stage.ask(f"PREPARE s FROM '{sql}'").error == stage.ask(sql).error != "", sql
    with stage.session("ines", WIKI) as session:
        assert session.prepare("ALTER TABLE staging.t ADD c int") == ()
    assert len(definition(stage).columns) == 3


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (a int", "CREATE TABLE t (a int,)", "CREATE TABLE t (PRIMARY KEY)", "CREATE TABLE t (a int, KEY k)", "CREATE TABLE t (a int, KEY ())",
        "CREATE TABLE t (a int, KEY (a(0.5)))", "CREATE TABLE t (a)", "ALTER TABLE t ADD", "ALTER TABLE t ADD (a int", "ALTER TABLE t RENAME COLUMN a b",
        "ALTER TABLE t ALTER a SET DEFAULT b", "ALTER IGNORE TABLE t ADD a int", "CREATE INDEX ON t (a)", "DROP INDEX i",
        "ALTER TABLE t ADD a int; DROP TABLE t",
        "ALTER TABLE t ADD a int /*!50000 , DROP b */", "CREATE TABLE t (a int GENERATED ALWAYS AS (b + 1))", "CREATE TABLE t (a int DEFAULT (SELECT 1))",
        "CREATE TABLE t (a timestamp ON UPDATE CURRENT_TIMESTAMP)",
    ],
)  # fmt: skip
def test_other_forms_are_refused(sql: str) -> None:
    with pytest.raises(CarrelError):
        read_write(sql, "staging")

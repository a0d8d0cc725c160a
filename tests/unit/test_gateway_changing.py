"""UPDATE and DELETE of tables that people make: which rows change into what, what is refused, what columns carry, and two writers at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from carrel.gateway.writing.rows import Found
from carrel.lake.work import WorkTables
from carrel.model.errors import Internal
from carrel.model.names import TableName
from carrel.model.queries import Done
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
    does(stage, "CREATE TABLE staging.t (id int NOT NULL, a int, b varchar(10), c varchar(5) NOT NULL DEFAULT 'z')")
    does(stage, "INSERT INTO staging.t VALUES (1, 10, 'x', 'p'), (2, NULL, 'y', 'q')")
    does(stage, "INSERT INTO staging.t VALUES (3, 30, 'z', 'r')")
    yield
    for name in ("t", "u"):
        does(stage, f"DROP TABLE IF EXISTS staging.{name}")


def does(stage: Stage, sql: str, who: str = "ines", database: str | None = WIKI, **options: Any) -> None:
    heard = stage.ask(sql, who, database, **options)
    assert not heard.error, f"{sql}: {heard.text}"


def rows(stage: Stage) -> list[tuple[str, ...]] | None:
    return stage.ask("SELECT * FROM staging.t").rows


def done(stage: Stage, sql: str) -> Done:
    with stage.session("ines", WIKI) as session:
        (answer,) = list(session.ask(sql))
    assert isinstance(answer, Done)
    return answer


def tags(stage: Stage, name: str = "t") -> dict[str, set[str]]:
    found = stage.app.catalog.table(TableName("staging", name))
    assert found is not None
    return {column.name: {tag for tag in column.tags if tag is not None} for column in found.columns}


def test_rows_that_match_are_changed_and_stay_in_their_order(stage: Stage) -> None:
    does(stage, "UPDATE staging.t SET a = id * 100, b = NULL WHERE id <> 2")
    assert rows(stage) == [("1", "100", "NULL", "p"), ("2", "NULL", "y", "q"), ("3", "300", "NULL", "r")]
    does(stage, "UPDATE t SET a = IFNULL(a, 0) + 1", database="staging")
    assert [row[1] for row in rows(stage) or []] == ["101", "1", "301"]
    does(stage, "DELETE FROM staging.t WHERE a > 100 AND id = 1")
    assert [row[0] for row in rows(stage) or []] == ["2", "3"]
    does(stage, "DELETE FROM staging.t")
    assert rows(stage) == []
    does(stage, "INSERT INTO staging.t (id) VALUES (7)")
    assert rows(stage) == [("7", "NULL", "NULL", "z")]


def test_counts_are_mariadbs(stage: Stage) -> None:
    answer = done(stage, "UPDATE staging.t SET a = 30 WHERE id > 1")
    assert (answer.affected, answer.matched, answer.info) == (1, 2, "Rows matched: 2  Changed: 1  Warnings: 0")
    answer = done(stage, "DELETE FROM staging.t WHERE id > 1")
    assert (answer.affected, answer.matched, answer.info) == (2, None, "")


def test_a_value_sees_what_the_columns_before_it_have_become(stage: Stage) -> None:
    does(stage, "UPDATE staging.t SET a = id + 0.6, b = a, a = a + 1 WHERE id = 1")
    assert (rows(stage) or [])[0] == ("1", "3", "2", "p")
    assert stage.ask("UPDATE staging.t SET a = 5, b = (SELECT MAX(page_id) FROM page WHERE page_id < t.a)").error == "unsupported"
    does(stage, "UPDATE staging.t SET b = (SELECT MAX(page_id) FROM page WHERE page_id < t.id), a = 5")
    assert [row[1:3] for row in rows(stage) or []] == [("5", "NULL"), ("5", "1"), ("5", "2")]


def test_order_and_limit_choose_the_rows(stage: Stage) -> None:
    does(stage, "UPDATE staging.t SET a = 7 ORDER BY id DESC LIMIT 1")
    assert [row[1] for row in rows(stage) or []] == ["10", "NULL", "7"]
    does(stage, "UPDATE staging.t SET a = 8 LIMIT ?", parameters=(2,))
    assert [row[1] for row in rows(stage) or []] == ["8", "8", "7"]
    does(stage, "DELETE FROM staging.t WHERE id > 0 ORDER BY a, id DESC LIMIT 2")
    assert [row[0] for row in rows(stage) or []] == ["1"]


def test_values_that_do_not_fit_change_nothing(stage: Stage) -> None:
    before = rows(stage)
    for sql, code in (
        ("SET b = 'longer than ten'", "too_long"), ("SET c = NULL", "null_value"), ("SET a = 'many'", "wrong_value"), ("SET a = 99999999999", "out_of_range"),
        ("SET nothing = 1", "unknown_column"), ("SET a = nothing", "unknown_column"), ("SET id = DEFAULT", "no_default"), ("SET a", "syntax"),
        ("SET a = SUM(id)", "group_function"), ("SET a = RANK() OVER (ORDER BY id)", "window_function"), ("SET _carrel_row = 1", "unknown_column"),
        ("SET a = _CARREL_ROW", "unknown_column"), ("SET a = 1 RETURNING a", "unsupported"),
        ("SET a = (SELECT 1, 2)", "operand_count"), ("SET a = a = 1, (b) = 2", "not_allowed"),
    ):  # fmt: skip
        heard = stage.ask(f"UPDATE staging.t {sql} WHERE id > 0")
        assert heard.error, sql
        assert heard.error != "crash", heard.text
        if code not in ("", "syntax"):
            assert heard.error == code, f"{sql}: {heard.error} {heard.text}"
    does(stage, "UPDATE staging.t SET c = DEFAULT WHERE id = 1")
    assert rows(stage) == [(*row[:3], "z" if row[0] == "1" else row[3]) for row in before or []]


def test_joined_tables_give_the_values(stage: Stage) -> None:
    does(stage, "UPDATE staging.t x JOIN page p ON p.page_id = x.id SET x.b = p.page_title WHERE p.page_len < 30")
    assert [row[2] for row in rows(stage) or []] == ["Gamma", "Alpha", "z"]
    does(stage, "UPDATE t, stagewiki.page SET a = page_len WHERE id = page_id", database="staging")
    assert [row[1] for row in rows(stage) or []] == ["10", "20", "30"]
    does(stage, "UPDATE staging.t LEFT JOIN (SELECT page_id AS p, page_len AS n FROM page WHERE page_id > 1) s ON s.p = t.id SET t.a = n")
    assert [row[1] for row in rows(stage) or []] == ["NULL", "20", "30"]
    does(stage, "UPDATE staging.t, staging.t AS other SET t.a = other.id WHERE other.id > t.id")
    assert [row[1] for row in rows(stage) or []] == ["2", "3", "30"], "each once, by the values that come first"
    does(stage, "UPDATE page p RIGHT JOIN staging.t ON page_id = id + 1 SET t.a = page_id")
    assert [row[1] for row in rows(stage) or []] == ["2", "3", "NULL"]
    does(stage, "UPDATE page LEFT JOIN staging.t ON page_id = id + 1 SET t.a = 0")
    assert [row[1] for row in rows(stage) or []] == ["0", "0", "NULL"], "rows that a join makes up are none of the table's"
    does(stage, "DELETE staging.t FROM staging.t JOIN page ON page_id = id WHERE page_title = 'Beta'")
    does(stage, "DELETE FROM x USING staging.t AS x JOIN staging.t AS y WHERE x.id > y.id")
    assert [row[0] for row in rows(stage) or []] == ["1"]


def test_which_table_is_changed_is_never_guessed(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.u (id int, a int, d int)")
    for sql, code in (
        ("UPDATE staging.t, staging.u SET a = 1", "ambiguous_column"), ("UPDATE staging.t, staging.u SET t.a = 1, u.a = 1", "unsupported"),
        ("UPDATE staging.t x SET t.a = 1", "not_allowed"), ("DELETE t FROM staging.t AS x", "not_allowed"),
        ("DELETE t, u FROM staging.t, staging.u", "unsupported"),
        ("UPDATE staging.t, page SET a = 1 LIMIT 1", "unsupported"), ("UPDATE (SELECT 1 AS a) x SET a = 1", "not_allowed"),
        ("UPDATE staging.nope SET a = 1", "unknown_table"),
        ("UPDATE page SET page_title = 'x'", "access_refused"), ("UPDATE staging.t, page SET page_title = b", "access_refused"),
        ("DELETE FROM log.Edit_1", "access_refused"), ("DELETE page FROM staging.t JOIN page", "access_refused"),
        ("UPDATE information_schema.TABLES SET a = 1", "access_refused"),
        ("WITH x AS (SELECT 1) UPDATE staging.t SET a = 1", ""), ("DELETE FROM staging.t WHERE id = 1 RETURNING id", "unsupported"),
    ):  # fmt: skip
        heard = stage.ask(sql)
        assert heard.error == code or (not code and heard.error not in ("", "crash")), f"{sql}: {heard.error} {heard.text}"
    does(stage, "UPDATE staging.t, staging.u SET d = 1")
    assert stage.ask("UPDATE t SET a = 1", database=None).error == "no_database"
    assert len(rows(stage) or []) == 3


def test_what_is_set_carries_what_flowed_in_and_a_column_that_is_set_everywhere_only_that(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.u AS SELECT clientIp AS ip, event AS word, 1 AS n FROM log.Edit_1", "pavel")
    does(stage, "UPDATE staging.u SET n = 2 WHERE ip > ''", "pavel")
    assert tags(stage, "u") == {"ip": {"personal.ip"}, "word": {"public"}, "n": {"personal.ip", "restricted"}}
    does(stage, "UPDATE staging.u SET ip = NULL WHERE n = 99", "pavel")
    assert tags(stage, "u")["ip"] == {"personal.ip", "restricted"}, "other rows have it still"
    with stage.app.state.read() as connection:
        before = copies.find(connection, "staging.u")
    does(stage, "UPDATE staging.u SET ip = NULL, n = 1", "pavel")
    assert tags(stage, "u") == {"ip": {"restricted"}, "word": {"public"}, "n": {"restricted"}}
    with stage.app.state.read() as connection:
        after = copies.find(connection, "staging.u")
    assert before is not None
    assert after is not None
    assert (after.tags, after.ends) == ({"public", "restricted"}, before.ends), "the clock does not go back"
    does(stage, "DROP TABLE staging.u", "pavel")


def test_a_closed_column_that_is_set_is_null_and_a_pseudonym_stays_one(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.u (a varchar(9), b varchar(1))")
    does(stage, "INSERT INTO staging.u VALUES ('x', 'x')")
    does(stage, "UPDATE staging.u JOIN user SET u.a = user_email")
    assert stage.ask("SELECT a FROM staging.u").cells == ["NULL"]
    assert "personal.email" in tags(stage, "u")["a"]
    assert stage.ask("UPDATE staging.u SET b = (SELECT clientIp FROM log.Edit_1 LIMIT 1)").error == "too_long", "a pseudonym is longer than x"


def test_two_writers_at_once_are_a_conflict(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    real, other = WorkTables.check_room, ["INSERT INTO staging.t (id) VALUES (9)"]

    def meanwhile(self: WorkTables, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        while other:
            does(stage, other.pop())

    monkeypatch.setattr(WorkTables, "check_room", meanwhile)
    assert stage.ask("UPDATE staging.t SET a = 1").error == "conflict"
    assert [row[:2] for row in rows(stage) or []] == [("1", "10"), ("2", "NULL"), ("3", "30"), ("9", "NULL")]
    does(stage, "UPDATE staging.t SET a = 1")
    assert not list(stage.home.glob("lake/.writing/*"))


def test_a_statement_is_looked_at_when_it_is_prepared(stage: Stage) -> None:
    with stage.session("ines", WIKI) as session:
        assert session.prepare("UPDATE staging.t SET a = ? WHERE id = ? ORDER BY id LIMIT ?") == ()
    for sql in ("UPDATE page SET page_title = ?", "UPDATE staging.t SET nothing = ?", "DELETE FROM staging.t WHERE (SELECT MAX(user_email) FROM user) = ?"):
        assert stage.ask(f"PREPARE s FROM '{sql}'").error == stage.ask(sql, parameters=("1",)).error != "", sql
    with stage.session("ines", WIKI) as session:
        for sql in ("PREPARE s FROM 'UPDATE staging.t SET a = ? WHERE id = ?'", "SET @a = 5, @id = 3", "EXECUTE s USING @a, @id"):
            list(session.ask(sql))
    assert [row[1] for row in rows(stage) or []] == ["10", "NULL", "5"]


def test_what_is_explained_is_not_done(stage: Stage) -> None:
    before = rows(stage)
    for sql, read in (
        ("UPDATE staging.t JOIN page ON page_id = id SET a = page_len", "page"), ("DELETE FROM staging.t WHERE id = 1", '"staging"."t"'),
        ("CREATE TABLE staging.u AS SELECT page_len FROM page", "page_len"), ("INSERT INTO staging.t (id) SELECT page_id FROM page", "page_id"),
        ("REPLACE INTO staging.t (id) SELECT page_id FROM page", "page_id"),
    ):  # fmt: skip
        heard = stage.ask(f"EXPLAIN {sql}")
        assert not heard.error, f"{sql}: {heard.text}"
        assert read in heard.text
        assert "@" not in heard.text, "when a table was written is not told"
    for sql, code in (
        ("UPDATE page SET page_title = 1", "access_refused"), ("UPDATE staging.t SET a = (SELECT CONCAT(user_email) FROM user)", "access_refused"),
        ("INSERT INTO staging.t VALUES (1)", "unsupported"), ("DROP TABLE staging.t", "unsupported"), ("ALTER TABLE staging.t ADD z int", "unsupported"),
    ):  # fmt: skip
        assert stage.ask(f"EXPLAIN {sql}").error == code, sql
    assert (rows(stage), stage.ask("SELECT 1 FROM staging.u").error) == (before, "unknown_table")
    assert stage.last("ines").statement.startswith(("EXPLAIN", "SELECT"))


def test_the_audit_and_the_registry_tell_of_it(stage: Stage) -> None:
    does(stage, "UPDATE staging.t JOIN page ON page_id = id SET b = page_title")
    begin = stage.last("ines")
    assert (begin.action, begin.details["writes"], begin.tables) == ("update", "staging.t", ("stagewiki.page", "staging.t"))
    assert not any("_carrel" in column for column in begin.columns)
    with stage.app.state.read() as connection:
        copy = copies.find(connection, "staging.t")
    assert copy is not None
    assert {"stagewiki.page.page_id", "stagewiki.page.page_title", "staging.t.id"} == set(copy.sources)
    does(stage, "DELETE FROM staging.t WHERE id = 1")
    with stage.app.state.read() as connection:
        copy = copies.find(connection, "staging.t")
    assert copy is not None
    assert copy.rows == 2


def test_rows_are_found_in_their_order_and_once() -> None:
    def batch(*places: int | None) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([pa.array(places, pa.int64()), pa.array([str(place) for place in places])], names=["r", "v"])

    found = Found(iter([batch(None, 1, 1), batch(1, 4), batch(), batch(5, 9)]))
    for start, told in ((0, ([1], ["1"])), (4, ([0, 1], ["4", "5"])), (8, ([1], ["9"]))):
        places, values = found.within(start, 4)
        assert (places.to_pylist(), values[0].to_pylist()) == told
    found.end()
    assert found.rows == 4
    assert len(found.within(12, 4)[0]) == 0
    with pytest.raises(Internal):
        Found(iter([batch(2, 1)])).within(0, 4)
    with pytest.raises(Internal):
        Found(iter([batch(1)])).within(4, 4)
    with pytest.raises(Internal):
        Found(iter([batch(1)])).end()

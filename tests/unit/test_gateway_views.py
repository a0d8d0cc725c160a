"""Views: they show what their text shows its reader, and nothing beside; whose they are, what they carry, and who sees their text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from carrel.model.copies import CopyKind
from carrel.model.names import TableName
from carrel.policy.guard import views
from carrel.state import copies
from tests.instance import GROUP_OF
from tests.mutants.stage import WIKI, Stage, hear


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", "a key of thirty-two characters..")
        made = Stage(tmp_path_factory.mktemp("stage"))
        yield made
        made.close()


@pytest.fixture(autouse=True)
def _clean(stage: Stage) -> Iterator[None]:
    yield
    for who in ("ines", "pavel"):
        for table in stage.app.catalog.tables("staging"):
            kind = "TABLE" if table.view is None else "VIEW"
            if table.owner == who:
                does(stage, f"DROP {kind} staging.`{table.name.table}`", who)


def does(stage: Stage, sql: str, who: str = "ines", database: str | None = WIKI, **options: Any) -> None:
    heard = stage.ask(sql, who, database, **options)
    assert not heard.error, f"{sql}: {heard.text}"


QUERIES = (
    "SELECT * FROM page", "SELECT page_id, page_title AS t, page_len + 1, COUNT(*) AS n FROM page GROUP BY page_id HAVING n > 0",
    "SELECT rev_id, actor_name FROM revision JOIN actor ON actor_id = rev_actor", "SELECT * FROM user", "SELECT * FROM revision",
    "SELECT event, clientIp FROM log.Edit_1", "SELECT MAX(clientIp) AS ip FROM log.Edit_1", "SELECT * FROM log.Unkept_1", "SELECT * FROM recentchanges",
    "SELECT page_id AS a FROM page UNION SELECT rev_id FROM revision ORDER BY a DESC LIMIT 4",
    "WITH p AS (SELECT page_id AS x FROM page) SELECT x, x * 2 FROM p",
    "SELECT p.page_title, (SELECT COUNT(*) FROM revision WHERE rev_page = p.page_id) AS edits FROM page p",
    "SELECT 'a', 1.5, NULL AS nothing, NOW() > '2000-01-01' AS late",
    "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n", "SELECT * FROM (SELECT page_len + 1, page_id FROM page) d",
    "SELECT CURRENT_USER() AS who", "(SELECT page_id FROM page ORDER BY page_len DESC LIMIT 2)", "SELECT DISTINCT log_type FROM logging",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_a_view_shows_what_its_text_shows(stage: Stage, query: str) -> None:
    for who in GROUP_OF:
        asked = stage.ask(query, who)
        made = stage.ask(f"CREATE VIEW staging.v AS {query}", who)
        assert bool(made.error) >= bool(asked.error), (who, made.text)
        if made.error:
            continue
        shown = stage.ask("SELECT * FROM v", who, "staging")
        assert (sorted(shown.rows or []), shown.text.split("\n")[0]) == (sorted(asked.rows or []), asked.text.split("\n")[0]), who
        does(stage, "DROP VIEW staging.v", who)


def test_it_is_named_joined_nested_and_bracketed_as_a_table(stage: Stage) -> None:
    does(stage, "CREATE VIEW staging.v AS SELECT page_id, page_title AS t FROM page")
    does(stage, "CREATE VIEW staging.w (a, `page_id`) AS SELECT t, page_id FROM staging.v WHERE page_id IN (SELECT page_id FROM staging.v WHERE page_id > 1)")
    for sql in (
        "SELECT staging.w.a, w.page_id FROM staging.w", "SELECT a, page_id FROM w", "SELECT x.a, x.page_id FROM (w AS x)",
        "SELECT a, page_id FROM w NATURAL JOIN v",
        "SELECT a, page_id FROM (w JOIN v USING (page_id))", "SELECT a, page_id FROM v RIGHT JOIN w USING (page_id)",
        "SELECT a, page_id FROM w WHERE EXISTS (SELECT 1 FROM v WHERE v.page_id = w.page_id)", "WITH v AS (SELECT * FROM w) SELECT a, page_id FROM v",
        "SELECT a, page_id FROM (SELECT * FROM w) d",
    ):
        assert sorted(stage.ask(sql, database="staging").rows or []) == [("Alpha", "2"), ("Beta", "3")], sql
    assert stage.ask("WITH v AS (SELECT 7 AS x) SELECT * FROM v", database="staging").cells == ["7"], "a part of WITH goes before"
    does(stage, "CREATE TABLE staging.kept AS SELECT * FROM staging.w")
    does(stage, "UPDATE staging.kept k JOIN staging.v ON v.page_id = k.page_id SET k.a = CONCAT(v.t, '!')")
    assert stage.ask("SELECT a FROM staging.kept ORDER BY a").cells == ["Alpha!", "Beta!"]
    assert stage.ask("EXECUTE IMMEDIATE 'SELECT a FROM staging.w WHERE page_id = ?' USING 2").cells == ["Alpha"]
    assert stage.ask("SELECT a FROM staging.w WHERE page_id = ?", parameters=(3,)).cells == ["Beta"]


def test_its_names_mean_what_they_meant_where_it_was_made(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.page AS SELECT 'mine' AS page_title")
    does(stage, "CREATE VIEW staging.v AS SELECT page_title FROM page WHERE page_id = 1")
    for database in ("staging", "log", WIKI, None):
        assert stage.ask("SELECT * FROM staging.v", database=database).cells == ["Gamma"]
    assert stage.ask("WITH page AS (SELECT 'hers' AS page_title, 1 AS page_id) SELECT v.* FROM staging.v, page").cells == ["Gamma"]
    assert stage.ask("CREATE VIEW staging.x AS SELECT page_id FROM page", database=None).error == "no_database"


def test_columns_that_are_added_to_a_table_do_not_come_with_a_view_of_all(stage: Stage) -> None:
    does(stage, "CREATE TABLE staging.base AS SELECT 1 AS a, 2 AS b")
    does(stage, "CREATE VIEW staging.v AS SELECT * FROM staging.base")
    does(stage, "DROP TABLE staging.base")
    does(stage, "CREATE TABLE staging.base AS SELECT 4 AS c, 3 AS b, 1 AS a")
    assert stage.ask("SELECT * FROM staging.v").rows == [("1", "3")]
    does(stage, "DROP TABLE staging.base")
    assert stage.ask("SELECT * FROM staging.v").error == "unknown_table"
    does(stage, "CREATE TABLE staging.base AS SELECT 1 AS a")
    assert stage.ask("SELECT * FROM staging.v").error == "unknown_column"


def test_it_is_shown_and_described(stage: Stage) -> None:
    does(stage, "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW staging.v (a, n) AS SELECT page_title, COUNT(*) FROM page GROUP BY 1")
    assert stage.ask("SHOW FULL TABLES FROM staging").rows == [("v", "VIEW")]
    assert [row[:3] for row in stage.ask("DESCRIBE staging.v").rows or []] == [("a", "varbinary(9000)", "YES"), ("n", "bigint(21)", "NO")]
    text = "CREATE ALGORITHM=UNDEFINED DEFINER=`ines`@`%` SQL SECURITY INVOKER VIEW `v` (`a`, `n`) AS SELECT page_title, COUNT(*) FROM page GROUP BY 1"
    for sql in ("SHOW CREATE VIEW staging.v", "SHOW CREATE TABLE staging.v"):
        assert stage.ask(sql).cells[:2] == ["v", text]
    sql = "SELECT TABLE_TYPE, VIEW_DEFINITION, SECURITY_TYPE FROM information_schema.TABLES JOIN information_schema.VIEWS USING (TABLE_SCHEMA, TABLE_NAME)"
    assert stage.ask(sql).rows == [("VIEW", "SELECT page_title, COUNT(*) FROM page GROUP BY 1", "INVOKER")]
    does(stage, "CREATE OR REPLACE VIEW staging.v AS SELECT 1 AS b")
    assert stage.ask("SELECT * FROM staging.v").text.startswith("b\n1")
    does(stage, "CREATE VIEW IF NOT EXISTS staging.v AS SELECT 2 AS b")
    assert stage.ask("SELECT * FROM staging.v").cells == ["1"]


@pytest.mark.parametrize("sql", [
    "CREATE VIEW stagewiki.z AS SELECT 1 AS a", "CREATE VIEW u_pavel.z AS SELECT 1 AS a", "CREATE VIEW staging.z AS SELECT @x AS a",
    "CREATE VIEW staging.z AS SELECT @@version AS a", "CREATE VIEW staging.z AS SELECT ? AS a", "CREATE SQL SECURITY DEFINER VIEW staging.z AS SELECT 1 AS a",
    "CREATE DEFINER=root VIEW staging.z AS SELECT 1 AS a", "CREATE VIEW staging.z AS SELECT user_password FROM user", "CREATE VIEW staging.z AS SELECT 1, 1",
    "CREATE VIEW staging.z AS SELECT page_id FROM page WITH CHECK OPTION", "CREATE VIEW staging.z AS DELETE FROM staging.t",
    "CREATE VIEW staging.z AS SHOW TABLES",
    "CREATE VIEW staging.z AS SELECT * FROM read_parquet('x')", "CREATE VIEW staging.z (a) AS SELECT 1, 2",
    "CREATE VIEW staging.z (a, A) AS SELECT 1 AS x, 2 AS y", "CREATE VIEW staging.z AS SELECT * FROM closedwiki.page",
    "CREATE VIEW staging.z AS SELECT * FROM nothing",
    "CREATE VIEW staging.z AS SELECT SLEEP(1) AS a", "CREATE VIEW staging.z AS SELECT 1 AS a INTO OUTFILE 'x'",
    "CREATE OR REPLACE VIEW staging.t AS SELECT 1 AS a",
    "CREATE VIEW staging.t AS SELECT 1 AS a", "CREATE TABLE staging.v (a int)", "CREATE OR REPLACE VIEW staging.v AS SELECT * FROM staging.v",
    "CREATE OR REPLACE VIEW staging.v AS SELECT * FROM staging.w", "ALTER VIEW staging.v AS SELECT 1", "DROP TABLE staging.v", "DROP VIEW staging.t",
    "TRUNCATE staging.v",
    "DROP VIEW staging.v, staging.w", "INSERT INTO staging.v VALUES (1)", "INSERT INTO staging.v SELECT 1", "UPDATE staging.v SET page_id = 1",
    "DELETE FROM staging.v",
    "DELETE v FROM staging.v v JOIN page USING (page_id)", "RENAME TABLE staging.v TO staging.x", "DROP VIEW page", "SELECT * FROM staging.v USE INDEX (a)",
    "LOAD DATA LOCAL INFILE 'x' INTO TABLE staging.v", "SELECT * FROM staging.v AS x (q)", "SELECT page_title FROM staging.v",
])  # fmt: skip
def test_what_a_view_cannot_be_is_refused_alike_when_it_is_prepared(stage: Stage, sql: str) -> None:
    does(stage, "CREATE TABLE staging.t (a int)")
    does(stage, "CREATE VIEW staging.v AS SELECT page_id FROM page")
    does(stage, "CREATE VIEW staging.w AS SELECT page_id FROM staging.v")
    before = {table.name: table for table in stage.app.catalog.tables("staging")}
    heard = stage.ask(sql, parameters=(1,) * sql.count("?"))
    assert heard.error not in ("", "crash", "internal"), heard.text
    if "; " not in sql and heard.error != "table_exists":
        with stage.session() as session:
            assert hear(session, "PREPARE s FROM '" + sql.replace("'", "''") + "'").error not in ("", "crash", "internal"), sql
    assert {table.name: table for table in stage.app.catalog.tables("staging")} == before


def test_nobody_else_reads_it_changes_it_or_sees_its_text(stage: Stage) -> None:
    does(stage, "CREATE VIEW staging.v AS SELECT page_title AS word_of_mine FROM page")
    for sql in ("SELECT * FROM staging.v", "DROP VIEW staging.v", "CREATE OR REPLACE VIEW staging.v AS SELECT 1 AS a", "SHOW CREATE VIEW staging.v",
                "SHOW CREATE TABLE staging.v", "EXPLAIN SELECT * FROM staging.v", "CREATE VIEW staging.x AS SELECT * FROM staging.v"):
        heard = stage.ask(sql, "pavel")
        assert heard.error == "access_refused", sql
        assert "page" not in heard.text, sql
    assert "page" not in stage.words("SELECT * FROM information_schema.VIEWS", "pavel")
    assert stage.words("SELECT * FROM staging.v", "omar") == stage.words("SELECT * FROM staging.nothing", "omar").replace("nothing", "v")
    does(stage, "CREATE VIEW u_ines.v AS SELECT 1 AS a")
    for sql in ("SELECT * FROM {}.v", "DROP VIEW {}.v", "CREATE OR REPLACE VIEW {}.v AS SELECT 1 AS a", "SHOW CREATE VIEW {}.v"):
        assert stage.words(sql.format("u_ines"), "pavel") == stage.words(sql.format("u_nobody"), "pavel").replace("u_nobody", "u_ines"), sql
    does(stage, "DROP VIEW u_ines.v")


def test_who_is_let_in_reads_what_both_may_read(stage: Stage) -> None:
    to_ines = "GRANT SELECT ON staging.v TO GROUP researchers"
    does(stage, "CREATE VIEW staging.v AS SELECT event, clientIp FROM log.Edit_1", "pavel")
    assert stage.ask("SELECT clientIp FROM staging.v", "pavel").cells == ["192.0.2.55"] * 2
    does(stage, to_ines, "pavel")
    mine = stage.ask("SELECT clientIp FROM log.Edit_1").cells
    assert mine[0] != "192.0.2.55"
    assert stage.ask("SELECT clientIp FROM staging.v").cells == mine, "hashed as ever for her"
    for sql in ("SHOW CREATE VIEW staging.v", "EXPLAIN SELECT * FROM staging.v"):
        assert stage.ask(sql).error == "access_refused"
    assert "Edit_1" not in stage.words("SELECT * FROM information_schema.VIEWS")
    with stage.suspended("pavel"):
        assert stage.ask("SELECT clientIp FROM staging.v").error == "access_refused"
    assert stage.ask("SELECT clientIp FROM staging.v").cells == mine


def test_a_maker_who_may_no_longer_read_lets_nobody_read(stage: Stage) -> None:
    does(stage, "CREATE VIEW staging.v AS SELECT page_title FROM page")
    does(stage, "GRANT SELECT ON staging.v TO GROUP `statistics-privatedata-users`")
    does(stage, "SELECT * FROM staging.v", "pavel")
    people = stage.parts.people

    class Left:
        """Ines is in no group any more; what was shared is shared still."""

        def asker(self, principal: Any, door: str, now: datetime) -> Any:
            asker = people.asker(principal, door, now)
            return replace(asker, groups=frozenset()) if principal.person == "ines" else asker

    assert stage.ask("SELECT page_title FROM page", "pavel").rows
    assert stage.ask("SELECT * FROM staging.v", "pavel", people=Left()).error == "access_refused"


def test_what_is_read_through_it_carries_what_it_comes_from(stage: Stage) -> None:
    does(stage, "CREATE VIEW staging.v AS SELECT event AS e FROM log.Edit_1 WHERE clientIp > ''", "pavel")
    view = stage.app.catalog.table(TableName("staging", "v"))
    assert view is not None
    assert view.columns[0].tags == {"personal.ip"}
    with stage.app.state.read() as connection:
        copy = copies.find(connection, "staging.v")
    assert copy is not None
    assert (copy.kind, copy.owner, copy.tags) == (CopyKind.VIEW, "pavel", {"personal.ip"})
    assert "log.Edit_1.clientIp" in copy.sources
    assert copy.ends > (datetime.now(UTC) + timedelta(days=300)).date(), "no rows are kept: it ends with its owner's grant"
    does(stage, "CREATE TABLE staging.kept AS SELECT e FROM staging.v", "pavel")
    assert stage.last("pavel").tables == ("log.Edit_1", "staging.v")
    kept = stage.app.catalog.table(TableName("staging", "kept"))
    with stage.app.state.read() as connection:
        copy = copies.find(connection, "staging.kept")
    assert kept is not None
    assert copy is not None
    assert kept.columns[0].tags == {"personal.ip"}
    assert copy.ends == (datetime.now(UTC) + timedelta(days=90)).date()
    with stage.session("pavel") as session:
        hear(session, "SELECT * FROM staging.v")
        hear(session, "CREATE TABLE staging.typed (a varchar(20))")
        hear(session, "INSERT INTO staging.typed VALUES ('192.0.2.55')")
    typed = stage.app.catalog.table(TableName("staging", "typed"))
    assert typed is not None
    assert "personal.ip" in typed.columns[0].tags


def test_what_is_written_into_a_view_after_people_were_read_of_is_its_maker_s_alone(stage: Stage) -> None:
    with stage.session("pavel") as session:
        hear(session, "SELECT clientIp FROM log.Edit_1")
        assert not hear(session, "CREATE VIEW staging.v AS SELECT page_id, '192.0.2.55' AS seen FROM page").error
        assert hear(session, "GRANT SELECT ON staging.v TO GROUP researchers").error == "access_refused"
        assert not hear(session, "SELECT * FROM staging.v").error
    with stage.app.state.read() as connection:
        copy = copies.find(connection, "staging.v")
    assert copy is not None
    assert copy.ends <= (datetime.now(UTC) + timedelta(days=90)).date()
    assert "personal.ip" in copy.tags


def test_closed_columns_stay_closed(stage: Stage) -> None:
    does(stage, "CREATE VIEW staging.v AS SELECT * FROM user")
    does(stage, "CREATE VIEW staging.w AS SELECT * FROM staging.v")
    assert stage.ask("SELECT * FROM staging.w").rows == [("1", "Ann", "NULL", "NULL", "NULL", "3")]
    for sql in ("SELECT user_password FROM staging.w", "SELECT user_id FROM staging.w WHERE user_email > ''",
    "SELECT user_id FROM staging.w ORDER BY user_email",
                "SELECT MAX(user_email) FROM staging.w", "SELECT 1 FROM staging.w JOIN staging.v USING (user_password)"):
        assert stage.ask(sql).error == "access_refused", sql


def test_there_is_an_end_to_views_over_views(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    does(stage, "CREATE VIEW staging.v0 AS SELECT page_id FROM page")
    for number in range(1, views.DEEP):
        does(stage, f"CREATE VIEW staging.v{number} AS SELECT a.page_id FROM staging.v{number - 1} a")
    does(stage, f"SELECT * FROM staging.v{views.DEEP - 1}")
    does(stage, f"CREATE VIEW staging.v AS SELECT * FROM staging.v{views.DEEP - 1}")
    assert stage.ask("SELECT * FROM staging.v").error == "too_complex"
    monkeypatch.setattr(views._Budget, "__init__", lambda self: setattr(self, "left", 3))
    assert stage.ask("SELECT 2 FROM staging.v1 a, staging.v1 b").error == "too_complex"


def test_a_circle_of_views_that_was_made_some_other_way_is_refused(stage: Stage) -> None:
    does(stage, "CREATE VIEW staging.a AS SELECT 1 AS x")
    does(stage, "CREATE VIEW staging.b AS SELECT x FROM staging.a")
    does(stage, "DROP VIEW staging.a")
    assert stage.ask("CREATE VIEW staging.a AS SELECT x FROM staging.b").error == "unknown_table"

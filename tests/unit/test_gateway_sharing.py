"""Tables that their owners share: who reads what of them, until when, and what of it is told and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from carrel.identity import accounts
from carrel.lake.work import WorkTables
from carrel.model.copies import CopyState, Receiver, ReceiverKind
from carrel.model.errors import AccessRefused, CarrelError, NotFound
from carrel.model.names import ColumnName, TableName
from carrel.model.people import Lift, Principal
from carrel.policy.load import default_text
from carrel.state import copies
from tests.mutants.stage import ORIGIN, OWNER, PRIVATE, WIKI, YEAR, Stage, hear

IP = "192.0.2.55"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", "a key of thirty-two characters..")
        made = Stage(tmp_path_factory.mktemp("stage"))
        now = datetime.now(UTC)
        accounts.add_group(made.app.state, "data-stewards", description="", now=now)
        for person, group in (("sara", "researchers"), ("sam", "data-stewards"), ("stella", "data-stewards"), ("sam", "analytics-privatedata-users")):
            with suppress(CarrelError):
                accounts.add_person(made.app.state, person, realname=person, email="", ends=None, now=now)
            accounts.add_member(made.app.state, group, person, ends=now + YEAR, latest=now + YEAR, sponsor="desk", by="test", now=now)
        yield made
        made.close()


def does(stage: Stage, sql: str, who: str = "pavel", database: str | None = WIKI, **options: Any) -> None:
    heard = stage.ask(sql, who, database, **options)
    assert not heard.error, heard.text


@contextmanager
def table(stage: Stage, name: str, query: str, *grants: str, who: str = "pavel") -> Iterator[None]:
    does(stage, f"CREATE TABLE {name} AS {query}", who)
    for to in grants:
        does(stage, f"GRANT SELECT ON {name} TO {to}", who)
    try:
        yield
    finally:
        does(stage, f"DROP TABLE IF EXISTS {name}", who)


EVENTS = "SELECT event, clientIp FROM log.Edit_1"


def test_a_share_opens_what_the_receiver_may_read_anyway_and_ends_when_it_is_taken_back(stage: Stage) -> None:
    with table(stage, "staging.s", EVENTS, "GROUP researchers", "'mei'@'%'"):
        assert stage.ask("SELECT * FROM staging.s ORDER BY 1", "mei").rows == [("open", IP), ("shut", IP)]
        hashed = stage.ask("SELECT clientIp FROM staging.s", "ines").cells
        assert len(set(hashed)) == 1
        assert set(hashed) == set(stage.ask("SELECT clientIp FROM log.Edit_1", "ines").cells)
        assert IP not in hashed
        assert stage.ask("SELECT event FROM staging.s", "greta").error == "access_refused", "of another group"
        assert stage.ask("SELECT event FROM staging.s", "omar").error == "unknown_table", "who knows nothing of staging"
        does(stage, "REVOKE SELECT ON staging.s FROM GROUP researchers, USER mei")
        assert stage.ask("SELECT event FROM staging.s", "mei").error == "access_refused"
        assert stage.ask("SELECT event FROM staging.s", "ines").error == "access_refused"
        assert stage.ask("REVOKE SELECT ON staging.s FROM USER mei", "pavel").error == "unknown_grant"


def test_only_its_owner_shares_and_only_whole_tables_that_people_made(stage: Stage) -> None:
    with table(stage, "staging.s", EVENTS, "GROUP researchers"):
        for who, sql, code in (
            ("ines", "GRANT SELECT ON staging.s TO greta", "access_refused"), ("ines", "REVOKE SELECT ON staging.s FROM GROUP researchers", "access_refused"),
            ("greta", "GRANT SELECT ON staging.s TO greta", "access_refused"), ("pavel", "GRANT SELECT ON log.Edit_1 TO ines", "access_refused"),
            ("pavel", "GRANT SELECT ON staging.none TO ines", "unknown_table"), ("ines", "GRANT SELECT ON u_pavel.s TO ines", "unknown_database"),
            ("pavel", "GRANT INSERT ON staging.s TO ines", "not_allowed"), ("pavel", "GRANT ALL PRIVILEGES ON staging.s TO ines", "not_allowed"),
            ("pavel", "GRANT SELECT (event) ON staging.s TO ines", "not_allowed"), ("pavel", "GRANT SELECT ON staging.* TO ines", "not_allowed"),
            ("pavel", "GRANT SELECT ON *.* TO ines", "not_allowed"), ("pavel", "GRANT SELECT ON staging.s TO ines WITH GRANT OPTION", "not_allowed"),
            ("pavel", "GRANT SELECT ON staging.s TO 'ines'@'10.0.0.1'", "not_allowed"), ("pavel", "GRANT SELECT ON staging.s TO PUBLIC", "not_allowed"),
            ("pavel", "GRANT SELECT ON staging.s TO GROUP nobodies", "unknown_grant"), ("pavel", "GRANT SELECT ON staging.s TO researchers", "unknown_grant"),
            ("pavel", "GRANT researchers TO ines", "not_allowed"), ("pavel", "GRANT SELECT ON staging.s TO", "syntax"),
            ("pavel", "GRANT SELECT ON staging.s TO ines ines", "syntax"), ("pavel", "REVOKE ALL PRIVILEGES, GRANT OPTION FROM ines", "not_allowed"),
        ):  # fmt: skip
            assert stage.ask(sql, who).error == code, f"{who}: {sql}"
        for sql in ("INSERT INTO staging.s SELECT 'a', 'b'", "TRUNCATE staging.s", "DROP TABLE staging.s", "RENAME TABLE staging.s TO staging.r"):
            assert stage.ask(sql, "ines").error == "access_refused", sql


def test_a_share_ends_with_the_table_its_name_its_owner_s_access_and_the_receiver_s(stage: Stage) -> None:
    with table(stage, "staging.s", EVENTS, "USER mei", "GROUP researchers"):
        for person in ("pavel", "mei"):
            with stage.suspended(person):
                assert stage.ask("SELECT event FROM staging.s", "mei").error
        assert not stage.ask("SELECT event FROM staging.s", "mei").error
        assert not stage.ask("SELECT event FROM staging.s", "sara").error
        accounts.remove_member(stage.app.state, "researchers", "sara", by="test", now=datetime.now(UTC))
        assert stage.ask("SELECT event FROM staging.s", "sara").error
        does(stage, "RENAME TABLE staging.s TO staging.r")
        assert stage.ask("SELECT event FROM staging.r", "mei").error == "access_refused"
        does(stage, "GRANT SELECT ON staging.r TO mei")
        does(stage, "RENAME TABLE staging.r TO staging.s")
        does(stage, "GRANT SELECT ON staging.s TO mei")
        does(stage, "DROP TABLE staging.s")
        does(stage, f"CREATE TABLE staging.s AS {EVENTS}")
        assert stage.ask("SELECT event FROM staging.s", "mei").error == "access_refused", "another table of that name"


def test_a_share_goes_when_the_copy_has_come_to_its_day(stage: Stage) -> None:
    with table(stage, "staging.s", EVENTS, "USER mei"):
        copy = stage.app.work.find(TableName("staging", "s"))
        assert copy is not None
        later = datetime.combine(copy.ends, datetime.min.time(), UTC)
        assert stage.ask("SELECT event FROM staging.s", "mei", now=lambda: later - timedelta(seconds=1)).error == ""
        assert stage.ask("SELECT event FROM staging.s", "mei", now=lambda: later).error == "access_refused"
        with stage.app.state.write() as connection:
            copies.replace(connection, replace(copy, ends=datetime.now(UTC).date()))
        stage.app.sweeper.apply(stage.app.sweeper.plan().checksum, OWNER, beyond=True)
        with stage.app.state.read() as connection:
            assert copies.get(connection, copy.id).state is CopyState.GONE
        assert stage.app.work.shared("pavel") == []



def test_a_shared_table_of_a_personal_database_is_known_and_nothing_beside_it(stage: Stage) -> None:
    with table(stage, "u_pavel.s", EVENTS, "USER mei"), table(stage, "u_pavel.secret", EVENTS):
        assert "u_pavel" in stage.words("SHOW DATABASES", "mei")
        assert stage.ask("SHOW TABLES FROM u_pavel", "mei").cells == ["s"]
        assert stage.ask("SELECT clientIp FROM u_pavel.s", "mei").cells == [IP, IP]
        assert stage.words("SELECT 1 FROM u_pavel.secret", "mei") == stage.words("SELECT 1 FROM u_pavel.nothing", "mei").replace("nothing", "secret")
        assert "u_pavel" not in stage.words("SHOW DATABASES", "ines")
        assert stage.ask("SELECT event FROM u_pavel.s", "ines").error == "unknown_table"
        assert stage.ask("CREATE TABLE u_pavel.mine AS SELECT 1 AS a", "mei").error == "access_refused"
    assert "u_pavel" not in stage.words("SHOW DATABASES", "mei")


def test_show_grants_tells_ones_own_and_what_one_has_given(stage: Stage) -> None:
    with table(stage, "staging.s", EVENTS, "GROUP analytics-privatedata-users", "USER ines"):
        assert "GRANT SELECT ON `staging`.`s` TO `mei`@`127.0.0.1`" in stage.ask("SHOW GRANTS", "mei").cells
        assert "GRANT SELECT ON `staging`.`s` TO `ines`@`127.0.0.1`" in stage.ask("SHOW GRANTS FOR CURRENT_USER()", "ines").cells
        assert stage.ask("SHOW GRANTS FOR 'ines'@'%'", "pavel").cells == ["GRANT SELECT ON `staging`.`s` TO `ines`@`%`"]
        assert stage.ask("SHOW GRANTS FOR GROUP analytics-privatedata-users", "pavel").cells == [
            "GRANT SELECT ON `staging`.`s` TO GROUP `analytics-privatedata-users`"
        ]
        for who, sql in (("pavel", "SHOW GRANTS FOR mei"), ("pavel", "SHOW GRANTS FOR nobody"), ("greta", "SHOW GRANTS FOR ines")):
            assert stage.ask(sql, who).error == "unknown_grant", sql
        assert "`staging`.`s`" not in stage.words("SHOW GRANTS", "greta")


def test_a_receiver_reads_no_more_than_where_it_came_from(stage: Stage) -> None:
    """A table of the cluster's columns, public as they are, is nothing for whoever does not read the cluster."""
    with table(stage, "staging.hours", "SELECT hour, hits FROM wmf.hours", "GROUP researchers", "GROUP analytics-privatedata-users", who="mei"):
        assert stage.ask("SELECT * FROM staging.hours", "sam").cells == ["12", "7"]
        assert stage.ask("SELECT * FROM staging.hours", "ines").error == "access_refused"
        with table(stage, "staging.again", "SELECT hour FROM staging.hours", "GROUP researchers", who="sam"):
            assert stage.ask("SELECT * FROM staging.again", "ines").error == "access_refused", "a copy of the copy"


def test_what_its_owner_alone_may_see_is_not_shared(stage: Stage) -> None:
    lift = Lift(id="1", columns=frozenset({ColumnName(TableName(WIKI, "user"), "user_email")}), suppressed=False, purpose="x", ends=datetime.now(UTC) + YEAR)
    does(stage, "CREATE TABLE staging.mails AS SELECT user_email FROM user", lift=lift)
    does(stage, "CREATE TABLE staging.names AS SELECT TABLE_NAME FROM information_schema.TABLES")
    for name in ("mails", "names"):
        assert stage.ask(f"GRANT SELECT ON staging.{name} TO mei", "pavel").error == "access_refused"
        does(stage, f"DROP TABLE staging.{name}")


def test_rows_of_a_private_wiki_are_for_those_who_read_private_wikis(stage: Stage) -> None:
    policy = stage.home / "policy.toml"
    permit = '[[groups.analytics-wmde.permits]]\ndatabases = ["wiki"]\n'
    policy.write_text(default_text().replace(permit, f"{permit}private = true\n"))
    try:
        does(stage, f"CREATE TABLE staging.closed AS SELECT page_title FROM {PRIVATE}.page", "greta")
        does(stage, "GRANT SELECT ON staging.closed TO ines, mei", "greta")
        assert stage.ask("SELECT * FROM staging.closed", "greta").cells == ["Private-title"]
        for who in ("ines", "mei"):
            assert stage.ask("SELECT * FROM staging.closed", who).error == "access_refused"
        does(stage, "DROP TABLE staging.closed", "greta")
    finally:
        policy.unlink()


def test_the_order_of_a_shared_table_s_rows_tells_nothing(stage: Stage) -> None:
    """Rows were kept in the order of a column that the receiver may not see."""
    with table(stage, "staging.sorted", "SELECT event FROM log.Keyed_1", "GROUP researchers"):
        assert stage.ask("SELECT * FROM staging.sorted", "pavel").cells == ["shut", "open"], "by address"
        assert stage.ask("SELECT * FROM staging.sorted", "ines").cells == ["open", "shut"]
        assert stage.ask("SELECT GROUP_CONCAT(event) FROM staging.sorted", "ines").cells == ["open,shut"]
        assert stage.ask("SELECT event FROM staging.sorted LIMIT 1", "ines").cells == ["open"]


def test_a_copy_of_a_shared_table_carries_its_tags_and_never_ends_later(stage: Stage) -> None:
    with table(stage, "staging.s", EVENTS, "USER mei"):
        copy = stage.app.work.find(TableName("staging", "s"))
        assert copy is not None
        with stage.app.state.write() as connection:
            copies.replace(connection, replace(copy, ends=datetime.now(UTC).date() + timedelta(days=7)))
        with table(stage, "staging.copy", "SELECT clientIp FROM staging.s", who="mei"):
            made, kept = stage.app.catalog.table(TableName("staging", "copy")), stage.app.work.find(TableName("staging", "copy"))
            assert made is not None
            assert kept is not None
            assert (made.columns[0].tags, kept.ends, kept.owner) == ({"personal.ip"}, datetime.now(UTC).date() + timedelta(days=7), "mei")
            assert stage.ask("SELECT * FROM staging.copy", "pavel").error == "access_refused", "whose data it was does not read what was made of it"


def test_a_share_that_is_taken_back_ends_answers_and_copies_under_way(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with table(stage, "staging.s", EVENTS, "USER mei"):
        with stage.session("mei") as session:
            (rows,) = session.ask("SELECT event FROM staging.s")
            assert not isinstance(rows, Exception)
            rows.check()  # type: ignore[union-attr]
            does(stage, "REVOKE SELECT ON staging.s FROM mei")
            with pytest.raises(AccessRefused):
                rows.check()  # type: ignore[union-attr]
            rows.close()  # type: ignore[union-attr]
        does(stage, "GRANT SELECT ON staging.s TO mei")
        real = WorkTables.check_room

        def taken(self: WorkTables, *args: Any, **options: Any) -> None:
            real(self, *args, **options)
            stage.ask("REVOKE SELECT ON staging.s FROM mei", "pavel")

        monkeypatch.setattr(WorkTables, "check_room", taken)
        assert stage.ask("CREATE TABLE staging.late AS SELECT event FROM staging.s", "mei").error == "access_refused"
        assert stage.app.catalog.table(TableName("staging", "late")) is None


def test_what_is_granted_and_taken_back_is_on_record(stage: Stage) -> None:
    with table(stage, "staging.s", EVENTS, "GROUP researchers"):
        begin = stage.last("pavel")
        assert (begin.action, begin.tables, begin.details["to"]) == ("grant", ("staging.s",), "group researchers")
        does(stage, "REVOKE SELECT ON staging.s FROM GROUP researchers")
        assert stage.last("pavel").action == "revoke"


def test_a_group_that_opens_nothing_by_itself_is_told_of(stage: Stage) -> None:
    with table(stage, "staging.hours", "SELECT hour FROM wmf.hours", who="mei"), stage.session("mei") as session:
        (done,) = session.ask("GRANT SELECT ON staging.hours TO GROUP researchers, GROUP analytics-privatedata-users")
        assert [notice.code for notice in done.notices] == ["share_closed"]
        assert "share_closed" not in hear(session, "SHOW WARNINGS").text
        assert "researchers" in hear(session, "SHOW WARNINGS").text


def test_stewards_keep_reference_tables_that_all_read_who_may_read_their_tags(stage: Stage) -> None:
    assert "datasets" in stage.words("SHOW DATABASES", "sam")
    assert "datasets" not in stage.words("SHOW DATABASES", "ines"), "before there is a table"
    assert stage.ask("CREATE TABLE datasets.c (code varchar(2))", "ines").error == "unknown_database"
    does(stage, "CREATE TABLE datasets.c (code varchar(2), name varchar(80))", "sam")
    does(stage, "INSERT INTO datasets.c VALUES ('DE', 'Germany')", "sam")
    does(stage, "INSERT INTO datasets.c VALUES ('FR', 'France')", "stella")
    for who in ("ines", "mei", "stella"):
        assert stage.ask("SELECT name FROM datasets.c ORDER BY code", who).cells == ["Germany", "France"]
    assert stage.ask("SELECT name FROM datasets.c", "omar").error == "unknown_table"
    for sql in ("INSERT INTO datasets.c VALUES ('IT', 'Italy')", "DROP TABLE datasets.c", "TRUNCATE datasets.c", "GRANT SELECT ON datasets.c TO omar",
                "CREATE TABLE datasets.mine AS SELECT 1 AS a", "RENAME TABLE datasets.c TO datasets.d"):
        assert stage.ask(sql, "ines").error == "access_refused", sql
    assert stage.ask("GRANT SELECT ON datasets.c TO omar", "sam").error == "access_refused"
    does(stage, "CREATE TABLE datasets.hours AS SELECT hour FROM wmf.hours", "sam")
    assert stage.ask("SELECT hour FROM datasets.hours", "mei").cells == ["12"]
    assert stage.ask("SELECT hour FROM datasets.hours", "ines").error == "access_refused", "who reads nothing of the cluster"
    copy = stage.app.work.find(TableName("datasets", "c"))
    assert copy is not None
    assert (copy.owner, copy.rows) == ("sam", 2)
    does(stage, "DROP TABLE datasets.c", "stella")
    does(stage, "DROP TABLE datasets.hours", "sam")
    assert stage.ask("SELECT 1 FROM datasets.c", "ines").error == "unknown_table"


def test_who_reads_a_table_of_their_own_that_ends_soon_is_told(stage: Stage) -> None:
    with table(stage, "staging.soon", EVENTS, "USER mei"):
        copy = stage.app.work.find(TableName("staging", "soon"))
        assert copy is not None
        assert " ends on " not in stage.words("SELECT event FROM staging.soon", "pavel")
        with stage.app.state.write() as connection:
            copies.replace(connection, replace(copy, ends=datetime.now(UTC).date() + timedelta(days=3)))
        assert f"`staging.soon` ends on {datetime.now(UTC).date() + timedelta(days=3)}, in 3 days" in stage.words("SELECT event FROM staging.soon", "pavel")
        assert " ends on " not in stage.words("SELECT event FROM staging.soon", "mei")


def test_the_registry_takes_a_share_back_for_the_owner_alone(stage: Stage) -> None:
    book, mei = stage.app.copies, Receiver(ReceiverKind.USER, "mei")
    with table(stage, "staging.s", EVENTS, "USER mei"):
        copy = stage.app.work.find(TableName("staging", "s"))
        assert copy is not None
        assert list(book.receivers(copy.id)) == [mei]
        with pytest.raises(NotFound):
            book.unshare(Principal(person="mei", service="http"), ORIGIN, copy.id, mei)
        assert not stage.ask("SELECT event FROM staging.s", "mei").error
        book.unshare(Principal(person="pavel", service="http"), ORIGIN, copy.id, mei)
        assert stage.ask("SELECT event FROM staging.s", "mei").error == "access_refused"
        assert stage.last("pavel").action == "revoke"

"""What flows into kept tables that is of no table: values of variables and parameters, and what the client types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from carrel.gateway.reads import Reads
from carrel.model.names import TableName
from carrel.model.provenance import NOTHING, Provenance
from carrel.model.sensitivity import Mask
from carrel.state import reads
from carrel.state.reads import DAYS
from carrel.state.schema.reads import READ_LATELY
from tests.mutants.stage import EVENTS, Stage, hear

IP = str(EVENTS[0]["clientIp"])
READS_IP = "SELECT clientIp FROM log.Edit_1"
SETS_IP = "SET @ip = (SELECT clientIp FROM log.Edit_1 LIMIT 1)"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", "a key of thirty-two characters..")
        made = Stage(tmp_path_factory.mktemp("stage"))
        yield made
        made.close()


@pytest.fixture
def fresh(stage: Stage) -> Stage:
    """Nobody has read anything lately."""
    stage.forget()
    return stage


@contextmanager
def kept(stage: Stage, statements: Sequence[str], *, who: str = "pavel", parameters: Sequence[object] = ()) -> Iterator[tuple[list[set[str]], date]]:
    """Tags of each column of the table `staging.k` that these statements of one session make, and its end."""
    with stage.session(who) as session:
        for number, sql in enumerate(statements):
            heard = hear(session, sql, parameters if number == len(statements) - 1 else ())
            assert not heard.error, f"{sql}: {heard.text}"
    table = stage.app.catalog.table(TableName("staging", "k"))
    assert table is not None
    assert stage.app.work is not None
    copy = stage.app.work.find(TableName("staging", "k"))
    assert copy is not None
    try:
        yield [{tag for tag in column.tags if tag is not None} for column in table.columns], copy.ends
    finally:
        assert not stage.ask("DROP TABLE staging.k", who).error


DECLARED = "CREATE TABLE staging.k (a varchar(200))"
CARRIES = {"personal.ip"}
TYPED = {"personal.ip", "restricted"}


@pytest.mark.parametrize(("statements", "expected"), [
    # a variable carries what flowed into it
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT @ip AS a"], CARRIES),
    ([SETS_IP, "SET @b = CONCAT('x', @ip)", "CREATE TABLE staging.k AS SELECT @b AS a"], TYPED),
    ([SETS_IP, "SET @b = @ip", "SET @ip = NULL", "CREATE TABLE staging.k AS SELECT @b AS a"], CARRIES),
    (["SET @n = (SELECT COUNT(*) FROM log.Edit_1 WHERE clientIp > '1')", "CREATE TABLE staging.k AS SELECT page_id AS a FROM page LIMIT 1 OFFSET 0",
      "INSERT INTO staging.k SELECT page_id FROM page WHERE page_len > @n"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE page_title <> @ip"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT page_id AS a FROM page HAVING page_id <> @ip"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT page_id AS a FROM page ORDER BY page_title = @ip"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT page_id AS a FROM page GROUP BY page_id, page_title = @ip"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT p.page_id AS a FROM page p JOIN page q ON p.page_title <> @ip"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE EXISTS (SELECT 1 FROM page WHERE page_title <> @ip)"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS WITH t AS (SELECT @ip AS x) SELECT COUNT(*) AS a FROM t WHERE x <> 'y'"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT page_title AS a FROM page UNION SELECT @ip"], CARRIES),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT MAX(IF(page_title = @ip, 1, 0)) OVER (PARTITION BY page_id) AS a FROM page"], CARRIES),
    (["SET @n = (SELECT COUNT(*) FROM log.Edit_1 WHERE clientIp > '1')", "PREPARE s FROM 'CREATE TABLE staging.k AS SELECT page_id AS a FROM page LIMIT ?'",
      "EXECUTE s USING @n"], CARRIES),
    ([SETS_IP, "PREPARE s FROM 'CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE page_title <> ?'", "EXECUTE s USING @ip"], CARRIES),
    ([SETS_IP, DECLARED, "PREPARE s FROM 'INSERT INTO staging.k VALUES (CONCAT(?, ?))'", "SET @x = 'x'", "EXECUTE s USING @x, @ip"], TYPED),
    ([SETS_IP, DECLARED, "PREPARE s FROM 'INSERT INTO staging.k VALUES (?)'", "EXECUTE s USING @ip"], TYPED),
    ([SETS_IP, DECLARED, "INSERT INTO staging.k VALUES (@ip)"], TYPED),
    ([SETS_IP, DECLARED, "INSERT INTO staging.k VALUES (CONCAT('a', @ip))"], TYPED),
    ([SETS_IP, DECLARED, "INSERT INTO staging.k SELECT @ip"], TYPED),
    # the text of a statement that comes from data
    (["SET @s = (SELECT CONCAT('CREATE TABLE staging.k AS SELECT ''', MAX(clientIp), ''' AS a') FROM log.Edit_1)", "EXECUTE IMMEDIATE @s"], TYPED),
    (["SET @s = (SELECT CONCAT('CREATE TABLE staging.k AS SELECT ''', MAX(clientIp), ''' AS a') FROM log.Edit_1)", "PREPARE s FROM @s", "EXECUTE s"], TYPED),
    # what the client was shown, it may type
    ([READS_IP, DECLARED, f"INSERT INTO staging.k VALUES ('{IP}')"], TYPED),
    ([SETS_IP, "SELECT @ip", DECLARED, f"INSERT INTO staging.k VALUES ('{IP}')"], TYPED),
    ([SETS_IP, "SELECT COUNT(*) FROM page WHERE page_title = @ip", DECLARED, f"INSERT INTO staging.k VALUES ('{IP}')"], TYPED),
    ([READS_IP, f"CREATE TABLE staging.k AS SELECT '{IP}' AS a"], TYPED),
    ([READS_IP, f"CREATE TABLE staging.k AS SELECT '{IP}' AS a FROM page"], TYPED),
    ([READS_IP, "CREATE TABLE staging.k AS SELECT 55 AS a FROM page"], TYPED),
    ([READS_IP, f"CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE page_title <> '{IP}'"], CARRIES),
    ([READS_IP, f"CREATE TABLE staging.k AS SELECT CONCAT(page_title, '{IP}') AS a FROM page"], CARRIES),
    ([READS_IP, "SET @t = '192.0.2.55'", "CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE page_title <> @t"], CARRIES),
    ([READS_IP, f"CREATE TABLE staging.k AS SELECT page_id AS a FROM page UNION ALL SELECT '{IP}'"], TYPED),
    ([READS_IP, "CREATE TABLE staging.k AS SELECT FOUND_ROWS() AS a"], TYPED),
])  # fmt: skip
def test_what_is_carried(fresh: Stage, statements: list[str], expected: set[str]) -> None:
    with kept(fresh, statements) as (tags, ends):
        assert tags == [expected]
        assert ends == (datetime.now(UTC) + timedelta(days=90)).date(), "as a copy of what was read"


@pytest.mark.parametrize(("statements", "expected"), [
    # a variable whose value nobody was shown is in nothing but what it flows into
    ([SETS_IP, DECLARED, "INSERT INTO staging.k VALUES ('typed')"], {"restricted"}),
    ([SETS_IP, "CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE page_title <> 'Alphabet'"], {"public"}),
    ([SETS_IP, "SET @ip = 'other'", "CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE page_title <> @ip"], {"public"}),
    (["SET @n = (SELECT MAX(page_id) FROM page)", "CREATE TABLE staging.k AS SELECT @n AS a"], {"public"}),
    (["SELECT page_id FROM page", DECLARED, "INSERT INTO staging.k VALUES ('typed')"], {"restricted"}),
    # what is a statement's form says nothing of what was read
    ([READS_IP, "CREATE TABLE staging.k AS SELECT LEFT(page_title, 6) AS a FROM page WHERE page_namespace = 0 AND page_len > 10 LIMIT 100"], {"public"}),
    ([READS_IP, "SET @n = 10", "CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE page_len >= @n LIMIT 10"], {"public"}),
    ([READS_IP, "CREATE TABLE staging.k AS SELECT COUNT(*) * 100 AS a FROM page"], {"restricted"}),
    ([READS_IP, DECLARED, "INSERT INTO staging.k VALUES (NULL)"], {"restricted"}),
    ([READS_IP, DECLARED, "INSERT INTO staging.k SELECT page_id FROM page"], {"restricted"}),
])  # fmt: skip
def test_what_is_not_carried(fresh: Stage, statements: list[str], expected: set[str]) -> None:
    with kept(fresh, statements) as (tags, ends):
        assert tags == [expected]
        assert ends > (datetime.now(UTC) + timedelta(days=300)).date()


@pytest.mark.parametrize(("statements", "expected"), [
    ([DECLARED, f"INSERT INTO staging.k VALUES ('{IP}')"], {"personal.ip", "restricted"}),
    ([DECLARED, "INSERT INTO staging.k VALUES ('x'), ('write to ann@mail.example')"], {"personal.email", "restricted"}),
    ([DECLARED, "INSERT INTO staging.k VALUES (CONCAT('ann', '@mail.example'))"], {"personal.email", "restricted"}),
    ([DECLARED, "INSERT INTO staging.k VALUES ('x')", "UPDATE staging.k SET a = 'ann@mail.example'"], {"personal.email", "restricted"}),
    ([DECLARED, "INSERT INTO staging.k SELECT 'Mozilla/5.0 (X11)'"], {"personal.user_agent", "restricted"}),
    (["CREATE TABLE staging.k AS SELECT CONCAT(page_title, ' ann@mail.example') AS a FROM page"], {"personal.email", "public"}),
    (["CREATE TABLE staging.k AS SELECT page_id AS a FROM page WHERE page_title <> 'ann@mail.example'"], {"public"}),
    (["CREATE TABLE staging.k AS SELECT page_title AS a FROM page"], {"public"}),
    ([DECLARED, "INSERT INTO staging.k VALUES ('12345')"], {"restricted"}),
])  # fmt: skip
def test_what_is_typed_is_looked_at(fresh: Stage, statements: list[str], expected: set[str]) -> None:
    with kept(fresh, statements) as (tags, ends):
        assert tags == [expected - ({"public"} if len(expected) > 1 else set())]
        personal = any(tag.startswith("personal.") for tag in expected)
        assert (ends == (datetime.now(UTC) + timedelta(days=90)).date()) == personal


def test_a_scan_says_nothing_of_what_a_table_holds(fresh: Stage) -> None:
    """A name that a wiki has, one that it hides and one that nobody has are alike."""
    seen = []
    for name in ("Ann", "192.0.2.77", "192.0.2.99", "198.51.100.1", "Suppressed-title", "Nobody at all"):
        with kept(fresh, [DECLARED, f"INSERT INTO staging.k VALUES ('{name}')"], who="ines") as (tags, _):
            seen.append(tags == [{"restricted"}])
    assert seen == [True, False, False, False, True, True]


def test_a_secret_is_not_kept(fresh: Stage) -> None:
    assert not fresh.ask(DECLARED, "pavel").error
    secret = "$2y$10$abcdefghijklmnopqrstuv"
    for sql in (f"INSERT INTO staging.k VALUES ('x'), ('{secret}')", f"INSERT INTO staging.k SELECT '{secret}'", f"UPDATE staging.k SET a = '{secret}'",
                f"CREATE TABLE staging.k2 AS SELECT CONCAT(page_title, '{secret}') AS a FROM page"):  # fmt: skip
        heard = fresh.ask(sql, "pavel")
        assert heard.error == "not_allowed", sql
        assert secret not in heard.text
    assert fresh.ask("INSERT INTO staging.k VALUES (?)", "pavel", parameters=[secret]).error == "not_allowed"
    assert not fresh.ask("INSERT INTO staging.k VALUES ('x')", "pavel").error
    assert not fresh.ask("UPDATE staging.k SET a = 'y' WHERE a = ?", "pavel", parameters=["x"]).error
    assert fresh.ask("SELECT a FROM staging.k", "pavel").cells == ["y"]
    assert not fresh.ask("DROP TABLE staging.k", "pavel").error


def test_a_placeholder_of_a_driver_counts_as_typed(fresh: Stage) -> None:
    for sql, expected in (
        ("INSERT INTO staging.k VALUES (?)", TYPED), ("INSERT INTO staging.k SELECT ?", TYPED),
        ("INSERT INTO staging.k SELECT page_id FROM page WHERE page_title <> ?", TYPED),
    ):  # fmt: skip
        with kept(fresh, [READS_IP, DECLARED, sql], parameters=[IP]) as (tags, _):
            assert tags == [expected]
    with kept(fresh, [READS_IP, "CREATE TABLE staging.k AS SELECT page_id AS a FROM page LIMIT ?"], parameters=[2]) as (tags, _):
        assert tags == [{"public"}]


def test_what_one_session_was_shown_another_of_the_same_person_may_type(fresh: Stage) -> None:
    fresh.ask(READS_IP, "pavel", door="http")
    fresh.parts.reads.forget()  # as in another process
    with kept(fresh, [DECLARED, "INSERT INTO staging.k VALUES ('55 or 56')"]) as (tags, _):
        assert tags == [TYPED]
    with kept(fresh, [DECLARED, "INSERT INTO staging.k VALUES ('55 or 56')"], who="ines") as (tags, _):
        assert tags == [{"restricted"}], "somebody else"


def test_a_pseudonym_that_is_typed_stays_one(fresh: Stage) -> None:
    shown = fresh.ask(READS_IP, "ines").cells[0]
    assert shown != IP
    with kept(fresh, [DECLARED, f"INSERT INTO staging.k VALUES ('{shown}')"], who="ines") as (tags, _):
        assert tags == [TYPED]
        assert fresh.ask("SELECT a FROM staging.k").cells == [shown]


def test_the_registry_and_the_audit_know_where_a_variable_is_from(fresh: Stage) -> None:
    with kept(fresh, [SETS_IP, DECLARED, "INSERT INTO staging.k VALUES (@ip)"]):
        assert fresh.app.work is not None
        copy = fresh.app.work.find(TableName("staging", "k"))
        table = fresh.app.catalog.table(TableName("staging", "k"))
        assert copy is not None
        assert table is not None
        assert table.made_of == {"log", "log personal"}
        assert copy.sources == ("log.Edit_1.clientIp", "log.Edit_1.id")
    with fresh.session("pavel") as session:
        hear(session, SETS_IP)
        hear(session, "SELECT @ip")
    assert fresh.last("pavel").tags == ("personal.ip", "public")


def test_a_setting_takes_no_data(fresh: Stage) -> None:
    with fresh.session("pavel") as session:
        assert hear(session, "SET lc_time_names = (SELECT clientIp FROM log.Edit_1 LIMIT 1)").error == "not_allowed"
        assert not hear(session, "SET @old = @@sql_mode").error
        assert not hear(session, "SET sql_mode = @old").error
        assert not hear(session, "SET @f = CONCAT('%', 'Y')").error


def test_what_was_read_counts_for_two_days_with_its_tightest_clock(fresh: Stage) -> None:
    day = date(2026, 3, 1)
    state, book = fresh.app.state, Reads(fresh.app.state)
    book.note("zoe", day, Provenance(tags=frozenset({"personal.ip", "public"}), mask=Mask.HASHED, ends=day + timedelta(days=9)))
    book.note("zoe", day, Provenance(tags=frozenset({"personal.ip"}), mask=Mask.HASHED, oldest=day, ends=day + timedelta(days=5)))
    book.note("zoe", day, Provenance(tags=frozenset({"personal.email"}), mask=Mask.CLEAR, ends=day + timedelta(days=7)))
    book.note("zoe", day, Provenance(tags=frozenset({"public"})))
    found = book.lately("zoe", day + timedelta(days=DAYS - 1))
    assert (found.tags, found.mask, found.oldest, found.ends) == ({"personal.ip", "personal.email"}, Mask.CLEAR, day, day + timedelta(days=5))
    assert book.lately("zoe", day + timedelta(days=DAYS)) is NOTHING
    assert book.lately("ann", day) is NOTHING
    with state.write() as connection:
        reads.note(connection, "zoe", day + timedelta(days=DAYS), Provenance(tags=frozenset({"personal.ip"}), mask=Mask.CLEAR))
        assert {row.day for row in connection.execute(READ_LATELY.select())} == {day + timedelta(days=DAYS)}
    assert Reads(None).lately("zoe", day) is NOTHING

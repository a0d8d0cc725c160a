"""SET is read by its words: harmless settings are kept, those that would change what SQL means are refused."""

from datetime import timedelta

import pytest
from sqlglot import parse_one

from carrel.gateway.settings import assignments, scoped
from carrel.gateway.split import split
from carrel.gateway.variables import Value, Variables
from carrel.model.errors import CarrelError, NotAllowed, NotFound, SyntaxRefused
from carrel.model.queries import Limits


def apply(sql: str, evaluate: Value = "evaluated") -> Variables:
    variables = Variables()
    [statement] = split(sql, "mysql")
    for assignment in assignments(statement):
        assignment.apply(variables, lambda text: (evaluate, None))
    return variables


@pytest.mark.parametrize(
    ("sql", "name", "value"),
    [
        ("SET autocommit=0", "autocommit", 0),
        ("SET SESSION wait_timeout = 100, autocommit = ON", "wait_timeout", 100),
        ("set @@session.sql_mode = 'STRICT_ALL_TABLES'", "sql_mode", "STRICT_ALL_TABLES"),
        ("SET sql_mode = DEFAULT", "sql_mode", "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION"),
        ("SET NAMES latin1", "character_set_client", "latin1"),
        ("SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_ci'", "collation_connection", "utf8mb4_unicode_ci"),
        ("SET CHARACTER SET utf8", "character_set_results", "utf8"),
        ("SET time_zone = '+00:00'", "time_zone", "+00:00"),
        ("SET max_statement_time = 1.5", "max_statement_time", 1.5),
    ],
)
def test_a_setting_is_kept(sql: str, name: str, value: Value) -> None:
    assert apply(sql).system(name) == value


@pytest.mark.parametrize(("sql", "value"), [("SET @x = 5", 5), ("SET @X := 'a', @y = NULL", "a"), ("SET @x = (SELECT 1)", "evaluated")])
def test_a_user_variable_takes_a_literal_or_what_the_gateway_answers(sql: str, value: Value) -> None:
    assert apply(sql).user("x") == value


@pytest.mark.parametrize("sql", ["SET SESSION TRANSACTION READ ONLY", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"])
def test_transactions_are_taken_as_said(sql: str) -> None:
    assert apply(sql).all_system() == Variables().all_system()


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SET GLOBAL wait_timeout = 1", NotAllowed),
        ("SET @@global.wait_timeout = 1", NotAllowed),
        ("SET sql_mode = 'ANSI_QUOTES'", NotAllowed),
        ("SET sql_mode = ANSI", NotAllowed),
        ("SET time_zone = 'Europe/Berlin'", NotAllowed),
        ("SET NAMES gbk", NotAllowed),
        ("SET version = '5'", NotAllowed),
        ("SET nonsense = 1", NotFound),
        ("SET PASSWORD = 'x'", SyntaxRefused),
        ("SET ROLE admin", NotAllowed),
        ("SET autocommit", SyntaxRefused),
        ("SET = 1", SyntaxRefused),
        ("SET autocommit =", SyntaxRefused),
    ],
)
def test_what_would_change_the_meaning_or_others_is_refused(sql: str, error: type[CarrelError]) -> None:
    with pytest.raises((error, NotFound)):
        apply(sql)


def test_values_for_one_statement_are_read_with_it() -> None:
    [statement] = split("SET STATEMENT max_statement_time = 2, sql_select_limit = 5 FOR SELECT ';' FROM page FOR UPDATE;", "mysql")
    found = scoped(statement, "mysql")
    assert found is not None
    assert [(one.name, one.value) for one in found[0]] == [("max_statement_time", 2), ("sql_select_limit", 5)]
    assert found[1].text == "SELECT ';' FROM page FOR UPDATE"
    assert scoped(next(split("SET @x = 1", "mysql")), "mysql") is None


@pytest.mark.parametrize("sql", ["SET STATEMENT", "SET STATEMENT x", "SET STATEMENT autocommit = 1 FOR", "SET STATEMENT autocommit = 1 FOR SET @x = 1"])
def test_values_for_one_statement_need_one(sql: str) -> None:
    with pytest.raises(SyntaxRefused):
        scoped(next(split(sql, "mysql")), "mysql")


def test_a_session_may_tighten_its_limits_and_not_widen_them() -> None:
    hour = Limits(time=timedelta(hours=1))
    assert apply("SET max_statement_time = 1.5").limits(hour).time == timedelta(seconds=1.5)
    assert apply("SET max_execution_time = 1500").limits(hour).time == timedelta(seconds=1.5)
    assert apply("SET max_statement_time = 7200").limits(hour) == Variables().limits(hour) == hour
    assert apply("SET max_statement_time = 1e300").limits(Limits(time=None)).time is not None
    assert Variables().limits(Limits(time=None)).time is None


def test_sql_select_limit_counts_for_queries_without_a_limit_of_their_own() -> None:
    limited = apply("SET SQL_SELECT_LIMIT = 2")
    assert [limited.rows_of(parse_one(sql, read="mysql")) for sql in ("SELECT 1", "SELECT 1 LIMIT 5", "(SELECT 1 LIMIT 5) UNION SELECT 2")] == [2, None, 2]
    assert Variables().rows_of(parse_one("SELECT 1")) is None
    assert apply("SET SQL_SELECT_LIMIT = DEFAULT").rows_of(parse_one("SELECT 1")) is None

"""SET is read by its words: harmless settings are kept, those that would change what SQL means are refused."""

import pytest

from carrel.gateway.settings import assignments
from carrel.gateway.split import split
from carrel.gateway.variables import Value, Variables
from carrel.model.errors import CarrelError, NotAllowed, NotFound, SyntaxRefused


def apply(sql: str, evaluate: Value = "evaluated") -> Variables:
    variables = Variables()
    [statement] = split(sql, "mysql")
    for assignment in assignments(statement):
        assignment.apply(variables, lambda text: evaluate)
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

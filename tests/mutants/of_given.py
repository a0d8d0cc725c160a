"""Mutants of what flows in that is of no table: variables, parameters, and what a client types after it was shown something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from carrel.model.names import TableName
from carrel.model.provenance import NOTHING
from tests.mutants.mutant import Mutant
from tests.mutants.stage import EVENTS, Stage, hear
from tests.mutants.switch import change, nothing, put

_IP: Final = str(EVENTS[0]["clientIp"])
_READS, _SETS = "SELECT clientIp FROM log.Edit_1", "SET @ip = (SELECT clientIp FROM log.Edit_1 LIMIT 1)"
_PAGES: Final = "CREATE TABLE staging.given AS SELECT page_id FROM page"
_EMPTY: Final = "CREATE TABLE staging.given (a varchar(20))"
_TEXT: Final = "SET @s = (SELECT CONCAT('CREATE TABLE staging.given AS SELECT \"', MAX(clientIp), '\" AS a') FROM log.Edit_1)"


def _tags(stage: Stage, statements: Sequence[str], apart: Sequence[str] = ()) -> set[str]:
    """Of what a session keeps whose person has read nothing before, but these in another session."""
    stage.forget()
    try:
        for sql in apart:
            stage.ask(sql, "pavel")
        with stage.session("pavel") as session:
            for sql in statements:
                hear(session, sql)
        table = stage.app.catalog.table(TableName("staging", "given"))
        return {tag for column in table.columns for tag in column.tags if tag} if table is not None else set()
    finally:
        stage.ask("DROP TABLE IF EXISTS staging.given", "pavel")


def a_variable_carries_what_flowed_into_it(stage: Stage) -> Iterator[str]:
    """What is kept carries what flowed into the variables that it was made with, wherever they stand."""
    for statements in (
        [_SETS, "CREATE TABLE staging.given AS SELECT @ip AS a"], [_SETS, "SET @b = @ip", "CREATE TABLE staging.given AS SELECT @b AS a"],
        [_SETS, f"{_PAGES} WHERE page_title <> @ip"], [_SETS, f"{_PAGES} HAVING page_id <> @ip"], [_SETS, f"{_PAGES} ORDER BY page_title = @ip"],
        ["SET @n = (SELECT COUNT(*) FROM log.Edit_1 WHERE clientIp > '1')", f"PREPARE s FROM '{_PAGES} LIMIT ?'", "EXECUTE s USING @n"],
        [_SETS, _EMPTY, "INSERT INTO staging.given VALUES (@ip)"], [_TEXT, "EXECUTE IMMEDIATE @s"], [_TEXT, "PREPARE s FROM @s", "EXECUTE s"],
        [_SETS, _EMPTY, "PREPARE s FROM 'INSERT INTO staging.given VALUES (?)'", "EXECUTE s USING @ip"],
    ):  # fmt: skip
        if "personal.ip" not in _tags(stage, statements):
            yield "; ".join(statements)


def what_is_typed_carries_what_was_shown(stage: Stage) -> Iterator[str]:
    """What a person types after they were shown personal data, in any session, carries its tags."""
    typed = f"CREATE TABLE staging.given AS SELECT '{_IP}' AS a"
    for statements, apart in (
        ([_READS, typed], []), ([_SETS, "SELECT @ip", typed], []), ([_READS, f"{_PAGES} WHERE page_title <> '{_IP}'"], []), ([typed], [_READS]),
        ([_READS, "CREATE TABLE staging.given AS SELECT FOUND_ROWS() AS a"], []),
    ):  # fmt: skip
        if "personal.ip" not in _tags(stage, statements, apart):
            yield "; ".join((*apart, *statements))


def a_setting_takes_no_data(stage: Stage) -> Iterator[str]:
    """No value of a table becomes a setting of the session, which is shown and carries nothing."""
    with stage.session("pavel") as session:
        if not hear(session, "SET lc_time_names = (SELECT clientIp FROM log.Edit_1 LIMIT 1)").error:
            yield "a setting"


_GIVEN, _LEAVES = "carrel.gateway.given", "carrel.policy.guard.expressions:leaves"
MUTANTS: Final = (
    Mutant(name="given: variables", killer=a_variable_carries_what_flowed_into_it,
           switch=put(f"{_GIVEN}:Given.into_variable", lambda _: lambda *_: NOTHING, "that a variable carries what flowed into it")),
    Mutant(name="given: in conditions", killer=a_variable_carries_what_flowed_into_it,
           switch=change(_LEAVES, "if flow is not None and name:", "if False:", "that a variable in an expression flows")),
    Mutant(name="given: LIMIT", killer=a_variable_carries_what_flowed_into_it,
           switch=put("carrel.policy.guard.bind:given_in", lambda _: lambda _: frozenset(), "that LIMIT decides rows")),
    Mutant(name="given: USING", killer=a_variable_carries_what_flowed_into_it,
           switch=change(f"{_GIVEN}:Inherited.__init__", "origins if origins else", "", "that a parameter carries what its variable does")),
    Mutant(name="given: text", killer=a_variable_carries_what_flowed_into_it,
           switch=change("carrel.gateway.prepared:NamedStatements._text", "str(value), origin", "str(value), None", "that a statement's text may be data")),
    Mutant(name="given: shown", killer=what_is_typed_carries_what_was_shown,
           switch=put(f"{_GIVEN}:Given.show", lambda _: nothing, "that what a client is shown may be typed")),
    Mutant(name="given: other sessions", killer=what_is_typed_carries_what_was_shown,
           switch=put("carrel.gateway.reads:Reads.note", lambda _: nothing, "that what one session has read another may type")),
    Mutant(name="given: literals", killer=what_is_typed_carries_what_was_shown,
           switch=change("carrel.policy.guard.given:given", "if isinstance(node, exp.Literal):", "if False:", "that what is written in a statement flows")),
    Mutant(name="given: settings", killer=a_setting_takes_no_data,
           switch=change("carrel.gateway.variables:Variables.set_system", "not origin.tags - {PUBLIC}", "True", "that settings take no data")),
)  # fmt: skip

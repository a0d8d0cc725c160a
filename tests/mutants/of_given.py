"""Mutants of what flows in that is of no table: variables, parameters, and what a client types after it was shown something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from carrel.functions.personal import SHAPES, Shape
from carrel.model.names import TableName
from carrel.model.provenance import NOTHING
from tests.mutants.mutant import Mutant
from tests.mutants.stage import Stage, hear
from tests.mutants.switch import change, nothing, put

_SEEN: Final = "what was seen"
_READS, _SETS = "SELECT clientIp FROM log.Edit_1", "SET @ip = (SELECT clientIp FROM log.Edit_1 LIMIT 1)"
_PAGES: Final = "CREATE TABLE staging.given AS SELECT page_id FROM page"
_EMPTY: Final = "CREATE TABLE staging.given (a varchar(20))"
_TEXT: Final = "SET @s = (SELECT CONCAT('CREATE TABLE staging.given AS SELECT \"', LENGTH(MAX(clientIp)) + 1000, '\" AS a') FROM log.Edit_1)"


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
    typed = f"CREATE TABLE staging.given AS SELECT '{_SEEN}' AS a"
    for statements, apart in (
        ([_READS, typed], []), ([_SETS, "SELECT @ip", typed], []), ([_READS, f"{_PAGES} WHERE page_title <> '{_SEEN}'"], []), ([typed], [_READS]),
        ([_READS, "CREATE TABLE staging.given AS SELECT FOUND_ROWS() AS a"], []),
    ):  # fmt: skip
        if "personal.ip" not in _tags(stage, statements, apart):
            yield "; ".join((*apart, *statements))


def a_setting_takes_no_data(stage: Stage) -> Iterator[str]:
    """No value of a table becomes a setting of the session, which is shown and carries nothing."""
    with stage.session("pavel") as session:
        if not hear(session, "SET lc_time_names = (SELECT clientIp FROM log.Edit_1 LIMIT 1)").error:
            yield "a setting"


_SHAPED: Final = {
    "e-mail address": "ann@mail.example", "telephone number": "+49 30 901820", "telephone number of ten digits": "212-555-0100",
    "IPv4 address or network": "198.51.100.7", "IPv6 address or network": "2001:db8:0:0:0:0:0:1", "IPv6 address, shortened": "2001:db8::1",
    "address in MediaWiki's hexadecimal": "C0000207", "user agent": "curl/7.88.1", "password hash of MediaWiki": ":pbkdf2:sha512:30000:64:abc",
    "password hash": "$2y$10$abcdefghijklmnopqrstuv", "signed token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x",
}


def what_is_typed_is_looked_at(stage: Stage) -> Iterator[str]:
    """What a client types that looks like personal data carries its tag, and what looks like a secret is not kept, whatever was read before."""
    for shape in SHAPES:
        value = _SHAPED[shape.name]
        for statements in (
            [_EMPTY.replace("20", "99"), f"INSERT INTO staging.given VALUES ('{value}')"], [f"CREATE TABLE staging.given AS SELECT '{value}' AS a"],
            [_EMPTY.replace("20", "99"), "INSERT INTO staging.given VALUES ('x')", f"UPDATE staging.given SET a = '{value}'"],
        ):  # fmt: skip
            if shape.tag not in _tags(stage, statements) if shape.tag != "secret" else _kept(stage, statements, value):
                yield f"{shape.name}: {statements[-1]}"


def _kept(stage: Stage, statements: Sequence[str], value: str) -> bool:
    with stage.session("pavel") as session:
        for sql in statements:
            hear(session, sql)
        text = hear(session, "SELECT a FROM staging.given").text
    return value in text or "secret" in _tags(stage, ["DROP TABLE IF EXISTS staging.given", *statements])


def _without(name: str) -> Callable[[Sequence[Shape]], tuple[Shape, ...]]:
    return lambda shapes: tuple(shape for shape in shapes if shape.name != name)


_GIVEN, _LEAVES = "carrel.gateway.given", "carrel.policy.guard.expressions:leaves"
MUTANTS: Final = (
    Mutant(name="given: variables", killer=a_variable_carries_what_flowed_into_it,
           switch=put(f"{_GIVEN}:Given.into_variable", lambda _: lambda *_: NOTHING, "that a variable carries what flowed into it")),
    Mutant(name="given: in conditions", killer=a_variable_carries_what_flowed_into_it,
           switch=change(_LEAVES, "if flow is not None and name:", "if False:", "that a variable in an expression flows")),
    Mutant(name="given: LIMIT", killer=a_variable_carries_what_flowed_into_it,
           switch=put("carrel.policy.guard.bind:given_in", lambda _: lambda _: frozenset(), "that LIMIT decides rows")),
    Mutant(name="given: USING", killer=a_variable_carries_what_flowed_into_it,
           switch=change(f"{_GIVEN}:Inherited.__init__", "turn.origins if turn.origins else", "", "that a parameter carries what its variable does")),
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
    Mutant(name="scan: VALUES", killer=what_is_typed_is_looked_at,
           switch=put("carrel.gateway.scanning:Scanning.found", lambda _: lambda *_: NOTHING, "that values are looked at")),
    Mutant(name="scan: statements", killer=what_is_typed_is_looked_at,
           switch=put(f"{_GIVEN}:of_texts", lambda _: lambda *_: NOTHING, "that what is written in a statement is looked at")),
    Mutant(name="scan: secrets", killer=what_is_typed_is_looked_at,
           switch=change("carrel.gateway.scanning:Scanning.look", "if SECRET in", "if False and SECRET in", "that a secret is not kept")),
    *(Mutant(name=f"scan: {shape.name}", killer=what_is_typed_is_looked_at,
             switch=put("carrel.functions.personal:SHAPES", _without(shape.name), f"that the shape `{shape.name}` is looked for")) for shape in SHAPES),
)  # fmt: skip

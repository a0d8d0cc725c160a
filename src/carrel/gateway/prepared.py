"""Statements that a session keeps under a name: `PREPARE s FROM …`, `EXECUTE s USING …`, `EXECUTE IMMEDIATE`, `DEALLOCATE PREPARE s`.

Only the text is kept. What it may see is decided at PREPARE, and anew at each EXECUTE.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import pyarrow as pa
from sqlglot.tokenizer_core import TokenType

from carrel.gateway.metadata.words import Words
from carrel.gateway.split import Statement, split
from carrel.gateway.variables import Value, Variables
from carrel.model.audit import Finish
from carrel.model.errors import BadInput, LimitReached, NotAllowed, NotFound, SyntaxRefused
from carrel.model.ports import Running
from carrel.model.provenance import NOTHING, Provenance
from carrel.model.queries import AuthorizedQuery, Done, Parameter

MOST: Final = 1024
"""Statements that one session may keep."""

VERBS: Final = frozenset({"PREPARE", "EXECUTE", "DEALLOCATE"})
"""They speak of prepared statements, and cannot be prepared themselves."""


class Execution(NamedTuple):
    """`origins` are what the values carry, `text` is what the statement itself does where it came from a variable."""

    statement: Statement
    values: tuple[Parameter, ...]
    origins: tuple[Provenance | None, ...]
    text: Provenance


def placeholders(statement: Statement) -> int:
    return sum(token.token_type is TokenType.PLACEHOLDER for token in statement.tokens)


class NamedStatements:
    """The statements that one session keeps, by name without regard to case."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._held: dict[str, Statement] = {}

    def read(self, statement: Statement, variables: Variables) -> tuple[str, Statement, Provenance]:
        """Name and statement of `PREPARE name FROM 'text'` or `FROM @variable`, and what its text carries."""
        words = Words(statement)
        words.expect("PREPARE")
        name = words.name().lower()
        words.expect("FROM")
        text, origin = self._text(words, variables)
        words.end()
        return name, self.only(text), origin or NOTHING

    def keep(self, name: str, statement: Statement) -> None:
        """Raises LimitReached for one more than `MOST`."""
        if len(self._held) >= MOST and name not in self._held:
            raise LimitReached(f"a session may keep {MOST} prepared statements", code="too_many", help="DEALLOCATE PREPARE")
        self._held[name] = statement

    def execution(self, statement: Statement, variables: Variables) -> Execution:
        """The statement that an EXECUTE names, and the values that it gives to its placeholders."""
        words = Words(statement)
        words.expect("EXECUTE")
        text, origin = self._text(words, variables) if words.accept("IMMEDIATE") else (None, None)
        found = self._named(words.name(), "EXECUTE") if text is None else self.only(text)
        values: list[tuple[Value, Provenance | None]] = []
        if words.accept("USING"):
            values.append(_value(words, variables))
            while words.accept(","):
                values.append(_value(words, variables))
        words.end()
        if len(values) != placeholders(found):
            raise BadInput("incorrect arguments to EXECUTE: one value for each placeholder")
        return Execution(found, tuple(value for value, _ in values), tuple(carried for _, carried in values), origin or NOTHING)

    def forget(self, statement: Statement) -> Done:
        """`DEALLOCATE PREPARE name`, `DROP PREPARE name`."""
        words = Words(statement)
        words.accept_any("DEALLOCATE", "DROP")
        words.expect("PREPARE")
        name = words.name()
        words.end()
        self._named(name, "DEALLOCATE PREPARE")
        del self._held[name.lower()]
        return Done()

    def only(self, text: str) -> Statement:
        """The one statement of a text that is to be prepared."""
        found = list(split(text, self._dialect))
        if len(found) == 1 and found[0].verb == "LOAD":
            raise NotAllowed("`LOAD DATA` cannot be prepared", help="send it as it is")
        if len(found) != 1 or found[0].verb in VERBS:
            raise SyntaxRefused("one statement is prepared at a time, and none that speaks of prepared ones", near=text[:80])
        return found[0]

    def _named(self, name: str, command: str) -> Statement:
        found = self._held.get(name.lower())
        if found is None:
            raise NotFound(f"unknown prepared statement handler ({name}) given to {command}", code="unknown_statement")
        return found

    @staticmethod
    def _text(words: Words, variables: Variables) -> tuple[str, Provenance | None]:
        value, origin = _value(words, variables)
        return "NULL" if value is None else str(value), origin


def _value(words: Words, variables: Variables) -> tuple[Value, Provenance | None]:
    """A user variable or a literal, and what it carries; None: the client wrote it."""
    if words.accept("@"):
        name = words.name()
        return variables.user(name), variables.origin(f"@{name}")
    return words.literal(), None


def probed(statement: Statement, authorized: Callable[[tuple[Parameter, ...]], AuthorizedQuery]) -> AuthorizedQuery:
    """The query with NULL for each placeholder, or with 1 where it cannot have NULL, as after LIMIT."""
    count = placeholders(statement)
    try:
        return authorized((None,) * count)
    except (SyntaxRefused, NotAllowed):
        if not count:
            raise
        return authorized((1,) * count)


def bound(run: Callable[[], Running], finish: Callable[[Finish], None]) -> pa.Schema:
    """What the engine would answer a statement with that is being prepared: it binds, and nothing runs before the first batch is asked for."""
    outcome = "failed"
    try:
        running = run()
        running.close()
        outcome = "complete"
    finally:
        finish(Finish(outcome=outcome))
    return running.schema

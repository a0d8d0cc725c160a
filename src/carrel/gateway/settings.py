"""SET, KILL, and the statements about transactions, which change nothing in a gateway that only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlglot.tokenizer_core import Token, TokenType

from carrel.gateway.metadata.words import Words
from carrel.gateway.split import Statement, split
from carrel.gateway.variables import DEFAULTS, Value, Variables
from carrel.model.errors import NotAllowed, NotFound, SyntaxRefused
from carrel.model.names import TableName
from carrel.model.provenance import Provenance
from carrel.model.queries import Done

Evaluate = Callable[[str], tuple[Value, Provenance | None]]
"""The one value of an expression, and what it carries; None: the client wrote it."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One `name = value`. `kind` is `user`, `system` or `names` (the character set, and the collation in `extra`)."""

    kind: str
    name: str
    text: str
    literal: bool
    value: Value = None
    extra: str | None = None

    def apply(self, variables: Variables, evaluate: Evaluate) -> None:
        """Raises NotFound or NotAllowed as `Variables` does, and what `evaluate` raises for an expression."""
        if self.kind == "names":
            variables.set_names(self.name, self.extra)
            return
        value, origin = (self.value, None) if self.literal else evaluate(self.text)
        if self.kind == "user":
            variables.set_user(self.name, value, origin)
        elif self.literal and self.text.upper() == "DEFAULT":
            variables.reset(self.name)
        else:
            variables.set_system(self.name, value, origin)


def assignments(statement: Statement) -> Iterator[Assignment]:
    """The assignments of a SET, in order.

    Raises:
        NotAllowed: GLOBAL variables, passwords, roles.
        SyntaxRefused: not a SET.
    """
    words = Words(statement)
    words.accept("SET")
    if words.accept("NAMES"):
        yield _names(words)
        return
    if words.accept("CHARACTER", "SET") or words.accept("CHARSET"):
        yield _names(words)
        return
    for run in _by_comma(statement.tokens[1:]):
        if _is_transaction(run):
            return
        yield _assignment(statement, run)


def scoped(statement: Statement, dialect: str) -> tuple[list[Assignment], Statement] | None:
    """Of `SET STATEMENT name = value, … FOR statement` the assignments and the statement that they hold for; None for any other SET.

    Raises:
        SyntaxRefused, NotAllowed: as `assignments` does; a SET or USE that would last longer than itself.
    """
    tokens = statement.tokens
    if len(tokens) < 2 or tokens[1].text.upper() != "STATEMENT":
        return None
    until = next((index for index, token in enumerate(tokens) if token.text.upper() == "FOR" and token.token_type is not TokenType.STRING), len(tokens) - 1)
    offset = tokens[0].start
    found = list(split(statement.text[tokens[until].end + 1 - offset :], dialect))
    if len(found) != 1 or found[0].verb in {"SET", "USE", "PREPARE", "EXECUTE", "DEALLOCATE"}:
        raise SyntaxRefused("SET STATEMENT takes one statement after FOR", near=statement.text[:80])
    return [_assignment(statement, run) for run in _by_comma(tokens[2:until])], found[0]


def chatter(statement: Statement) -> Done:
    """Accepts BEGIN, COMMIT and their kind: every statement reads one published snapshot, so there is nothing to begin or end. Refuses anything longer."""
    if len(statement.tokens) > 12:
        raise SyntaxRefused("this is not a statement about a transaction", near=statement.text[:80])
    return Done()


def killed(statement: Statement) -> tuple[int, bool]:
    """Of `KILL [HARD | SOFT] [QUERY | CONNECTION] n` the number, and whether the connection is to end."""
    words = Words(statement)
    words.accept("KILL")
    words.accept_any("HARD", "SOFT")
    kind = words.accept_any("QUERY", "CONNECTION")
    number = words.number()
    words.end()
    return number, kind != "QUERY"


def locked(statement: Statement, database: str | None) -> Iterator[TableName]:
    """The tables of `LOCK TABLES t READ, …`. Every statement reads one published snapshot, so there is nothing to lock.

    Raises:
        NotAllowed: a lock for writing.
        NotFound: a table without a database, and none was chosen.
    """
    words = Words(statement)
    if not words.accept_any("LOCK TABLES", "LOCK TABLE"):
        words.expect("LOCK")
        if not words.accept_any("TABLES", "TABLE"):
            raise words.error()
    while True:
        schema, name = words.table(database)
        if schema is None:
            raise NotFound("no database selected", code="no_database", help="USE a database, or write database.table")
        yield TableName(schema, name)
        if words.accept("AS") or words.peek() not in {"READ", "WRITE", "LOW_PRIORITY"}:
            words.name()
        if not words.accept("READ"):
            raise NotAllowed("tables can be locked for reading only", help="LOCK TABLES … READ")
        words.accept("LOCAL")
        if not words.accept(","):
            break
    words.end()


def _names(words: Words) -> Assignment:
    charset = words.name() if words.peek() else words.string()
    collation = None
    if words.accept("COLLATE"):
        collation = words.name() if words.peek() else words.string()
    words.end()
    if charset.upper() == "DEFAULT":
        charset = str(DEFAULTS["character_set_client"])
    return Assignment("names", charset, charset, True, extra=collation)


def _by_comma(tokens: tuple[Token, ...]) -> Iterator[list[Token]]:
    depth = 0
    run: list[Token] = []
    for token in tokens:
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if token.token_type is TokenType.COMMA and depth == 0:
            yield run
            run = []
        else:
            run.append(token)
    yield run


def _is_transaction(run: list[Token]) -> bool:
    texts = [token.text.upper() for token in run[:2]]
    return texts[:1] == ["TRANSACTION"] or texts in (["SESSION", "TRANSACTION"], ["LOCAL", "TRANSACTION"])


def _assignment(statement: Statement, run: list[Token]) -> Assignment:
    at = next((index for index, token in enumerate(run) if token.text in {"=", ":="}), None)
    if at is None or at == 0 or at == len(run) - 1:
        if run and run[0].text.upper() in {"PASSWORD", "ROLE", "DEFAULT"}:
            raise NotAllowed(f"`SET {run[0].text.upper()}` is not for a client", help="credentials and groups are managed by `carrel`")
        raise SyntaxRefused("a SET has a name, =, and a value", near=statement.text[:80])
    kind, name = _target([token.text for token in run[:at]], statement)
    values = run[at + 1 :]
    offset = statement.tokens[0].start
    text = statement.text[values[0].start - offset : values[-1].end + 1 - offset]
    literal, value = _literal(values, kind)
    return Assignment(kind, name, text, literal, value)


def _target(texts: list[str], statement: Statement) -> tuple[str, str]:
    if texts[0] == "@" and len(texts) == 2:
        return "user", texts[1]
    scoped = [text.upper() for text in texts if text not in {"@@", "."}]
    if scoped[0] in {"GLOBAL", "PERSIST", "PERSIST_ONLY"}:
        raise NotAllowed("a GLOBAL variable cannot be set by a client", help="an administrator edits carrel.toml")
    names = [text for text in texts if text not in {"@@", "."} and text.upper() not in {"SESSION", "LOCAL"}]
    if len(names) != 1:
        raise SyntaxRefused("a SET has a name, =, and a value", near=statement.text[:80])
    return "system", names[0]


def _literal(values: list[Token], kind: str) -> tuple[bool, Value]:
    if len(values) != 1:
        return False, None
    token = values[0]
    if token.token_type is TokenType.STRING:
        return True, token.text
    if token.token_type is TokenType.NUMBER:
        return True, _number(token.text, kind)
    word = token.text.upper()
    if word in {"ON", "TRUE", "OFF", "FALSE"}:
        return True, 1 if word in {"ON", "TRUE"} else 0
    if word == "NULL":
        return True, None
    # `SET sql_mode = ANSI`: for a system variable a bare word is its value; for a user variable it would be a column.
    return (True, token.text) if kind == "system" else (False, None)


def _number(text: str, kind: str) -> Value:
    """A user variable keeps a decimal as it was written."""
    if "e" in text.lower():
        return float(text)
    if "." in text:
        return Decimal(text) if kind == "user" else float(text)
    return int(text)

"""Statements that change a table of a person's own: read word by word against a list of the forms that there are, and nothing beside them.

What stands inside, a SELECT or the values of rows, is given as text: it goes the way of every question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlglot import exp
from sqlglot.dialects.mysql import MySQL
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import CarrelError, NotAllowed, NotFound, SyntaxRefused, Unsupported
from carrel.model.names import TableName
from carrel.policy.guard.parse import DIALECTS, check_comments

VIEWS_HELP: Final = "keep the rows: CREATE TABLE … AS SELECT …"
FORMS_HELP: Final = "there is CREATE TABLE, INSERT, DROP TABLE, TRUNCATE and RENAME TABLE"


class Deed(StrEnum):
    """What a statement does; the value is the audit's `action`."""

    CREATE = "create"
    INSERT = "insert"
    DROP = "drop"
    TRUNCATE = "truncate"
    RENAME = "rename"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of VALUES: a literal, or the text of an expression. `first` and `after`: its placeholders among the statement's."""

    literal: str | int | None
    is_literal: bool
    text: str
    first: int
    after: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """A column as CREATE TABLE writes it: its type in lower case."""

    name: str
    native_type: str
    nullable: bool = True
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A statement that writes, as far as it can be told from its text.

    Attributes:
        table: that is changed.
        quiet: IF EXISTS or IF NOT EXISTS stands there.
        columns: named after INSERT INTO; none: all, in their order.
        declared: of CREATE TABLE with columns.
        query: the SELECT inside; None where there is none.
        rows: of VALUES.
        to: the new name.
    """

    deed: Deed
    table: TableName
    quiet: bool = False
    columns: tuple[str, ...] = ()
    declared: tuple[Declared, ...] = ()
    query: str | None = None
    rows: tuple[tuple[Value, ...], ...] = field(default=(), repr=False)
    to: TableName | None = None


class _Whole(MySQL):
    """MySQL whose words after RENAME are words."""

    class Tokenizer(MySQL.Tokenizer):
        COMMANDS = set()  # noqa: RUF012 - as sqlglot declares it


_OPENS: Final = frozenset({"SELECT", "WITH", "("})
_OPTIONS: Final = frozenset({"ENGINE", "CHARSET", "COLLATE", "COMMENT"})


def read_write(text: str, database: str | None) -> Write:
    """What a statement of MySQL's dialect is to change.

    Raises: SyntaxRefused, NotAllowed, Unsupported, NotFound (no database chosen).
    """
    try:
        tokens = _Whole().tokenize(text)
    except TokenError:
        raise SyntaxRefused("a string, a quoted name or a comment is not closed", near=text[-80:]) from None
    check_comments(text, tokens)
    reader = _Reader(text, tokens, database)
    forms = {"CREATE": _create, "INSERT": _insert, "DROP": _drop, "TRUNCATE": _truncate, "RENAME": _rename}
    verb = reader.word()
    reader.at += 1
    return forms[verb](reader)


class _Reader:
    """A cursor over the tokens of one statement."""

    def __init__(self, text: str, tokens: Sequence[Token], database: str | None) -> None:
        self.text = text
        self.tokens = tokens
        self.database = database
        self.at = 0

    def word(self, ahead: int = 0) -> str:
        """A word in capitals, or a sign; empty at the end and where a quoted name or a text stands."""
        place = self.at + ahead
        if place >= len(self.tokens) or self.tokens[place].token_type in {TokenType.STRING, TokenType.IDENTIFIER}:
            return ""
        return self.tokens[place].text.upper()

    def accept(self, *words: str) -> bool:
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        if not self.accept(*words):
            raise self.error()

    def name(self) -> str:
        if self.at >= len(self.tokens):
            raise self.error()
        token = self.tokens[self.at]
        if token.token_type is not TokenType.IDENTIFIER and not (token.token_type is not TokenType.STRING and token.text.isidentifier()):
            raise self.error()
        self.at += 1
        return token.text

    def table(self) -> TableName:
        first = self.name()
        if self.accept("."):
            return TableName(first, self.name())
        if self.database is None:
            raise NotFound("no database selected", code="no_database", help=f"write `staging.{first}` or choose a database")
        return TableName(self.database, first)

    def rest(self) -> str:
        found = self.text[self.tokens[self.at].start :] if self.at < len(self.tokens) else ""
        self.at = len(self.tokens)
        return found

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise self.error()

    def error(self) -> CarrelError:
        near = self.text[self.tokens[self.at].start :][:80] if self.at < len(self.tokens) else ""
        return SyntaxRefused("this is no form of the statement that Carrel knows", near=near, help=FORMS_HELP)


def _create(reader: _Reader) -> Write:
    if reader.accept("TEMPORARY"):
        raise Unsupported("temporary tables are not supported", help="CREATE TABLE staging.name AS SELECT …, and DROP TABLE when it is done with")
    if reader.word() in {"VIEW", "ALGORITHM", "DEFINER", "SQL"} or (reader.word() == "OR" and reader.word(2) != "TABLE"):
        raise Unsupported("views are not supported", help=VIEWS_HELP)
    if reader.word() != "TABLE":
        raise NotAllowed(f"`CREATE {reader.word()}` is not allowed", help=FORMS_HELP)
    reader.expect("TABLE")
    quiet = reader.accept("IF", "NOT", "EXISTS")
    table = reader.table()
    if reader.word() == "LIKE" or (reader.word() == "(" and reader.word(1) == "LIKE"):
        raise Unsupported("`CREATE TABLE … LIKE` is not supported", help="CREATE TABLE new AS SELECT * FROM old LIMIT 0")
    declared: tuple[Declared, ...] = ()
    if reader.word() == "(" and reader.word(1) not in _OPENS:
        declared = _declared(reader)
    _options(reader)
    reader.accept("AS")
    query = reader.rest() or None
    if (query is None) == (not declared):
        raise Unsupported("columns and a SELECT together are not supported", help="name the columns in the SELECT") if declared else reader.error()
    return Write(deed=Deed.CREATE, table=table, quiet=quiet, declared=declared, query=query)


def _options(reader: _Reader) -> None:
    """Options of MariaDB's tables that mean nothing here."""
    while True:
        reader.accept("DEFAULT")
        if reader.accept("CHARACTER", "SET") or reader.word() in _OPTIONS:
            reader.at += reader.word() in _OPTIONS
            reader.accept("=")
            reader.at += 1
            reader.accept(",")
        else:
            return


def _declared(reader: _Reader) -> tuple[Declared, ...]:
    start = reader.tokens[reader.at].start
    _skip_bracket(reader)
    end = reader.tokens[reader.at - 1].end + 1
    try:
        whole = f"CREATE TABLE t {reader.text[start:end]}"
        tree = DIALECTS["mysql"].parser().parse(DIALECTS["mysql"].tokenize(whole), whole)[0]
    except (ParseError, TokenError, RecursionError):
        raise SyntaxRefused("the columns cannot be read", near=reader.text[start:end][:80]) from None
    schema = tree.this if isinstance(tree, exp.Create) else None
    if not isinstance(schema, exp.Schema):
        raise SyntaxRefused("the columns cannot be read", near=reader.text[start:end][:80])
    columns = tuple(map(_column, schema.expressions))
    if len({column.name.lower() for column in columns}) != len(columns):
        raise NotAllowed("duplicate column name")
    return columns


def _column(node: exp.Expr) -> Declared:
    if not isinstance(node, exp.ColumnDef) or not isinstance(node.args.get("kind"), exp.DataType):
        raise Unsupported("keys and constraints are not supported", help="write columns only: name and type")
    nullable, default = True, None
    for constraint in node.args.get("constraints") or []:
        kind = constraint.args.get("kind")
        if isinstance(kind, exp.NotNullColumnConstraint):
            nullable = bool(kind.args.get("allow_null"))
        elif isinstance(kind, exp.DefaultColumnConstraint) and isinstance(kind.this, exp.Literal | exp.Null):
            default = None if isinstance(kind.this, exp.Null) else kind.this.name
        elif not isinstance(kind, exp.CharacterSetColumnConstraint | exp.CollateColumnConstraint | exp.CommentColumnConstraint):
            raise Unsupported("keys and constraints are not supported", help="write columns only: name and type")
    return Declared(node.name, node.args["kind"].sql("mysql").lower(), nullable, default)


def _skip_bracket(reader: _Reader) -> None:
    depth = 0
    while reader.at < len(reader.tokens):
        word = reader.word()
        depth += (word == "(") - (word == ")")
        reader.at += 1
        if not depth:
            return
    raise reader.error()


def _insert(reader: _Reader) -> Write:
    reader.accept("INTO")
    reader.accept("TABLE")
    table = reader.table()
    columns: list[str] = []
    if reader.word() == "(" and reader.word(1) not in _OPENS:
        reader.expect("(")
        columns.append(reader.name())
        while reader.accept(","):
            columns.append(reader.name())
        reader.expect(")")
    if reader.accept("VALUES") or reader.accept("VALUE"):
        return Write(deed=Deed.INSERT, table=table, columns=tuple(columns), rows=_rows(reader))
    if reader.word() not in _OPENS:
        raise reader.error()
    return Write(deed=Deed.INSERT, table=table, columns=tuple(columns), query=reader.rest())


def _rows(reader: _Reader) -> tuple[tuple[Value, ...], ...]:
    rows, placeholders = [], 0
    while True:
        row, placeholders = _row(reader, placeholders)
        rows.append(row)
        if not reader.accept(","):
            reader.end()
            return tuple(rows)


def _row(reader: _Reader, placeholders: int) -> tuple[tuple[Value, ...], int]:
    reader.expect("(")
    values: list[Value] = []
    while True:
        begin, depth = reader.at, 0
        while reader.at < len(reader.tokens) and (depth or reader.word() not in {",", ")"}):
            depth += (reader.word() == "(") - (reader.word() == ")")
            reader.at += 1
        tokens = reader.tokens[begin : reader.at]
        if not tokens or reader.at >= len(reader.tokens):
            raise reader.error()
        after = placeholders + sum(token.token_type is TokenType.PLACEHOLDER for token in tokens)
        values.append(_value(tokens, reader.text[tokens[0].start : tokens[-1].end + 1], placeholders, after))
        placeholders = after
        if reader.accept(")"):
            return tuple(values), placeholders
        reader.expect(",")


def _value(tokens: Sequence[Token], text: str, first: int, after: int) -> Value:
    kind = tokens[0].token_type
    if len(tokens) == 1 and kind is TokenType.STRING:
        return Value(tokens[0].text, True, text, first, after)
    if len(tokens) == 1 and kind is TokenType.NULL:
        return Value(None, True, text, first, after)
    if kind is TokenType.NUMBER and len(tokens) == 1:
        return Value(tokens[0].text, True, text, first, after, is_number=True)
    if len(tokens) == 2 and kind is TokenType.DASH and tokens[1].token_type is TokenType.NUMBER:
        return Value(f"-{tokens[1].text}", True, text, first, after, is_number=True)
    return Value(None, False, text, first, after)


def _drop(reader: _Reader) -> Write:
    if reader.word() != "TABLE":
        raise NotAllowed("only tables of your own can be dropped", help="DROP TABLE staging.name")
    reader.expect("TABLE")
    quiet = reader.accept("IF", "EXISTS")
    table = reader.table()
    if reader.word() == ",":
        raise Unsupported("one table is dropped at a time", help="DROP TABLE one; DROP TABLE other")
    reader.end()
    return Write(deed=Deed.DROP, table=table, quiet=quiet)


def _truncate(reader: _Reader) -> Write:
    reader.accept("TABLE")
    table = reader.table()
    reader.end()
    return Write(deed=Deed.TRUNCATE, table=table)


def _rename(reader: _Reader) -> Write:
    reader.expect("TABLE")
    table = reader.table()
    reader.expect("TO")
    to = reader.table()
    reader.end()
    return Write(deed=Deed.RENAME, table=table, to=to)

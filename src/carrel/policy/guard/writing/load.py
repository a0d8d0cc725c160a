"""LOAD DATA LOCAL INFILE: the client's own file into a table of the person's own. The server itself reads no file."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import NotAllowed, Unsupported
from carrel.policy.guard.writing.forms import Deed, Write
from carrel.policy.guard.writing.insert import value_of
from carrel.policy.guard.writing.reader import Reader
from carrel.policy.guard.writing.upload import Field, Given, Taken, Upload

LOCAL_HELP: Final = "let your client send the file: LOAD DATA LOCAL INFILE … (mysql --local-infile=1)"
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_MEANT: Final = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_CHANGING: Final = frozenset({"RAND", "UUID", "UUID_SHORT", "SYS_GUID", "SYSDATE", "RANDOM_BYTES", "LASTVAL", "NEXTVAL", "ROWNUM", "ROW_NUMBER", "SLEEP"})
"""Functions that give each row another value."""


def load(reader: Reader) -> Write:
    if not reader.accept("DATA"):
        raise NotAllowed("only `LOAD DATA LOCAL INFILE` is allowed", help=LOCAL_HELP)
    if not reader.accept("LOW_PRIORITY"):
        reader.accept("CONCURRENT")
    if not reader.accept("LOCAL"):
        raise NotAllowed("`LOAD DATA` without `LOCAL` is not allowed: the server reads no files", help=LOCAL_HELP)
    reader.expect("INFILE")
    if reader.at < len(reader.tokens) and reader.tokens[reader.at].token_type is not TokenType.STRING:
        raise reader.error()
    file = literal(reader)
    strict = reader.accept("REPLACE")
    if not strict:
        reader.accept("IGNORE")
    reader.expect("INTO", "TABLE")
    table = reader.table()
    if reader.word() == "PARTITION":
        raise Unsupported("tables have no partitions here", help="leave PARTITION out")
    facts: dict[str, Any] = {"charset": _charset(reader), **_layout(reader)}
    fields = _fields(reader)
    taken, given = _set(reader, frozenset(field.name.lower() for field in fields if field.variable))
    reader.end()
    upload = Upload(file=file, strict=strict, fields=fields, taken=taken, given=given, **facts)
    _check(upload)
    return Write(deed=Deed.UPLOAD, table=table, upload=upload)


def literal(reader: Reader) -> str:
    """A text in quotes, read as MariaDB reads it, or in hexadecimal digits."""
    if reader.at >= len(reader.tokens):
        raise reader.error()
    token = reader.tokens[reader.at]
    raw = reader.text[token.start : token.end + 1]
    if token.token_type is TokenType.HEX_STRING and len(token.text) % 2 == 0:
        reader.at += 1
        return bytes.fromhex(token.text).decode("utf-8", "replace")
    if token.token_type is not TokenType.STRING or raw[:1] not in {"'", '"'}:
        raise reader.error()
    reader.at += 1
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), _undoubled(raw))


def _undoubled(raw: str) -> str:
    """The text between the quotes, a doubled quote as an escaped one."""
    quote, found, at, inside = raw[0], [], 0, raw[1:-1]
    while at < len(inside):
        pair = inside[at : at + 2]
        found.append("\\" + quote if pair == quote * 2 else pair if pair[0] == "\\" else pair[0])
        at += 2 if pair == quote * 2 or pair[0] == "\\" else 1
    return "".join(found)


def _charset(reader: Reader) -> str | None:
    if not (reader.accept("CHARACTER", "SET") or reader.accept("CHARSET")):
        return None
    if reader.at < len(reader.tokens) and reader.tokens[reader.at].token_type is TokenType.STRING:
        return literal(reader).lower()
    return reader.name().lower()


_CLAUSES: Final[dict[str, dict[tuple[str, ...], str]]] = {
    "FIELDS": {
        ("TERMINATED", "BY"): "terminated", ("OPTIONALLY", "ENCLOSED", "BY"): "enclosed", ("ENCLOSED", "BY"): "enclosed", ("ESCAPED", "BY"): "escaped",
    },
    "LINES": {("STARTING", "BY"): "starting", ("TERMINATED", "BY"): "ended"},
}


def _layout(reader: Reader) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for words, clauses in ((("FIELDS", "COLUMNS"), _CLAUSES["FIELDS"]), (("LINES",), _CLAUSES["LINES"])):
        if any(reader.accept(word) for word in words):
            before = len(found)
            while (name := next((name for keywords, name in clauses.items() if reader.accept(*keywords)), None)) is not None:
                found[name] = literal(reader)
            if len(found) == before:
                raise reader.error()
    if reader.accept("IGNORE"):
        number = reader.word()
        reader.at += 1
        if not number.isdecimal() or len(number) > 18 or not (reader.accept("LINES") or reader.accept("ROWS")):
            raise reader.error()
        found["skipped"] = int(number)
    return found


def _fields(reader: Reader) -> tuple[Field, ...]:
    if not reader.accept("("):
        return ()
    found: list[Field] = []
    if not reader.accept(")"):
        found.append(_field(reader))
        while reader.accept(","):
            found.append(_field(reader))
        reader.expect(")")
    names = [field.name.lower() for field in found if not field.variable]
    if len(set(names)) != len(names):
        raise NotAllowed("a column is named twice")
    return tuple(found)


def _field(reader: Reader) -> Field:
    variable = reader.accept("@")
    return Field(reader.name(), variable)


def _set(reader: Reader, variables: frozenset[str]) -> tuple[tuple[Taken, ...], tuple[Given, ...]]:
    if not reader.accept("SET"):
        return (), ()
    taken: list[Taken] = []
    given: list[Given] = []
    while True:
        column = reader.name()
        reader.expect("=")
        expression = _expression(reader)
        found = _from_field(reader, expression, column, variables)
        if found is not None:
            taken.append(found)
        else:
            given.append(_constant(reader, expression, column, variables))
        if not reader.accept(","):
            break
    names = [column.lower() for column in (*(one.column for one in taken), *(one.column for one in given))]
    if len(set(names)) != len(names):
        raise NotAllowed("a column is named twice")
    return tuple(taken), tuple(given)


def _expression(reader: Reader) -> list[Token]:
    begin, depth = reader.at, 0
    while reader.at < len(reader.tokens) and (depth or reader.word() != ","):
        depth += (reader.word() == "(") - (reader.word() == ")")
        reader.at += 1
    if reader.at == begin:
        raise reader.error()
    return list(reader.tokens[begin : reader.at])


def _from_field(reader: Reader, tokens: list[Token], column: str, variables: frozenset[str]) -> Taken | None:
    """`@field`, or NULLIF of it and a text."""
    inner = Reader(reader.text, tokens, None)
    void: str | None = None
    wrapped = inner.accept("NULLIF", "(")
    if not inner.accept("@") or inner.at >= len(tokens):
        return None
    name = inner.name()
    if wrapped:
        if not inner.accept(",") or inner.at >= len(tokens) or tokens[inner.at].token_type is not TokenType.STRING:
            return None
        void = literal(inner)
        if not inner.accept(")"):
            return None
    return Taken(column, name, void) if inner.at == len(tokens) and name.lower() in variables else None


def _constant(reader: Reader, tokens: list[Token], column: str, variables: frozenset[str]) -> Given:
    if any(sign.text == "@" and following.text.lower() in variables for sign, following in pairwise(tokens)):
        raise Unsupported("SET computes nothing from the file's fields", help="SET c = @field, or NULLIF(@field, 'text'); compute afterwards in a SELECT")
    words = {token.text.upper() for token in tokens if token.token_type is not TokenType.STRING}
    if words & _CHANGING:
        raise Unsupported("a function that gives each row another value is not supported in SET", help="compute afterwards in a SELECT")
    return Given(column, value_of(tokens, reader.text[tokens[0].start : tokens[-1].end + 1], 0, 0))


def _check(upload: Upload) -> None:
    if any(len(sign.encode()) > 1 for sign in (upload.enclosed, upload.escaped)):
        raise NotAllowed("field separator argument is not what is expected: ENCLOSED and ESCAPED BY take one character")
    if not upload.terminated or not upload.ended or upload.terminated == upload.ended:
        raise Unsupported("rows of fixed widths are not supported", help="FIELDS TERMINATED BY and LINES TERMINATED BY, each one character or more")

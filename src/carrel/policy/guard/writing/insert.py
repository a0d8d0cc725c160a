"""INSERT: of a SELECT, or with the values of rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from carrel.policy.guard.writing.forms import Deed, Value, Write
from carrel.policy.guard.writing.reader import OPENS, Reader


def insert(reader: Reader) -> Write:
    reader.accept("INTO")
    reader.accept("TABLE")
    table = reader.table()
    columns: list[str] = []
    if reader.word() == "(" and reader.word(1) not in OPENS:
        reader.expect("(")
        columns.append(reader.name())
        while reader.accept(","):
            columns.append(reader.name())
        reader.expect(")")
    if reader.accept("VALUES") or reader.accept("VALUE"):
        return Write(deed=Deed.INSERT, table=table, columns=tuple(columns), rows=_rows(reader))
    if reader.word() not in OPENS:
        raise reader.error()
    return Write(deed=Deed.INSERT, table=table, columns=tuple(columns), query=reader.rest())


def _rows(reader: Reader) -> tuple[tuple[Value, ...], ...]:
    rows, placeholders = [], 0
    while True:
        row, placeholders = _row(reader, placeholders)
        rows.append(row)
        if not reader.accept(","):
            reader.end()
            return tuple(rows)


def _row(reader: Reader, placeholders: int) -> tuple[tuple[Value, ...], int]:
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
        values.append(value_of(tokens, reader.text[tokens[0].start : tokens[-1].end + 1], placeholders, after))
        placeholders = after
        if reader.accept(")"):
            return tuple(values), placeholders
        reader.expect(",")


def value_of(tokens: Sequence[Token], text: str, first: int, after: int) -> Value:
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

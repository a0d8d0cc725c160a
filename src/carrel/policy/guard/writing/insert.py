"""INSERT: of a SELECT, or with the values of rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from carrel.policy.guard.writing.forms import Clash, Deed, Value, Write
from carrel.policy.guard.writing.reader import OPENS, Reader

_ON: Final = ("ON", "DUPLICATE", "KEY", "UPDATE")


def insert(reader: Reader) -> Write:
    for word in ("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"):
        reader.accept(word)
    return _insert(reader, Deed.INSERT, Clash.IGNORE if reader.accept("IGNORE") else None)


def replace(reader: Reader) -> Write:
    reader.accept("LOW_PRIORITY") or reader.accept("DELAYED")
    return _insert(reader, Deed.REPLACE, Clash.REPLACE)


def _insert(reader: Reader, deed: Deed, clash: Clash | None) -> Write:
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
        rows, before = _rows(reader)
        made = Write(deed=deed, table=table, columns=tuple(columns), rows=rows, clash=clash)
        return _settled(reader, made, before)
    if reader.accept("SET"):
        return _set(reader, Write(deed=deed, table=table, columns=tuple(columns), clash=clash))
    if reader.word() not in OPENS:
        raise reader.error()
    begin = reader.at
    end = next((place for place in range(begin, len(reader.tokens)) if reader.words_at(place, *_ON)), len(reader.tokens))
    before = sum(token.token_type is TokenType.PLACEHOLDER for token in reader.tokens[:end])
    query = reader.text[reader.tokens[begin].start : reader.tokens[end - 1].end + 1]
    reader.at = end
    return _settled(reader, Write(deed=deed, table=table, columns=tuple(columns), query=query, clash=clash), before)


def _settled(reader: Reader, made: Write, before: int) -> Write:
    """With what stands behind the rows."""
    if not reader.accept(*_ON):
        reader.end()
        return made
    if made.clash is Clash.REPLACE:
        raise reader.error()
    # With IGNORE too, what is set is set; only what does not fit would be bent.
    return dataclasses.replace(made, clash=Clash.UPDATE, assignments=reader.rest(), before=before)


def _set(reader: Reader, made: Write) -> Write:
    """INSERT … SET a = 1, b = 2."""
    if made.columns:
        raise reader.error()
    columns: list[str] = []
    values: list[Value] = []
    before = 0
    while True:
        columns.append(reader.name())
        reader.expect("=")
        value, before = _one(reader, before, frozenset({",", "ON"}))
        values.append(value)
        if not reader.accept(","):
            return _settled(reader, dataclasses.replace(made, columns=tuple(columns), rows=(tuple(values),)), before)


def _rows(reader: Reader) -> tuple[tuple[tuple[Value, ...], ...], int]:
    """The rows, and how many placeholders are in them."""
    rows, placeholders = [], 0
    while True:
        row, placeholders = _row(reader, placeholders)
        rows.append(row)
        if not reader.accept(","):
            return tuple(rows), placeholders


def _row(reader: Reader, placeholders: int) -> tuple[tuple[Value, ...], int]:
    reader.expect("(")
    values: list[Value] = []
    while True:
        value, placeholders = _one(reader, placeholders, frozenset({",", ")"}))
        values.append(value)
        if reader.at >= len(reader.tokens):
            raise reader.error()
        if reader.accept(")"):
            return tuple(values), placeholders
        reader.expect(",")


def _one(reader: Reader, placeholders: int, ends: frozenset[str]) -> tuple[Value, int]:
    """A value up to one of these words, and how many placeholders there are to its end."""
    begin, depth = reader.at, 0
    while reader.at < len(reader.tokens) and (depth or reader.word() not in ends):
        depth += (reader.word() == "(") - (reader.word() == ")")
        reader.at += 1
    tokens = reader.tokens[begin : reader.at]
    if not tokens:
        raise reader.error()
    after = placeholders + sum(token.token_type is TokenType.PLACEHOLDER for token in tokens)
    return value_of(tokens, reader.text[tokens[0].start : tokens[-1].end + 1], placeholders, after), after


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

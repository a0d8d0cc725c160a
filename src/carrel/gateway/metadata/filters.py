"""`LIKE` and `WHERE` of a SHOW statement, on rows that are already filtered by what the asker knows."""

from __future__ import annotations

import re
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from carrel.gateway.metadata.rows import Row
from carrel.model.errors import NotAllowed, NotFound, SyntaxRefused

MAX_CONDITION = 2_000
"""Characters of a WHERE in SHOW."""


def like(pattern: str, value: str, *, case: bool = False) -> bool:
    """MySQL's LIKE: `%` any run, `_` any one character, a backslash makes either itself."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    regex = "".join(".*" if part == "%" else "." if part == "_" else re.escape(part[-1]) for part in parts)
    return re.fullmatch(regex, value, re.DOTALL if case else re.DOTALL | re.IGNORECASE) is not None


def where(text: str, rows: list[Row]) -> list[Row]:
    """The rows for which a condition holds: comparisons of a column with literals by `=`, `<>`, `LIKE`, `IN`, `REGEXP` is refused, joined by AND, OR, NOT.

    Raises:
        NotAllowed: anything else stands in the condition.
        NotFound: no such column.
        SyntaxRefused: not a condition.
    """
    if len(text) > MAX_CONDITION:
        raise NotAllowed("a WHERE of SHOW this long is not supported", help="ask information_schema")
    if not rows:
        return []
    try:
        condition = sqlglot.parse_one(_quoted(text, rows), dialect="mysql")
    except SqlglotError as error:
        raise SyntaxRefused("the condition cannot be read", near=text[:80]) from error
    return [row for row in rows if _holds(condition, {key.lower(): value for key, value in row.items()})]


def _quoted(text: str, rows: list[Row]) -> str:
    """The condition with its columns back-quoted: some, as `Charset`, are words of the language."""
    names = {name.lower() for name in rows[0]}
    for token in reversed(sqlglot.tokenize(text, dialect="mysql")):
        if token.text.lower() in names and token.token_type not in {TokenType.STRING, TokenType.IDENTIFIER}:
            text = f"{text[: token.start]}`{token.text}`{text[token.end + 1 :]}"
    return text


def _holds(node: exp.Expr, row: Row) -> bool:  # noqa: PLR0911 - one line for each kind of node
    if isinstance(node, exp.Paren):
        return _holds(node.this, row)
    if isinstance(node, exp.And):
        return _holds(node.this, row) and _holds(node.expression, row)
    if isinstance(node, exp.Or):
        return _holds(node.this, row) or _holds(node.expression, row)
    if isinstance(node, exp.Not):
        return not _holds(node.this, row)
    if isinstance(node, exp.EQ | exp.NEQ):
        equal = _same(_value(node.this, row), _value(node.expression, row))
        return equal if isinstance(node, exp.EQ) else not equal
    if isinstance(node, exp.Like):
        return like(str(_value(node.expression, row)), str(_value(node.this, row) or ""))
    if isinstance(node, exp.In) and not node.args.get("query"):
        value = _value(node.this, row)
        return any(_same(value, _value(item, row)) for item in node.expressions)
    raise NotAllowed("a WHERE of SHOW compares columns with literals by =, <>, LIKE, IN, AND, OR, NOT", help="ask information_schema")


def _value(node: exp.Expr, row: Row) -> Any:
    if isinstance(node, exp.Literal):
        return node.this
    if isinstance(node, exp.Column) and not node.table:
        name = node.name.lower()
        if name not in row:
            raise NotFound(f"unknown column `{node.name}` in where clause", code="unknown_column")
        return row[name]
    raise NotAllowed("a WHERE of SHOW compares columns with literals", help="ask information_schema")


def _same(left: Any, right: Any) -> bool:
    return left is not None and right is not None and str(left).lower() == str(right).lower()

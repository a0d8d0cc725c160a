"""What stands above a column of a result: the alias, the column as written, a literal's text, or the expression's source text, as MariaDB prints it."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from carrel.policy.guard.work import HEADING_KEY, SPAN_KEY, VALUE_KEY

LONGEST: Final = 255
"""Bytes of a heading that is no alias."""


def heading(item: exp.Expr, text: str, dialect: str, position: int) -> str:
    """The heading of an item of a SELECT list that is not a column. `position` counts from 0."""
    if isinstance(item, exp.Alias):
        return item.alias
    if HEADING_KEY in item.meta:
        return str(item.meta[HEADING_KEY])
    if dialect == "hive":
        return f"_c{position}"
    literal = None if VALUE_KEY in item.meta else _literal(item)
    if literal is not None:
        return _short(literal.lstrip())
    span = item.meta.get(SPAN_KEY)
    return _short(text[span[0] : span[1]].strip() if span else item.sql(dialect))


def _short(text: str) -> str:
    """As much as MariaDB prints of it, whole characters."""
    return text if len(text) * 4 <= LONGEST else text.encode("utf-8", "surrogatepass")[:LONGEST].decode("utf-8", "ignore")


def column(item: exp.Expr) -> exp.Column | None:
    """The column that an item is, inside any brackets."""
    while isinstance(item, exp.Paren | exp.Alias):
        item = item.this
    return item if isinstance(item, exp.Column) else None


def _literal(item: exp.Expr) -> str | None:
    if isinstance(item, exp.Literal) and item.is_string:
        return item.name
    if isinstance(item, exp.Introducer | exp.National):
        inner = item.args.get("expression", item.this)
        return _literal(inner) if isinstance(inner, exp.Expr) else str(inner)
    if isinstance(item, exp.Concat) and "safe" not in item.args:
        # sqlglot's MySQL parser makes a Concat without `safe` of adjacent literals, `'a' 'b'`, and one with it of CONCAT().
        parts = [_literal(part) for part in item.expressions]
        return "".join(part for part in parts if part is not None)
    return None

"""Values bound to `?` placeholders: each placeholder becomes a variable that only the guard can name, and later that variable's literal. Never text.

Where it is only compared, in WHERE, HAVING, ON, an aggregate or the condition of an IF or CASE, or is how many rows are given, the value may stay out of the
tree: then what is made of the statement holds for others of its type.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import SyntaxRefused
from carrel.model.queries import Parameter

PREFIX: Final = "?"
"""Of the variables' names: `@?0` is the first parameter."""


_COMPARED: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.Between, exp.In)
_JOINED: Final = (exp.And, exp.Or, exp.Not, exp.Paren)
_LONGEST: Final = 2**63


def bindable(value: Parameter) -> str | int | None:
    """The value as it may stay out of the tree; None for one that must stand in it."""
    if isinstance(value, bool) or (isinstance(value, str) and "\0" in value):
        return None
    if isinstance(value, int):
        return value if 0 <= value < _LONGEST else None
    return time_text(value) if isinstance(value, date | timedelta) else value if isinstance(value, str) else None


def stays_out(node: exp.Expr, value: Parameter) -> bool:
    """Whether the value may stay out of the tree where it stands: it is the number of a LIMIT or OFFSET, or only compared."""
    if isinstance(node.parent, exp.Limit | exp.Offset):
        return isinstance(value, int)
    return _only_compared(node)


def _only_compared(node: exp.Expr) -> bool:
    """Whether nothing is made of a value but comparisons, which decide which rows there are, go into an aggregate, or choose in a SELECT list."""
    if not isinstance(node.parent, _COMPARED):
        return False
    key, above = node.parent.arg_key, node.parent.parent
    while isinstance(above, _JOINED):
        key, above = above.arg_key, above.parent
    if isinstance(above, exp.If):
        return key == "this" and _listed(above)
    return isinstance(above, exp.Where | exp.Having | exp.Join | exp.AggFunc)


def _listed(node: exp.Expr) -> bool:
    """Whether no query around it is grouped or ordered by an expression, which might be one of the SELECT list by having the same values in it."""
    select = node.find_ancestor(exp.Query)
    while select is not None:
        keys = [key for part in ("group", "order") if (found := select.args.get(part)) is not None for key in found.expressions]
        if not all(isinstance(key.this if isinstance(key, exp.Ordered) else key, exp.Column | exp.Literal) for key in keys):
            return False
        select = select.find_ancestor(exp.Query)
    return True


def time_text(value: date | timedelta) -> str:
    """As MySQL writes it."""
    if isinstance(value, timedelta):
        seconds = abs(value) // timedelta(seconds=1)
        sign = "-" if value < timedelta(0) else ""
        return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()


def bind_parameters(tokens: list[Token], count: int) -> list[Token]:
    """The tokens with the placeholder number n as the user variable `@?n`, at the place in the text where the placeholder stood.

    Raises:
        SyntaxRefused: there are not as many placeholders as values.
    """
    bound: list[Token] = []
    number = 0
    for token in tokens:
        if token.token_type is TokenType.PLACEHOLDER:
            for kind, text in ((TokenType.PARAMETER, "@"), (TokenType.VAR, f"{PREFIX}{number}")):
                bound.append(Token(kind, text, token.line, token.col, token.start, token.end, token.comments))
            number += 1
        else:
            bound.append(token)
    if number != count:
        raise SyntaxRefused(f"the statement has {number} placeholders, and {count} values came with it")
    return bound

"""What of a question is of no table: values of variables and parameters, and what the client wrote, which may be what it has seen."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from carrel.model.names import ColumnName
from carrel.model.provenance import CONSTANT, TYPED
from carrel.policy.guard.work import GIVEN_KEY, Given

FORM: Final = 3
"""A number or text of so few characters, in a condition or beside columns, is taken for the statement's form, as LIMIT 10 and SUBSTRING(x, 1, 6)."""


def given(node: exp.Expr) -> str | None:
    """What a node brings by itself, as `OutputColumn.given` has it: empty for what is too short to say anything; None for all that is no value."""
    meta = node._meta
    if meta is not None and GIVEN_KEY in meta:
        return str(meta[GIVEN_KEY])
    if isinstance(node, exp.Literal):
        return TYPED if len(node.name) > FORM else ""
    return None


def given_in(root: exp.Expr | None) -> frozenset[ColumnName]:
    """What flows from an expression that names no column, as LIMIT."""
    if root is None:
        return frozenset()
    found: set[ColumnName] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        name = given(node)
        if name is None:
            stack.extend(node.iter_expressions())
        elif name:
            found.add(Given.of(name))
    return frozenset(found)


def constant(root: exp.Expr) -> frozenset[ColumnName]:
    """What else flows from an item of a SELECT list that is nothing but what the client wrote, however short."""
    names: set[str] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Column | exp.Query | exp.AggFunc | exp.Window | exp.Star):
            return frozenset()
        name = given(node)
        names |= {name} if name is not None else set()
        stack.extend(node.iter_expressions() if name is None else ())
    return frozenset({Given.of(CONSTANT)} if names else ()) | frozenset({Given.of(TYPED)} if names & {TYPED, ""} else ())

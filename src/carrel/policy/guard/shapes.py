"""Functions of which policy may say that a tag does not pass them, and how a question's tree shows that a column goes into one and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from carrel.model.names import ColumnName
from carrel.model.sensitivity import Mask
from carrel.policy.guard.work import Cell, Through

COUNT_PEOPLE: Final = "count_people"
TRUNCATIONS: Final = {"carrel_ip_prefix": "ip_prefix", "carrel_day": "day", "carrel_agent_family": "agent_family"}
"""Shapes by the function's name."""
SHAPES: Final = (COUNT_PEOPLE, *TRUNCATIONS.values())


def shape_of(column: exp.Column) -> str | None:
    """The shape of what a bound column stands in, by itself: `carrel_day(column)`, `COUNT(DISTINCT column)`."""
    parent = column.parent
    if isinstance(parent, exp.Anonymous) and len(parent.expressions) == 1:
        return TRUNCATIONS.get(parent.name.lower())
    return COUNT_PEOPLE if counted(parent.parent if isinstance(parent, exp.Distinct) else None) is column else None


def counted(node: exp.Expr | None) -> exp.Expr | None:
    """What a `COUNT(DISTINCT …)` of one column counts."""
    if not isinstance(node, exp.Count) or not isinstance(node.this, exp.Distinct) or len(node.this.expressions) != 1:
        return None
    only: exp.Expr = node.this.expressions[0]
    return only if isinstance(only, exp.Column) else None


def through(cell: Cell, shape: str | None) -> frozenset[ColumnName]:
    """What flows on of a cell that stands in such a function: all as it was, unless the cell is a base column unchanged, or its pseudonym that is counted."""
    clear = cell.decision is not None and cell.decision.mask is Mask.CLEAR
    if shape is None or cell.base is None or not cell.sources or not (clear or shape == COUNT_PEOPLE):
        return cell.sources
    name = cell.base[0]
    return frozenset({Through(name.table, name.column, shape)})


def threshold(tree: exp.Expr, column: ColumnName, labels: Mapping[str, ColumnName]) -> int:
    """Of how many people at least each row of the result is, if a bound question is one plain SELECT whose HAVING says so of this column; else 0."""
    if not _parts(tree):
        return 0
    least = 0
    for part in _conjuncts(tree.args["having"].this):
        inner = counted(part.this) if isinstance(part, exp.GTE | exp.GT) else None
        bound = part.expression if inner is not None else None
        if isinstance(inner, exp.Column) and labels.get(_key(inner)) == column and isinstance(bound, exp.Literal) and _is_whole(bound):
            least = max(least, int(bound.name) + isinstance(part, exp.GT))
    return least


def _parts(tree: exp.Expr) -> bool:
    """Whether each row of the only table is in one group of the result at most, so that no row of the result, taken from another, leaves fewer people."""
    alone = isinstance(tree, exp.Select) and not tree.args.get("joins") and sum(1 for _ in tree.find_all(exp.Query)) == 1
    return alone and tree.args.get("having") is not None and tree.find(exp.Window, exp.Rollup, exp.Join) is None


def _is_whole(literal: exp.Literal) -> bool:
    return not literal.is_string and literal.name.isdigit()


def _key(column: exp.Column) -> str:
    return f"{column.table}.{column.name}".lower()


def _conjuncts(node: exp.Expr) -> list[exp.Expr]:
    found, stack = [], [node]
    while stack:
        one = stack.pop()
        if isinstance(one, exp.And):
            stack += [one.this, one.expression]
        elif isinstance(one, exp.Paren):
            stack.append(one.this)
        else:
            found.append(one)
    return found

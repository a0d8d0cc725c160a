"""Aggregates belong to the SELECT in which they stand. One over columns of a query around it alone would, in MariaDB, be computed by that query."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from carrel.model.errors import NotAllowed
from carrel.model.trees import children
from carrel.policy.guard.expressions import is_aggregate


def refuse_outer_aggregates(select: exp.Select, labels: set[str]) -> None:
    """`select` is bound; `labels` are its own sources', in lower case. Raises: NotAllowed."""
    for aggregate in _aggregates(select):
        columns = [node for node in _own(aggregate) if isinstance(node, exp.Column)]
        if columns and not any(column.table.lower() in labels for column in columns):
            raise NotAllowed("an aggregate of columns of the query around it alone is not supported", help="compute it in that query")


def _aggregates(select: exp.Select) -> Iterator[exp.Expr]:
    for key in ("expressions", "having", "order", "windows"):
        value = select.args.get(key)
        for part in value if isinstance(value, list) else [value] if value is not None else []:
            yield from (node for node in _own(part) if is_aggregate(node))


def _own(root: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of an expression, not those of the queries inside it."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, exp.Query):
            stack += children(node)

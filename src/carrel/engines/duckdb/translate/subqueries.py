"""Subqueries inside expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from carrel.engines.duckdb.text import name
from carrel.engines.duckdb.translate.compare import OPERATORS, comparable
from carrel.engines.duckdb.translate.kinds import BOOL
from carrel.engines.duckdb.translate.values import Value
from carrel.model.errors import NotAllowed

if TYPE_CHECKING:
    from carrel.engines.duckdb.translate.expressions import Expressions
    from carrel.engines.duckdb.translate.scopes import Scope


def _scalar(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    written = write.selects.query(node, scope, ordered=True)
    if len(written.columns) != 1:
        raise NotAllowed("a subquery that stands for one value has one column")
    return Value(f"({written.text})", written.columns[0][1])


def _exists(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return Value(f"EXISTS ({write.selects.query(node.this, scope, ordered=False).text})", BOOL)


def in_query(write: Expressions, left: exp.Expression, query: exp.Expression, scope: Scope, operator: str) -> Value:
    """`left IN (query)`, `left operator ANY (query)`, `left operator ALL (query)`."""
    word = "ALL" if isinstance(query, exp.All) else "ANY"
    if isinstance(query, exp.All | exp.Any):
        query = query.this
    written = write.selects.query(query, scope, ordered=False)
    nodes = left.expressions if isinstance(left, exp.Tuple) else [left]
    if len(nodes) != len(written.columns):
        raise NotAllowed(f"the subquery has {len(written.columns)} columns where {len(nodes)} are compared")
    alias = write.selects.fresh("q")
    columns = [f"c{number}" for number in range(len(nodes))]
    pairs = [
        comparable(write.value(node, scope), Value(name(alias, column), kind))
        for node, column, (_, kind) in zip(nodes, columns, written.columns, strict=True)
    ]
    rights = ", ".join(right for _, right in pairs)
    inner = f"SELECT {rights} FROM ({written.text}) AS {name(alias)}({', '.join(name(column) for column in columns)})"
    if len(pairs) == 1 and not (operator == "=" and word == "ANY"):
        if operator == "<=>":
            raise NotAllowed("`<=>` is not known with ANY and ALL")
        return Value(f"({pairs[0][0]} {OPERATORS[operator]} {word} ({inner}))", BOOL)
    if len(pairs) > 1 and (operator, word) != ("=", "ANY"):
        raise NotAllowed("rows are compared with a subquery by IN alone")
    lefts = ", ".join(left_text for left_text, _ in pairs)
    return Value(f"(({lefts}) IN ({inner}))" if len(pairs) > 1 else f"({lefts} IN ({inner}))", BOOL)


SUBQUERIES: Final[dict[type[exp.Expression], Callable[[Expressions, exp.Expression, Scope], Value]]] = {
    exp.Subquery: _scalar, exp.Select: _scalar, exp.Union: _scalar, exp.Exists: _exists,
}

"""JOIN in all of MySQL's forms; USING and NATURAL become the comparisons that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from carrel.engines.duckdb.translate.compare import compare
from carrel.engines.duckdb.translate.required import outer
from carrel.engines.duckdb.translate.values import Value
from carrel.model.errors import NotAllowed

if TYPE_CHECKING:
    from carrel.engines.duckdb.translate.scopes import Scope, Source
    from carrel.engines.duckdb.translate.selects import Selects


def join(selects: Selects, node: exp.Expression, scope: Scope) -> str:
    """The text of one JOIN; its columns come into scope."""
    kind, side = str(node.args.get("kind") or "").upper(), str(node.args.get("side") or "").upper()
    if side not in ("", "LEFT", "RIGHT") or kind not in ("", "INNER", "CROSS", "OUTER", "STRAIGHT", "STRAIGHT_JOIN"):
        raise NotAllowed(f"`{side} {kind} JOIN` is not known here".replace("` ", "`"))
    before = list(scope.sources)
    text = selects.source(node.this, scope)
    condition = _condition(selects, node, scope, before, scope.sources[len(before) :])
    if side == "LEFT":
        scope.sources[len(before) :] = outer(scope.sources[len(before) :])
    elif side == "RIGHT":
        scope.sources[: len(before)] = outer(before)
    if condition is None:
        if side:
            raise NotAllowed(f"`{side} JOIN` needs ON or USING")
        return f" CROSS JOIN {text}"
    return f" {side or 'INNER'} JOIN {text} ON {condition}"


def _condition(selects: Selects, node: exp.Expression, scope: Scope, before: list[Source], new: list[Source]) -> str | None:
    on = node.args.get("on")
    if on is not None:
        return selects.expressions.condition(on, scope)
    names = [column.name for column in node.args.get("using") or []]
    if str(node.args.get("method") or "").upper() == "NATURAL":
        known = {column.lower() for source in before for column in source.columns}
        names = [column for source in new for column in source.columns if column.lower() in known]
    if not names:
        return None
    return " AND ".join(str(compare("=", _first(before, column), _first(new, column))) for column in names)


def _first(sources: list[Source], column: str) -> Value:
    for source in sources:
        found = source.find(column)
        if found:
            return source.value(found[0])
    raise NotAllowed(f"the column `{column}` is not on both sides of the join")

"""Aggregates and window functions: of a grouping where `over` is empty, else of a window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.compare import folded
from carrel.engines.duckdb.translate.functions.aggregates import AGGREGATES, count
from carrel.engines.duckdb.translate.functions.registry import constant_int
from carrel.engines.duckdb.translate.functions.texts import TEXTS
from carrel.engines.duckdb.translate.kinds import BIGINT, BYTES, DOUBLE, TEXT, Family
from carrel.engines.duckdb.translate.values import Value, as_text, cast, show
from carrel.model.errors import NotAllowed

if TYPE_CHECKING:
    from carrel.engines.duckdb.translate.expressions import Expressions
    from carrel.engines.duckdb.translate.scopes import Scope

_RANKS: Final = {
    exp.RowNumber: ("row_number", BIGINT), exp.Rank: ("rank", BIGINT), exp.DenseRank: ("dense_rank", BIGINT),
    exp.PercentRank: ("percent_rank", replace(DOUBLE, decimals=10)),
    exp.CumeDist: ("cume_dist", replace(DOUBLE, decimals=10)),
}
_COUNTS: Final = (exp.Count, exp.GroupConcat)
_BY_ROW: Final = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.NthValue, exp.Ntile)
"""Functions whose result depends on the order of rows that are peers: their windows get a full order."""


def is_aggregate(node: exp.Expr) -> bool:
    return type(node) in AGGREGATES or isinstance(node, _COUNTS)


def aggregate(write: Expressions, node: exp.Expression, scope: Scope, over: str) -> Value:
    """`scope` is that of the rows that the aggregate takes in."""
    if isinstance(node, exp.GroupConcat):
        return _group_concat(write, node, scope, over)
    argument = node.this
    distinct = isinstance(argument, exp.Distinct)
    if isinstance(node, exp.Count):
        if isinstance(argument, exp.Star):
            return Value(f"count(*){over}", BIGINT)
        nodes = argument.expressions if distinct else [argument, *node.expressions]
        return count(write.values(nodes, scope), distinct, over)
    if distinct and len(argument.expressions) != 1:
        raise NotAllowed("an aggregate takes one value")
    return AGGREGATES[type(node)](write.value(argument.expressions[0] if distinct else argument, scope), distinct, over)


def _group_concat(write: Expressions, node: exp.GroupConcat, scope: Scope, over: str) -> Value:
    if over:
        raise NotAllowed("`GROUP_CONCAT` takes no window")
    argument, orders = node.this, []
    if isinstance(argument, exp.Order):
        argument, orders = argument.this, argument.expressions
    distinct = isinstance(argument, exp.Distinct)
    nodes = argument.expressions if distinct else argument.expressions if isinstance(argument, exp.Concat) else [argument]
    orders = [_of_place(one, nodes) for one in orders]
    values = write.values(argument.expressions if distinct else [argument], scope)
    texts = [as_text(value) for value in values]
    if distinct and len(orders) == 1 and orders[0].this not in nodes and not orders[0].find(exp.Star):
        return _distinct_by(write, node, orders[0], TEXTS["concat"]("concat", texts), scope)
    if distinct and len(values) == 1 and values[0].kind.family is Family.INT:
        direction = "'DESC'" if orders and orders[0].args.get("desc") else "'ASC'"
        between = literal(node.args["separator"].name) if node.args.get("separator") is not None else "','"
        return Value(f"carrel_joined(list(DISTINCT {values[0]}) FILTER (WHERE {values[0]} IS NOT NULL), {direction}, {between})", TEXT)
    text = TEXTS["concat"]("concat", texts)
    separator = node.args.get("separator")
    between = literal(separator.name) if separator is not None else "','"
    order = f"{text} ASC" if distinct else _order_in_group(write, orders, text, scope)
    if distinct and orders and orders[0].args.get("desc"):
        order = f"{text} DESC"
    called = f"string_agg({'DISTINCT ' if distinct else ''}{text}, {between} ORDER BY {order})"
    return Value(called, BYTES if text.kind.bytes else TEXT)


def _of_place(one: exp.Expression, nodes: list[exp.Expression]) -> exp.Expression:
    """ORDER BY 2 means the second argument."""
    number = int(one.this.name) if isinstance(one.this, exp.Literal) and not one.this.is_string and one.this.name.isdigit() else 0
    if not 1 <= number <= len(nodes):
        return one
    found = one.copy()
    found.set("this", nodes[number - 1].copy())
    return found


def _distinct_by(write: Expressions, node: exp.GroupConcat, one: exp.Expression, text: Value, scope: Scope) -> Value:
    """DISTINCT values in the order of something else: of several places that a value may have, the first."""
    order = show(write.value(one.this, scope))
    key = folded(order)
    direction = "'DESC'" if one.args.get("desc") else "'ASC'"
    separator = node.args.get("separator")
    between = literal(separator.name) if separator is not None else "','"
    rows = f"list(DISTINCT struct_pack(v := {text}, o := {key})) FILTER (WHERE {text} IS NOT NULL)"
    return Value(f"carrel_joined_by({rows}, {direction}, {between})", BYTES if text.kind.bytes else TEXT)


def _order_in_group(write: Expressions, orders: list[exp.Expression], text: Value, scope: Scope) -> str:
    parts = [order_by(folded(write.value(one.this, scope)), descending=bool(one.args.get("desc"))) for one in orders]
    parts += [f"{value} ASC NULLS FIRST" for value in scope.order()]
    return ", ".join([*parts, f"{text} ASC NULLS FIRST"])


def order_by(text: str, *, descending: bool) -> str:
    """NULL is the least value, as in MySQL."""
    return f"{text} DESC NULLS LAST" if descending else f"{text} ASC NULLS FIRST"


def window(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    function = node.this
    over = _over(write, node, scope, by_row=isinstance(function, _BY_ROW))
    if is_aggregate(function):
        return aggregate(write, function, scope, over)
    if type(function) in _RANKS:
        name, kind = _RANKS[type(function)]
        return Value(f"{name}(){over}", kind)
    if isinstance(function, exp.Ntile):
        return Value(f"ntile({constant_int(write.value(function.this, scope), 'the number of groups', 1, 2**31)}){over}", BIGINT)
    if isinstance(function, exp.Lag | exp.Lead):
        return _shifted(write, function, scope, over)
    if isinstance(function, exp.FirstValue | exp.LastValue | exp.NthValue):
        return _picked(write, function, scope, over)
    raise NotAllowed(f"`{function.key.upper()}` is no window function here")


def _shifted(write: Expressions, function: exp.Expression, scope: Scope, over: str) -> Value:
    value = show(write.value(function.this, scope))
    offset = function.args.get("offset")
    default = function.args.get("default")
    arguments = [str(value), str(constant_int(write.value(offset, scope), "the distance of LAG and LEAD", 0, 2**31)) if offset is not None else "1"]
    if default is not None:
        arguments.append(str(cast(show(write.value(default, scope)), value.kind)))
    return Value(f"{'lag' if isinstance(function, exp.Lag) else 'lead'}({', '.join(arguments)}){over}", value.kind)


def _picked(write: Expressions, function: exp.Expression, scope: Scope, over: str) -> Value:
    value = show(write.value(function.this, scope))
    if isinstance(function, exp.NthValue):
        number = constant_int(write.value(function.args["offset"], scope), "the row of NTH_VALUE", 1, 2**31)
        return Value(f"nth_value({value}, {number}){over}", value.kind)
    return Value(f"{'first_value' if isinstance(function, exp.FirstValue) else 'last_value'}({value}){over}", value.kind)


def _over(write: Expressions, node: exp.Expression, scope: Scope, *, by_row: bool) -> str:
    named = node.args.get("alias")
    parts: list[str] = []
    if named is not None:
        node = scope.window(named.name)
    partition = [folded(write.value(part, scope)) for part in node.args.get("partition_by") or []]
    if partition:
        parts.append("PARTITION BY " + ", ".join(partition))
    order = node.args.get("order")
    spec = node.args.get("spec")
    orders = [_ordered(write, one, scope) for one in (order.expressions if order is not None else [])]
    if by_row or (spec is not None and str(spec.args.get("kind")).upper() == "ROWS"):
        orders += [order_by(str(value), descending=False) for value in _peers(scope) if value.kind.family is not Family.BLOB]
    if orders:
        parts.append("ORDER BY " + ", ".join(orders))
    if spec is not None:
        parts.append(_frame(spec))
    return f" OVER ({' '.join(parts)})"


def _ordered(write: Expressions, one: exp.Expression, scope: Scope) -> str:
    value = write.value(one.this, scope)
    text = folded(value)
    if value.text.isdigit():
        text = f"CAST({text} AS INTEGER)"
    return order_by(text, descending=bool(one.args.get("desc")))


def _peers(scope: Scope) -> list[Value]:
    """What tells rows apart that a window's own order does not."""
    return [value for _, value in scope.grouped.keys] if scope.grouped else scope.order()


def _frame(spec: exp.Expression) -> str:
    kind = str(spec.args.get("kind") or "").upper()
    if kind not in ("ROWS", "RANGE"):
        raise NotAllowed("a window's frame is ROWS or RANGE")
    start = _bound(spec.args.get("start"), spec.args.get("start_side"), kind)
    end = _bound(spec.args.get("end"), spec.args.get("end_side"), kind) if spec.args.get("end") is not None else "CURRENT ROW"
    return f"{kind} BETWEEN {start} AND {end}"


def _bound(bound: object, side: object, kind: str) -> str:
    if isinstance(bound, str):
        return "CURRENT ROW" if bound.upper() == "CURRENT ROW" else f"UNBOUNDED {str(side).upper()}"
    if kind != "ROWS" or not isinstance(bound, exp.Literal) or bound.is_string or not bound.name.isdigit():
        raise NotAllowed("a window's frame counts rows, with a number written out")
    return f"{bound.name} {str(side).upper()}"

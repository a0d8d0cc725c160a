"""Which expressions are never NULL, as MariaDB tells its clients: it says so of fewer than could be known, and of each by its arguments' word."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from carrel.engines.duckdb.translate.calls import call
from carrel.engines.duckdb.translate.scopes import Source

if TYPE_CHECKING:
    from carrel.engines.duckdb.translate.scopes import Scope

_ALWAYS: Final = (
    exp.Literal, exp.Boolean, exp.HexString, exp.BitString, exp.National, exp.Introducer, exp.Count, exp.BitwiseAndAgg, exp.BitwiseOrAgg, exp.BitwiseXorAgg,
    exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Is, exp.NullSafeEQ, exp.Exists, exp.Pi, exp.Rand, exp.CurrentDate, exp.CurrentTime,
    exp.CurrentTimestamp, exp.Localtime, exp.Localtimestamp, exp.UtcDate, exp.UtcTime, exp.UtcTimestamp,
)
_WITH_ALL: Final = (
    exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift,
    exp.And, exp.Or, exp.Xor, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.Like, exp.Escape, exp.RegexpLike, exp.RegexpInstr,
    exp.Greatest, exp.Least, exp.Tuple, exp.In,
)
"""Never NULL where no part is."""
_CALLS: Final = frozenset({
    "ascii", "bit_length", "char_length", "crc32", "field", "find_in_set", "locate", "length", "ord", "strcmp", "abs", "bit_count", "ceil", "floor", "degrees",
    "radians", "round", "truncate", "sign", "period_add", "period_diff",
})
"""Functions that are never NULL where no argument is."""
_SUPPLIED: Final = "carrel_value"
"""The guard's mark on what stands for a variable, which MariaDB takes as one that may be NULL."""
_NUMBERS: Final = frozenset({exp.DataType.Type.BIGINT, exp.DataType.Type.UBIGINT, exp.DataType.Type.INT, exp.DataType.Type.UINT, exp.DataType.Type.DECIMAL})


def never_null(node: exp.Expression, scope: Scope) -> bool:
    """Whether no value of the expression is NULL, by what MariaDB says of it."""
    if isinstance(node, exp.Column):
        found = scope.find(node.table, node.name)
        return found is not None and found.kind.required
    if isinstance(node, exp.Alias | exp.Paren):
        return never_null(node.this, scope)
    if isinstance(node, exp.Window):
        return isinstance(node.this, _ALWAYS)
    if isinstance(node, _ALWAYS):
        return not node.meta.get(_SUPPLIED)
    if isinstance(node, exp.Coalesce):
        return any(never_null(part, scope) for part in (node.this, *node.expressions))
    if isinstance(node, exp.Case | exp.If):
        return _chosen(node, scope)
    if isinstance(node, exp.Cast):
        return node.to.this in _NUMBERS and never_null(node.this, scope)
    if isinstance(node, _WITH_ALL):
        return not any(isinstance(part, exp.Query | exp.Interval | exp.Any | exp.All) for part in node.iter_expressions()) and _all(node, scope)
    found_call = call(node)
    return found_call is not None and found_call[0] in _CALLS and all(never_null(argument, scope) for argument in found_call[1])


def _all(node: exp.Expression, scope: Scope) -> bool:
    return all(never_null(part, scope) for part in node.iter_expressions())


def _chosen(node: exp.Expression, scope: Scope) -> bool:
    if isinstance(node, exp.If):
        results = [node.args["true"], node.args.get("false")]
    else:
        results = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
    return all(result is not None and never_null(result, scope) for result in results)


def outer(sources: list[Source]) -> list[Source]:
    """The sources where an outer join may leave their rows out."""
    return [replace(source, columns={name: replace(kind, required=False) for name, kind in source.columns.items()}) for source in sources]

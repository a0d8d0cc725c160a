"""Aggregates. Their results do not depend on the order in which rows are read: sums of doubles are made in the order of the values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sqlglot import exp

from carrel.engines.duckdb.translate.compare import folded
from carrel.engines.duckdb.translate.functions.numbers import divide
from carrel.engines.duckdb.translate.kinds import BIGINT, DOUBLE, UBIGINT, Family, decimal, digits, shown
from carrel.engines.duckdb.translate.values import Value, as_bits, as_double, as_number

Build = Callable[[Value, bool, str], Value]
"""Of the value, whether DISTINCT, and the text of the OVER clause, empty in a grouping."""
MORE: Final = 10
"""Digits that a sum may have beyond its values: ten milliard rows."""
SUM: Final = 28
"""Digits of a sum of integers: enough for any of 64 bits."""


def call(function: str, arguments: str, over: str, *, distinct: bool = False, order: str = "") -> str:
    """A window has an order of its own, so `order` is for groupings."""
    return f"{function}({'DISTINCT ' if distinct else ''}{arguments}{' ORDER BY ' + order if order and not over else ''}){over}"


def total(value: Value, distinct: bool, over: str) -> Value:
    """SUM."""
    number = as_number(value)
    if number.kind.family is Family.DOUBLE:
        return Value(f"carrel_finite({_doubles('sum', number, distinct, over)})", DOUBLE)
    whole, scale = digits(number.kind), number.kind.scale
    if whole + scale + MORE > 38:
        whole = max(1, 38 - MORE - scale)
        number = Value(f"CASE WHEN abs({number}) < 1{'0' * whole} THEN {number} END", number.kind)
    kind = decimal(min(max(SUM, whole + scale), whole + MORE + scale), scale, number.kind.shown)
    return Value(f"TRY_CAST({call('sum', str(number), over, distinct=distinct)} AS {kind.type})", kind)


def average(value: Value, distinct: bool, over: str) -> Value:
    number = as_number(value)
    if number.kind.family is Family.DOUBLE:
        return Value(f"carrel_finite({_doubles('avg', number, distinct, over)})", DOUBLE)
    return divide(total(value, distinct, over), Value(call("count", str(number), over, distinct=distinct), BIGINT))


def _doubles(function: str, number: Value, distinct: bool, over: str) -> str:
    return call(function, str(number), over, distinct=distinct, order=str(number))


def spread(function: str) -> Build:
    """STD, VARIANCE and their like. Values beyond 1e150 would overflow and are left out."""

    def build(value: Value, distinct: bool, over: str) -> Value:
        number = as_double(value)
        small = f"CASE WHEN abs({number}) < 1e150 THEN {number} END"
        exact = as_number(value).kind
        kind = replace(DOUBLE, decimals=exact.shown + 4) if exact.exact else DOUBLE
        return Value(f"carrel_finite({call(function, small, over, order=small)})", kind)

    return build


def extreme(function: str) -> Build:
    """MIN and MAX: of texts that are compared without case, by what they are compared as."""

    def build(value: Value, distinct: bool, over: str) -> Value:
        known = Value(f"CAST({value} AS INTEGER)", shown(value.kind)) if value.kind.family is Family.BOOL else value
        key = folded(known)
        if key != known.text:
            pair = f"CASE WHEN {known} IS NOT NULL THEN struct_pack(k := {key}, v := {known}) END"
            return Value(f"struct_extract({call(function, pair, over)}, 'v')", known.kind)
        return Value(call(function, str(known), over), known.kind)

    return build


def bits(function: str, nothing: str) -> Build:
    """BIT_AND and its like: of no rows, the operation's neutral number."""

    def build(value: Value, distinct: bool, over: str) -> Value:
        return Value(f"COALESCE({call(function, str(as_bits(value)), over)}, CAST({nothing} AS UBIGINT))", UBIGINT)

    return build


def count(values: Sequence[Value], distinct: bool, over: str) -> Value:
    if len(values) == 1:
        return Value(call("count", folded(values[0]) if distinct else str(values[0]), over, distinct=distinct), BIGINT)
    known = " AND ".join(f"{value} IS NOT NULL" for value in values)
    row = ", ".join(folded(value) for value in values)
    return Value(call("count", f"CASE WHEN {known} THEN row({row}) END", over, distinct=distinct), BIGINT)


def first(value: Value, distinct: bool, over: str) -> Value:
    """ANY_VALUE: the least, which is the same whatever the order of rows."""
    return extreme("min")(value, distinct, over)


AGGREGATES: Final[dict[type[exp.Expression], Build]] = {
    exp.Sum: total, exp.Avg: average, exp.Min: extreme("min"), exp.Max: extreme("max"), exp.AnyValue: first,
    exp.StddevPop: spread("stddev_pop"), exp.Stddev: spread("stddev_pop"), exp.StddevSamp: spread("stddev_samp"),
    exp.VariancePop: spread("var_pop"), exp.Variance: spread("var_samp"),
    exp.BitwiseAndAgg: bits("bit_and", "18446744073709551615"), exp.BitwiseOrAgg: bits("bit_or", "0"), exp.BitwiseXorAgg: bits("bit_xor", "0"),
}
"""Aggregates of one value; COUNT and GROUP_CONCAT have forms of their own."""

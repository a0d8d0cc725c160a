"""What Hive's and DuckDB's own SQL have and MySQL's has not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.calls import formatted
from carrel.engines.duckdb.translate.functions.registry import constant_int
from carrel.engines.duckdb.translate.functions.texts import TEXTS
from carrel.engines.duckdb.translate.functions.times import shift
from carrel.engines.duckdb.translate.kinds import BOOL, DATE, DATETIME, TEXT
from carrel.engines.duckdb.translate.patterns import translated
from carrel.engines.duckdb.translate.values import Value, as_date, as_datetime, as_text
from carrel.model.errors import NotAllowed

if TYPE_CHECKING:
    from carrel.engines.duckdb.translate.expressions import Expressions
    from carrel.engines.duckdb.translate.scopes import Scope

_TRUNCATIONS: Final = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"})


def _add_days(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    """Hive's DATE_ADD and DATE_SUB: a date and a number of days."""
    day = as_date(write.value(node.this, scope))
    return Value(f"CAST({shift(day, write.value(node.expression, scope), 'DAY', 1)} AS DATE)", DATE)


def _unix_to_text(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return write.function("from_unixtime", write.values(formatted(node), scope))


def _text_to_unix(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    if isinstance(node.this, exp.CurrentTimestamp):
        return write.function("unix_timestamp", [])
    return write.function("unix_timestamp", [write.function("str_to_date", write.values(formatted(node), scope))])


def _regexp_extract(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    text, pattern = as_text(write.value(node.this, scope)), write.value(node.expression, scope)
    group = node.args.get("group")
    number = constant_int(write.value(group, scope), "the group of REGEXP_EXTRACT", 0, 99) if group is not None else 1 if write.dialect == "hive" else 0
    if not isinstance(pattern.constant, str):
        raise NotAllowed("the pattern of `REGEXP_EXTRACT` must be written out")
    return Value(f"regexp_extract({text}, {literal(translated(pattern.constant))}, {number})", TEXT)


def _joined(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return TEXTS["concat"]("concat", [write.value(node.this, scope), write.value(node.expression, scope)])


def _any_case_like(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    text, pattern = (as_text(write.value(part, scope)) for part in (node.this, node.expression))
    negate = "NOT " if node.args.get("negate") else ""
    return Value(f"({negate}(lower({text}) LIKE lower({pattern})))", BOOL)


def _truncated(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    unit = node.args["unit"].name.upper()
    if unit not in _TRUNCATIONS:
        raise NotAllowed(f"nothing is cut to `{unit}`")
    value = write.value(node.this, scope)
    cut = f"date_trunc('{unit.lower()}', {as_datetime(value)})"
    return Value(f"CAST({cut} AS TIMESTAMP)", DATETIME)


OTHERS: Final[dict[type[exp.Expression], Callable[[Expressions, exp.Expression, Scope], Value]]] = {
    exp.TsOrDsAdd: _add_days, exp.UnixToStr: _unix_to_text, exp.StrToUnix: _text_to_unix, exp.RegexpExtract: _regexp_extract, exp.DPipe: _joined,
    exp.ILike: _any_case_like, exp.TimestampTrunc: _truncated, exp.DateTrunc: _truncated,
}
"""By class."""

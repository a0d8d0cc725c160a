"""Comparisons: which common kind two values are compared in, as MySQL chooses it, and the text of the comparison."""

from __future__ import annotations

from collections.abc import Sequence

from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.bound import Bound
from carrel.engines.duckdb.translate.kinds import BOOL, Family, digits
from carrel.engines.duckdb.translate.values import Value, as_bool, as_datetime, as_double, as_number, as_text, show

OPERATORS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "<=>": "IS NOT DISTINCT FROM"}


def comparable(a: Value, b: Value) -> tuple[str, str]:
    """Both as texts of one type in which their order is MySQL's. Neither side can raise."""
    if Family.NULL in (a.kind.family, b.kind.family):
        return _with_null(a, b)
    if a.kind.textual and b.kind.textual:
        return _texts(a, b)
    if a.kind.temporal or b.kind.temporal:
        return _times(a, b)
    if a.kind.textual or b.kind.textual:
        return _digits14(a, b) or _digits14(b, a, swap=True) or (str(as_double(a)), str(as_double(b)))
    return _numbers(as_number(a), as_number(b))


def compare(operator: str, a: Value, b: Value) -> Value:
    left, right = comparable(a, b)
    return Value(f"({left} {OPERATORS[operator]} {right})", BOOL)


def between(value: Value, low: Value, high: Value) -> Value:
    lower, upper = comparable(value, low), comparable(value, high)
    if lower[0] == upper[0]:
        return Value(f"({lower[0]} BETWEEN {lower[1]} AND {upper[1]})", BOOL)
    return Value(f"({lower[0]} >= {lower[1]} AND {upper[0]} <= {upper[1]})", BOOL)


def within(value: Value, items: Sequence[Value]) -> Value:
    """`value IN (items)`, each item compared in its own kind."""
    groups: dict[str, list[str]] = {}
    for item in items:
        left, right = comparable(value, item)
        groups.setdefault(left, []).append(right)
    parts = [f"{left} IN ({', '.join(rights)})" for left, rights in groups.items()]
    return Value("(" + " OR ".join(parts) + ")", BOOL)


def folded(value: Value) -> str:
    """The text by which a value is grouped and ordered."""
    return f"carrel_fold({value})" if value.kind.folded and value.kind.family is Family.TEXT else str(value)


def _with_null(a: Value, b: Value) -> tuple[str, str]:
    known = b if a.kind.family is Family.NULL else a
    null = f"CAST(NULL AS {known.kind.type})"
    return (null if a.kind.family is Family.NULL else str(a), null if b.kind.family is Family.NULL else str(b))


def _texts(a: Value, b: Value) -> tuple[str, str]:
    if a.kind.family is b.kind.family is Family.BLOB:
        return str(a), str(b)
    a, b = as_text(a), as_text(b)
    if a.kind.folded and b.kind.folded:
        return f"carrel_fold({a})", f"carrel_fold({b})"
    return str(a), str(b)


def _times(a: Value, b: Value) -> tuple[str, str]:
    if a.kind.family is b.kind.family:
        return str(a), str(b)
    if any(value.kind.family in (Family.INT, Family.DECIMAL, Family.DOUBLE, Family.BOOL) and value.constant is None for value in (a, b)):
        return str(as_double(a)), str(as_double(b))
    return _moment(a), _moment(b)


def _moment(value: Value) -> str:
    """A time; a text or number that says none is before all times."""
    if value.kind.temporal:
        return str(as_datetime(value))
    return f"carrel_moment14({value})" if value.kind.digits14 else f"carrel_moment({as_text(value)})"


def _digits14(text: Value, number: Value, *, swap: bool = False) -> tuple[str, str] | None:
    """MediaWiki's timestamps against a number of 14 digits: the order of the texts is the order of the numbers, and the files are sorted by it."""
    if not text.kind.digits14:
        return None
    digits = number.moment if isinstance(number, Bound) else None
    if digits is None:
        if not (isinstance(number.constant, int) and len(str(number.constant)) == 14):
            return None
        digits = literal(str(number.constant))
    pair = (str(text), digits)
    return (pair[1], pair[0]) if swap else pair


def _numbers(a: Value, b: Value) -> tuple[str, str]:
    if Family.DOUBLE in (a.kind.family, b.kind.family):
        return str(as_double(a)), str(as_double(b))
    a, b = show(a), show(b)
    scale = max(a.kind.scale, b.kind.scale)
    if scale and max(digits(a.kind), digits(b.kind)) + scale > 38:
        return str(as_double(a)), str(as_double(b))
    return str(a), str(b)


def truth(value: Value, wanted: bool | None) -> Value:
    """`IS TRUE`, `IS FALSE`, `IS NULL` (None)."""
    if wanted is None:
        return Value(f"({value} IS NULL)", BOOL)
    condition = as_bool(value)
    return Value(f"COALESCE({condition}, false)" if wanted else f"COALESCE(NOT {condition}, false)", BOOL)

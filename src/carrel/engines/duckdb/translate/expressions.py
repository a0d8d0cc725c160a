"""Expressions of the asker's dialect as DuckDB's text: every node by its class; a class that is not in the table is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from carrel.engines.duckdb.room import fits
from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.bound import BOUND
from carrel.engines.duckdb.translate.calls import call
from carrel.engines.duckdb.translate.casts import cast_strictly, cast_to, collate
from carrel.engines.duckdb.translate.compare import between, compare, folded, truth, within
from carrel.engines.duckdb.translate.functions import numbers
from carrel.engines.duckdb.translate.functions.all import FUNCTIONS
from carrel.engines.duckdb.translate.functions.times import difference, extract, shift
from carrel.engines.duckdb.translate.kinds import BOOL, DATE, DATETIME, DOUBLE, INT, NULL, TEXT, Family, Kind, decimal, unify
from carrel.engines.duckdb.translate.literals import LITERALS
from carrel.engines.duckdb.translate.others import OTHERS
from carrel.engines.duckdb.translate.patterns import like, matches, regexp_instr, regexp_replace, regexp_substr
from carrel.engines.duckdb.translate.subqueries import SUBQUERIES, in_query
from carrel.engines.duckdb.translate.values import Value, as_bool, cast, show
from carrel.engines.duckdb.translate.windows import aggregate, is_aggregate, window
from carrel.model.errors import LimitReached, NotAllowed
from carrel.model.queries import AuthorizedQuery

if TYPE_CHECKING:
    from carrel.engines.duckdb.translate.scopes import Scope
    from carrel.engines.duckdb.translate.selects import Selects

LENGTH: Final = 200_000
"""Characters of one expression in DuckDB's text, beside the values that the asker wrote."""

Handler = Callable[["Expressions", exp.Expression, "Scope"], Value]
_COMPARISONS: Final[dict[type[exp.Expression], str]] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=", exp.NullSafeEQ: "<=>",
}
_BITS: Final[dict[type[exp.Expression], str]] = {
    exp.BitwiseAnd: "&", exp.BitwiseOr: "|", exp.BitwiseXor: "^", exp.BitwiseLeftShift: "<<", exp.BitwiseRightShift: ">>",
}
_ARITHMETIC: Final[dict[type[exp.Expression], str]] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


class Expressions:
    """`bound` holds the values of parameters that are not in the tree; `timed` says whether the statement's one moment has been written."""

    def __init__(self, selects: Selects, query: AuthorizedQuery) -> None:
        self.selects = selects
        self.dialect = query.dialect
        self._query = query
        self.bound = query.bound
        self.timed = False
        self._now = query.asker.now.replace(microsecond=0, tzinfo=None)

    def value(self, node: exp.Expression, scope: Scope) -> Value:
        value = self._value(node, scope)
        if len(value.text) > LENGTH and not fits(value.text, LENGTH, self._query):
            raise LimitReached("the statement is too long", code="too_complex")
        if self.dialect != "mysql" and (value.kind.folded or value.kind.bytes):
            return Value(value.text, replace(value.kind, folded=False, bytes=value.kind.family is Family.BLOB), value.constant)
        return value

    def _value(self, node: exp.Expression, scope: Scope) -> Value:
        if scope.grouped:
            known = scope.grouped.find(node)
            if known:
                return known
            if is_aggregate(node):
                return scope.grouped.aggregate(aggregate(self, node, scope.grouped.inner, ""))
        handler = NODES.get(type(node))
        if handler:
            return handler(self, node, scope)
        if is_aggregate(node):
            raise NotAllowed("invalid use of a group function inside another", code="group_function")
        found = call(node)
        if found is None:
            raise NotAllowed(f"`{node.key.upper()}` has no meaning here")
        return self.function(found[0], [self.value(argument, scope) for argument in found[1]])

    def condition(self, node: exp.Expression, scope: Scope) -> str:
        return str(as_bool(self.value(node, scope)))

    def values(self, nodes: Sequence[exp.Expression], scope: Scope) -> list[Value]:
        return [self.value(node, scope) for node in nodes]

    def function(self, name: str, arguments: Sequence[Value]) -> Value:
        if name in _CLOCK and len(arguments) <= 1:
            return self.clock(name)
        if name == "unix_timestamp" and not arguments:
            arguments = [self.clock("now")]
        if name not in FUNCTIONS:
            raise NotAllowed(f"the function `{name.upper()}` is not known here")
        return FUNCTIONS[name](name, arguments)

    def clock(self, name: str) -> Value:
        """NOW and its like: one moment for the whole statement."""
        kind, pattern = _CLOCK[name]
        self.timed = True
        text = literal(self._now.strftime(pattern))
        return Value(text if kind is TEXT else f"CAST({text} AS {kind.type})", kind)


_CLOCK: Final = {
    "now": (DATETIME, "%Y-%m-%d %H:%M:%S"), "curdate": (DATE, "%Y-%m-%d"), "curtime": (TEXT, "%H:%M:%S"),
    "sysdate": (DATETIME, "%Y-%m-%d %H:%M:%S"), "localtime": (DATETIME, "%Y-%m-%d %H:%M:%S"), "localtimestamp": (DATETIME, "%Y-%m-%d %H:%M:%S"),
    "current_timestamp": (DATETIME, "%Y-%m-%d %H:%M:%S"), "utc_timestamp": (DATETIME, "%Y-%m-%d %H:%M:%S"), "current_date": (DATE, "%Y-%m-%d"),
    "utc_date": (DATE, "%Y-%m-%d"), "utc_time": (TEXT, "%H:%M:%S"), "current_time": (TEXT, "%H:%M:%S"),
}


def _clock(name: str) -> Handler:
    return lambda write, node, scope: write.clock(name)


def _column(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    assert isinstance(node, exp.Column)
    return scope.column(node)


def _logical(operator: str) -> Handler:
    def build(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
        assert isinstance(node, exp.Connector)
        parts = [write.condition(part, scope) for part in node.flatten() if isinstance(part, exp.Expression)]
        return Value("(" + f" {operator} ".join(parts) + ")", BOOL)

    return build


def _not(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return Value(f"(NOT {write.condition(node.this, scope)})", BOOL)


def _xor(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return Value(f"({write.condition(node.this, scope)} <> {write.condition(node.expression, scope)})", BOOL)


def _is(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    value = write.value(node.this, scope)
    wanted = node.expression
    return truth(value, None if isinstance(wanted, exp.Null) else bool(wanted.this))


def _comparison(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    operator = _COMPARISONS[type(node)]
    if isinstance(node.expression, exp.Any | exp.All):
        return in_query(write, node.this, node.expression, scope, operator)
    left, right = _row(node.this), _row(node.expression)
    if left is None or right is None:
        return compare(operator, write.value(node.this, scope), write.value(node.expression, scope))
    if len(left) != len(right):
        raise NotAllowed(f"operand should contain `{len(left)}` column(s)", code="operand_count")
    pairs = [(write.value(a, scope), write.value(b, scope)) for a, b in zip(left, right, strict=True)]
    if operator in ("<", "<=", ">", ">="):
        return _row_order(operator, pairs)
    parts = [compare("=" if operator == "<>" else operator, a, b) for a, b in pairs]
    text = " AND ".join(str(part) for part in parts)
    return Value(f"(NOT ({text}))" if operator == "<>" else f"({text})", BOOL)


def _row_order(operator: str, pairs: Sequence[tuple[Value, Value]]) -> Value:
    """Rows are ordered by their first values, where these are equal by the second ones, and so on."""
    *before, last = pairs
    text = str(compare(operator, *last))
    for a, b in reversed(before):
        text = f"({compare(operator[0], a, b)} OR ({compare('=', a, b)} AND {text}))"
    return Value(text, BOOL)


def _row(node: exp.Expression) -> list[exp.Expression] | None:
    if isinstance(node, exp.Tuple):
        return list(node.expressions)
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "row":
        return list(node.expressions)
    return None


def _between(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return between(*(write.value(node.args[part], scope) for part in ("this", "low", "high")))


def _in(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    query = node.args.get("query")
    if query is not None:
        return in_query(write, node.this, query, scope, "=")
    row = _row(node.this)
    if row is None:
        return within(write.value(node.this, scope), write.values(node.expressions, scope))
    parts = [str(_comparison(write, exp.EQ(this=node.this.copy(), expression=item.copy()), scope)) for item in node.expressions]
    return Value("(" + " OR ".join(parts) + ")", BOOL)


def _arithmetic(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    for interval, other in ((node.expression, node.this), (node.this, node.expression)):
        if isinstance(interval, exp.Interval) and interval.args.get("unit") is not None:
            sign = -1 if isinstance(node, exp.Sub) else 1
            # The parser takes `INTERVAL 1 DAY + x` for a sum of two intervals.
            moment = other.this if isinstance(other, exp.Interval) else other
            return _shifted(write, moment, interval.this, interval.args.get("unit"), sign, scope)
    return numbers.calculate(_ARITHMETIC[type(node)], write.value(node.this, scope), write.value(node.expression, scope))


def _binary(build: Callable[[Value, Value], Value]) -> Handler:
    return lambda write, node, scope: build(write.value(node.this, scope), write.value(node.expression, scope))


def _unary(build: Callable[[Value], Value]) -> Handler:
    return lambda write, node, scope: build(write.value(node.this, scope))


def _bitwise(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return numbers.bitwise(_BITS[type(node)], write.value(node.this, scope), write.value(node.expression, scope))


def _divide(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    a, b = write.value(node.this, scope), write.value(node.expression, scope)
    return numbers.divide(a, b) if write.dialect == "mysql" else numbers.divide(cast(a, DOUBLE), b)


def _paren(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return write.value(node.this, scope)


def _case(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    results = write.values([branch.args["true"] for branch in node.args["ifs"]], scope)
    otherwise = node.args.get("default")
    default = write.value(otherwise, scope) if otherwise is not None else Value("NULL", NULL)
    if node.this is None:
        conditions = [write.condition(branch.this, scope) for branch in node.args["ifs"]]
    else:
        subject = write.value(node.this, scope)
        conditions = [str(compare("=", subject, write.value(branch.this, scope))) for branch in node.args["ifs"]]
    return choose(conditions, results, default)


def choose(conditions: Sequence[str], results: Sequence[Value], default: Value) -> Value:
    """CASE, with all results as one kind."""
    kind = unify(value.kind for value in [*results, default])
    branches = " ".join(f"WHEN {condition} THEN {cast(show(result), kind)}" for condition, result in zip(conditions, results, strict=True))
    return Value(f"CASE {branches} ELSE {cast(show(default), kind)} END", kind)


def _if(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    otherwise = node.args.get("false")
    default = write.value(otherwise, scope) if otherwise is not None else Value("NULL", NULL)
    return choose([write.condition(node.this, scope)], [write.value(node.args["true"], scope)], default)


def _coalesce(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    values = write.values([node.this, *node.expressions], scope)
    kind = unify(value.kind for value in values)
    return Value(f"COALESCE({', '.join(str(cast(show(value), kind)) for value in values)})", kind)


def _nullif(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    a, b = show(write.value(node.this, scope)), write.value(node.expression, scope)
    return Value(f"CASE WHEN {compare('=', a, b)} THEN NULL ELSE {a} END", a.kind)


def _kind_of_extremes(values: Sequence[Value]) -> Kind:
    times = [value.kind for value in values if value.kind.temporal]
    if times and all(value.kind.temporal or value.kind.textual or value.kind.family is Family.NULL for value in values):
        return unify(times)
    if any(value.kind.textual for value in values) and any(value.kind.exact or value.kind.family is Family.DOUBLE for value in values):
        return DOUBLE
    kind = unify(value.kind for value in values)
    mixed = kind.family is Family.INT and len({value.kind.unsigned for value in values if value.kind.family is Family.INT}) > 1
    return decimal(20, 0) if mixed else kind


def _extremes(function: str) -> Handler:
    def build(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
        values = write.values([node.this, *node.expressions], scope)
        kind = _kind_of_extremes(values)
        texts = [str(cast(show(value), kind)) for value in values]
        missing = " OR ".join(f"{text} IS NULL" for text in texts)
        if kind.folded and kind.family is Family.TEXT:
            first = "-" if function == "greatest" else ""
            rows = [f"struct_pack(k := {folded(Value(text, kind))}, n := {first}{number}, v := {text})" for number, text in enumerate(texts)]
            return Value(f"CASE WHEN {missing} THEN NULL ELSE struct_extract({function}({', '.join(rows)}), 'v') END", kind)
        return Value(f"CASE WHEN {missing} THEN NULL ELSE {function}({', '.join(texts)}) END", kind)

    return build


def _cast(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    value = write.value(node.this, scope)
    if write.dialect != "mysql" and value.kind.textual:
        return cast_strictly(value, node.args["to"])
    return cast_to(value, node.args["to"])


def _collate(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return collate(write.value(node.this, scope), node.expression.name)


def _like(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    escape = "\\"
    if isinstance(node, exp.Escape):
        escape, node = node.expression.name, node.this
    found = like(write.value(node.this, scope), write.value(node.expression, scope), escape)
    return Value(f"(NOT {found})", BOOL) if node.args.get("negate") else found


def _regexp(build: Callable[..., Value], *names: str) -> Handler:
    def handle(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
        return build(*(write.value(node.args[name], scope) for name in names if node.args.get(name) is not None))

    return handle


def _shifted(write: Expressions, value: exp.Expression, amount: exp.Expression, unit: exp.Expression | None, sign: int, scope: Scope) -> Value:
    name = unit.name.upper() if unit is not None else "DAY"
    return shift(write.value(value, scope), write.value(amount, scope), name, sign)


def _date_math(sign: int) -> Handler:
    def build(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
        amount, unit = node.expression, node.args.get("unit")
        if isinstance(amount, exp.Interval):
            amount, unit = amount.this, amount.args.get("unit")
        return _shifted(write, node.this, amount, unit, sign, scope)

    return build


def _difference(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return difference(node.args["unit"].name.upper(), write.value(node.this, scope), write.value(node.expression, scope))


def _extract(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return extract(node.this.name.upper(), write.value(node.expression, scope))


def _interval_place(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    """`INTERVAL(n, a, b, ...)`: how many of the rising numbers a, b, ... are not above n."""
    if isinstance(node.this, exp.Add | exp.Sub) or not isinstance(node.this, exp.Tuple):
        raise NotAllowed("an interval stands beside a date, with + or -")
    wanted, *steps = write.values(node.this.expressions, scope)
    cases = " ".join(f"WHEN {compare('<', wanted, step)} THEN {place}" for place, step in enumerate(steps))
    return Value(f"CASE WHEN {wanted} IS NULL THEN -1 {cases} ELSE {len(steps)} END", INT)


def _nvl2(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    subject, known, missing = (write.value(node.args[part], scope) for part in ("this", "true", "false"))
    return choose([f"{subject} IS NOT NULL"], [known], missing)


def _json_path(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    text = node.sql(dialect="mysql").strip("'")
    return Value(literal(text), TEXT, text)


def _anonymous(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    name = str(node.this).lower()
    if name in ("adddate", "subdate", "date_add", "date_sub") and len(node.expressions) == 2 and isinstance(node.expressions[1], exp.Interval):
        interval = node.expressions[1]
        return _shifted(write, node.expressions[0], interval.this, interval.args.get("unit"), -1 if "sub" in name else 1, scope)
    found = call(node)
    assert found is not None
    return write.function(found[0], write.values(found[1], scope))


NODES: Final[dict[type[exp.Expression], Handler]] = {
    **LITERALS, **BOUND, exp.Column: _column, exp.Paren: _paren, exp.Alias: _paren,
    exp.And: _logical("AND"), exp.Or: _logical("OR"), exp.Not: _not, exp.Xor: _xor, exp.Is: _is, exp.Between: _between, exp.In: _in,
    **dict.fromkeys(_COMPARISONS, _comparison), **dict.fromkeys(_BITS, _bitwise), **dict.fromkeys(_ARITHMETIC, _arithmetic),
    exp.Div: _divide, exp.IntDiv: _binary(numbers.divide_whole), exp.Mod: _binary(numbers.remainder), exp.Neg: _unary(numbers.negate),
    exp.BitwiseNot: _unary(numbers.invert), exp.Case: _case, exp.If: _if, exp.Coalesce: _coalesce, exp.Nullif: _nullif,
    exp.Greatest: _extremes("greatest"), exp.Least: _extremes("least"), exp.Cast: _cast, exp.TryCast: _cast, exp.Collate: _collate,
    exp.Like: _like, exp.Escape: _like,
    exp.RegexpLike: _regexp(matches, "this", "expression"), exp.RegexpReplace: _regexp(regexp_replace, "this", "expression", "replacement"),
    exp.RegexpSubstr: _regexp(regexp_substr, "this", "expression"), exp.RegexpInstr: _regexp(regexp_instr, "this", "expression"),
    exp.DateAdd: _date_math(1), exp.DateSub: _date_math(-1), exp.TimestampAdd: _date_math(1), exp.TimestampDiff: _difference, exp.Extract: _extract,
    exp.CurrentTimestamp: _clock("now"), exp.Localtime: _clock("now"), exp.Localtimestamp: _clock("now"), exp.UtcTimestamp: _clock("now"),
    exp.CurrentDate: _clock("curdate"), exp.UtcDate: _clock("curdate"), exp.CurrentTime: _clock("curtime"), exp.UtcTime: _clock("curtime"),
    exp.Interval: _interval_place, exp.Nvl2: _nvl2,
    exp.JSONPath: _json_path, exp.Anonymous: _anonymous, exp.Window: window, **SUBQUERIES, **OTHERS,
}
"""By class; what is not here is a plain function of `calls`, or refused."""


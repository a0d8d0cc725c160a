"""Only what is known passes: every node class, every argument that is set, and every function by name. Harmless extras are dropped first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final

from sqlglot import exp

from carrel.model.errors import CarrelError, NotAllowed, NotFound
from carrel.model.trees import nodes
from carrel.policy.guard.functions import FUNCTIONS, OPERATORS, REFUSED, Kind
from carrel.policy.guard.parse import DIALECTS
from carrel.policy.guard.work import BOUND_KEY, NAME_KEY, Work

_MODIFIERS: Final = frozenset({"order", "limit", "offset", "with_"})

STRUCTURE: Final[Mapping[type[exp.Expr], frozenset[str]]] = {
    exp.Select: _MODIFIERS | {"expressions", "distinct", "from_", "joins", "where", "group", "having", "windows"},
    exp.Subquery: _MODIFIERS | {"this", "alias", "joins"},
    exp.Union: _MODIFIERS | {"this", "expression", "distinct"},
    exp.Intersect: _MODIFIERS | {"this", "expression", "distinct"},
    exp.Except: _MODIFIERS | {"this", "expression", "distinct"},
    exp.With: frozenset({"expressions", "recursive"}),
    exp.CTE: frozenset({"this", "alias"}),
    exp.From: frozenset({"this"}),
    exp.Join: frozenset({"this", "on", "using", "side", "kind", "method"}),
    exp.Table: frozenset({"this", "db", "alias", "joins"}),
    exp.TableAlias: frozenset({"this", "columns"}),
    exp.Where: frozenset({"this"}),
    exp.Group: frozenset({"expressions", "rollup"}),
    exp.Rollup: frozenset(),
    exp.Having: frozenset({"this"}),
    exp.Order: frozenset({"this", "expressions"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Limit: frozenset({"expression"}),
    exp.Offset: frozenset({"expression"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Alias: frozenset({"this", "alias"}),
    exp.Column: frozenset({"this", "table", "db"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Star: frozenset(),
    exp.Window: frozenset({"this", "partition_by", "order", "spec", "alias", "over"}),
    exp.Paren: frozenset({"this"}),
    exp.Tuple: frozenset({"expressions"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
    exp.Var: frozenset({"this"}),
}
"""Classes that make up a query, with the arguments that may be set. Operators and functions come from their samples."""

TYPES: Final = frozenset(
    {
        exp.DType.CHAR, exp.DType.NCHAR, exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.BINARY, exp.DType.VARBINARY, exp.DType.TINYINT, exp.DType.SMALLINT,
        exp.DType.INT, exp.DType.BIGINT, exp.DType.UINT, exp.DType.UBIGINT, exp.DType.DECIMAL, exp.DType.FLOAT, exp.DType.DOUBLE, exp.DType.DATE,
        exp.DType.DATETIME, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIME, exp.DType.CHARACTER_SET, exp.DType.JSON,
        exp.DType.BOOLEAN, exp.DType.YEAR,
    }
)  # fmt: skip
"""What a value may be cast to."""

UNITS: Final = frozenset(
    {
        "MICROSECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "SECOND_MICROSECOND", "MINUTE_MICROSECOND", "MINUTE_SECOND",
        "HOUR_MICROSECOND", "HOUR_SECOND", "HOUR_MINUTE", "DAY_MICROSECOND", "DAY_SECOND", "DAY_MINUTE", "DAY_HOUR", "YEAR_MONTH",
    }
)  # fmt: skip

AGGREGATES: Final = frozenset(function.name for function in FUNCTIONS if function.kind is Kind.AGGREGATE)

_MODIFIER_WORDS: Final = frozenset(
    {
        "SQL_NO_CACHE", "SQL_CACHE", "SQL_CALC_FOUND_ROWS", "SQL_SMALL_RESULT", "SQL_BIG_RESULT", "SQL_BUFFER_RESULT", "HIGH_PRIORITY", "STRAIGHT_JOIN",
    }
)  # fmt: skip
_DROPPING: Final = (exp.Query, exp.Table)
_KINDS: Final = frozenset({"", "INNER", "CROSS", "OUTER"})
_SIDES: Final = frozenset({"", "LEFT", "RIGHT"})


def allow(work: Work) -> None:
    """Raises: NotAllowed, NotFound (a function that there is not)."""
    known, names, places = allowed()
    mysql = work.query.dialect == "mysql"
    for node in nodes(work.tree):
        node.comments = None
        if isinstance(node, _DROPPING):
            _drop(node)
        kind = type(node)
        if kind is exp.Placeholder and BOUND_KEY in node.meta:
            continue
        keys = known.get(kind)
        if keys is None:
            raise _unknown(node)
        for key, value in node.args.items():
            if key not in keys and value is not None and value is not False and value != []:
                raise NotAllowed(f"`{key.strip('_').replace('_', ' ').upper()}` is not allowed in {_called(node)}")
        check = _CHECKS.get(kind)
        if check is not None:
            check(node)
        name = node.name.lower() if kind is exp.Anonymous else node.meta.get(NAME_KEY) if mysql else None
        if name is not None and name not in names:
            raise _unknown(node, name)
        if kind is exp.Var and (type(node.parent), node.arg_key) not in places:
            raise NotAllowed(f"`{node.name}` is not allowed here")


@cache
def allowed() -> tuple[Mapping[type[exp.Expr], frozenset[str]], frozenset[str], frozenset[tuple[type[object], str | None]]]:
    """What the samples allow.

    Returns: node classes with the arguments that may be set; the names of functions; the classes and arguments under which a bare word may stand,
        such as a unit or a character set.
    """
    known: dict[type[exp.Expr], set[str]] = {kind: set(keys) for kind, keys in STRUCTURE.items()}
    names: set[str] = set()
    places: set[tuple[type[object], str | None]] = set()
    for node in _samples():
        if isinstance(node, exp.Select):
            continue
        known.setdefault(type(node), set()).update(key for key, value in node.args.items() if value is not None and value is not False and value != [])
        if NAME_KEY in node.meta:
            names.add(node.meta[NAME_KEY])
        if isinstance(node, exp.Var):
            places.add((type(node.parent), node.arg_key))
    return {kind: frozenset(keys) for kind, keys in known.items()}, frozenset(names), frozenset(places)


def _samples() -> Iterator[exp.Expr]:
    for sample in (*(sample for function in FUNCTIONS for sample in function.samples), *OPERATORS):
        for query in DIALECTS["mysql"].parse(f"SELECT {sample}"):
            for item in query.expressions if query is not None else ():
                yield from item.walk()


def _drop(node: exp.Expr) -> None:
    """Takes out what changes no answer beside comments: hints, cache and lock words."""
    if isinstance(node, exp.Query):
        node.args.pop("hint", None)
        node.args.pop("locks", None)
        if words := node.args.get("operation_modifiers"):
            node.set("operation_modifiers", [word for word in words if word.name.upper() not in _MODIFIER_WORDS])
        for join in node.args.get("joins") or []:
            if str(join.args.get("kind") or "").upper() in ("STRAIGHT", "STRAIGHT_JOIN"):
                join.set("kind", None)
    elif hints := node.args.get("hints") if isinstance(node, exp.Table) else None:
        node.set("hints", [hint for hint in hints if not isinstance(hint, exp.IndexTableHint)])


def _called(node: exp.Expr) -> str:
    if isinstance(node, exp.Func) and not isinstance(node, exp.Anonymous):
        return f"`{node.sql_names()[0]}`"
    return f"`{node.key.upper()}`"


def _unknown(node: exp.Expr, name: str = "") -> CarrelError:
    if isinstance(node, exp.Func):
        name = node.name if isinstance(node, exp.Anonymous) else name or str(node.meta.get(NAME_KEY) or node.sql_names()[0].lower())
    elif isinstance(node, exp.Dot):
        return NotAllowed("functions and fields with a prefix are not allowed")
    elif isinstance(node, exp.PropertyEQ):
        return NotAllowed("assignments to variables inside a query are not allowed", help="use ROW_NUMBER() OVER (…) or a recursive common table expression")
    elif not name:
        return NotAllowed(f"`{node.key.upper()}` is not allowed")
    if name.lower() in REFUSED:
        return NotAllowed(f"function `{name.lower()}` is not allowed")
    return NotFound(f"function `{name}` does not exist", code="unknown_function")


def _check_star(node: exp.Expr) -> None:
    holder = node.parent if isinstance(node.parent, exp.Column) else node
    listed = isinstance(holder.parent, exp.Select) and holder.arg_key == "expressions"
    if not listed and not isinstance(node.parent, exp.Count):
        raise NotAllowed("`*` stands for columns only in a SELECT list or in COUNT(*)")


def _check_column(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Identifier | exp.Star):
        raise NotAllowed("a column must be named")


def _check_table(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Identifier):
        raise NotAllowed("table functions are not allowed")


def _check_join(node: exp.Expr) -> None:
    words = {key: str(node.args.get(key) or "").upper() for key in ("kind", "side", "method")}
    if words["kind"] not in _KINDS or words["side"] not in _SIDES or words["method"] not in ("", "NATURAL"):
        raise NotAllowed(f"`{' '.join(word for word in words.values() if word)} JOIN` is not allowed")
    if not isinstance(node.this, exp.Table | exp.Subquery):
        raise NotAllowed("only tables and subqueries may be joined")


def _check_type(node: exp.Expr) -> None:
    if node.this not in TYPES:
        raise NotAllowed("a type that nothing can be cast to")
    if node.this is exp.DType.CHARACTER_SET and not isinstance(node.args.get("kind"), exp.Var):
        raise NotAllowed("a character set must be named")


def _check_count(node: exp.Expr) -> None:
    value = node.args.get("expression")
    if isinstance(value, exp.Placeholder) and BOUND_KEY in value.meta:  # a number: `parameters.stays_out`
        return
    if not isinstance(value, exp.Literal) or value.is_string or not value.name.isdigit():
        raise NotAllowed("LIMIT and OFFSET take whole numbers")


def _check_unit(node: exp.Expr) -> None:
    unit = node.args.get("unit")
    if isinstance(unit, exp.Expr) and not (isinstance(unit, exp.Var) and unit.name.upper() in UNITS):
        raise NotAllowed("an interval's unit must be one of MariaDB's")


def _check_extract(node: exp.Expr) -> None:
    if not (isinstance(node.this, exp.Var) and node.this.name.upper() in UNITS):
        raise NotAllowed("EXTRACT takes one of MariaDB's units")


def _check_collate(node: exp.Expr) -> None:
    if not isinstance(node.args.get("expression"), exp.Var | exp.Literal | exp.Identifier):
        raise NotAllowed("a collation must be named")


def _check_from(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Table | exp.Subquery):
        raise NotAllowed("only tables and subqueries may stand after FROM")


_CHECKS: Final[Mapping[type[exp.Expr], Callable[[exp.Expr], None]]] = {
    exp.Star: _check_star,
    exp.Column: _check_column,
    exp.Table: _check_table,
    exp.From: _check_from,
    exp.Join: _check_join,
    exp.DataType: _check_type,
    exp.Limit: _check_count,
    exp.Offset: _check_count,
    exp.Interval: _check_unit,
    exp.DateAdd: _check_unit,
    exp.DateSub: _check_unit,
    exp.TimestampAdd: _check_unit,
    exp.TimestampDiff: _check_unit,
    exp.Extract: _check_extract,
    exp.Collate: _check_collate,
}

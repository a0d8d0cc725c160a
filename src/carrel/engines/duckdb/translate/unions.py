"""Set operations and DISTINCT: of rows that are compared as equal although they are written in several ways, one is left, as in MySQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sqlglot import exp

from carrel.engines.duckdb.text import name
from carrel.engines.duckdb.translate.compare import folded
from carrel.engines.duckdb.translate.kinds import Family, Kind
from carrel.engines.duckdb.translate.values import Value

Columns = tuple[tuple[str, Kind], ...]
Fresh = Callable[[str], str]
_WORDS: Final[dict[type[exp.Expression], str]] = {exp.Union: "UNION", exp.Except: "EXCEPT", exp.Intersect: "INTERSECT"}


def chained(node: exp.Expression) -> bool:
    """Whether a left side is a set operation itself, without brackets and clauses of its own."""
    return isinstance(node, exp.SetOperation) and not any(node.args.get(key) for key in ("with_", "order", "limit", "offset"))


def operands(node: exp.SetOperation) -> list[exp.Expression]:
    """The queries of a chain of set operations, from the left: each column has one type for all of them together."""
    return [*(operands(node.this) if chained(node.this) else [node.this]), node.expression]


def operation(node: exp.SetOperation, columns: Columns, parts: Iterator[str], fresh: Fresh) -> str:
    """The chain's text. `parts`: the texts of its operands, all with these columns."""
    left = operation(node.this, columns, parts, fresh) if chained(node.this) else next(parts)
    distinct = bool(node.args.get("distinct"))
    if distinct and isinstance(node, exp.Union) and any_folded(columns):
        return distinct_rows(columns, fresh, left, next(parts))
    return f"({left}) {_WORDS[type(node)]}{'' if distinct else ' ALL'} ({next(parts)})"


def any_folded(columns: Columns) -> bool:
    """Whether DuckDB's own DISTINCT would tell apart what MySQL takes as equal."""
    return any(kind.folded and kind.family is Family.TEXT for _, kind in columns)


def distinct_rows(columns: Columns, fresh: Fresh, *parts: str) -> str:
    """The distinct rows of all parts; one that is in several is written as in the first of these."""
    alias, part, outer = fresh("d"), fresh("d"), fresh("d")
    places = [f"c{number}" for number in range(len(columns))]
    names = ", ".join(map(name, places))
    own = ", ".join(name(part, place) for place in places)
    every = " UNION ALL ".join(f"SELECT {number}, {own} FROM ({text}) AS {name(part)}({names})" for number, text in enumerate(parts))
    values = [Value(name(alias, place), kind) for place, (_, kind) in zip(places, columns, strict=True)]
    fields = ", ".join(f"{place} := {value}" for place, value in zip(places, values, strict=True))
    keys = ", ".join(folded(value) for value in values)
    rows = f"SELECT min(struct_pack(o := {name(alias, 'o')}, {fields})) AS r FROM ({every}) AS {name(alias)}(o, {names}) GROUP BY {keys}"
    listed = ", ".join(f"struct_extract({name(outer, 'r')}, '{place}') AS {name(spelled)}" for place, (spelled, _) in zip(places, columns, strict=True))
    return f"SELECT {listed} FROM ({rows}) AS {name(outer)}"

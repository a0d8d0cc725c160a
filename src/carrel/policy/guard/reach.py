"""Which rows of each table a question can have read, as far as its conditions say: days and keys, for whoever asks later who could have seen a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp

from carrel.model.decisions import TableDecision
from carrel.model.names import TableName
from carrel.model.queries import Reach
from carrel.model.tables import Column, Table
from carrel.model.trees import nodes
from carrel.policy.guard.work import BOUND_KEY, FRAGMENT_KEY

MOST_KEYS: Final = 64
_DIGITS: Final = re.compile(r"\d{4,14}")
_INTEGER: Final = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?")
_DATED: Final = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?([ T].*)?")
_SWAPPED: Final[dict[type[exp.Binary], type[exp.Binary]]] = {exp.EQ: exp.EQ, exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}
_FROM: Final = (exp.EQ, exp.GT, exp.GTE)
_UNTIL: Final = (exp.EQ, exp.LT, exp.LTE)


@dataclass(slots=True)
class _Bounds:
    """What the conditions of one SELECT say of one table in it."""

    since: str | None = None
    until: str | None = None
    keys: frozenset[str] | None = None

    def after(self, day: str | None) -> None:
        self.since = max(filter(None, (self.since, day)), default=None)

    def before(self, day: str | None) -> None:
        self.until = min(filter(None, (self.until, day)), default=None)

    def among(self, keys: frozenset[str]) -> None:
        self.keys = keys if self.keys is None else self.keys & keys

    def reach(self) -> Reach:
        return Reach(since=self.since, until=self.until, keys=None if self.keys is None else tuple(sorted(self.keys)))


@dataclass(slots=True)
class _Place:
    """A table where it stands in a FROM. `bound` are the values of parameters that are not in the tree."""

    table: Table
    time: str | None
    bound: Mapping[int, str | int]
    bounds: _Bounds = field(default_factory=_Bounds)

    def literal(self, node: exp.Expr) -> exp.Literal | None:
        """What is written, or bound to a placeholder; None for all else."""
        if isinstance(node, exp.Placeholder) and BOUND_KEY in node.meta:
            value = self.bound[int(node.name)]
            return exp.Literal(this=str(value), is_string=isinstance(value, str))
        return node if isinstance(node, exp.Literal) else None


def reach(tree: exp.Expr, decisions: Mapping[TableName, TableDecision], bound: Mapping[int, str | int]) -> dict[TableName, Reach]:
    """For each base table of a finished question the rows that it can have read; a table that stands in it twice, what both can.

    Only conditions that every row must meet count: `AND`ed parts of WHERE and of an inner join's ON that compare the table's time or the first column
    of its primary key with values. What cannot be told leaves the table open.
    """
    tables = {str(name): decision.table for name, decision in decisions.items()}
    seen: dict[int, Reach] = {}
    fragments: dict[int, TableName] = {}
    for node in nodes(tree, FRAGMENT_KEY):
        if FRAGMENT_KEY in node.meta:
            fragments[id(node)] = tables[node.meta[FRAGMENT_KEY]].name
        elif isinstance(node, exp.Select):
            seen |= _select(node, tables, bound)
    found: dict[TableName, Reach] = {}
    for fragment, name in fragments.items():
        one = seen.get(fragment, Reach())
        found[name] = _both(found[name], one) if name in found else one
    return found


def time_column(table: Table) -> str | None:
    """The column of the time of what a row tells: that of its retention, else its `timestamp` or `…_timestamp`."""
    if table.retention is not None and table.retention.column is not None:
        return table.retention.column
    return next((column.name for column in table.columns if column.name == "timestamp" or column.name.endswith("_timestamp")), None)


def _both(one: Reach, other: Reach) -> Reach:
    keys = None if one.keys is None or other.keys is None else tuple(sorted({*one.keys, *other.keys}))
    return Reach(
        since=min(one.since, other.since) if one.since and other.since else None,
        until=max(one.until, other.until) if one.until and other.until else None,
        keys=keys if keys is None or len(keys) <= MOST_KEYS else None,
    )


def _select(select: exp.Select, tables: Mapping[str, Table], bound: Mapping[int, str | int]) -> dict[int, Reach]:
    """What one SELECT's conditions say of the fragments that stand in its FROM."""
    joins: list[exp.Join] = select.args.get("joins") or []
    places: dict[str, _Place] = {}
    fragments: dict[int, _Place] = {}
    for source in (part.this for part in (select.args.get("from_"), *joins) if part is not None):
        fragment = source.this if isinstance(source, exp.Subquery) else source
        if FRAGMENT_KEY in fragment.meta:
            table = tables[fragment.meta[FRAGMENT_KEY]]
            places[source.alias.lower()] = fragments[id(fragment)] = _Place(table, time_column(table), bound)
    if places:
        where = select.args.get("where")
        inner = [join.args["on"] for join in joins if join.args.get("on") is not None and not join.side]
        for condition in (*([where.this] if where is not None else []), *inner):
            for part in _every(condition):
                _take(part, places)
    return {fragment: place.bounds.reach() for fragment, place in fragments.items()}


def _every(condition: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of an AND."""
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        yield from _every(condition.left)
        yield from _every(condition.right)
    else:
        yield condition


def _take(part: exp.Expr, places: Mapping[str, _Place]) -> None:
    if part.args.get("negate"):  # a NOT inside the node, as sqlglot has `x NOT LIKE y`
        return
    if isinstance(part, exp.Between):
        _compare(part.this, exp.GTE, [part.args["low"]], places)
        _compare(part.this, exp.LTE, [part.args["high"]], places)
    elif isinstance(part, exp.In):
        _compare(part.this, exp.EQ, part.expressions, places)
    elif isinstance(part, exp.Like):
        _like(part, places)
    elif isinstance(part, exp.Binary) and (swapped := _SWAPPED.get(type(part))):
        _compare(part.left, type(part), [part.right], places)
        _compare(part.right, swapped, [part.left], places)


def _compare(side: exp.Expr, kind: type[exp.Expr], others: Sequence[exp.Expr], places: Mapping[str, _Place]) -> None:
    """`side` stands in the relation `kind` to one of `others`."""
    head, length = _head(side)
    place, column = _column(head, places)
    if place is None or column is None:
        return
    values = [value for other in others if (value := place.literal(other.unnest())) is not None]
    if not values or len(values) != len(others):
        return
    if column.name == place.time:
        first, last = ([_day(value, column, filler, length) for value in values] for filler in "09")
        if kind in _FROM and all(first):
            place.bounds.after(min(filter(None, first)))
        if kind in _UNTIL and all(last):
            place.bounds.before(max(filter(None, last)))
    elif kind is exp.EQ and length is None and place.table.primary_key[:1] == (column.name,) and len(values) <= MOST_KEYS:
        keys = [_key(value, column) for value in values]
        if None not in keys:
            place.bounds.among(frozenset(filter(None, keys)))


def _like(part: exp.Like, places: Mapping[str, _Place]) -> None:
    place, column = _column(part.this.unnest(), places)
    value = part.expression.unnest()
    if place is not None and column is not None and column.name == place.time and isinstance(value, exp.Literal):
        prefix = exp.Literal.string(re.split(r"[%_\\]", value.name)[0])
        place.bounds.after(_day(prefix, column, "0", None))
        place.bounds.before(_day(prefix, column, "9", None))


def _head(node: exp.Expr) -> tuple[exp.Expr, int | None]:
    """Of `LEFT(x, n)` and `SUBSTRING(x, 1, n)`: x, and n; of anything else itself, and None."""
    node = node.unnest()
    length = node.args.get("expression") if isinstance(node, exp.Left) else node.args.get("length") if isinstance(node, exp.Substring) else None
    if not isinstance(length, exp.Literal) or not length.is_int or (isinstance(node, exp.Substring) and node.args["start"] != exp.Literal.number(1)):
        return node, None
    return node.this.unnest(), int(length.name)


def _column(node: exp.Expr, places: Mapping[str, _Place]) -> tuple[_Place | None, Column | None]:
    place = places.get(node.table.lower()) if isinstance(node, exp.Column) else None
    return place, place.table.column(node.name) if place is not None else None


def _key(value: exp.Literal, column: Column) -> str | None:
    """A key as it is stored; None where other keys could be equal to the value too, as `2` is to `'2x'`."""
    if _INTEGER.fullmatch(column.type):
        return str(int(value.name)) if value.name.isascii() and value.name.isdigit() else None
    return value.name if value.is_string and re.search(r"binary|blob", column.native_type) else None


def _day(value: exp.Literal, column: Column, filler: str, length: int | None) -> str | None:
    """The first (`filler` 0) or last (9) day that a row can have which compares with a time written so, as `2018-03-01`; None where that cannot be told.

    Args:
        length: of the row's time only so many characters are compared.
    """
    text = value.name if length is None else value.name[:length]
    if column.type == "VARCHAR":
        if not _DIGITS.fullmatch(text) or not (value.is_string or (len(text) == 14 and length is None)):
            return None
    elif dated := _DATED.fullmatch(text):
        text = "".join(filter(None, dated.groups()[:3]))
    elif not re.fullmatch(r"\d{8}|\d{14}", text) or length is not None:
        return None
    text = text[:8].ljust(8, filler)
    month, day = (f"{min(max(int(part), 1), most):02d}" for part, most in ((text[4:6], 12), (text[6:8], 31)))
    return f"{text[:4]}-{month}-{day}"

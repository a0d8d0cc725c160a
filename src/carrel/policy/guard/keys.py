"""Keys beside the columns that a question names: where the order of rows can be seen, rows that are alike in it come in the key's order, as in MariaDB.

The first row of a group gives the value of a column that is not grouped, GROUP_CONCAT joins in order, and ORDER BY leaves ties.
Only whole keys of public columns that hide nothing but what the rows do: they say no more than that a row is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlglot import exp

from carrel.model.decisions import TableDecision
from carrel.model.names import ColumnName, TableName
from carrel.model.sensitivity import PUBLIC, Mask
from carrel.model.tables import Column
from carrel.model.trees import children
from carrel.policy.guard.expressions import is_aggregate
from carrel.policy.guard.scopes import Source
from carrel.policy.guard.work import TABLE_KEY, Work

_ROW_BY_ROW: Final = (exp.FirstValue, exp.LastValue, exp.NthValue, exp.Lag, exp.Lead, exp.Ntile, exp.GroupConcat)

_READING: Final = (exp.Column, exp.Query)


def keep_keys(work: Work, tables: Iterable[exp.Table]) -> None:
    """Adds to what is needed of each table; `tables` are all that stand in the tree."""
    seen: dict[int, bool] = {}
    for table in tables:
        name: TableName | None = table.meta.get(TABLE_KEY)
        select = table.find_ancestor(exp.Select)
        if name is None or select is None:
            continue
        if id(select) not in seen:
            seen[id(select)] = _order_counts(select, work.tree)
        if seen[id(select)]:
            work.needed[name] |= {column.name: column for column in _key(work.decisions[name])}


def ordering(source: Source) -> frozenset[ColumnName]:
    """The base columns by which a source's rows come in order where nothing else orders them: the key of the files, unless it may not be seen."""
    if source.table is None:
        return source.relation.order if source.relation is not None else frozenset()
    decisions = {name: source.table.columns.get(name) for name in source.table.table.sort_key}
    if any(own is None or not own.allowed or own.mask is not Mask.CLEAR for own in decisions.values()):
        return frozenset()
    return frozenset(ColumnName(source.table.table.name, name) for name in decisions)


def picks_by_order(select: exp.Select, *, root: bool) -> bool:
    """Whether the order in which rows come has a bearing on which values a bound SELECT gives, or on the order that it promises."""
    if select.args.get("limit") is not None:
        return True
    if select.args.get("group") is None and not any(_groups(part) for part in _parts(select)):
        ordered = root and select.args.get("order") is not None and not select.args.get("distinct")
        return ordered or any(_counts_rows(window) for part in _parts(select) for window in part.find_all(exp.Window))
    return any(_first_rows(part, _grouped(select)) for part in _parts(select))


def _groups(node: exp.Expr) -> bool:
    """Whether an expression makes a SELECT one group; a function over a window does not, what stands in it may."""
    if isinstance(node, exp.Window):
        return any(_groups(part) for part in (*children(node.this), *(part for part in children(node) if part is not node.this)))
    return is_aggregate(node) or (not isinstance(node, exp.Query) and any(map(_groups, children(node))))


def _counts_rows(window: exp.Window) -> bool:
    """Whether a window tells rows apart that are alike in what it is ordered by: all but an aggregate or rank over whole ranges of such rows."""
    spec = window.args.get("spec")
    ranges = spec is None or str(spec.args.get("kind") or "").upper() != "ROWS"
    named = window.args.get("alias") is not None  # its frame stands in the clause WINDOW
    return named or not ranges or not isinstance(window.this, exp.AggFunc) or isinstance(window.this, _ROW_BY_ROW)


def _key(decision: TableDecision) -> list[Column]:
    """The columns of the primary key; none where one of them is not wholly visible."""
    columns = [column for name in decision.table.primary_key if (column := decision.table.column(name)) is not None]
    if len(columns) != len(decision.table.primary_key) or any(not _visible(column, decision) for column in columns):
        return []
    return columns


def _visible(column: Column, decision: TableDecision) -> bool:
    own = decision.columns[column.name]
    return own.allowed and own.nameable and own.mask is Mask.CLEAR and own.hides == decision.read.hides and column.tags == {PUBLIC}


def _order_counts(select: exp.Select, root: exp.Expr) -> bool:
    if select.args.get("group") is not None or any(_aggregates(part) for part in _parts(select)):
        return any(_first_rows(part, _grouped(select)) for part in _parts(select))
    if select.args.get("distinct"):
        return False
    return select is root or select.args.get("limit") is not None or any(part.find(exp.Window) for part in _parts(select))


def _parts(select: exp.Select) -> Iterator[exp.Expr]:
    yield from select.expressions
    yield from (part for key in ("having", "order") if (part := select.args.get(key)) is not None)


def _aggregates(node: exp.Expr) -> bool:
    return is_aggregate(node) or (not isinstance(node, exp.Query) and any(map(_aggregates, children(node))))


def _grouped(select: exp.Select) -> list[exp.Expr]:
    group = select.args.get("group")
    keys = group.expressions if group is not None else []
    return [select.expressions[int(key.name) - 1].unalias() if isinstance(key, exp.Literal) and key.name.isdigit() else key for key in keys]


def _first_rows(node: exp.Expr, keys: list[exp.Expr]) -> bool:
    """Whether an expression looks at a group's rows one by one: a column that is no key, or a joined text."""
    if isinstance(node, exp.GroupConcat):
        return True
    if node in keys or is_aggregate(node):
        return False
    return isinstance(node, _READING) or any(_first_rows(part, keys) for part in children(node))


"""INSERT … ON DUPLICATE KEY UPDATE as a question: which rows of a table have the key of one that comes, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sqlglot import exp

from carrel.model.errors import NotAllowed, NotFound, Unsupported
from carrel.model.names import ColumnName
from carrel.model.ports import Catalog
from carrel.model.queries import AuthorizedQuery, Query
from carrel.model.tables import ROW, Index, Table
from carrel.model.trees import nodes
from carrel.policy.guard import PASSES, finished
from carrel.policy.guard.changes import PLACE, Change, Reference, With, read_change, values_of
from carrel.policy.guard.parse import check_tree, parse
from carrel.policy.guard.work import Work
from carrel.policy.load import Policy

_NEW: Final = "_carrel_new"
_OLD: Final = "_carrel_old"


def read_assignments(text: str, table: Table, parameters: int | None = None) -> Change:
    """`text`: `UPDATE t SET …`, with VALUES(c) for what would have been inserted. Raises as `read_change`."""
    change = read_change(text, table.name.database, parameters)
    if any(isinstance(node, exp.Query) for node in nodes(change.tree)):
        raise Unsupported("a subquery in ON DUPLICATE KEY UPDATE is not supported", help="UPDATE … JOIN afterwards")
    if len(change.references) != 1 or change.references[0].table != table.name or not change.whole or change.tree.args.get("order"):
        raise NotAllowed("ON DUPLICATE KEY UPDATE takes columns and their values")
    for column in change.columns:
        if table.column(column) is None:
            raise NotFound(f"unknown column `{column}` in SET", code="unknown_column")
    return change


def authorize_clash(query: Query, catalog: Catalog, policy: Policy, *, table: Table, new: Table, keys: Sequence[Index]) -> AuthorizedQuery:
    """The places of rows of the table that have the last of the keys in common with one that comes, in their order; the place of that one; what becomes of the
    columns that are set. Those that come and have an earlier key in common with any row are left out. Raises as `authorize`.
    """
    change = read_assignments(query.text, table, len(query.parameters))

    def parse_clash(work: Work) -> None:
        work.tree = _question(change, table, new, keys)
        check_tree(work.tree, query.text)

    steps: list[Callable[[Work], None]] = [parse_clash if step is parse else step for step in PASSES]
    placed = [replace(one, columns=(*one.columns, PLACE)) for one in (table, new)]
    work = Work(query=query, catalog=With(catalog, *placed), policy=policy)
    for step in steps:
        step(work)
    made, places = finished(work), {ColumnName(one.name, ROW) for one in (table, new)}
    return replace(made, outputs=tuple(replace(output, sources=output.sources - places) for output in made.outputs), influences=made.influences - places)


def _question(change: Change, table: Table, new: Table, keys: Sequence[Index]) -> exp.Expression:
    values = values_of(change, Reference(_OLD, table.name), table)
    items = [_column(ROW, _OLD), _column(ROW, _NEW), *(_seen(value, table, change.references[0]) for value in values)]
    named: list[exp.Expr] = [exp.alias_(item, f"{ROW}_{place}", quoted=True) for place, item in enumerate(items)]
    join = exp.Join(this=_table(new, _NEW), on=_same(keys[-1], _OLD, _NEW))
    order = exp.Order(expressions=[exp.Ordered(this=_column(ROW, _OLD), nulls_first=True)])
    select = exp.Select(expressions=named, from_=exp.From(this=_table(table, _OLD)), joins=[join], order=order)
    others = [exp.Not(this=exp.Exists(this=_rows(table, key, f"{_OLD}_{number}"))) for number, key in enumerate(keys[:-1])]
    if others:
        select.set("where", exp.Where(this=exp.and_(*others, copy=False)))
    return select


def _rows(table: Table, key: Index, label: str) -> exp.Select:
    one = exp.alias_(exp.Literal.number(1), "_", quoted=True)
    return exp.Select(expressions=[one], from_=exp.From(this=_table(table, label)), where=exp.Where(this=_same(key, label, _NEW)))


def _same(key: Index, one: str, other: str) -> exp.Expr:
    return exp.and_(*(exp.EQ(this=_part(part, one), expression=_part(part, other)) for part in key.columns), copy=False)


def _part(part: str, label: str) -> exp.Expr:
    name, bracket, length = part.partition("(")
    column = _column(name, label)
    return exp.Left(this=column, expression=exp.Literal.number(int(length.rstrip(")")))) if bracket else column


def _seen(value: exp.Expr, table: Table, target: Reference) -> exp.Expr:
    """The value with VALUES(c) as what comes, and a column as what is there."""
    holder: exp.Expr = exp.Paren(this=value.copy())
    for node in [node for node in nodes(holder) if isinstance(node, exp.Anonymous | exp.Column)]:
        if isinstance(node, exp.Anonymous) and node.name.upper() in {"VALUES", "VALUE"}:
            inner = node.expressions[0] if len(node.expressions) == 1 else None
            column = table.column(inner.name) if isinstance(inner, exp.Identifier | exp.Column) else None
            if column is None:
                raise NotFound(f"unknown column `{inner.name if inner is not None else ''}` in VALUES", code="unknown_column")
            node.replace(_column(column.name, _NEW))
        elif isinstance(node, exp.Column) and (not node.table or target.means(node.table, node.db or None)):
            if table.column(node.name) is None:
                raise NotFound(f"unknown column `{node.name}` in SET", code="unknown_column")
            node.replace(_column(node.name, _OLD))
    seen: exp.Expr = holder.this
    return seen


def _column(name: str, label: str) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(label, quoted=True))


def _table(table: Table, label: str) -> exp.Table:
    alias = exp.TableAlias(this=exp.to_identifier(label, quoted=True))
    return exp.Table(this=exp.to_identifier(table.name.table, quoted=True), db=exp.to_identifier(table.name.database, quoted=True), alias=alias)

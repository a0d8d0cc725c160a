"""UPDATE and DELETE as questions: which rows of a table they change, and what its columns become. They go through the passes of every question.

Target: the table that is changed. Row: the place of one of its rows in its files, as the column `ROW` has it; only this question has that column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from carrel.model.errors import BadInput, NotAllowed, NotFound, Unsupported
from carrel.model.names import ColumnName, TableName
from carrel.model.ports import Catalog
from carrel.model.queries import AuthorizedQuery, Query
from carrel.model.sensitivity import PUBLIC
from carrel.model.tables import ROW, Column, Database, Table
from carrel.model.trees import nodes
from carrel.policy.guard import PASSES, authorize, finished
from carrel.policy.guard.bind import bind
from carrel.policy.guard.expressions import refuse_groups
from carrel.policy.guard.parse import check_tree, only, parse
from carrel.policy.guard.work import Work
from carrel.policy.load import Policy

PLACE: Final = Column(name=ROW, type="BIGINT", native_type="bigint(20)", nullable=False, tag=PUBLIC)
_ARGS: Final[Mapping[type[exp.Expr], frozenset[str]]] = {
    exp.Update: frozenset({"this", "expressions", "where", "order", "limit"}),
    exp.Delete: frozenset({"this", "tables", "using", "where", "order", "limit", "cluster"}),
}
_NUMBERS: Final = {"TINYINT": "BIGINT", "SMALLINT": "BIGINT", "INTEGER": "BIGINT", "BIGINT": "BIGINT", "DOUBLE": "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A table named after UPDATE or FROM, and the name by which it goes there."""

    label: str
    table: TableName | None
    """None: a query in brackets."""
    name: str = ""
    database: str | None = None

    def means(self, name: str, database: str | None) -> bool:
        return self.label == name and (database is None or (self.table is not None and self.table.database == database))


@dataclass(frozen=True, slots=True)
class Change:
    """What an UPDATE or DELETE says.

    Attributes:
        references: after UPDATE or FROM, in order.
        target: the one that is changed, where the text tells.
        columns: that are set, each once.
        whole: every row of the target is changed.
    """

    tree: exp.Update | exp.Delete
    references: tuple[Reference, ...]
    target: Reference | None
    columns: tuple[str, ...]
    whole: bool


def read_change(text: str, database: str | None, parameters: int | None = None) -> Change:
    """`parameters`: as `only` has it. Raises: SyntaxRefused, NotAllowed, Unsupported, LimitReached."""
    tree = only(text, "mysql", parameters, exp.Update, exp.Delete)
    assert isinstance(tree, exp.Update | exp.Delete)
    extra = sorted(name for name, value in tree.args.items() if value and name not in _ARGS[type(tree)])
    if extra:
        raise Unsupported(f"`{extra[0].strip('_').upper()}` in `{tree.key.upper()}` is not supported", help="leave it out")
    references = tuple(_reference(node, database) for node in _sources(tree))
    if any(isinstance(node, exp.Identifier) and node.name.lower() == ROW for node in nodes(tree)):
        raise NotFound(f"unknown column `{ROW}`", code="unknown_column")
    several = len(references) > 1
    if several and (tree.args.get("order") or tree.args.get("limit")):
        raise Unsupported(f"ORDER BY and LIMIT in {tree.key.upper()} of joined tables are not supported", help="choose the rows in a subquery")
    columns = tuple(dict.fromkeys(item.this.name.lower() for item in _assignments(tree)))
    whole = not several and not any(tree.args.get(part) for part in ("where", "limit"))
    return Change(tree, references, _target(tree, references), columns, whole)


def authorize_change(query: Query, catalog: Catalog, policy: Policy, *, target: Reference, table: Table) -> AuthorizedQuery:
    """The question which rows of the target are changed, in their order, the first output; and what becomes of the columns that are set, the others.

    A row may come more than once, where several rows of other tables match it: what comes first is what it becomes. Raises as `authorize`.
    """
    change = read_change(query.text, query.database, len(query.parameters))
    several = len(change.references) > 1

    def parse_change(work: Work) -> None:
        work.tree = _question(change, target, table)
        check_tree(work.tree, query.text)

    steps: list[Callable[[Work], None]] = []
    for step in PASSES:
        steps += [parse_change] if step is parse else [step, _first_of_each] if step is bind and several else [step]
    work = Work(query=query, catalog=With(catalog, replace(table, columns=(*table.columns, PLACE))), policy=policy)
    for step in steps:
        step(work)
    made, place = finished(work), ColumnName(table.name, ROW)
    return replace(made, outputs=tuple(replace(output, sources=output.sources - {place}) for output in made.outputs), influences=made.influences - {place})


def authorize_beside(query: Query, catalog: Catalog, policy: Policy, *, new: Table, placed: Table | None = None) -> AuthorizedQuery:
    """A question that may name one more table, which is not published; both it and `placed` tell the places of their rows. Raises as `authorize`."""
    return authorize(query, With(catalog, *(replace(one, columns=(*one.columns, PLACE)) for one in (new, placed) if one is not None)), policy)


class With:
    """A catalog with some tables more, or others in the place of those that it has."""

    def __init__(self, catalog: Catalog, *tables: Table) -> None:
        self._catalog = catalog
        self._tables = {table.name: table for table in tables}

    def databases(self) -> Sequence[Database]:
        return self._catalog.databases()

    def tables(self, database: str) -> Sequence[Table]:
        return self._catalog.tables(database)

    def table(self, name: TableName) -> Table | None:
        found = self._tables.get(name) or self._catalog.table(name)
        return None if found is None else self._tables.get(found.name, found)  # a temporary table has another name in the lake


def _sources(tree: exp.Update | exp.Delete) -> list[exp.Expr]:
    """Tables and queries after UPDATE or FROM, those of joins behind them."""
    found: list[exp.Expr] = []

    def side(node: exp.Expr) -> None:
        if isinstance(node, exp.Subquery) and (isinstance(node.this, exp.Table | exp.Subquery) or node.args.get("joins")):
            raise Unsupported("brackets around joined tables are not supported here", help="write the joins one after the other")
        found.append(node)
        for join in node.args.get("joins") or []:
            side(join.this)

    for node in tree.args.get("using") or [tree.this]:
        side(node)
    return found


def _reference(node: exp.Expr, database: str | None) -> Reference:
    if not isinstance(node, exp.Table):
        return Reference(node.alias, None)
    within = node.db or database
    table = TableName(within, node.name) if within else None
    return Reference(node.alias or node.name, table, node.name, None if node.alias else node.db or None)


def _assignments(tree: exp.Update | exp.Delete) -> list[exp.EQ]:
    items: list[exp.Expr] = tree.expressions if isinstance(tree, exp.Update) else []
    for item in items:
        if not isinstance(item, exp.EQ) or not isinstance(item.this, exp.Column):
            raise NotAllowed("SET takes columns and their values", help="SET a = 1, b = a + 1")
    return [item for item in items if isinstance(item, exp.EQ)]


def _target(tree: exp.Update | exp.Delete, references: Sequence[Reference]) -> Reference | None:
    """None where SET names no table and there are several."""
    named: list[tuple[str, str | None]]
    if isinstance(tree, exp.Update):
        named = [(item.this.table, item.this.db or None) for item in _assignments(tree) if item.this.table]
    elif tree.args.get("using"):
        named = [(tree.this.name, tree.this.db or None)]
    else:
        named = [(table.name, table.db or None) for table in tree.args.get("tables") or []]
    found = []
    for name, database in named:
        meant = [reference for reference in references if reference.means(name, database)]
        if len(meant) != 1 or meant[0].table is None:
            raise NotAllowed(f"`{name}` is not a table of this {tree.key.upper()} that can be changed")
        found += [one for one in meant if one not in found]
    if len(found) > 1:
        raise Unsupported("one table is changed at a time", help="write a statement for each table")
    return found[0] if found else references[0] if len(references) == 1 else None


# --- the question


def _question(change: Change, target: Reference, table: Table) -> exp.Expression:
    tree, several = change.tree, len(change.references) > 1
    if tree.args.get("order"):
        refuse_groups(tree.args["order"], "ORDER BY")
    values = values_of(change, target, table)
    items = [exp.alias_(_own(ROW, target), ROW, quoted=True), *(exp.alias_(value, f"{ROW}_{place}", quoted=True) for place, value in enumerate(values))]
    starts = tree.args.get("using") or [tree.this]
    joins = [join for start in starts for join in start.args.pop("joins", None) or []]
    select = exp.Select(expressions=items, from_=exp.From(this=starts[0]))
    more = [exp.Join(this=start) for start in starts[1:]]
    for part, value in (("joins", [*joins, *more]), ("where", tree.args.get("where"))):
        if value:
            select.set(part, value)
    if several or not (tree.args.get("order") or tree.args.get("limit")):
        select.set("order", _by([_own(ROW, target)]))
        return select
    select.set("order", _by([*(tree.args["order"].expressions if tree.args.get("order") else []), _own(ROW, target)]))
    if tree.args.get("limit"):
        select.set("limit", tree.args["limit"])
    names = [exp.column(exp.to_identifier(item.alias, quoted=True), exp.to_identifier(ROW, quoted=True)) for item in items]
    inner = exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(ROW, quoted=True)))
    return exp.Select(expressions=names, from_=exp.From(this=inner), order=_by([names[0].copy()]))


def _own(name: str, target: Reference) -> exp.Column:
    database = target.database and exp.to_identifier(target.database, quoted=True)
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(target.label, quoted=True), db=database)


def _by(keys: Sequence[exp.Expr]) -> exp.Order:
    return exp.Order(expressions=[key if isinstance(key, exp.Ordered) else exp.Ordered(this=key, nulls_first=True) for key in keys])


def values_of(change: Change, target: Reference, table: Table) -> list[exp.Expr]:
    """What each column becomes. In an UPDATE of one table a value sees what the columns before it have become."""
    found: dict[str, exp.Expr] = {}
    for item in _assignments(change.tree):
        column = table.column(item.this.name)
        if column is None:
            raise NotFound(f"unknown column `{item.this.name}` in SET", code="unknown_column")
        refuse_groups(item.expression, "SET")
        value = _default(column) if _is_default(item.expression) else item.expression
        if len(change.references) == 1:
            value = _seeing(value, {name: _as(made, table.column(name)) for name, made in found.items()}, target)
        found[column.name.lower()] = value
    return [found[name] for name in change.columns]


def _is_default(value: exp.Expr) -> bool:
    return isinstance(value, exp.Column) and not value.table and not value.this.args.get("quoted") and value.name.upper() == "DEFAULT"


def _default(column: Column) -> exp.Expr:
    if column.default is None and not column.nullable:
        raise BadInput(f"field `{column.name}` doesn't have a default value", code="no_default")
    return exp.null() if column.default is None else exp.Literal.string(column.default)


def _seeing(value: exp.Expr, before: Mapping[str, exp.Expr], target: Reference) -> exp.Expr:
    if not before:
        return value
    holder: exp.Expr = exp.Paren(this=value)
    for node in [node for node in nodes(holder) if isinstance(node, exp.Column)]:
        if node.name.lower() not in before or (node.table and not target.means(node.table, node.db or None)):
            continue
        if node.find_ancestor(exp.Query) is not None:
            raise Unsupported(f"a subquery after `{node.name}` was set cannot name it", help="set it in a statement of its own")
        node.replace(before[node.name.lower()].copy())
        check_tree(holder, "")
    seen: exp.Expr = holder.this
    return seen


def _as(value: exp.Expr, column: Column | None) -> exp.Expr:
    """The value as its column keeps it."""
    assert column is not None
    kind = _NUMBERS.get(column.type) or ("UBIGINT" if column.type.startswith("U") else column.type if column.type.startswith("DECIMAL") else None)
    if kind is None and column.native_type.partition("(")[0] in {"char", "varchar", "tinytext", "text", "mediumtext", "longtext"}:
        kind = "CHAR"
    inner = exp.Paren(this=value.copy())
    return inner if kind is None else exp.Cast(this=inner, to=exp.DataType.build(kind, dialect="duckdb"))


def _first_of_each(work: Work) -> None:
    """Where several rows match one, that whose values come first is taken, whatever the engine's order: so each value tells of all of them."""
    order, cells = work.tree.args["order"], work.relation.cells
    order.set("expressions", [*order.expressions, *(
        exp.Ordered(this=exp.Literal.number(place + 1), nulls_first=True) for place, cell in enumerate(cells) if place and not cell.closed
    )])  # fmt: skip
    work.relation.influences |= frozenset[ColumnName]().union(*(cell.sources for cell in cells))

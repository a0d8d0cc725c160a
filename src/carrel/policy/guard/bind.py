"""Scope-aware binding: every table, alias and column gets the one meaning that MariaDB gives it, among what the asker knows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from carrel.model.errors import NotAllowed, NotFound
from carrel.model.names import ColumnName
from carrel.policy.guard.aggregates import refuse_outer_aggregates
from carrel.policy.guard.clauses import bind_group, bind_having, bind_order, bind_order_of_union
from carrel.policy.guard.expressions import Binding, Item, qualify, refuse_groups
from carrel.policy.guard.given import constant, given_in
from carrel.policy.guard.headings import column, heading
from carrel.policy.guard.keys import ordering, picks_by_order
from carrel.policy.guard.scopes import Ref, Scope
from carrel.policy.guard.tables import bind_from, is_bracket, refuse_twins
from carrel.policy.guard.work import STAR_KEY, Cell, Relation, Work

Common = Mapping[str, tuple[str, Relation]]


def bind(work: Work) -> None:
    """Raises: NotFound for names that are not there or not known, NotAllowed for what has no meaning."""
    work.relation = _Binder(work).query(work.tree, None, {})


class _Binder:
    def __init__(self, work: Work) -> None:
        self.work = work
        self.binding = Binding(work, self.query)

    def query(self, node: exp.Expr, outer: Scope | None, common: Common) -> Relation:
        """Binds a SELECT, a set operation or either in brackets."""
        common = self._with(node, common)
        if isinstance(node, exp.Subquery):
            if is_bracket(node) and not isinstance(node.parent, exp.From | exp.Join | exp.Subquery):
                raise NotAllowed("joined tables stand only after FROM")
            relation = self.query(node.this, outer, common)
            return self._modified(node, relation)
        if isinstance(node, exp.SetOperation):
            return self._modified(node, self._set_operation(node, outer, common))
        if not isinstance(node, exp.Select):
            raise NotAllowed(f"`{node.key.upper()}` is not allowed where a query stands")
        return self._select(node, outer, common)

    def _with(self, node: exp.Expr, common: Common) -> Common:
        with_ = node.args.get("with_")
        if with_ is None:
            return common
        known = dict(common)
        names: set[str] = set()
        for cte in with_.expressions:
            name = cte.alias
            if name.lower() in names:
                raise NotAllowed(f"duplicate query name `{name}` in WITH clause", code="duplicate_query")
            names.add(name.lower())
            known[name.lower()] = (name, self._common(cte, name, known, bool(with_.args.get("recursive"))))
            cte.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True), columns=cte.args["alias"].args.get("columns")))
        return known

    def _common(self, cte: exp.CTE, name: str, known: Common, recursive: bool) -> Relation:
        query = cte.this
        if recursive and isinstance(query, exp.Union):
            # The recursive part sees the columns of the first part; in the end any column may hold what is in any other.
            first = self._named(cte, self.query(query.this, None, known))
            relation = _union(query, first, self.query(query.expression, None, {**known, name.lower(): (name, first)}))
            relation = self._modified(query, relation)
            everything = _values(relation)
            cells = [Cell(cell.name, everything, closed=cell.closed, nameable=cell.nameable) for cell in relation.cells]
            relation = Relation(cells, relation.influences | everything, relation.order)
        else:
            relation = self._named(cte, self.query(query, None, known))
        refuse_twins(relation)
        return relation

    def _named(self, cte: exp.CTE, relation: Relation) -> Relation:
        columns = cte.args["alias"].args.get("columns")
        if not columns:
            return relation
        if len(columns) != len(relation.cells):
            raise NotAllowed(f"WITH column list and SELECT field list of `{cte.alias}` have different column counts")
        for cell, identifier in zip(relation.cells, columns, strict=True):
            cell.name = identifier.name
            identifier.set("quoted", True)
        return relation

    def _modified(self, node: exp.Expr, relation: Relation) -> Relation:
        order = node.args.get("order")
        if order is not None:
            relation.influences |= bind_order_of_union(self.binding, node, relation)
        if node.args.get("limit") is not None:
            relation.influences |= relation.order
        relation.influences |= given_in(node.args.get("limit")) | given_in(node.args.get("offset"))
        return relation

    def _set_operation(self, node: exp.SetOperation, outer: Scope | None, common: Common) -> Relation:
        operands: list[exp.Expr] = []
        left: exp.Expr = node
        while isinstance(left, exp.SetOperation) and (left is node or not (left.args.get("with_") or left.args.get("order"))):
            operands.append(left.expression)
            left = left.this
        relation = self.query(left, outer, common)
        for operand in reversed(operands):
            assert isinstance(operand.parent, exp.SetOperation)
            relation = _union(operand.parent, relation, self.query(operand, outer, common))
        return relation

    def _select(self, select: exp.Select, outer: Scope | None, common: Common) -> Relation:
        scope = Scope(outer, dict(common), self.work.query.dialect != "mysql")
        flow = set(bind_from(self.binding, select, scope))
        where = select.args.get("where")
        if where is not None:
            refuse_groups(where, "WHERE")
            flow |= self.binding.expression(where, scope, "WHERE")
        for window in select.args.get("windows") or []:
            flow |= self.binding.expression(window, scope, "WINDOW")
        items = self._items(select, scope)
        cells = [_cell(item) for item in items]
        flow |= bind_group(self.binding, select, scope, items)
        flow |= bind_having(self.binding, select, scope, items)
        flow |= bind_order(self.binding, select, scope, items)
        flow |= given_in(select.args.get("limit")) | given_in(select.args.get("offset"))
        if outer is not None:
            refuse_outer_aggregates(select, scope.labels)
        if select.args.get("distinct"):
            flow |= frozenset().union(*(item.flow for item in items))
        order = frozenset[ColumnName]().union(*(ordering(source) for source in scope.all))
        if order and picks_by_order(select, root=select is self.work.tree):
            flow |= order
        return Relation(cells, frozenset(flow), order)

    def _items(self, select: exp.Select, scope: Scope) -> list[Item]:
        items: list[Item] = []
        for position, node in enumerate(select.expressions):
            if node.is_star and isinstance(node, exp.Star | exp.Column):
                items.extend(self._star(node, scope))
            else:
                items.append(self._item(node, scope, position))
        select.set("expressions", [_named(item) for item in items])
        return items

    def _item(self, node: exp.Expr, scope: Scope, position: int) -> Item:
        plain = column(node)
        if plain is None:
            name = heading(node, self.work.query.text, self.work.query.dialect, position)
            body = node.this if isinstance(node, exp.Alias) else node
            holder = exp.Paren(this=body)
            flow = self.binding.expression(holder, scope, "SELECT")
            return Item(name, holder.this, None, flow | constant(holder.this))
        written = plain.name
        ref = self.binding.resolve(plain, scope, "SELECT")
        qualify(plain, ref)
        name = node.alias if isinstance(node, exp.Alias) else written if ref.source.table is not None else ref.cell.name
        return Item(name, plain, ref, self.binding.use(ref, "SELECT", bare=True, star=STAR_KEY in plain.meta))

    def _star(self, node: exp.Expr, scope: Scope) -> list[Item]:
        if scope.side is None:
            raise NotAllowed("no tables used")
        refs = list(scope.side.refs()) if isinstance(node, exp.Star) else _refs_of(node, scope)
        return [Item(ref.cell.name, _column(ref), ref, self.binding.use(ref, "SELECT", bare=True, star=True)) for ref in refs]


def _named(item: Item) -> exp.Expr:
    if isinstance(item.expression, exp.Query):  # an alias is an argument of its own there
        return exp.alias_(item.expression, item.name, quoted=True, copy=False)
    return exp.Alias(this=item.expression, alias=exp.Identifier(this=item.name, quoted=True))


def _refs_of(node: exp.Expr, scope: Scope) -> list[Ref]:
    assert isinstance(node, exp.Column)
    sources = scope.named(node.table, node.db or None)
    if not sources:
        raise NotFound(f"unknown table `{node.table}`")
    return [ref for source in sources for ref in source.refs()]


def _column(ref: Ref) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=ref.cell.name, quoted=True), table=exp.Identifier(this=ref.source.label, quoted=True))


def _cell(item: Item) -> Cell:
    if item.ref is None:
        return Cell(item.name, item.flow)
    cell = item.ref.cell
    return Cell(item.name, cell.sources, cell.base, cell.decision, cell.closed, cell.nameable)


def _union(node: exp.SetOperation, first: Relation, second: Relation) -> Relation:
    """Where rows that are alike become one, or are looked for on the other side, every value decides which rows there are."""
    if len(first.cells) != len(second.cells):
        raise NotAllowed("the used SELECT statements have a different number of columns", code="column_count")
    cells = []
    for one, other in zip(first.cells, second.cells, strict=True):
        same = one.base is not None and other.base is not None and one.base[0] == other.base[0]
        cells.append(
            Cell(
                one.name, one.sources | other.sources, one.base if same else None, one.decision if same else None,
                one.closed and other.closed, one.nameable or other.nameable,
            )
        )  # fmt: skip
    compared = isinstance(node, exp.Intersect | exp.Except) or bool(node.args.get("distinct"))
    values = _values(first) | _values(second) if compared else frozenset()
    return Relation(cells, first.influences | second.influences | values, first.order | second.order)


def _values(relation: Relation) -> frozenset[ColumnName]:
    return frozenset[ColumnName]().union(*(cell.sources for cell in relation.cells))

"""What stands after FROM: tables, subqueries and common table expressions, and how they are joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from carrel.model.errors import LimitReached, NotAllowed
from carrel.policy.guard.expressions import Binding, Flow, refuse_groups
from carrel.policy.guard.names import ambiguous_column, find_table, unknown_column
from carrel.policy.guard.scopes import Pair, Ref, Scope, Side, Source
from carrel.policy.guard.work import TABLE_KEY, VIEW_KEY, Relation

TABLES: Final = 61
"""Tables in one SELECT, as in MariaDB."""


def bind_from(binding: Binding, select: exp.Select, scope: Scope) -> Flow:
    """Fills the scope with the SELECT's tables. Returns the columns that decide which rows there are."""
    start = select.args.get("from_")
    joins = select.args.get("joins") or []
    if start is None:
        if joins:
            raise NotAllowed("a join needs a table to join to")
        return frozenset()
    if isinstance(start.this, exp.Table) and _is_dual(start.this) and not joins:
        select.args.pop("from_")
        return frozenset()
    tables = _Tables(binding, scope)
    scope.side = tables.join_all(tables.side(start.this), joins)
    return tables.flow


@dataclass(slots=True, eq=False)
class _Tables:
    """The tables of one SELECT; `flow` gathers what decides its rows."""

    binding: Binding
    scope: Scope
    flow: Flow = frozenset()

    def side(self, node: exp.Expr) -> Side:
        if isinstance(node, exp.Table):
            return self.join_all(self._table(node), node.args.get("joins") or [])
        if isinstance(node.this, exp.Table) or (isinstance(node.this, exp.Subquery) and is_bracket(node.this)):
            if node.args.get("alias"):
                raise NotAllowed("a bracket of joined tables takes no alias")
            return self.join_all(self.side(node.this), node.args.get("joins") or [])
        relation = self.binding.query(node, None, self.scope.common)
        self.flow |= relation.influences
        refuse_twins(relation)
        name = node.alias or "t"
        view = node.meta.get(VIEW_KEY)
        source = self._enter(node, Source(name, view.database if view is not None else None, self.scope.label(name), relation=relation))
        return self.join_all(source, node.args.get("joins") or [])

    def join_all(self, left: Side, joins: list[exp.Join]) -> Side:
        if len(joins) >= TABLES:
            raise LimitReached(f"too complex: a SELECT may have {TABLES} tables", code="too_complex")
        # sqlglot prints a join without condition as a comma, which binds looser than JOIN. Without a RIGHT JOIN, CROSS JOIN means the same.
        cross = not any(str(join.args.get("side") or "").upper() == "RIGHT" for join in joins)
        for join in joins:
            left = self._join(left, self.side(join.this), join)
            if cross and not join.args.get("on"):
                join.set("kind", "CROSS")
        return left

    def _join(self, left: Side, right: Side, join: exp.Join) -> Side:
        swapped = str(join.args.get("side") or "").upper() == "RIGHT"
        pair = Pair(left, right, swapped=swapped)
        names = _common(left, right, swapped) if join.args.get("method") else [identifier.name for identifier in join.args.get("using") or []]
        conditions: list[exp.Expr] = []
        for name in names:
            one, other = (_single(name, side) for side in (left, right))
            self.flow |= self.binding.use(one, "FROM") | self.binding.use(other, "FROM")
            pair.merged[name.lower()] = other if swapped else one
            conditions.append(exp.EQ(this=_column(one), expression=_column(other)))
        join.args.pop("method", None)
        join.args.pop("using", None)
        if conditions:
            join.set("on", exp.and_(*conditions, copy=False))
        elif (on := join.args.get("on")) is not None:
            self._on(on, pair)
        elif join.args.get("side"):
            raise NotAllowed("a LEFT or RIGHT JOIN needs ON or USING")
        return pair

    def _on(self, on: exp.Expr, pair: Pair) -> None:
        refuse_groups(on, "ON")
        scope = self.scope
        inside = Scope(outer=scope.outer, common=scope.common, fold=scope.fold, side=pair, all=scope.all, labels=scope.labels)
        self.flow |= self.binding.expression(on, inside, "ON")

    def _table(self, node: exp.Table) -> Source:
        name, database = node.name, node.db or None
        alias = node.alias or name
        if node.args.get("alias") and node.args["alias"].args.get("columns"):
            raise NotAllowed("columns of a table take no new names after FROM")
        common = self.scope.common.get(name.lower()) if database is None else None
        if common is not None:
            node.set("this", exp.to_identifier(common[0], quoted=True))
            self.flow |= common[1].influences
            return self._enter(node, Source(alias, None, self.scope.label(alias), relation=common[1]))
        decision = find_table(self.binding.work, name, database)
        if decision.table.view is not None:
            raise NotAllowed(f"view `{decision.table.name}` cannot be read here", help="name it by its database")
        node.meta[TABLE_KEY] = decision.table.name
        self.binding.work.needed.setdefault(decision.table.name, {})
        return self._enter(node, Source(alias, decision.table.name.database, self.scope.label(alias), table=decision))

    def _enter(self, node: exp.Expr, source: Source) -> Source:
        scope, alias = self.scope, node.args.get("alias")
        if alias is not None and alias.args.get("columns"):
            raise NotAllowed("columns of a subquery take no new names after its alias", help="name them inside")
        if any(scope.same(other.name, source.name) and scope.same(other.database, source.database) for other in scope.all):
            raise NotAllowed(f"not unique table/alias: `{source.name}`", code="duplicate_alias")
        if len(scope.all) >= TABLES:
            raise LimitReached(f"too complex: a SELECT may have {TABLES} tables", code="too_complex")
        scope.all.append(source)
        node.set("alias", exp.TableAlias(this=exp.to_identifier(source.label, quoted=True)))
        return source


def refuse_twins(relation: Relation) -> None:
    """Raises NotAllowed where two columns of a derived table have one name."""
    seen: set[str] = set()
    for cell in relation.cells:
        if cell.name.lower() in seen:
            raise NotAllowed(f"duplicate column name `{cell.name}`")
        seen.add(cell.name.lower())


def is_bracket(node: exp.Subquery) -> bool:
    """Whether brackets after FROM hold joined tables and not a query."""
    inner = node.this
    return bool(node.args.get("joins")) or isinstance(inner, exp.Table) or (isinstance(inner, exp.Subquery) and is_bracket(inner))


def _common(left: Side, right: Side, swapped: bool) -> list[str]:
    """Names that both sides of a natural join have, in the order of the side that comes first."""
    first, second = (right, left) if swapped else (left, right)
    return [ref.cell.name for ref in first.refs() if second.find(ref.cell.name)]


def _single(name: str, side: Side) -> Ref:
    found = side.find(name)
    if len(found) > 1:
        raise ambiguous_column(name, "FROM")
    if not found:
        raise unknown_column(name, "FROM")
    return found[0]


def _column(ref: Ref) -> exp.Column:
    return exp.Column(this=exp.to_identifier(ref.cell.name, quoted=True), table=exp.to_identifier(ref.source.label, quoted=True))


def _is_dual(table: exp.Table) -> bool:
    return table.name.lower() == "dual" and not table.db and not table.args.get("alias") and not table.args.get("joins")

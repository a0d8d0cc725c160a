"""Names inside expressions: each column finds its cell, each subquery is bound, and what flows in is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from carrel.model.errors import CarrelError, NotAllowed
from carrel.model.names import ColumnName
from carrel.model.trees import children
from carrel.policy.guard.allow import AGGREGATES
from carrel.policy.guard.given import given
from carrel.policy.guard.names import ambiguous_column, unknown_column
from carrel.policy.guard.scopes import Ref, Scope
from carrel.policy.guard.shapes import shape_of, through
from carrel.policy.guard.work import Given, Relation, Use, Work

Flow = frozenset[ColumnName]
_LEAVES: Final = (exp.Column, exp.Query)


@dataclass(slots=True, eq=False)
class Item:
    """An item of a SELECT list after binding: what an alias stands for in GROUP BY, HAVING and ORDER BY.

    Attributes:
        name: of the output.
        expression: bound; for a column, the qualified column.
        ref: where the item is a column.
        flow: what is in it.
    """

    name: str
    expression: exp.Expr
    ref: Ref | None
    flow: Flow


@dataclass(slots=True, eq=False)
class Binding:
    """What binding an expression needs beside its scope: the work, and how a subquery is bound."""

    work: Work
    query: Callable[[exp.Expr, Scope | None, Mapping[str, tuple[str, Relation]]], Relation]

    def expression(self, root: exp.Expr, scope: Scope, clause: str, *, aliases: Mapping[str, list[Item]] | None = None) -> Flow:
        """Qualifies the columns of `root` in place and returns the base columns that flow into it. `aliases` stand in where the scope has no such column."""
        flow: set[ColumnName] = set()
        for node in list(leaves(root, flow)):
            if isinstance(node, exp.Column):
                flow |= self._column(node, scope, clause, aliases)
            else:
                flow |= self._subquery(node, scope, clause)
        return frozenset(flow)

    def resolve(self, column: exp.Column, scope: Scope | None, clause: str) -> Ref:
        """The one cell that a column means, looking outwards from `scope`. Raises: NotFound."""
        while scope is not None:
            found = look(column, scope)
            if len(found) > 1:
                raise ambiguous_column(_written(column), clause)
            if found:
                return found[0]
            scope = scope.outer
        raise unknown_column(_written(column), clause)

    def use(self, ref: Ref, clause: str, *, bare: bool = False, star: bool = False) -> Flow:
        """Notes that a cell is named, and that its base column is needed."""
        cell = ref.cell
        self.work.uses.append(Use(cell, clause, bare, star))
        if ref.source.table is not None and cell.base is not None:
            name, column = cell.base
            self.work.needed.setdefault(name.table, {})[column.name] = column
        return cell.sources

    def _column(self, column: exp.Column, scope: Scope, clause: str, aliases: Mapping[str, list[Item]] | None) -> Flow:
        try:
            ref = self.resolve(column, scope, clause)
        except CarrelError as error:
            items = aliases.get(column.name.lower()) if aliases and not column.table and error.code == "unknown_column" else None
            if not items:
                raise
            return self.expand(column, items, clause)
        qualify(column, ref)
        self.use(ref, clause)
        return through(ref.cell, shape_of(column))

    def expand(self, column: exp.Column, items: list[Item], clause: str) -> Flow:
        """Puts what an alias stands for in the alias's place."""
        item = items[0]
        if any(other.ref is None or item.ref is None or other.ref.cell is not item.ref.cell for other in items[1:]):
            raise ambiguous_column(column.name, clause)
        if item.ref is not None:
            self.use(item.ref, clause)
        copy = item.expression.copy()
        column.replace(copy if isinstance(copy, exp.Column | exp.Literal | exp.Func) else exp.Paren(this=copy))
        return item.flow

    def _subquery(self, node: exp.Expr, scope: Scope, clause: str) -> Flow:
        relation = self.query(node, scope, scope.common)
        if isinstance(node.parent, exp.Exists):
            return relation.influences
        width = _width(node)
        if len(relation.cells) != width:
            raise NotAllowed(f"operand should contain `{width}` column(s)", code="operand_count")
        self.work.uses.extend(Use(cell, clause) for cell in relation.cells)
        return relation.influences.union(*(cell.sources for cell in relation.cells))


def _written(column: exp.Column) -> str:
    return ".".join(part.name for part in column.parts)


def look(column: exp.Column, scope: Scope) -> list[Ref]:
    """The cells that a column may mean in this scope alone."""
    if column.table:
        return [Ref(source, cell) for source in scope.named(column.table, column.db or None) for cell in source.cells(column.name)]
    return scope.side.find(column.name) if scope.side is not None else []


def qualify(column: exp.Column, ref: Ref) -> None:
    column.set("this", exp.Identifier(this=ref.cell.name, quoted=True))
    column.set("table", exp.Identifier(this=ref.source.label, quoted=True))
    column.args.pop("db", None)


def leaves(root: exp.Expr, flow: set[ColumnName] | None = None) -> Iterator[exp.Expr]:
    """Columns and subqueries of an expression, not those inside the subqueries. What of it is of no table is added to `flow`."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, _LEAVES):
            yield node
        elif (name := given(node)) is not None:
            if flow is not None and name:
                flow.add(Given.of(name))
        else:
            stack += reversed(children(node))


def refuse_groups(root: exp.Expr, clause: str) -> None:
    """Raises NotAllowed where an aggregate or a window function stands in a clause that has none."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Window):
            raise NotAllowed(f"invalid use of a window function in {clause}", code="window_function")
        if is_aggregate(node):
            raise NotAllowed(f"invalid use of a group function in {clause}", code="group_function")
        if not isinstance(node, exp.Query):
            stack += children(node)


def is_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, exp.AggFunc) or (type(node) is exp.Anonymous and node.name.lower() in AGGREGATES)


def _width(node: exp.Expr) -> int:
    """How many columns a subquery must have where it stands."""
    parent = node.parent
    if isinstance(parent, exp.Any | exp.All):
        node, parent = parent, parent.parent
    other = None
    if isinstance(parent, exp.In):
        other = parent.this
    elif isinstance(parent, exp.EQ | exp.NEQ | exp.NullSafeEQ | exp.LT | exp.GT | exp.LTE | exp.GTE):
        other = parent.expression if parent.this is node else parent.this
    if isinstance(other, exp.Tuple) or (isinstance(other, exp.Anonymous) and other.name.lower() == "row"):
        return len(other.expressions)
    return 1

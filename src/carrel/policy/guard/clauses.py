"""GROUP BY, HAVING and ORDER BY: where aliases and positions of the SELECT list count, by MariaDB's rules.

In the bound tree an item of GROUP BY or ORDER BY is a position in the SELECT list, a qualified column or an expression of such.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlglot import exp

from carrel.model.errors import NotAllowed
from carrel.model.names import ColumnName
from carrel.policy.guard.expressions import Binding, Flow, Item, is_aggregate, leaves, look, qualify, refuse_groups
from carrel.policy.guard.names import ambiguous_column, unknown_column
from carrel.policy.guard.scopes import Scope
from carrel.policy.guard.work import Cell, Relation, Use


def bind_group(binding: Binding, select: exp.Select, scope: Scope, items: list[Item]) -> Flow:
    """A column of the tables goes before an alias of the same name."""
    group = select.args.get("group")
    if group is None:
        return frozenset()
    flow: set[ColumnName] = set()
    aliases = _by_name(items)
    for node in list(group.expressions):
        position = _position(node, len(items), "GROUP BY")
        if position is not None:
            flow |= _use_item(binding, items[position], "GROUP BY")
        elif isinstance(node, exp.Column) and not node.table and len(look(node, scope)) != 1 and node.name.lower() in aliases:
            flow |= _put_item(binding, node, aliases[node.name.lower()], items, "GROUP BY")
        else:
            flow |= binding.expression(node, scope, "GROUP BY", aliases=aliases)
    for node in group.expressions:
        refuse_groups(node, "GROUP BY")
        position = _position(node, len(items), "GROUP BY")
        if position is not None:
            refuse_groups(items[position].expression, "GROUP BY")
    return frozenset(flow)


def bind_having(binding: Binding, select: exp.Select, scope: Scope, items: list[Item]) -> Flow:
    """Outside aggregates, HAVING sees columns of GROUP BY and of the SELECT list, by name or alias, and no others."""
    having = select.args.get("having")
    if having is None:
        return frozenset()
    flow: set[ColumnName] = set()
    listed = _Listed(_by_name(items), _grouped(select), items)
    for node in list(leaves(having, flow)):
        if not isinstance(node, exp.Column) or _in_aggregate(node, having):
            flow |= binding.expression(node, scope, "HAVING")
        else:
            flow |= _having_column(binding, node, scope, listed)
    return frozenset(flow)


def bind_order(binding: Binding, select: exp.Select, scope: Scope, items: list[Item]) -> Flow:
    """A name alone means the SELECT list first, then the tables; inside an expression the other way round. Constants order nothing."""
    order = select.args.get("order")
    if order is None:
        return frozenset()
    _drop_constants(select)
    flow: set[ColumnName] = set()
    aliases = _by_name(items)
    for ordered in order.expressions:
        node = ordered.this
        position = _position(node, len(items), "ORDER BY")
        if position is not None:
            flow |= _use_item(binding, items[position], "ORDER BY")
        elif isinstance(node, exp.Column) and not node.table and node.name.lower() in aliases:
            flow |= _put_item(binding, node, aliases[node.name.lower()], items, "ORDER BY")
        else:
            flow |= binding.expression(node, scope, "ORDER BY", aliases=aliases)
    return frozenset(flow)


def bind_order_of_union(binding: Binding, node: exp.Expr, relation: Relation) -> Flow:
    """The result of a set operation, or of brackets, is ordered by its own columns, by name or position."""
    order = node.args["order"]
    _drop_constants(node)
    flow: set[ColumnName] = set()
    for ordered in order.expressions:
        refuse_groups(ordered, "ORDER BY")
        list(leaves(ordered, flow))
        for cell in _cells_of(ordered, relation):
            binding.work.uses.append(Use(cell, "ORDER BY"))
            flow |= cell.sources
    return frozenset(flow)


def _cells_of(ordered: exp.Expr, relation: Relation) -> list[Cell]:
    """The cells that an item names; a column alone becomes its position, one in an expression is left with the name as the result has it."""
    position = _position(ordered.this, len(relation.cells), "ORDER BY")
    if position is not None:
        return [relation.cells[position]]
    cells: list[Cell] = []
    for node in list(leaves(ordered.this)):
        if not isinstance(node, exp.Column):
            raise NotAllowed("a UNION is ordered by its columns, and by expressions of them", help="put it into a subquery, and order that")
        place = _place_of(node, relation)
        cells.append(relation.cells[place])
        if node is ordered.this:
            ordered.set("this", exp.Literal.number(place + 1))
        else:
            node.set("this", exp.to_identifier(relation.cells[place].name, quoted=True))
    return cells


def _place_of(node: exp.Column, relation: Relation) -> int:
    found = [place for place, cell in enumerate(relation.cells) if not node.table and cell.name.lower() == node.name.lower()]
    if not found:
        raise unknown_column(".".join(part.name for part in node.parts), "ORDER BY")
    if len(found) > 1:
        raise ambiguous_column(node.name, "ORDER BY")
    return found[0]


class _Listed(NamedTuple):
    """What HAVING sees: items by name, and the columns of GROUP BY as (label, name)."""

    aliases: dict[str, list[Item]]
    grouped: set[tuple[str, str]]
    items: list[Item]


def _having_column(binding: Binding, node: exp.Column, scope: Scope, listed: _Listed) -> Flow:
    plain = {(item.ref.source.label.lower(), item.ref.cell.name.lower()) for item in listed.items if item.ref is not None}
    visible = listed.grouped | plain
    found = [ref for ref in look(node, scope) if (ref.source.label.lower(), ref.cell.name.lower()) in visible]
    if len(found) > 1:
        raise ambiguous_column(node.name, "HAVING")
    named = listed.aliases.get(node.name.lower()) if not node.table else None
    if found and (not named or (found[0].source.label.lower(), found[0].cell.name.lower()) in listed.grouped):
        qualify(node, found[0])
        return binding.use(found[0], "HAVING")
    if named:
        return binding.expand(node, named, "HAVING")
    ref = binding.resolve(node, scope.outer, "HAVING")
    qualify(node, ref)
    return binding.use(ref, "HAVING")


def _grouped(select: exp.Select) -> set[tuple[str, str]]:
    """The qualified columns that stand alone in GROUP BY, in lower case."""
    group = select.args.get("group")
    nodes = group.expressions if group is not None else []
    return {(node.table.lower(), node.name.lower()) for node in nodes if isinstance(node, exp.Column)}


def _put_item(binding: Binding, node: exp.Column, named: list[Item], items: list[Item], clause: str) -> Flow:
    """In place of a name: the column that the item is, or the item's position."""
    item = named[0]
    if any(item.ref is None or other.ref is None or other.ref.cell is not item.ref.cell for other in named[1:]):
        raise ambiguous_column(node.name, clause)
    if item.ref is not None:
        qualify(node, item.ref)
    else:
        node.replace(exp.Literal.number(items.index(item) + 1))
    return _use_item(binding, item, clause)


def _use_item(binding: Binding, item: Item, clause: str) -> Flow:
    return binding.use(item.ref, clause) if item.ref is not None else item.flow


def _by_name(items: list[Item]) -> dict[str, list[Item]]:
    names: dict[str, list[Item]] = {}
    for item in items:
        names.setdefault(item.name.lower(), []).append(item)
    return names


def _position(node: exp.Expr, width: int, clause: str) -> int | None:
    """The place in the SELECT list, from 0, where the node is a whole number."""
    if not isinstance(node, exp.Literal) or node.is_string or not node.name.isdigit():
        return None
    if not 1 <= int(node.name) <= width:
        raise unknown_column(node.name, clause)
    return int(node.name) - 1


def _drop_constants(node: exp.Expr) -> None:
    order = node.args["order"]
    kept = [item for item in order.expressions if not isinstance(item.this, exp.Null | exp.Boolean) and not _is_text(item.this)]
    if kept:
        order.set("expressions", kept)
    else:
        order.set("expressions", [])
        node.args.pop("order")


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and (node.is_string or not node.name.isdigit())


def _in_aggregate(node: exp.Expr, root: exp.Expr) -> bool:
    parent = node.parent
    while parent is not None and parent is not root:
        if is_aggregate(parent):
            return True
        parent = parent.parent
    return False

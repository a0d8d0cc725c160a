"""Queries: SELECT, set operations, WITH, FROM. A grouping becomes two SELECTs: the inner makes keys and aggregates, the outer everything else.

Row order never depends on rows that the asker may not see: where the asker gives none, or leaves ties, and the engine's own order would be that of a plan,
an order is added: a grouping's keys, else the columns of the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from carrel.engines.duckdb.fragments import MARK, fragment_text, in_visible_order
from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.text import name
from carrel.engines.duckdb.translate.bases import base_of
from carrel.engines.duckdb.translate.bound import mark
from carrel.engines.duckdb.translate.compare import folded
from carrel.engines.duckdb.translate.expressions import Expressions
from carrel.engines.duckdb.translate.joins import join
from carrel.engines.duckdb.translate.kinds import NULL, Family, Kind, required_or_not, shown, unify
from carrel.engines.duckdb.translate.required import never_null
from carrel.engines.duckdb.translate.scopes import Grouped, Part, Result, Scope, Source
from carrel.engines.duckdb.translate.unions import Columns, any_folded, distinct_rows, operands, operation
from carrel.engines.duckdb.translate.values import Value, cast, show
from carrel.engines.duckdb.translate.windows import is_aggregate, order_by
from carrel.model.errors import NotAllowed
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery
from carrel.model.trees import children


@dataclass(frozen=True, slots=True)
class Written:
    """A query's text and columns. `plain`: its rows come in the order of one table's files, whatever the plan, and that tells nothing."""

    text: str
    columns: Columns
    plain: bool = False


class Selects:
    def __init__(self, query: AuthorizedQuery, places: Mapping[TableName, Place]) -> None:
        self._query = query
        self._places = {str(table): (table, place) for table, place in places.items()}
        self._count = 0
        self.expressions = Expressions(self, query)

    def fresh(self, stem: str) -> str:
        """A name that nothing else in the text has."""
        self._count += 1
        return f"{stem}#{self._count}"

    def query(self, node: exp.Expression, parent: Scope | None, *, ordered: bool) -> Written:
        """A query of any form. `ordered`: the order of its rows can be seen."""
        scope = Scope(parent)
        prefix = self._with(node, scope)
        ordered = ordered or node.args.get("limit") is not None
        if isinstance(node, exp.Select):
            written = self._select(node, scope, ordered)
        elif isinstance(node, exp.Subquery):
            written = self._modified(node, self.query(node.this, scope, ordered=ordered), ordered)
        elif isinstance(node, exp.SetOperation):
            written = self._modified(node, self._set_operation(node, scope), ordered)
        else:
            raise NotAllowed(f"`{node.key.upper()}` is no query")
        return replace(written, text=prefix + written.text)

    def _with(self, node: exp.Expression, scope: Scope) -> str:
        with_ = node.args.get("with_")
        if with_ is None:
            return ""
        recursive = bool(with_.args.get("recursive"))
        parts = [self._part(cte, scope, recursive) for cte in with_.expressions]
        return f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(parts)} "

    def _part(self, cte: exp.Expression, scope: Scope, recursive: bool) -> str:
        alias, names = cte.alias, [column.name for column in cte.args["alias"].args.get("columns") or []]
        unique = self.fresh(alias)

        def define(columns: Columns) -> Part:
            spelled = names or [column for column, _ in columns]
            return Part(unique, dict(zip(spelled, (kind for _, kind in columns), strict=True)))

        if recursive and isinstance(cte.this, exp.Union):
            first = self.query(cte.this.this, scope, ordered=False)
            part = scope.parts[alias.lower()] = define(tuple((spelled, replace(shown(kind), required=False)) for spelled, kind in first.columns))
            second = self._as(self.query(cte.this.expression, scope, ordered=False), list(part.columns.values()))
            text = f"({first.text}) UNION {'' if cte.this.args.get('distinct') else 'ALL '}({second})"
        else:
            written = self.query(cte.this, scope, ordered=False)
            part = define(written.columns)
            text = written.text
            scope.parts[alias.lower()] = part
        return f"{name(unique)}({', '.join(name(column) for column in part.columns)}) AS ({text})"

    def _set_operation(self, node: exp.SetOperation, scope: Scope) -> Written:
        parts = [self.query(part, scope, ordered=False) for part in operands(node)]
        if len({len(part.columns) for part in parts}) > 1:
            raise NotAllowed("the used SELECT statements have a different number of columns", code="column_count")
        kinds = [_common([kind for _, kind in columns]) for columns in zip(*(part.columns for part in parts), strict=True)]
        columns = tuple((spelled, kind) for (spelled, _), kind in zip(parts[0].columns, kinds, strict=True))
        return Written(operation(node, columns, iter([self._as(part, kinds) for part in parts]), self.fresh), columns)

    def _as(self, written: Written, kinds: Sequence[Kind]) -> str:
        """The query with columns of these kinds."""
        if all(kind.type == wanted.type for (_, kind), wanted in zip(written.columns, kinds, strict=True)):
            return written.text
        values, source = self._renamed(written)
        columns = ", ".join(
            f"{cast(value, kind)} AS {name(spelled)}" for value, kind, (spelled, _) in zip(values, kinds, written.columns, strict=True)
        )
        return f"SELECT {columns} FROM {source}"

    def _renamed(self, written: Written) -> tuple[list[Value], str]:
        """The columns as values, and the query as a source of FROM in which their names do not repeat."""
        alias = self.fresh("o")
        names = [f"c{number}" for number in range(len(written.columns))]
        values = [Value(name(alias, column), kind) for column, (_, kind) in zip(names, written.columns, strict=True)]
        return values, f"({written.text}) AS {name(alias)}({', '.join(name(column) for column in names)})"

    def _modified(self, node: exp.Expression, written: Written, ordered: bool) -> Written:
        """ORDER BY and LIMIT of a set operation, of brackets and of DISTINCT: by the result's own columns."""
        order, limit = node.args.get("order"), _limit(node)
        if not ordered or (order is None and not limit and written.plain):
            return replace(written, plain=False) if order is not None or limit else written
        values, source = self._renamed(written)
        positions = [_position(one.this, written.columns) for one in (order.expressions if order is not None else [])]
        orders = [
            _key(values[place] if place is not None else self._of_result(one.this, written.columns, values), bool(one.args.get("desc")))
            for place, one in zip(positions, order.expressions if order is not None else [], strict=True)
        ]
        orders += [order_by(str(value), descending=False) for number, value in enumerate(values) if number not in positions]
        columns = ", ".join(f"{value} AS {name(spelled)}" for value, (spelled, _) in zip(values, written.columns, strict=True))
        return Written(f"SELECT {columns} FROM {source} ORDER BY {', '.join(orders)}{limit}", written.columns)

    def _of_result(self, node: exp.Expression, columns: Columns, values: Sequence[Value]) -> Value:
        """An expression of a result's columns."""
        return self.expressions.value(node, Result(None, names=[spelled for spelled, _ in columns], values=values))

    def _select(self, node: exp.Select, scope: Scope, ordered: bool) -> Written:
        refuse_unread(node)
        body = self._from(node, scope)
        where = node.args.get("where")
        if where is not None:
            body += f" WHERE {self.expressions.condition(where.this, scope)}"
        scope.windows = {window.name.lower(): window for window in node.args.get("windows") or []}
        if node.args.get("group") is not None or _aggregates(node):
            scope.grouped = self._grouped(node, scope)
        values = [self.expressions.value(item.unalias(), scope) for item in node.expressions]
        nulls = [value.kind.family is Family.NULL for value in values]
        values = [show(value) for value in values]
        having = node.args.get("having")
        conditions = [self.expressions.condition(having.this, scope)] if having is not None else []
        required = [never_null(item, scope) for item in node.expressions]
        kinds = [NULL if null else required_or_not(value.kind, never) for null, value, never in zip(nulls, values, required, strict=True)]
        columns = tuple((item.alias_or_name or f"c{number}", kind) for number, (item, kind) in enumerate(zip(node.expressions, kinds, strict=True)))
        distinct = bool(node.args.get("distinct"))
        orders = [] if distinct else self._orders(node, scope, values, ordered)
        listed = ", ".join(f"{value} AS {name(spelled)}" for value, (spelled, _) in zip(values, columns, strict=True))
        if scope.grouped:
            body = self._inner(node, scope.grouped, body)
        text = f"SELECT {'DISTINCT ' if distinct else ''}{listed}{body}{_filter(conditions, bool(scope.grouped) or where is None)}"
        if distinct:
            rows = distinct_rows(columns, self.fresh, text.replace("SELECT DISTINCT ", "SELECT ", 1)) if any_folded(columns) else text
            return self._modified(self._without_expressions(node), Written(rows, columns), ordered)
        return Written(text + (f" ORDER BY {', '.join(orders)}" if orders else "") + _limit(node), columns, self._plain(node, scope))

    def _without_expressions(self, node: exp.Select) -> exp.Select:
        """The SELECT with ORDER BY of DISTINCT in terms of positions."""
        order = node.args.get("order")
        for one in order.expressions if order is not None else []:
            position = _projection(one.this, node)
            one.set("this", exp.Literal.number(position + 1) if position is not None else _by_result(one.this, node))
        return node

    def _grouped(self, node: exp.Select, scope: Scope) -> Grouped:
        inner = Scope(scope.parent, scope.parts, scope.sources, windows=scope.windows)
        grouped = Grouped(inner, self.fresh("g"))
        group = node.args.get("group")
        for key in group.expressions if group is not None else []:
            position = _number(key)
            item = node.expressions[position - 1].unalias() if position is not None else key
            value = self.expressions.value(item, inner)
            grouped.key(item, value, folded(value))
        return grouped

    def _inner(self, node: exp.Select, grouped: Grouped, body: str) -> str:
        group = node.args.get("group")
        keys = grouped.key_texts()
        if group is not None and group.args.get("rollup"):
            by = f" GROUP BY ROLLUP ({', '.join(grouped.columns[key] for key in keys)}) HAVING count(*) > 0"
            grouped.columns |= {f"r{key}": f"grouping({grouped.columns[key]})" for key in keys}
        else:
            by = f" GROUP BY {', '.join(str(number) for number in range(1, len(keys) + 1))}" if keys else ""
        return f" FROM (SELECT {grouped.select()}{body}{by}) AS {name(grouped.alias)}"

    def _orders(self, node: exp.Select, scope: Scope, values: Sequence[Value], ordered: bool) -> list[str]:
        if not ordered:
            return []
        orders: list[str] = []
        used: set[str] = set()
        order = node.args.get("order")
        for one in order.expressions if order is not None else []:
            position = _projection(one.this, node)
            value = values[position] if position is not None else self.expressions.value(one.this, scope)
            used.add(value.text)
            text = str(position + 1) if position is not None and folded(value) == value.text else folded(value)
            if position is None and value.constant is not None:
                continue
            orders.append(order_by(text, descending=bool(one.args.get("desc"))))
        if not orders and self._plain(node, scope):
            return []
        return orders + self._ties(node, scope, values, used)

    def _ties(self, node: exp.Select, scope: Scope, values: Sequence[Value], used: set[str]) -> list[str]:
        if scope.grouped:
            group = node.args.get("group")
            rollup = group is not None and bool(group.args.get("rollup"))
            keys = scope.grouped.key_texts()
            columns = [name(scope.grouped.alias, column) for key in keys for column in ([f"r{key}", key] if rollup else [key])]
            return [order_by(column, descending=False) for column in columns if column not in used]
        if not scope.sources:
            return []
        if all(source.key for source in scope.sources):
            return [order_by(value.text, descending=False) for value in scope.order() if value.text not in used]
        return [order_by(str(place), descending=False) for place, value in enumerate(values, 1) if value.text not in used and value.constant is None]

    def _plain(self, node: exp.Select, scope: Scope) -> bool:
        if scope.grouped or node.args.get("distinct") or node.args.get("joins") or len(scope.sources) > 1:
            return bool(scope.grouped and not scope.grouped.keys)
        if not scope.sources:
            return True
        parts = [*node.expressions, *(node.args[key] for key in ("where", "having") if node.args.get(key) is not None)]
        return scope.sources[0].plain and not any(part.find(exp.Query, exp.Window) for part in parts)

    def _from(self, node: exp.Select, scope: Scope) -> str:
        from_ = node.args.get("from_")
        if from_ is None:
            return ""
        return " FROM " + self.source(from_.this, scope) + self._joins(node, scope)

    def _joins(self, node: exp.Expression, scope: Scope) -> str:
        return "".join(join(self, one, scope) for one in node.args.get("joins") or [])

    def source(self, node: exp.Expression, scope: Scope) -> str:
        """One item of FROM; its columns come into scope."""
        if isinstance(node, exp.Table):
            return self._reference(node, scope) + self._joins(node, scope)
        if not isinstance(node, exp.Subquery):
            raise NotAllowed(f"`{node.key.upper()}` is no table")
        inner = node.this
        if isinstance(inner, exp.Select) and inner.meta.get(MARK):
            return self._fragment(inner, node.alias, scope) + self._joins(node, scope)
        if isinstance(inner, exp.Table) or (isinstance(inner, exp.Subquery) and not node.alias):
            return f"({self.source(inner, scope)}{self._joins(node, scope)})"
        return self._derived(node, scope) + self._joins(node, scope)

    def _reference(self, node: exp.Table, scope: Scope) -> str:
        part = scope.part(node.name)
        if part is None or node.db:
            raise NotAllowed(f"the table `{node.name}` cannot be used here")
        alias = node.alias or node.name
        scope.sources.append(Source(alias, part.columns))
        return f"{name(part.name)} AS {name(alias)}"

    def _fragment(self, fragment: exp.Select, alias: str, scope: Scope) -> str:
        table, place = self._places[fragment.meta[MARK]]
        decision = self._query.decisions[table]
        base = base_of(fragment, decision)
        scope.sources.append(Source(alias, base.columns, base.key, plain=in_visible_order(decision, self._query.asker)))
        return f"({fragment_text(fragment, place)}) AS {name(alias)}"

    def _derived(self, node: exp.Subquery, scope: Scope) -> str:
        outside = Scope(scope.parent, scope.parts)
        inner = node.this if not any(node.args.get(key) for key in ("order", "limit", "with_")) else node
        written = self.query(inner, outside, ordered=False)
        names = [column.name for column in node.args["alias"].args.get("columns") or []] or [spelled for spelled, _ in written.columns]
        scope.sources.append(Source(node.alias, dict(zip(names, (kind for _, kind in written.columns), strict=True)), plain=written.plain))
        return f"({written.text}) AS {name(node.alias)}({', '.join(name(spelled) for spelled in names)})"


def _common(kinds: Sequence[Kind]) -> Kind:
    return replace(shown(unify(kinds)), required=all(kind.required for kind in kinds))


_READ: Final = {
    exp.Select: {
        "with_", "expressions", "distinct", "from_", "joins", "where", "group", "having", "windows", "order", "limit", "offset", "operation_modifiers",
    },
    exp.Group: {"expressions", "rollup"}, exp.Distinct: {"expressions"},
}
"""Arguments that are given a meaning here; any other one that is set is refused, not passed over."""


def refuse_unread(node: exp.Select) -> None:
    """Raises NotAllowed for a clause that nothing here reads."""
    for part in (node, node.args.get("group"), node.args.get("distinct")):
        if not isinstance(part, exp.Expression):
            continue
        for key, value in part.args.items():
            if value and key not in _READ[type(part)]:
                raise NotAllowed(f"`{key.strip('_').replace('_', ' ').upper()}` has no meaning here")


def _aggregates(node: exp.Select) -> bool:
    """Whether the SELECT is one group although nothing says GROUP BY."""
    parts = [*node.expressions, *(node.args[key] for key in ("having", "order") if node.args.get(key) is not None)]
    return any(_groups(part) for part in parts)


def _groups(node: exp.Expr) -> bool:
    if isinstance(node, exp.Query):
        return False
    if isinstance(node, exp.Window):
        inner = children(node.this) + [part for part in children(node) if part is not node.this]
        return any(_groups(part) for part in inner)
    return is_aggregate(node) or any(map(_groups, children(node)))


def _filter(conditions: Sequence[str], first: bool) -> str:
    return f" {'WHERE' if first else 'AND'} {' AND '.join(conditions)}" if conditions else ""


def _limit(node: exp.Expression) -> str:
    text = ""
    for key, word in (("limit", "LIMIT"), ("offset", "OFFSET")):
        part = node.args.get(key)
        if part is not None and isinstance(part.expression, exp.Placeholder):
            text += f" {word} {mark(int(part.expression.name))}"
        elif part is not None:
            count = _number(part.expression)
            if count is None:
                raise NotAllowed("LIMIT and OFFSET take whole numbers")
            text += f" {word} {min(count, 2**62)}"
    return text


def _number(node: exp.Expression) -> int | None:
    return int(node.name) if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit() else None


def _projection(node: exp.Expression, select: exp.Select) -> int | None:
    """Which item of the SELECT list this is: by position or because it is written the same."""
    number = _number(node)
    if number is not None and 1 <= number <= len(select.expressions):
        return number - 1
    for place, item in enumerate(select.expressions):
        if item.unalias() == node or (isinstance(node, exp.Column) and not node.table and item.alias_or_name.lower() == node.name.lower()):
            return place
    return None


def _by_result(node: exp.Expression, select: exp.Select) -> exp.Expression:
    """An expression of items of the SELECT list, in terms of the result's columns. Raises NotAllowed where it needs more than they hold."""
    names = [item.alias_or_name.lower() for item in select.expressions]

    def replaced(part: exp.Expression) -> exp.Expression:
        place = _projection(part, select) if not isinstance(part, exp.Literal) else None
        if place is None or names.count(names[place]) > 1:
            return part
        return exp.Column(this=exp.to_identifier(select.expressions[place].alias_or_name, quoted=True))

    found = exp.Paren(this=node).transform(replaced)
    if found.find(exp.Query) or any(column.table for column in found.find_all(exp.Column)):
        raise NotAllowed("SELECT DISTINCT is ordered by columns of its own list")
    return found


def _position(node: exp.Expression, columns: Columns) -> int | None:
    number = _number(node)
    if number is not None and 1 <= number <= len(columns):
        return number - 1
    return next((place for place, (spelled, _) in enumerate(columns) if isinstance(node, exp.Column) and spelled.lower() == node.name.lower()), None)


def _key(value: Value, descending: bool) -> str:
    return order_by(folded(value), descending=descending)

"""Views: the text of each that a question names stands in its place, as if its reader had written it. It opens nothing: what it reads is decided like the rest.

The text is parsed anew each time, names without a database mean what they meant where it was made, and its columns are found by their names. Whoever reads
another's view reads what both may read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from carrel.model.errors import AccessRefused, CarrelError, LimitReached, NotAllowed
from carrel.model.names import TableName
from carrel.model.people import Asker
from carrel.model.tables import Table, View
from carrel.model.trees import children, nodes
from carrel.policy.guard.allow import allow
from carrel.policy.guard.bind import bind
from carrel.policy.guard.closed import refuse_closed
from carrel.policy.guard.headings import column, heading
from carrel.policy.guard.names import find_table
from carrel.policy.guard.parse import check_tree, only
from carrel.policy.guard.read import decide_reading, refusal
from carrel.policy.guard.variables import put_variables
from carrel.policy.guard.work import HEADING_KEY, STAR_KEY, VIEW_KEY, Work

DEEP: Final = 5
"""Views over views."""
MOST: Final = 64
"""Views that one question may come to read."""
LENGTH: Final = 20_000
"""Characters of a view's text."""

_LABEL: Final = "carrel_view"
_ARGS: Final = frozenset({"this", "db", "alias", "joins"})


def expand(work: Work) -> None:
    """Raises: NotFound for views that are not there or not known, AccessRefused, NotAllowed, LimitReached."""
    views = _Views(work, _Budget())
    views.visit(work.tree, frozenset(), work.query.database, ())
    if views.found:
        check_tree(work.tree, work.query.text)


@dataclass(slots=True)
class _Budget:
    """What is left of `MOST`, for one question and all that is decided for it."""

    left: int = MOST

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise LimitReached(f"too complex: a statement may read {MOST} views, each time one is named", code="too_complex")


class _Views:
    """Goes through a question with the names of its common table expressions in sight, which are no views."""

    def __init__(self, work: Work, budget: _Budget) -> None:
        self._work = work
        self._budget = budget
        self.found = False

    def visit(self, node: exp.Expr, common: frozenset[str], database: str | None, within: tuple[TableName, ...]) -> None:
        """`database`: what names without one mean. `within`: the views whose text this is. Chains of any length take no depth."""
        stack, tables = [(node, common)], []
        while stack:
            one, seen = stack.pop()
            with_ = one.args.get("with_")
            if isinstance(with_, exp.With):
                seen = self._common(with_, seen, database, within)
            if isinstance(one, exp.Table):
                tables.append((one, seen))
            stack += [(child, seen) for child in children(one) if child is not with_]
        for table, seen in reversed(tables):
            self._table(table, seen, database, within)

    def _common(self, with_: exp.With, common: frozenset[str], database: str | None, within: tuple[TableName, ...]) -> frozenset[str]:
        """Visits the common table expressions. Gives the names in sight behind them."""
        for cte in with_.expressions:
            query, name = cte.this, cte.alias.lower()
            if with_.args.get("recursive") and isinstance(query, exp.Union):
                self.visit(query.this, common, database, within)
                self.visit(query.expression, common | {name}, database, within)
            else:
                self.visit(query, common, database, within)
            common |= {name}
        return common

    def _table(self, node: exp.Table, common: frozenset[str], database: str | None, within: tuple[TableName, ...]) -> None:
        name = node.name
        if not node.db and (name.lower() in common or name.lower() == "dual" or database is None):
            return
        named = TableName(node.db or str(database), name)
        if within and not node.db:
            node.set("db", exp.to_identifier(database, quoted=True))
        table = self._work.catalog.table(named)
        if within and table is not None and table.session is not None:
            raise NotAllowed(f"view `{within[-1]}` reads a table that a temporary one of this session hides", help=f"DROP TEMPORARY TABLE {named}")
        if table is None or table.view is None:
            return
        decision = find_table(self._work, name, named.database)
        if not decision.read.allowed:
            raise refusal(self._work, decision)
        self.found = True
        self._check(node, table, within)
        view = decision.table.view
        assert view is not None
        if table.owner != self._work.query.asker.principal.person:
            self._both(table, view, within)
        inside = self._text(view)
        self.visit(inside, frozenset(), view.database, (*within, table.name))
        _replace(node, _shown(inside, table, view), table.name)

    def _check(self, node: exp.Table, table: Table, within: tuple[TableName, ...]) -> None:
        self._budget.take()
        if self._work.query.dialect != "mysql":
            raise NotAllowed(f"view `{table.name}` is read in MySQL's dialect alone", help="keep its rows: CREATE TABLE … AS SELECT …")
        if table.name in within:
            raise NotAllowed(f"`{table.name}` contains view recursion")
        if len(within) >= DEEP:
            raise LimitReached(f"too complex: views may stand {DEEP} deep in each other", code="too_complex")
        if any(value and name not in _ARGS for name, value in node.args.items()):
            raise NotAllowed(f"`{table.name}` is a view: nothing but an alias may stand behind it", help="leave index hints and the like out")

    def _text(self, view: View) -> exp.Expr:
        """Its tree, in which each item has the heading that it has in the view's own text."""
        tree = only(view.text, "mysql", 0, exp.Select, exp.SetOperation, exp.Subquery)
        for node in nodes(tree):
            if isinstance(node, exp.Parameter | exp.SessionParameter | exp.Placeholder):
                raise NotAllowed("a view's SELECT contains a variable or parameter")
            if isinstance(node, exp.Select):
                for place, item in enumerate(node.expressions):
                    if column(item) is None and not item.is_star and not isinstance(item, exp.Alias):
                        item.meta[HEADING_KEY] = heading(item, view.text, "mysql", place)
        return tree

    def _both(self, table: Table, view: View, within: tuple[TableName, ...]) -> None:
        """Raises AccessRefused, with one text for all causes, where the view's maker or its reader may not read what it reads."""
        maker = self._work.query.definers.get(str(table.owner))
        try:
            for asker in (maker, self._work.query.asker):
                self._alone(asker, view, (*within, table.name))
        except CarrelError:
            raise AccessRefused(f"you may not read `{table.name}`: it reads what you or its maker may not read, or what is not there") from None

    def _alone(self, asker: Asker | None, view: View, within: tuple[TableName, ...]) -> None:
        """Decides on a view's text for one person, as if nothing else were asked."""
        if asker is None:
            raise AccessRefused("the maker's access is not known")
        query = replace(self._work.query, text=view.text, database=view.database, asker=asker, parameters=())
        work = Work(query=query, catalog=self._work.catalog, policy=self._work.policy, tree=_root(self._text(view)))
        _Views(work, self._budget).visit(work.tree, frozenset(), view.database, within)
        for step in _DECIDING:
            step(work)


_DECIDING: Final[tuple[Callable[[Work], None], ...]] = (put_variables, allow, bind, decide_reading, refuse_closed)
"""The passes that refuse."""


def _root(tree: exp.Expr) -> exp.Expression:
    assert isinstance(tree, exp.Expression)
    return tree


def _shown(inside: exp.Expr, table: Table, view: View) -> exp.Select:
    """The view's columns, found in its text by their names there; what came by `*` comes by it still."""
    items = []
    for told, found in zip(table.columns, view.headings, strict=True):
        item = exp.Column(this=exp.to_identifier(found, quoted=True), table=exp.to_identifier(_LABEL, quoted=True))
        item.meta[STAR_KEY] = True
        items.append(exp.alias_(item, told.name, quoted=True, copy=False))
    query = exp.Subquery(this=inside, alias=exp.TableAlias(this=exp.to_identifier(_LABEL, quoted=True)))
    return exp.Select(expressions=items, from_=exp.From(this=query))


def _replace(node: exp.Table, shown: exp.Select, name: TableName) -> None:
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(node.name, quoted=True))
    query = exp.Subquery(this=shown, alias=alias)
    query.meta[VIEW_KEY] = name
    if node.args.get("joins"):
        query.set("joins", node.args["joins"])
    place: exp.Expr = node
    while not query.args.get("joins") and isinstance(above := place.parent, exp.Subquery) and not any(above.args[key] for key in above.args if key != "this"):
        place = above  # brackets around one table
    place.replace(query)

"""What the passes hand to each other: one question under way.

Cell: a column of a relation as a question sees it, whether of a base table or computed. Use: a place in the question where a cell is named.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from carrel.model.decisions import Decision, TableDecision
from carrel.model.names import ColumnName, TableName
from carrel.model.ports import Catalog
from carrel.model.queries import Notice, OutputColumn, Query
from carrel.model.sensitivity import Mask
from carrel.model.tables import Column
from carrel.policy.load import Policy

TABLE_KEY = "carrel_table"
"""Meta key of an `exp.Table` that stands for a base table, until its fragment takes its place."""
FRAGMENT_KEY = "carrel_fragment"
"""Meta key of a fragment's Select: the base table's name as text."""
SPAN_KEY = "carrel_span"
"""Meta key of a projection: where its source text begins and ends."""
VALUE_KEY = "carrel_value"
"""Meta key of a literal that stands for a variable."""
GIVEN_KEY = "carrel_given"
"""Meta key of a literal or placeholder that stands for a variable or a parameter: which, as `OutputColumn.given` names it."""
BOUND_KEY = "carrel_bound"
"""Meta key of a placeholder that the guard left in the tree."""
HEADING_KEY = "carrel_heading"
"""Meta key of a projection of a view's text: its heading there."""
STAR_KEY = "carrel_star"
"""Meta key of a column that nobody has written out: all columns of a view are there."""
VIEW_KEY = "carrel_view"
"""Meta key of a subquery that stands where a view was named: its name."""
NAME_KEY = "carrel_name"
"""Meta key of a function call: its name as written, in lower case."""


@dataclass(frozen=True, slots=True, order=True)
class Through(ColumnName):
    """A base column of which nothing flows on but what a function makes of it; `by` is the function's shape."""

    by: str

    @property
    def plain(self) -> ColumnName:
        return ColumnName(self.table, self.column)


@dataclass(frozen=True, slots=True, order=True)
class Given(ColumnName):
    """Stands among columns for what flows in that is of no table; `column` is what `OutputColumn.given` says."""

    @classmethod
    def of(cls, name: str) -> Given:
        return cls(_NO_TABLE, name)


_NO_TABLE = TableName("", "")


@dataclass(slots=True, eq=False)
class Cell:
    """A column of a relation.

    Attributes:
        name: as the relation calls it.
        sources: base columns whose value is in it, or what a function makes of it (`Through`); none where it is closed.
        base: the base column, where the cell is that column unchanged.
        decision: what policy said of `base`.
        closed: NULL whatever the data, by policy; passes through derived tables.
        nameable: whether the asker may write it out.
    """

    name: str
    sources: frozenset[ColumnName]
    base: tuple[ColumnName, Column] | None = None
    decision: Decision | None = None
    closed: bool = False
    nameable: bool = True

    @classmethod
    def of(cls, table: TableDecision, column: Column) -> Cell:
        name, decision = ColumnName(table.table.name, column.name), table.columns[column.name]
        closed = not decision.allowed or decision.mask >= Mask.NULL
        sources = frozenset[ColumnName]() if closed else frozenset({name})
        return cls(column.name, sources, (name, column), decision, closed, decision.nameable)


@dataclass(slots=True, eq=False)
class Use:
    """A cell named in the question.

    Attributes:
        cell: what is named.
        clause: `SELECT`, `WHERE`, `ON`, `GROUP BY` ...
        bare: the whole of a SELECT list's item, so that nothing depends on its value.
        star: not written out, but reached by `*`.
    """

    cell: Cell
    clause: str
    bare: bool = False
    star: bool = False


@dataclass(slots=True, eq=False)
class Relation:
    """What a query or table gives: its cells, the base columns that decide which rows there are, and those that rows alike in all else are ordered by."""

    cells: list[Cell]
    influences: frozenset[ColumnName] = frozenset()
    order: frozenset[ColumnName] = frozenset()


@dataclass(slots=True, eq=False, kw_only=True)
class Work:
    """One question on its way through the passes.

    Attributes:
        binds: whether parameters stay out of the tree where they can.
        tree: set by `parse`, changed by the passes after it.
        bound: the values that stay out of it, by the parameter's number.
        variables: those that the text names.
        decisions: per base table that the question names.
        considered: the same, and tables that the asker turned out not to know; for `policy explain` alone.
        needed: per base table, its columns that the question needs.
        uses: every place where a cell is named.
        relation: the result's cells, and what influences its rows.
        flows: per output, all that flows in, told apart by what a function makes of it.
    """

    query: Query
    catalog: Catalog
    policy: Policy
    binds: bool = False
    tree: exp.Expression = field(default_factory=exp.Expression)
    decisions: dict[TableName, TableDecision] = field(default_factory=dict)
    considered: dict[TableName, TableDecision] = field(default_factory=dict)
    needed: dict[TableName, dict[str, Column]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    relation: Relation = field(default_factory=lambda: Relation([]))
    fragments: dict[TableName, exp.Select] = field(default_factory=dict)
    flows: tuple[frozenset[ColumnName], ...] = ()
    outputs: tuple[OutputColumn, ...] = ()
    influences: frozenset[ColumnName] = frozenset()
    notices: list[Notice] = field(default_factory=list)
    bound: dict[int, str | int] = field(default_factory=dict)
    variables: set[str] = field(default_factory=set)

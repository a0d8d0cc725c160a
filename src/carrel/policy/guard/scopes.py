"""What names mean inside one SELECT: its tables and how they are joined.

Source: one table, subquery or CTE after FROM. Pair: two sides joined, some of their columns merged by USING or NATURAL. Ref: a cell reached through a source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from carrel.model.decisions import TableDecision
from carrel.model.tables import ROW
from carrel.policy.guard.work import Cell, Relation


class Ref(NamedTuple):
    source: Source
    cell: Cell


@dataclass(slots=True, eq=False)
class Source:
    """One relation after FROM.

    Attributes:
        name: the alias, or the table's own name; case counts in MariaDB.
        database: of a base table.
        label: the alias in the rewritten tree; differs from `name` where two would be the same in an engine that ignores case.
        table: the decision on a base table, whose cells are made when they are named.
        relation: of a subquery or CTE.
    """

    name: str
    database: str | None
    label: str
    table: TableDecision | None = None
    relation: Relation | None = None
    made: dict[str, Cell] = field(default_factory=dict)

    def cells(self, name: str) -> list[Cell]:
        """Those that `name` may mean; more than one is an ambiguity."""
        if self.table is None:
            assert self.relation is not None
            return [cell for cell in self.relation.cells if cell.name.lower() == name.lower()]
        column = self.table.table.column(name)
        if column is None:
            return []
        return [self.made.setdefault(column.name, Cell.of(self.table, column))]

    def find(self, name: str) -> list[Ref]:
        return [Ref(self, cell) for cell in self.cells(name)]

    def refs(self) -> Iterator[Ref]:
        if self.relation is not None:
            yield from (Ref(self, cell) for cell in self.relation.cells)
        elif self.table is not None:
            yield from (ref for column in self.table.table.columns if column.name != ROW for ref in self.find(column.name))

    def sources(self) -> Iterator[Source]:
        yield self


@dataclass(slots=True, eq=False)
class Pair:
    """Two joined sides. `swapped`: a RIGHT JOIN, whose right side comes first where columns are merged."""

    left: Side
    right: Side
    merged: dict[str, Ref] = field(default_factory=dict)
    swapped: bool = False

    def find(self, name: str) -> list[Ref]:
        ref = self.merged.get(name.lower())
        return [ref] if ref is not None else [*self.left.find(name), *self.right.find(name)]

    def refs(self) -> Iterator[Ref]:
        """In the order in which MariaDB shows them for `*`: merged columns first."""
        yield from self.merged.values()
        for side in (self.right, self.left) if self.swapped and self.merged else (self.left, self.right):
            yield from (ref for ref in side.refs() if ref.cell.name.lower() not in self.merged)

    def sources(self) -> Iterator[Source]:
        yield from self.left.sources()
        yield from self.right.sources()


Side = Source | Pair


@dataclass(slots=True, eq=False)
class Scope:
    """What one SELECT sees.

    Attributes:
        outer: the SELECT around it, for correlated subqueries; None where MariaDB looks no further.
        common: common table expressions by name in lower case.
        side: what is after FROM, as far as it has been read.
        labels: taken in this scope, in lower case.
        fold: whether names of tables ignore case, as in Hive and DuckDB.
    """

    outer: Scope | None
    common: dict[str, tuple[str, Relation]]
    fold: bool
    side: Side | None = None
    all: list[Source] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)

    def label(self, name: str) -> str:
        """A label for a new source that no other in sight has."""
        label, number = name, 2
        while self._taken(label):
            label, number = f"{name}_{number}", number + 1
        self.labels.add(label.lower())
        return label

    def same(self, one: str | None, other: str | None) -> bool:
        if one is None or other is None:
            return one is other
        return one.lower() == other.lower() if self.fold else one == other

    def named(self, name: str, database: str | None) -> list[Source]:
        """Sources that a prefix may mean."""
        return [source for source in self.all if self.same(source.name, name) and (database is None or self.same(source.database, database))]

    def _taken(self, label: str) -> bool:
        scope: Scope | None = self
        while scope is not None:
            if label.lower() in scope.labels:
                return True
            scope = scope.outer
        return False

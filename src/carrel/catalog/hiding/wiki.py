"""The tables of one wiki as the rules see them, and the small pieces of DuckDB SQL that rules are built from.

In conditions `t` is the row of the finding's own table; every other table stands under its own name, whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from carrel.model.sensitivity import HIDDEN_COLUMN, Hidden
from carrel.model.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Where `condition` holds, `bits` of the row of `table` are hidden.

    Attributes:
        condition: DuckDB SQL, boolean, never NULL.
        uses: other tables that the condition reads.
        after: those of them whose hidden bits it reads, so that they come first.
    """

    table: str
    bits: Hidden
    condition: str
    uses: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wiki:
    """The tables that are present."""

    tables: Mapping[str, Table]

    def has(self, table: str, *columns: str) -> bool:
        found = self.tables.get(table)
        return found is not None and all(found.column(column) is not None for column in columns)

    def first(self, table: str, columns: Sequence[str]) -> str | None:
        """The first of `columns` that the table has."""
        return next((column for column in columns if self.has(table, column)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of hiding.

    Attributes:
        name: as tests and explanations call it.
        reason: one sentence.
        find: what it finds in a wiki.
    """

    name: str
    reason: str
    find: Callable[[Wiki], Iterator[Finding]]


def q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def number(column: str, *, table: str = "t", otherwise: int = 0) -> str:
    """A column as a number whatever its type; `otherwise` where it holds none."""
    return f"coalesce(TRY_CAST({table}.{q(column)} AS BIGINT), {otherwise})"


def bit(column: str, mask: int, *, table: str = "t") -> str:
    """One of the wiki's `*_deleted` bits; a row without a number counts as wholly hidden."""
    return f"({number(column, table=table, otherwise=255)} & {mask}) <> 0"


def member(column: str, query: str) -> str:
    """The row's value is among those of `query`; a NULL is not."""
    return f"coalesce(t.{q(column)} IN ({query}), false)"


def hidden(bits: Hidden, table: str) -> str:
    """Some of `bits` are hidden in that row of `table`, which must have been planned before."""
    return f"({q(table)}.{q(HIDDEN_COLUMN)} & {int(bits)}) <> 0"


def shown(bits: Hidden, table: str) -> str:
    return f"({q(table)}.{q(HIDDEN_COLUMN)} & {int(bits)}) = 0"


def none_of(conditions: Sequence[str]) -> str:
    return f"NOT ({' OR '.join(conditions)})" if conditions else "true"

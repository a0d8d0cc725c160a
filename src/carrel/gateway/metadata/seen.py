"""A table as one asker gets it: a column whose cells may come as NULL is told as nullable, so that a dump of what one may read can be loaded again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from carrel.model.decisions import Decision, TableDecision
from carrel.model.sensitivity import Hidden, Mask
from carrel.model.tables import Column, Table

_PSEUDONYM: Final = "varchar(32)"


def seen(decision: TableDecision) -> Table:
    """The decision's table with what its masks make of the columns: nullable where cells are hidden, text where pseudonyms stand.

    It depends on columns and policy, never on data. A primary key that has such a column is not told, since MariaDB would not take NULL in it.
    """
    table = decision.table
    columns = tuple(seen_column(column, decision) for column in table.columns)
    if columns == table.columns:
        return table
    changed = {column.name for column, before in zip(columns, table.columns, strict=True) if column != before}
    kept = not changed & set(table.primary_key)
    return replace(table, columns=columns, primary_key=table.primary_key if kept else ())


def seen_column(column: Column, decision: TableDecision) -> Column:
    judged = decision.columns.get(column.name)
    if judged is None:
        return column
    if judged.allowed and judged.mask is Mask.HASHED:
        column = replace(column, native_type=_PSEUDONYM, collation="", extra="")
    return replace(column, nullable=True, extra="") if not column.nullable and _may_be_null(judged, decision.read.hides) else column


def _may_be_null(judged: Decision, left_out: Hidden) -> bool:
    """`left_out`: the bits whose rows do not come at all."""
    return not judged.allowed or judged.mask not in (Mask.CLEAR, Mask.HASHED) or bool(judged.hides & ~left_out)

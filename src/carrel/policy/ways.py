"""By which ways base columns flow into the outputs of a question: as values, or through a clause that decides rows, groups or their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from carrel.model.names import ColumnName
from carrel.policy.guard.work import Through, Work

VALUE: Final = "value"
_CLAUSES: Final = {"ON": "JOIN", "FROM": "JOIN"}

Ways = Mapping[ColumnName, tuple[str, ...]]
"""By base column: VALUE, or the clauses, `WHERE`, `JOIN`, `GROUP BY`, `ORDER BY`, in which it counts."""


def ways(work: Work) -> tuple[Ways, ...]:
    """Of each output of a question that has been traced."""
    clauses: dict[ColumnName, set[str]] = {}
    for use in work.uses:
        for source in use.cell.sources:
            if use.clause != "SELECT":
                clauses.setdefault(_plain(source), set()).add(_CLAUSES.get(use.clause, use.clause))
    found = []
    for cell, output in zip(work.relation.cells, work.outputs, strict=True):
        values = {_plain(source) for source in cell.sources} | ({cell.base[0]} if cell.base is not None else set())
        found.append({name: _told(name, values, clauses) for name in output.sources | values})
    return tuple(found)


def _told(name: ColumnName, values: set[ColumnName], clauses: Mapping[ColumnName, set[str]]) -> tuple[str, ...]:
    through = [VALUE] if name in values else []
    return tuple(through + sorted(clauses.get(name, ()))) or ("the order of rows",)


def _plain(source: ColumnName) -> ColumnName:
    return source.plain if isinstance(source, Through) else source

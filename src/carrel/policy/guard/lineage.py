"""Which base columns flow into each output, and which decide the rows: what the audit records and what a kept result inherits."""

from __future__ import annotations

from collections.abc import Iterable

from carrel.model.names import ColumnName
from carrel.model.provenance import CONSTANT, WRITTEN
from carrel.model.queries import OutputColumn
from carrel.model.sensitivity import Mask
from carrel.policy.guard.work import Cell, Given, Through, Work


def trace(work: Work) -> None:
    influences = work.relation.influences
    work.flows = tuple(cell.sources | influences for cell in work.relation.cells)
    direct = _plain(source for cell in work.relation.cells for source in cell.sources)
    outputs = []
    for cell, flow in zip(work.relation.cells, work.flows, strict=True):
        sources = _plain(flow)
        outputs.append(
            OutputColumn(
                heading=cell.name,
                origin=cell.base if _unchanged(cell) else None,
                sources=sources,
                given=_given(flow) - {CONSTANT} | _in_values(cell),
                tags=frozenset(tag for name in sources for tag in tags_of(work, name)),
            )
        )
    work.outputs = tuple(outputs)
    work.influences = _plain(influences) - direct


def tags_of(work: Work, name: ColumnName) -> frozenset[str]:
    """All tags of a base column of the question."""
    column = work.decisions[name.table].table.column(name.column)
    return frozenset(tag for tag in column.tags if tag is not None) if column is not None else frozenset()


def _plain(flow: Iterable[ColumnName]) -> frozenset[ColumnName]:
    return frozenset(source.plain if isinstance(source, Through) else source for source in flow if not isinstance(source, Given))


def _given(flow: Iterable[ColumnName]) -> frozenset[str]:
    return frozenset(source.column for source in flow if isinstance(source, Given))


def _in_values(cell: Cell) -> frozenset[str]:
    """The words that tell of the cell's values themselves; that what the client wrote decides rows is another thing."""
    names = _given(cell.sources)
    return (names & {CONSTANT}) | ({WRITTEN} if any(not name.startswith("@") for name in names) else frozenset())


def _unchanged(cell: Cell) -> bool:
    """NULL keeps the type of its column; a pseudonym does not."""
    return cell.closed or cell.decision is None or cell.decision.mask is Mask.CLEAR

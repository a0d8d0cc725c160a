"""Which base columns flow into each output, and which decide the rows: what the audit records and what a kept result inherits."""

from __future__ import annotations

from carrel.model.queries import OutputColumn
from carrel.model.sensitivity import Mask
from carrel.policy.guard.work import Cell, Work


def trace(work: Work) -> None:
    influences = work.relation.influences
    tags = {name: column.tag for use in work.uses if use.cell.base for name, column in [use.cell.base]}
    direct = frozenset().union(*(cell.sources for cell in work.relation.cells))
    outputs = []
    for cell in work.relation.cells:
        sources = cell.sources | influences
        outputs.append(
            OutputColumn(
                heading=cell.name,
                origin=cell.base if _unchanged(cell) else None,
                sources=sources,
                tags=frozenset(tag for name in sources if (tag := tags.get(name)) is not None),
            )
        )
    work.outputs = tuple(outputs)
    work.influences = influences - direct


def _unchanged(cell: Cell) -> bool:
    """NULL keeps the type of its column; a pseudonym does not."""
    return cell.closed or cell.decision is None or cell.decision.mask is Mask.CLEAR

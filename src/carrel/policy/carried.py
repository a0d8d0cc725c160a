"""What flows into a copy of each output of a question, column by column: one answer for the tags of kept columns, for clocks and for explanations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carrel.model.decisions import TableDecision
from carrel.model.names import ColumnName, TableName
from carrel.model.queries import OutputColumn, Release
from carrel.model.sensitivity import Mask, is_personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What one base column brings to a copy of an output.

    Attributes:
        column: that flows in.
        tags: its own.
        released: what fell off, by which declassifiers.
        carried: what is left, with what took the place of what fell off.
        mask: what its personal values have been through.
    """

    column: ColumnName
    tags: frozenset[str]
    released: tuple[Release, ...]
    carried: frozenset[str]
    mask: Mask

    @property
    def personal(self) -> bool:
        return any(map(is_personal, self.carried))


def brought(output: OutputColumn, decisions: Mapping[TableName, TableDecision]) -> tuple[Brought, ...]:
    """Of each base column that flows into the output, in the order of their names."""
    return tuple(_brought(output, name, decisions[name.table]) for name in sorted(output.sources))


def kept(output: OutputColumn, decisions: Mapping[TableName, TableDecision]) -> tuple[Brought, ...]:
    """As `brought`, for a column of a table: one that comes as NULL by policy is what its values would be."""
    closed = output.origin is not None and output.origin[0] not in output.sources
    own = () if not closed or output.origin is None else (_brought(output, output.origin[0], decisions[output.origin[0].table]),)
    return brought(output, decisions) + own


def _brought(output: OutputColumn, name: ColumnName, decision: TableDecision) -> Brought:
    column = decision.table.column(name.column)
    tags = frozenset(tag for tag in column.tags if tag is not None) if column is not None else frozenset[str]()
    released = tuple(one for one in output.released if one.column == name)
    carried = (tags - {one.tag for one in released}) | {one.to for one in released}
    return Brought(column=name, tags=tags, released=released, carried=carried, mask=_mask(name, decision))


def _mask(name: ColumnName, decision: TableDecision) -> Mask:
    judged, column = decision.columns.get(name.column), decision.table.column(name.column)
    own = judged.mask if judged is not None and judged.allowed else Mask.NULL
    return max(own, column.masked) if column is not None else own

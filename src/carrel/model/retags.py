"""Fewer tags for a column of a table that a person made: proposed by its owner, confirmed by a steward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Retag:
    """One proposal. Times are UTC.

    Attributes:
        copy: id of the table's row in the registry.
        version: the snapshot that its owner looked at; another one is another table.
        before, after: tags of the column.
        outcome: `confirmed`, `refused`, or `replaced` by a later proposal; None: it waits for a steward.
    """

    id: str
    copy: str
    column: str
    version: str
    before: frozenset[str]
    after: frozenset[str]
    reason: str
    owner: str
    proposed: datetime
    steward: str | None = None
    decided: datetime | None = None
    outcome: str | None = None

    def __str__(self) -> str:
        tags = f"{self.column}: {', '.join(sorted(self.before))} -> {', '.join(sorted(self.after))}"
        end = "waits for a steward" if self.outcome is None else self.outcome
        by = f" by {self.steward} on {self.decided:%Y-%m-%d}" if self.steward is not None and self.decided is not None else ""
        return f"{tags}, proposed by {self.owner} on {self.proposed:%Y-%m-%d} ({self.reason}), {end}{by}"

"""Exceptions from retention: somebody answers for it that a table or a copy stays beyond its time, others have agreed, and there is an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionException:
    """One exception. It ends by itself.

    Attributes:
        id: stable and of no meaning, `x3f09a...`.
        what: a table of a source, `enwiki.cu_changes`, or the id of a copy.
        name: of the table or the copy when the exception was made.
        owner: the person who answers for it.
        approvers: who have agreed.
        made: when; `made_by`: who entered it.
        ends: the first day on which it does not hold any more.
        ended: when somebody ended it before; None: nobody has. `ended_by`: who did.
    """

    id: str
    what: str
    name: str
    owner: str
    reason: str
    approvers: tuple[str, ...]
    made: datetime
    made_by: str
    ends: date
    ended: datetime | None = None
    ended_by: str | None = None

    @property
    def last(self) -> date:
        """The first day on which it does not hold any more, ended or by itself."""
        return self.ends if self.ended is None else min(self.ends, self.ended.date())

    def holds(self, day: date) -> bool:
        return day < self.last

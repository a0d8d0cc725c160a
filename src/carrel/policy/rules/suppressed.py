"""What the wiki has hidden: rows are left out and cells are NULL, as in the public replicas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Limit, Request, Verdict
from carrel.model.sensitivity import Hidden
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Hides by the row's bits. A column is hidden with its row too: an engine may look at it before the filter."""

    name: str = "suppressed"

    def judge(self, request: Request) -> Iterable[Verdict]:
        if request.table.visibility and request.action is Action.READ:
            cell = request.column.hidden_by if request.column else Hidden.NOTHING
            yield Limit(rule=self.name, reason="rows and cells that the wiki has hidden stay hidden", hides=Hidden.ROW | cell)


def make(_policy: Policy) -> Suppressed:
    return Suppressed()

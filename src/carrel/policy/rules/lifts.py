"""Grants for a purpose: they open named columns in spite of masks, and of what the wiki has hidden where they say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Permit, Request, Verdict
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class Lifts:
    """A lift opens the tables of its columns and voids limits on the columns that it names. It has ended at `ends`."""

    name: str = "lifts"

    def judge(self, request: Request) -> Iterable[Verdict]:
        table = request.table
        for lift in request.asker.lifts:
            if request.asker.now >= lift.ends:
                continue
            named = {item.column.lower() for item in lift.columns if item.table == table.name}
            reason = f"for a purpose: {lift.purpose}"
            if request.column is None and any(table.column(item) for item in named):
                suppressed = lift.suppressed and request.action is Action.READ
                yield Permit(rule=self.name, reason=reason, grant=lift.id, lifts_suppression=suppressed)
            elif request.column is not None and request.column.name.lower() in named:
                yield Permit(rule=self.name, reason=reason, grant=lift.id, lifts_masks=True, lifts_suppression=lift.suppressed)


def make(_policy: Policy) -> Lifts:
    return Lifts()

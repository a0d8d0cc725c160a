"""Personal columns: clear, as pseudonyms or as NULL, as the asker's permits say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Limit, Request, Verdict
from carrel.model.sensitivity import is_personal
from carrel.policy.load import Policy
from carrel.policy.rules._columns import weakest


@dataclass(frozen=True, slots=True)
class Personal:
    policy: Policy
    name: str = "personal"

    def judge(self, request: Request) -> Iterable[Verdict]:
        if request.action is not Action.READ or request.column is None:
            return
        for tag in sorted(tag for tag in request.column.tags if tag is not None and is_personal(tag)):
            mask = weakest(self.policy, request, tag)
            if mask > request.column.masked:
                yield Limit(rule=self.name, reason=f"personal data ({tag})", mask=mask)


def make(policy: Policy) -> Personal:
    return Personal(policy)

"""Personal columns: clear, as pseudonyms or as NULL, as the asker's permits say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Limit, Request, Verdict
from carrel.model.sensitivity import Mask, is_personal
from carrel.policy.load import Policy
from carrel.policy.rules._columns import weakest


@dataclass(frozen=True, slots=True)
class Personal:
    policy: Policy
    name: str = "personal"

    def judge(self, request: Request) -> Iterable[Verdict]:
        if request.action is not Action.READ or request.column is None or not is_personal(request.column.tag):
            return
        mask = weakest(self.policy, request)
        if mask is not Mask.CLEAR:
            yield Limit(rule=self.name, reason=f"personal data ({request.column.tag})", mask=mask)


def make(policy: Policy) -> Personal:
    return Personal(policy)

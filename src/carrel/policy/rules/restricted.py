"""Restricted columns, neither personal nor public: NULL unless a permit names the tag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Limit, Request, Verdict
from carrel.model.sensitivity import RESTRICTED, Mask
from carrel.policy.load import Policy
from carrel.policy.rules._columns import weakest


@dataclass(frozen=True, slots=True)
class Restricted:
    policy: Policy
    name: str = "restricted"

    def judge(self, request: Request) -> Iterable[Verdict]:
        if request.action is not Action.READ or request.column is None or RESTRICTED not in request.column.tags:
            return
        mask = weakest(self.policy, request, RESTRICTED)
        if mask is not Mask.CLEAR:
            yield Limit(rule=self.name, reason="not public", mask=mask)


def make(policy: Policy) -> Restricted:
    return Restricted(policy)

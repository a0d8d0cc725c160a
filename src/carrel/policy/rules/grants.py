"""Permits: what the asker's groups open, and what everyone has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Permit, Request, Verdict
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class Grants:
    """Opens a table, and with it its columns; what is left of a column is for the rules on its tag."""

    policy: Policy
    name: str = "grants"

    def judge(self, request: Request) -> Iterable[Verdict]:
        for permission in self.policy.permissions(request.asker.groups):
            if permission.covers(request.table, request.action, request.asker.door):
                yield Permit(rule=self.name, reason=permission.reason, grant=permission.group)
            elif request.action is Action.KNOW and permission.covers(request.table, Action.READ, request.asker.door):
                yield Permit(rule=self.name, reason=f"readable by {permission.reason}", grant=permission.group)


def make(policy: Policy) -> Grants:
    return Grants(policy)

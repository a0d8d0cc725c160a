"""Personal data that no rule would ever delete is not shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Forbid, Request, Verdict
from carrel.model.sensitivity import is_personal
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class Retention:
    name: str = "retention"

    def judge(self, request: Request) -> Iterable[Verdict]:
        column = request.column
        if request.action is Action.READ and column is not None and any(map(is_personal, column.tags)) and request.table.retention is None:
            yield Forbid(rule=self.name, reason="personal data without a retention rule")


def make(_policy: Policy) -> Retention:
    return Retention()

"""The person's state: anything but active closes everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Forbid, Request, Verdict
from carrel.model.people import PersonState
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class State:
    name: str = "state"

    def judge(self, request: Request) -> Iterable[Verdict]:
        if request.asker.state is not PersonState.ACTIVE:
            yield Forbid(rule=self.name, reason=f"the account is {request.asker.state.value}")


def make(_policy: Policy) -> State:
    return State()

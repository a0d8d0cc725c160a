"""Secret columns: hashes, tokens, keys. Nothing opens them; they are not kept, and nobody may name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Forbid, Limit, Request, Verdict
from carrel.model.sensitivity import SECRET, Mask
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class Secret:
    name: str = "secret"

    def judge(self, request: Request) -> Iterable[Verdict]:
        if request.action is Action.READ and request.column is not None and SECRET in request.column.tags:
            yield Limit(rule=self.name, reason="passwords, tokens and keys are never shown", mask=Mask.NULL, nameable=False)
            yield Forbid(rule=self.name, reason="passwords, tokens and keys are never shown")


def make(_policy: Policy) -> Secret:
    return Secret()

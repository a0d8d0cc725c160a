"""Tables that people make: their owner alone reads and writes them, and in a personal database knows of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Forbid, Request, Verdict
from carrel.model.names import is_personal_database
from carrel.model.tables import DatabaseKind
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class Owners:
    """Says nothing of tables that came from a source, which nobody writes."""

    name: str = "owners"

    def judge(self, request: Request) -> Iterable[Verdict]:
        table = request.table
        own = table.owner == request.asker.principal.person
        if request.action is Action.WRITE and (table.kind is not DatabaseKind.WORK or not own):
            yield Forbid(rule=self.name, reason="it belongs to somebody else" if table.owner else "tables that were loaded are not changed here")
        elif table.owner is not None and not own and (request.action is Action.READ or is_personal_database(table.name.database)):
            yield Forbid(rule=self.name, reason="it belongs to somebody else")


def make(_policy: Policy) -> Owners:
    return Owners()

"""Tables that people make: their owner alone writes them, and reads them with those whom the owner lets; of a personal database nobody else knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Forbid, Request, Verdict
from carrel.model.names import is_personal_database, personal_database
from carrel.model.tables import MADE, DatabaseKind
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class Owners:
    """Says nothing of tables that came from a source, which nobody writes. Tables of `datasets` belong to all stewards together."""

    name: str = "owners"

    def judge(self, request: Request) -> Iterable[Verdict]:
        table, action = request.table, request.action
        if action is Action.WRITE and table.kind not in MADE:
            yield Forbid(rule=self.name, reason="it belongs to somebody else" if table.owner else "tables that were loaded are not changed here")
        person, database = request.asker.principal.person, table.name.database
        personal = is_personal_database(database)
        if action is Action.WRITE and personal and database != personal_database(person):
            yield Forbid(rule=self.name, reason="the database belongs to somebody else")
        if table.kind is DatabaseKind.DATASETS or table.owner in (None, person):
            return
        shared = table.copy in request.asker.shares
        if action is Action.WRITE or (not shared and (action is Action.READ or personal)):
            yield Forbid(rule=self.name, reason="it belongs to somebody else")


def make(_policy: Policy) -> Owners:
    return Owners()

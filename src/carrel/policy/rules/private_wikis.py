"""Private wikis: not known and not readable unless a permit or a lift names them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Forbid, Request, Verdict
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class PrivateWikis:
    """Closes a private wiki's tables to whoever holds no permit that says `private`, and no lift for one of the table's columns."""

    policy: Policy
    name: str = "private_wikis"

    def judge(self, request: Request) -> Iterable[Verdict]:
        asker, table = request.asker, request.table
        if not table.private:
            return
        permitted = any(item.private and item.covers(table, request.action, asker.door) for item in self.policy.permissions(asker.groups))
        lifted = any(column.table == table.name for lift in asker.lifts if asker.now < lift.ends for column in lift.columns)
        if not permitted and not lifted:
            yield Forbid(rule=self.name, reason="a private wiki")


def make(policy: Policy) -> PrivateWikis:
    return PrivateWikis(policy)

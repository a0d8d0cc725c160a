"""What somebody else made and lets others read: no more of it than they may read where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from carrel.model.decisions import Action, Forbid, Limit, Request, Verdict
from carrel.model.sensitivity import Mask, is_personal
from carrel.model.tables import MADE_OF, OWN, PRIVATE, DatabaseKind, Table
from carrel.policy.load import Policy
from carrel.policy.rules._columns import weakest


@dataclass(frozen=True, slots=True)
class Shares:
    """Says nothing of what `owners` closes.

    Closes another person's table to whoever reads nothing in a kind of database that flowed into it, or no private wiki where one did, and always what its
    owner saw by a lift or as metadata. Masks its personal columns at least as where personal columns flowed in from.
    """

    policy: Policy
    name: str = "shares"

    def judge(self, request: Request) -> Iterable[Verdict]:
        table = request.table
        opened = table.kind is DatabaseKind.DATASETS or table.copy in request.asker.shares
        if request.action is not Action.READ or table.owner in (None, request.asker.principal.person) or not opened:
            return
        if OWN in table.made_of:
            yield Forbid(rule=self.name, reason="it holds what its owner alone may see")
        for origin in sorted(table.made_of - set(MADE_OF)):
            kind, _, personal = origin.partition(" ")
            yield from self._of_people(request, kind) if personal else self._of_kind(request, kind)

    def _of_kind(self, request: Request, kind: str) -> Iterable[Verdict]:
        source = _source(request.table, kind)
        permissions = self.policy.permissions(request.asker.groups)
        if request.column is None and not any(
            source.kind in item.databases and Action.READ in item.actions and (not item.doors or request.asker.door in item.doors)
            and (item.private or not source.private)
            for item in permissions
        ):
            yield Forbid(rule=self.name, reason=f"it was made of {'private ' if source.private else ''}databases of kind {kind}, where no group of yours reads")

    def _of_people(self, request: Request, kind: str) -> Iterable[Verdict]:
        column = request.column
        if column is None:
            return
        there = replace(request, table=_source(request.table, kind))
        for tag in sorted(tag for tag in column.tags if tag is not None and is_personal(tag)):
            mask = weakest(self.policy, there, tag)
            if mask > max(column.masked, Mask.CLEAR):
                yield Limit(rule=self.name, reason=f"personal data ({tag}) of databases of kind {kind}", mask=mask)


def _source(table: Table, kind: str) -> Table:
    """A table as it may have been where rows of this one came from."""
    return replace(table, kind=DatabaseKind(kind), owner=None, private=PRIVATE in table.made_of, documented=False)


def make(policy: Policy) -> Shares:
    return Shares(policy)

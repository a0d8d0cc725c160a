"""Fewer tags for a column, on record: the owner of the table proposes them with a reason, a steward confirms or refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from carrel.access.records import recorded
from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.errors import AccessRefused, BadInput, Conflict, NotAllowed, NotFound
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.model.ports import Audit, Catalog, People, Work
from carrel.model.retags import Retag
from carrel.model.tables import Column, Table
from carrel.policy.load import Policy
from carrel.policy.retag import check, clocked, require_active, require_steward, retagged
from carrel.state import copies, retags
from carrel.state.store import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Retags:
    """`now` is the clock, UTC."""

    state: State
    audit: Audit
    catalog: Catalog
    people: People
    work: Work
    policy: Callable[[], Policy]
    now: Callable[[], datetime]

    def of(self, copy: str) -> Sequence[Retag]:
        """All proposals for a copy, the oldest first."""
        with self.state.read() as connection:
            return retags.of_copy(connection, copy)

    def propose(self, principal: Principal, id: str, column: str, after: Sequence[str], reason: str) -> Retag:
        """The owner proposes what tags a column of a table keeps. Nothing changes before a steward confirms it.

        Raises:
            NotFound: there is no such copy or column.
            AccessRefused: it is somebody else's; or see `policy.retag.check`.
            BadInput: there is no reason, or see `policy.retag.check`.
            NotAllowed, Conflict: it is no table, or it has gone.
        """
        details = {"deed": "retag", "copy": id, "column": column, "after": sorted(after), "reason": reason}
        with recorded(self.audit, principal, "copy", details=details), self.state.write() as connection:
            copy, table = self._table(connection, id)
            require_active(self.people.asker(principal, principal.service, self.now()))
            if copy.owner != principal.person:
                raise AccessRefused(f"`{copy.name}` belongs to `{copy.owner}`", help="its owner proposes, a steward confirms")
            if not reason.strip():
                raise BadInput("say why", help="--reason")
            found = _column(table, column)
            assert table.version is not None
            retag = Retag(
                id=retags.new_id(), copy=id, column=found.name, version=table.version, before=frozenset(tag for tag in found.tags if tag is not None),
                after=check(found, after), reason=reason, owner=copy.owner, proposed=self.now(),
            )
            retags.propose(connection, retag)
            return retag

    def decide(self, principal: Principal, id: str, column: str, *, confirm: bool) -> Copy:
        """A steward confirms or refuses what is proposed. Confirmed, the column has its new tags, and the table its new end, at once.

        Raises:
            NotFound: nothing is proposed.
            AccessRefused: see `policy.retag.require_steward`; or the owner has no access any more.
            Conflict: the table has been changed since, or has gone.
        """
        details = {"deed": "confirm" if confirm else "refuse", "copy": id, "column": column}
        with recorded(self.audit, principal, "copy", details=details):
            with self.state.read() as connection:
                copy, table = self._table(connection, id)
                retag = retags.waiting(connection, id, _column(table, column).name)
            require_steward(self.policy(), self.people.asker(principal, principal.service, self.now()), copy.owner)
            if not confirm:
                with self.state.write() as connection:
                    retags.decide(connection, retag, steward=principal.person, outcome="refused", when=self.now())
                return copy
            return self._confirm(principal, retag, copy, table)

    def _confirm(self, principal: Principal, retag: Retag, copy: Copy, table: Table) -> Copy:
        if table.version != retag.version:
            raise Conflict(f"`{copy.name}` has been changed since its owner looked at it", help="its owner proposes it anew: carrel copy retag")
        check(_column(table, retag.column), retag.after)
        with self.state.read() as connection:
            grant = copies.longest_grant(connection, copy.owner, self.now().date())
        if grant is None:
            raise AccessRefused(f"the access of `{copy.owner}` has ended", reasons=("clock: a copy ends with its owner's longest grant",))
        changed = retagged(table, retag.column, retag.after)
        later = clocked(copy, changed, grant)

        def also(connection: Connection) -> None:
            retags.decide(connection, retag, steward=principal.person, outcome="confirmed", when=self.now())

        self.work.redefine(changed, later, also)
        return later

    def _table(self, connection: Connection, id: str) -> tuple[Copy, Table]:
        copy = copies.get(connection, id)
        if copy.kind is not CopyKind.TABLE:
            raise NotAllowed(f"`{copy.name}` is a {copy.kind}: only columns of tables are given other tags")
        table = self.catalog.table(TableName(*copy.name.split(".", 1)))
        if copy.state is not CopyState.HERE or table is None or table.copy != id:
            raise Conflict(f"`{copy.name}` is gone")
        return copy, table


def _column(table: Table, name: str) -> Column:
    found = table.column(name)
    if found is None:
        raise NotFound(f"unknown column `{name}` of `{table.name}`", code="unknown_column")
    return found

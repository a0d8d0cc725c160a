"""Exceptions from retention, on record: made with owner, reason, approvers and an end, looked at, and ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from carrel.access.records import recorded
from carrel.identity.people import StoredPeople
from carrel.model.copies import CopyState
from carrel.model.errors import AccessRefused, NotFound
from carrel.model.exceptions import RetentionException
from carrel.model.names import TableName
from carrel.model.people import PersonState, Principal
from carrel.model.ports import Audit, Catalog
from carrel.policy.exceptions import check
from carrel.policy.load import Policy
from carrel.state import copies, exceptions
from carrel.state.store import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """`now` is the clock, UTC."""

    state: State
    audit: Audit
    catalog: Catalog
    people: StoredPeople
    policy: Callable[[], Policy]
    now: Callable[[], datetime]

    def all(self, *, everything: bool = False) -> Sequence[RetentionException]:
        """Those that hold, the first to end before the others; `everything`: also those that have ended."""
        with self.state.read() as connection:
            return exceptions.all_of(connection, None if everything else self.now().date())

    def add(self, principal: Principal, what: str, *, owner: str, reason: str, approvers: Sequence[str], until: date) -> RetentionException:
        """Makes one that holds from now on up to and with the day `until`.

        Args:
            what: a table of a source, `enwiki.cu_changes`; or a table that a person made, or the id of a copy.

        Raises:
            NotFound: there is no such table, copy or person.
            BadInput, AccessRefused: see `policy.exceptions.check`; also where its owner may not act at this moment.
            Conflict: one holds for it already.
        """
        now, agreed = self.now(), tuple(sorted(set(approvers)))
        details = {"deed": "add", "what": what, "owner": owner, "reason": reason, "approvers": list(agreed), "until": str(until)}
        with recorded(self.audit, principal, "exception", details=details):
            if self.people.person(owner, now).state is not PersonState.ACTIVE:
                raise AccessRefused(f"`{owner}` has no access that is in force, and cannot answer for it", help="name another owner")
            groups = {name: self._groups(name, now) for name in agreed}
            with self.state.write() as connection:
                target, name = self._target(connection, what)
                made = RetentionException(
                    id=exceptions.new_id(), what=target, name=name, owner=owner, reason=reason, approvers=agreed, made=now,
                    made_by=principal.via or principal.person, ends=until + timedelta(days=1),
                )
                check(made, groups, self.policy().retention, now.date())
                exceptions.add(connection, made, now.date())
            return made

    def end(self, principal: Principal, id: str) -> RetentionException:
        """Ends one before its day.

        Raises:
            NotFound: there is none of that id.
            Conflict: it has ended.
        """
        with recorded(self.audit, principal, "exception", details={"deed": "end", "exception": id}), self.state.write() as connection:
            return exceptions.end(connection, id, by=principal.via or principal.person, when=self.now())

    def _groups(self, name: str, now: datetime) -> frozenset[str]:
        person = self.people.person(name, now)
        return frozenset(term.group for term in person.memberships) if person.state is PersonState.ACTIVE else frozenset()

    def _target(self, connection: Connection, what: str) -> tuple[str, str]:
        database, _, table = what.partition(".")
        copy = copies.find(connection, what) if table else copies.get(connection, what)
        if copy is not None:
            if copy.state is not CopyState.HERE:
                raise NotFound(f"`{copy.name}` is not in the house", help="a file outside has no exception: its owner deletes it")
            return copy.id, copy.name
        found = self.catalog.table(TableName(database, table))
        if found is None:
            raise NotFound(f"there is no table `{what}`", help="`enwiki.cu_changes`, or the id of a copy: carrel copy list")
        return str(found.name), str(found.name)

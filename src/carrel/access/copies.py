"""Deeds on registered copies, on record: files outside are entered and struck off, copies about nobody get more time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from carrel.access.records import recorded
from carrel.model.copies import OUTSIDE, Copy, CopyKind, CopyState, Receiver
from carrel.model.errors import BadInput, Conflict, NotFound
from carrel.model.names import TableName
from carrel.model.people import Origin, Principal
from carrel.model.ports import Audit, Catalog
from carrel.policy.clock import Flow, clock, extended
from carrel.policy.load import Policy
from carrel.state import copies, shares
from carrel.state.store import State

HOUSE = Origin(door="cli", address="local")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Fills the port `CopyBook`, and serves the command line. `now` is the clock, UTC."""

    state: State
    audit: Audit
    catalog: Catalog
    policy: Callable[[], Policy]
    now: Callable[[], datetime]

    def all(self, *, owner: str | None = None, everything: bool = False) -> Sequence[Copy]:
        """Those that are not gone, or `everything`; the first to end before the others."""
        with self.state.read() as connection:
            return copies.all_of(connection, everything=everything) if owner is None else copies.of_owner(connection, owner, everything=everything)

    def get(self, id: str) -> Copy:
        """Raises NotFound."""
        with self.state.read() as connection:
            return copies.get(connection, id)

    def receivers(self, id: str) -> Sequence[Receiver]:
        """Those with whom its owner shares it."""
        with self.state.read() as connection:
            return shares.of_copy(connection, id)

    def unshare(self, principal: Principal, origin: Origin, id: str, receiver: Receiver) -> None:
        details = {"copy": id, "to": str(receiver)}
        with recorded(self.audit, principal, "revoke", details=details, address=origin.address), self.state.write() as connection:
            if copies.get(connection, id).owner != principal.person:  # as where there is none
                raise NotFound(f"there is no copy `{id}`", help="carrel copy list")
            shares.take(connection, id, receiver)

    def own(self, principal: Principal, origin: Origin) -> Sequence[Copy]:
        with recorded(self.audit, principal, "page", details={"page": "copies"}, address=origin.address):
            return self.all(owner=principal.person)

    def deleted(self, principal: Principal, origin: Origin, id: str) -> Copy:
        copy = self.get(id)
        if copy.owner != principal.person:  # as where there is none
            raise NotFound(f"there is no copy `{id}`", help="carrel copy list")
        return self.clean(principal, id, origin=origin)

    def clean(self, principal: Principal, id: str, *, origin: Origin = HOUSE) -> Copy:
        """Its owner says, or somebody for them, that a file outside is deleted.

        Raises:
            NotFound: there is no such copy.
            Conflict: it is in the house, where a statement or a sweep deletes it; or it is gone.
        """
        with recorded(self.audit, principal, "copy", details={"deed": "clean", "copy": id}, address=origin.address), self.state.write() as connection:
            copy = copies.get(connection, id)
            if copy.state is not CopyState.OUT:
                raise _not_outside(copy)
            copies.gone(connection, id, self.now())
            return copies.get(connection, id)

    def extend(self, principal: Principal, id: str, *, until: date | None = None) -> Copy:
        """A later end for a copy without personal columns: `until`, or its owner's longest grant.

        Raises:
            NotFound: there is no such copy.
            AccessRefused: see `policy.clock.extended`.
            Conflict: it is gone.
        """
        details = {"deed": "extend", "copy": id, "until": None if until is None else str(until)}
        with recorded(self.audit, principal, "copy", details=details), self.state.write() as connection:
            copy, today = copies.get(connection, id), self.now().date()
            if copy.state is CopyState.GONE:
                raise Conflict(f"`{copy.name}` is gone since {copy.gone_at:%Y-%m-%d}")
            ends = extended(copy, grant=copies.longest_grant(connection, copy.owner, today) or today - timedelta(days=1), until=until)
            later = replace(copy, ends=ends)
            copies.replace(connection, later)
            return later

    def register(self, principal: Principal, name: str, *, owner: str, of: Sequence[str], size: int = 0) -> Copy:
        """Enters a file that left the house by other ways. Its tags, sources and clock are those of what it was made of, as a whole.

        Args:
            of: tables, `enwiki.user`, and ids of copies.

        Raises:
            NotFound: a table or a copy that is not there.
            BadInput: nothing is named.
        """
        if not of:
            raise BadInput("say what the file was made of", help="carrel copy register edits.tsv --owner ann --of enwiki.revision")
        with recorded(self.audit, principal, "copy", details={"deed": "register", "owner": owner, "of": list(of)}), self.state.write() as connection:
            copy = _file(name, owner, principal, self.now(), size)
            today = copy.made.date()
            grant = copies.longest_grant(connection, owner, today) or today - timedelta(days=1)
            for each in of:
                found = copies.find(connection, each) if "." in each else copies.get(connection, each)
                copy = _made_of(copy, found) if found is not None else self._made_of_table(copy, each, grant)
            copy = replace(copy, ends=min(copy.ends, grant + timedelta(days=1)))
            copies.register(connection, copy)
            return copy

    def _made_of_table(self, copy: Copy, name: str, grant: date) -> Copy:
        database, _, table = name.partition(".")
        found = self.catalog.table(TableName(database, table))
        if found is None:
            raise NotFound(f"there is no table `{name}`", help="name tables as `enwiki.user`, copies by their id")
        unknown = [column.name for column in found.columns if column.tag is None]
        if unknown:
            raise BadInput(f"nobody has classified `{unknown[0]}` of `{name}`: there is no telling how long a copy of it may stay")
        tags = frozenset(column.tag for column in found.columns if column.tag is not None)
        shown = clock([Flow(table=found, tags=tags)], {}, made=copy.made.date(), grant=grant, mirror_days=self.policy().retention.mirror_copies)
        sources = tuple(f"{found.name}.{column.name}" for column in found.columns)
        return copy.with_more(replace(copy, sources=sources, tags=tags, oldest=shown.oldest, ends=shown.ends, size=0))


def _file(name: str, owner: str, principal: Principal, made: datetime, size: int) -> Copy:
    return Copy(
        id=copies.new_id(), kind=CopyKind.FILE, name=name, owner=owner, made=made, door=principal.service, via=principal.via, ends=date.max,
        size=size, state=CopyState.OUT,
    )


def _made_of(copy: Copy, source: Copy) -> Copy:
    """What is made of a copy about nobody ends with its owner's grant, not with that copy."""
    return copy.with_more(replace(source, size=0, rows=0, ends=source.ends if source.personal else date.max))


def _not_outside(copy: Copy) -> Conflict:
    if copy.state is CopyState.GONE:
        return Conflict(f"`{copy.name}` is gone since {copy.gone_at:%Y-%m-%d}")
    assert copy.kind not in OUTSIDE, "what is outside is never here"
    return Conflict(f"`{copy.name}` is in the house, and goes by itself on {copy.ends}", help=f"to delete it before: DROP TABLE {copy.name}")

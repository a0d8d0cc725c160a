"""An answer that leaves the house as a file is entered in the registry of copies, before its first byte is written."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from carrel.gateway.parts import Moment, Parts
from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.errors import NotFound, Unavailable
from carrel.model.queries import AuthorizedQuery
from carrel.policy.clock import clock, flows, given
from carrel.state import copies


@dataclass(frozen=True, slots=True)
class Copying:
    """Of one answer. `statement`: what made it, with tokens for its literals."""

    parts: Parts
    moment: Moment
    query: AuthorizedQuery
    statement: str

    def enter(self, name: str) -> Copy:
        """Raises Unavailable where no registry can be had: then nothing may go out."""
        if self.parts.state is None:
            raise Unavailable("there is no registry of copies here")
        principal, now = self.moment.asker.principal, self.parts.now()
        flown = flows(self.query)
        with self.parts.state.write() as connection:
            known = {flow.table.name: copy for flow in flown if (copy := copies.find(connection, str(flow.table.name))) is not None}
            grant = copies.longest_grant(connection, principal.person, now.date()) or now.date() - timedelta(days=1)
            days, beside = self.moment.policy.retention.mirror_copies, given(self.query)
            shown = clock(flown, known, made=now.date(), grant=grant, mirror_days=days, given=beside)
            columns = {column for output in self.query.outputs for column in output.sources} | self.query.influences
            copy = Copy(
                id=copies.new_id(), kind=CopyKind.DOWNLOAD, name=name, owner=principal.person, made=now, door=self.moment.origin.door, via=principal.via,
                sources=tuple(sorted({*map(str, columns), *beside.sources})), tags=beside.tags.union(*(flow.tags for flow in flown)),
                oldest=shown.oldest, ends=shown.ends, last_use=now.date(), state=CopyState.OUT, statement=self.statement,
            )
            copies.register(connection, copy)
        return copy

    def measured(self, copy: Copy, *, rows: int, size: int) -> None:
        """How large it has become. Its owner may have said by now that it is deleted."""
        assert self.parts.state is not None, "it was entered there"
        with suppress(NotFound), self.parts.state.write() as connection:
            copies.replace(connection, replace(copy, rows=rows, size=size))

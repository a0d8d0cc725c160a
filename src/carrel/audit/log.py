"""The audit in the state database: the ports Audit and AuditReader, and what an administrator does with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate, islice
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from carrel.audit import chain, content, destroy, verify
from carrel.audit.commit import GroupCommit
from carrel.audit.writer import is_dead, this_process
from carrel.model.audit import Begin, Entry, Finish
from carrel.model.errors import Conflict, Unavailable
from carrel.model.people import Principal
from carrel.state.schema.audit import AUDIT_ENTRY, AUDIT_HEAD
from carrel.state.store import State

JUST_BEGUN: Final = -1
"""Stands, in a finish row, for the number of the row before it in the same commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    of: int | None
    person: str | None
    action: str | None
    body: str


def _begin(deed: Begin) -> _Row:
    return _Row(of=None, person=content.index_text(deed.principal.person), action=deed.action, body=content.encode(deed))


@dataclass(frozen=True, slots=True)
class _Head:
    number: int
    chain: str
    sealed_from: int | None
    seal: str | None


class AuditLog:
    """Ports Audit and AuditReader. Any number of these, in any number of processes, may write to one state.

    Args:
        seal_key: seals every row and the head of the chain; None leaves them unsealed, and then who can write the state can also write a new history.
    """

    def __init__(self, state: State, seal_key: str | None = None) -> None:
        self._state = state
        self._key = seal_key.encode() if seal_key else None
        self._writer = this_process()
        self._commits: GroupCommit[tuple[_Row, ...], int] = GroupCommit(self._write)

    def begin(self, deed: Begin) -> int:
        """The number of the row, once it is on disk.

        Raises:
            Unavailable: it could not be written, or the seal key is not the one that the audit was sealed with.
        """
        return self._commits.add((_begin(deed),))

    def finish(self, number: int, end: Finish) -> None:
        """Closes the deed of a begin row.

        Raises:
            Conflict: it has been closed.
            Unavailable: as `begin`.
        """
        self._commits.add((_Row(of=number, person=None, action=None, body=content.encode(end)),))

    def record(self, deed: Begin, end: Finish) -> int:
        """Begin and finish of a deed that is over already, both on disk or neither. Raises as `begin`."""
        return self._commits.add((_begin(deed), _Row(of=JUST_BEGUN, person=None, action=None, body=content.encode(end))))

    def recover(self) -> int:
        """Closes, as `lost`, the deeds that dead processes of this host left open; gives their number."""
        finish = AUDIT_ENTRY.alias()
        open_ = (
            select(AUDIT_ENTRY.c.number, AUDIT_ENTRY.c.writer)
            .outerjoin(finish, finish.c.of == AUDIT_ENTRY.c.number)
            .where(AUDIT_ENTRY.c.of.is_(None), finish.c.number.is_(None))
        )
        with self._state.read() as connection:
            lost = [row.number for row in connection.execute(open_) if is_dead(row.writer)]
        closed = 0
        for number in lost:
            try:
                self.finish(number, Finish(outcome="lost"))
            except Conflict:  # another process recovers at the same time
                continue
            closed += 1
        return closed

    def search(
        self, *, person: str | None = None, table: str | None = None, action: str | None = None, outcome: str | None = None,
        since: datetime | None = None, until: datetime | None = None, row_day: date | None = None, row_key: str | None = None, limit: int = 100,
    ) -> Sequence[Entry]:
        """Begin rows, newest first, each with its finish where there is one. Destroyed rows say nothing and are left out.

        Args:
            table: `enwiki.revision`.
            outcome: of the finish; `open` for those that have none.
            since, until: aware; `until` itself is left out.
            row_day: only deeds that can have read a row of the table whose own time is on that day.
            row_key: only deeds that can have read a row of the table whose primary key begins with the value that this is the token of.
        """
        finish = AUDIT_ENTRY.alias()
        found = (
            select(AUDIT_ENTRY.c.number, AUDIT_ENTRY.c.time, AUDIT_ENTRY.c.body, AUDIT_ENTRY.c.chain, finish.c.body.label("end"))
            .outerjoin(finish, finish.c.of == AUDIT_ENTRY.c.number)
            .where(AUDIT_ENTRY.c.of.is_(None), AUDIT_ENTRY.c.body.is_not(None))
            .order_by(AUDIT_ENTRY.c.number.desc())
        )
        if person is not None:
            found = found.where(AUDIT_ENTRY.c.person == content.index_text(person))
        if action is not None:
            found = found.where(AUDIT_ENTRY.c.action == action)
        if since is not None:
            found = found.where(AUDIT_ENTRY.c.time >= since)
        if until is not None:
            found = found.where(AUDIT_ENTRY.c.time < until)
        if table is not None:
            found = found.where(AUDIT_ENTRY.c.body.contains(content.mentions(table), autoescape=True))
        if outcome is not None:
            found = found.where(finish.c.number.is_(None) if outcome == "open" else finish.c.body.contains(content.ends_with(outcome), autoescape=True))
        with self._state.read() as connection:
            entries = (_entry(row) for row in connection.execute(found.execution_options(yield_per=1000)))
            return list(islice((entry for entry in entries if _reaches(entry, table, row_day, row_key)), limit))

    def verify(self, *, witness: tuple[int, str] | None = None) -> verify.Verification:
        """Checks every row, the head and the seals.

        Args:
            witness: a row's number and chain value, noted earlier outside the state; the chain must still pass through it.
        """
        return verify.verify(self._state, self._key, witness)

    def destroy(self, before: datetime, principal: Principal) -> int:
        """Destroys the content of all rows older than `before`, and gives how many; their digests stay, so the chain still verifies. Itself a deed."""
        through = destroy.through(self._state, before)
        deed = Begin(
            principal=principal, door="cli", address="local", action="audit_destroy", verdict="allowed",
            details={"before": before.astimezone(UTC).isoformat(), "through": through},
        )
        number = self.begin(deed)
        rows = destroy.erase(self._state, through)
        self.finish(number, Finish(outcome="complete", rows=rows))
        return rows

    def _write(self, deeds: Sequence[tuple[_Row, ...]]) -> Sequence[int | Exception]:
        """For each deed the number of its first row."""
        try:
            with self._state.write() as connection:
                results = self._append(connection, [row for deed in deeds for row in deed])
        except IntegrityError as error:
            raise Unavailable("the audit's head does not fit its rows", help="carrel audit verify") from error
        firsts = accumulate(map(len, deeds), initial=0)
        return [results[first] for first, _ in zip(firsts, deeds, strict=False)]

    def _append(self, connection: Connection, rows: Sequence[_Row]) -> Sequence[int | Exception]:
        head = _head(connection)
        self._check_seal(head)
        closed = _closed(connection, [row.of for row in rows if row.of not in (None, JUST_BEGUN)])
        number, value, now = head.number, head.chain, datetime.now(UTC)
        sealed_from = (head.sealed_from or number + 1) if self._key else None
        results: list[int | Exception] = []
        values: list[dict[str, object]] = []
        for row in rows:
            of = number if row.of == JUST_BEGUN else row.of
            if of is not None and of in closed:
                results.append(Conflict(f"deed {of} has been closed"))
                continue
            if of is not None:
                closed.add(of)
            number += 1
            digest = chain.content_digest(number, now, of, self._writer, row.body)
            value = chain.chain_value(value, number, digest)
            results.append(number)
            values.append({
                "number": number, "time": now, "of": of, "writer": self._writer, "person": row.person, "action": row.action, "body": row.body,
                "content": digest, "chain": value, "seal": chain.row_seal(self._key, value) if self._key else None,
            })
        if values:
            connection.execute(insert(AUDIT_ENTRY), values)
            seal = chain.head_seal(self._key, number, value, sealed_from) if self._key and sealed_from else None
            connection.execute(update(AUDIT_HEAD), {"number": number, "chain": value, "sealed_from": sealed_from, "seal": seal})
        return results

    def _check_seal(self, head: _Head) -> None:
        if head.seal is None or head.sealed_from is None:
            return
        if self._key is None:
            raise Unavailable("the audit is sealed, and no key is set", help="set `audit.seal_key` to the key that it was sealed with")
        if not chain.same(head.seal, chain.head_seal(self._key, head.number, head.chain, head.sealed_from)):
            raise Unavailable("the audit's head was changed, or sealed with another key", help="carrel audit verify")


def _head(connection: Connection) -> _Head:
    """The head, locked until the transaction ends."""
    columns = (AUDIT_HEAD.c.number, AUDIT_HEAD.c.chain, AUDIT_HEAD.c.sealed_from, AUDIT_HEAD.c.seal)
    row = connection.execute(select(*columns).with_for_update()).one_or_none()
    if row is not None:
        return _Head(*row)
    if connection.execute(select(AUDIT_ENTRY.c.number).limit(1)).first() is not None:
        raise Unavailable("the audit's head is missing", help="carrel audit verify")
    connection.execute(insert(AUDIT_HEAD), {"id": 1, "number": 0, "chain": chain.GENESIS})
    return _Head(0, chain.GENESIS, None, None)


def _closed(connection: Connection, numbers: list[int]) -> set[int]:
    if not numbers:
        return set()
    return set(connection.execute(select(AUDIT_ENTRY.c.of).where(AUDIT_ENTRY.c.of.in_(numbers))).scalars())


def _reaches(entry: Entry, table: str | None, day: date | None, key: str | None) -> bool:
    if day is None and key is None:
        return True
    if entry.begin is None or table not in entry.begin.tables:
        return False
    bounds = entry.begin.reach.get(table, {}) if table is not None else {}
    within = day is None or str(bounds.get("since", "")) <= day.isoformat() <= str(bounds.get("until", "9999-12-31"))
    keys = bounds.get("keys")
    return within and (key is None or not isinstance(keys, list) or key in keys)


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    begin = content.decode(row.body)
    end = content.decode(row.end) if row.end is not None else None
    assert isinstance(begin, Begin)
    assert not isinstance(end, Begin)
    return Entry(number=row.number, time=row.time, begin=begin, finish=end, of=None, digest=row.chain)

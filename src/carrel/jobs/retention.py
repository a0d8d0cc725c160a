"""The sweep: what has come to its day is planned, looked at, and goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from carrel.lake import Lake
from carrel.lake.expire import version_of
from carrel.model.audit import Begin, Finish
from carrel.model.copies import Copy, CopyState
from carrel.model.errors import CarrelError, Conflict, NotAllowed
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.model.ports import Audit
from carrel.policy.limits import CopyRetention
from carrel.state import copies
from carrel.state.store import State


@dataclass(frozen=True, slots=True)
class Item:
    """A copy that goes. `version`: the snapshot with its rows; None: it has none in the lake."""

    copy: Copy
    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a sweep would do on a day.

    Attributes:
        items: what goes, the first to end before the others.
        outside: files outside whose day has come, for their owners to delete.
        copies: how many there are that are not gone.
        checksum: of what goes. The same plan has the same one, on whatever day it is made.
    """

    day: date
    items: Sequence[Item]
    outside: Sequence[Copy]
    copies: int

    @property
    def checksum(self) -> str:
        lines = sorted(f"{item.copy.id} {item.copy.name} {item.copy.ends} {item.version}" for item in self.items)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def beyond(self, allowed: CopyRetention) -> str | None:
        """Why it goes only when a person says so: it would take a larger part of all copies than is allowed at once, or what should have gone long ago.
        None where it is within what is allowed."""
        if len(self.items) > max(allowed.sweep_always, self.copies * allowed.sweep_percent // 100):
            return f"{len(self.items)} of {self.copies} copies would go, more than the policy lets go at once"
        first = min((item.copy.ends for item in self.items), default=self.day)
        if (self.day - first).days > allowed.allowed_interval:
            return f"what ended on {first} would go, longer ago than the {allowed.allowed_interval} days that the policy allows: the clock may be wrong"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How a sweep ended.

    Attributes:
        left: what was being written, or was changed or given more time since the plan was made: the next plan has it, if it is still due.
        waiting: tables, unknown to everybody, whose files go when their last reader ends, or by the next sweep.
    """

    gone: Sequence[Copy]
    left: Sequence[Copy]
    waiting: int


class Sweeper:
    """`allowed` gives the policy's figures, `now` is the clock, UTC."""

    def __init__(self, state: State, lake: Lake, audit: Audit, *, allowed: Callable[[], CopyRetention], now: Callable[[], datetime]) -> None:
        self._state = state
        self._lake = lake
        self._audit = audit
        self._allowed = allowed
        self._now = now

    def plan(self, day: date | None = None) -> Plan:
        """What would go on that day, today where it is None."""
        day = day or self._now().date()
        with self._state.read() as connection:
            due = copies.due(connection, day)
            items = [_item(connection, copy) for copy in due if copy.state is CopyState.HERE]
            return Plan(day=day, items=items, outside=[copy for copy in due if copy.state is CopyState.OUT], copies=copies.count(connection))

    def apply(self, checksum: str, principal: Principal, *, beyond: bool = False) -> Swept:
        """Does what the plan of that checksum says, and finishes what earlier sweeps have left.

        Args:
            beyond: go on though more goes at once than the policy allows.

        Raises:
            Conflict: the plan of this moment is another one.
            NotAllowed: more would go than is allowed at once, or what should have gone long ago.
        """
        return self._apply(self.plan(), checksum, principal, beyond=beyond)

    def run(self, principal: Principal) -> Swept:
        """Makes the plan of this moment and does it, for a runner of jobs. A plan that takes nothing leaves no row in the audit.

        Raises:
            NotAllowed: as `apply`.
        """
        plan = self.plan()
        if not plan.items:
            return Swept(gone=(), left=(), waiting=self._lake.finish_expiring())
        return self._apply(plan, plan.checksum, principal, beyond=False)

    def _apply(self, plan: Plan, checksum: str, principal: Principal, *, beyond: bool) -> Swept:
        names = tuple(item.copy.name for item in plan.items)
        number = self._audit.begin(Begin(
            principal=principal, door=principal.service, address="local", action="retention", verdict="allowed", tables=names,
            details={"checksum": checksum, "copies": [item.copy.id for item in plan.items], "beyond": beyond},
        ))
        gone: list[Copy] = []
        left: list[Copy] = []
        outcome = "failed"
        try:
            self._demand(plan, checksum, beyond=beyond)
            self._lake.finish_expiring()
            for item in plan.items:
                (gone if self._expired(item, plan.day) else left).append(item.copy)
            outcome = "complete"
        except CarrelError as error:
            outcome = error.code
            raise
        finally:
            self._audit.finish(number, Finish(outcome=outcome, rows=sum(copy.rows for copy in gone), bytes=sum(copy.size for copy in gone)))
        self._state.forget()
        return Swept(gone=gone, left=left, waiting=self._lake.finish_expiring())

    def _demand(self, plan: Plan, checksum: str, *, beyond: bool) -> None:
        if plan.checksum != checksum:
            raise Conflict(f"the plan is another one by now: `{plan.checksum}`", help="look at it: carrel retention plan")
        reason = plan.beyond(self._allowed())
        if reason is not None and not beyond:
            raise NotAllowed(reason, help=f"if that is right: carrel retention apply {checksum} --beyond")

    def _expired(self, item: Item, day: date) -> bool:
        """Whether it is gone; False where somebody is at it."""
        now = self._now()

        def also(connection: Connection) -> None:
            if copies.get(connection, item.copy.id).ends > day:
                raise Conflict(f"`{item.copy.name}` was given more time")
            copies.gone(connection, item.copy.id, now)

        try:
            if item.version is None:
                with self._state.write() as connection:
                    also(connection)
            else:
                self._lake.expire(_table(item.copy), item.version, also)
        except Conflict:
            return False
        return True


def _table(copy: Copy) -> TableName:
    database, _, table = copy.name.partition(".")
    return TableName(database, table)


def _item(connection: Connection, copy: Copy) -> Item:
    return Item(copy, version_of(connection, _table(copy)))

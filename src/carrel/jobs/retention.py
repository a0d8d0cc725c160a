"""The sweep: what has come to its day is planned, looked at, and goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Connection

from carrel.jobs import aged
from carrel.jobs.aged import Aged
from carrel.jobs.retention_plan import Item, Plan, Swept
from carrel.lake import Lake
from carrel.lake.expire import version_of
from carrel.lake.load import Planner
from carrel.model.audit import Begin, Finish
from carrel.model.copies import Copy, CopyState
from carrel.model.errors import CarrelError, Conflict, NotAllowed
from carrel.model.exceptions import RetentionException
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.model.ports import Audit
from carrel.policy.limits import CopyRetention
from carrel.state import copies, exceptions
from carrel.state.store import State


class Sweeper:
    """`allowed` gives the policy's figures, `now` is the clock, UTC; `planner` computes visibility anew where tables of a wiki have gone."""

    def __init__(
        self, state: State, lake: Lake, audit: Audit, *, allowed: Callable[[], CopyRetention], now: Callable[[], datetime], planner: Planner,
    ) -> None:
        self._state = state
        self._lake = lake
        self._audit = audit
        self._allowed = allowed
        self._now = now
        self._planner = planner

    def plan(self, day: date | None = None) -> Plan:
        """What would go on that day, today where it is None."""
        day, allowed = day or self._now().date(), self._allowed()
        aged.look(self._state, self._lake, allowed)
        with self._state.read() as connection:
            due = copies.due(connection, day)
            excepted = exceptions.latest(connection, [copy.id for copy in due if copy.state is CopyState.HERE])
            kept = [(copy, excepted[copy.id]) for copy in due if copy.id in excepted and excepted[copy.id].holds(day)]
            names = {copy.id for copy, _ in kept}
            items = [_item(connection, copy, excepted.get(copy.id)) for copy in due if copy.state is CopyState.HERE and copy.id not in names]
            count = copies.count(connection)
        rows = aged.due(self._state, self._lake, day, allowed)
        return Plan(day=day, items=items, aged=rows, kept=kept, outside=[copy for copy in due if copy.state is CopyState.OUT], copies=count)

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
        """Makes the plan of this moment and does what of it is within what the policy allows, for a runner of jobs. A plan that takes nothing leaves no row in
        the audit.

        Raises:
            NotAllowed: as `apply`, for what is beyond; the rest is done.
        """
        whole = self.plan()
        plan = whole.within(self._allowed())
        waiting = self._lake.finish_expiring()
        if plan.items or plan.tables:
            swept = self._apply(plan, plan.checksum, principal, beyond=False)
        else:
            swept = Swept(gone=(), left=(), waiting=waiting)
            self._state.forget()
        if plan.checksum != whole.checksum:
            raise NotAllowed("; ".join(whole.beyond(self._allowed())), help="look at it: carrel retention plan")
        return swept

    def _apply(self, plan: Plan, checksum: str, principal: Principal, *, beyond: bool) -> Swept:
        names = (*(item.copy.name for item in plan.items), *(str(one.table) for one in plan.tables))
        rows = {str(one.table): one.going for one in plan.tables}
        number = self._audit.begin(Begin(
            principal=principal, door=principal.service, address="local", action="retention", verdict="allowed", tables=names,
            details={"checksum": checksum, "copies": [item.copy.id for item in plan.items], "rows": rows, "beyond": beyond},
        ))
        gone: list[Copy] = []
        trimmed: list[Aged] = []
        left: list[Copy | Aged] = []
        outcome = "failed"
        try:
            self._demand(plan, checksum, beyond=beyond)
            self._lake.finish_expiring()
            for item in plan.items:
                (gone if self._expired(item, plan.day) else left).append(item.copy)
            for one in plan.tables:
                (trimmed if self._trimmed(one, plan.day) else left).append(one)
            self._recompute(trimmed)
            outcome = "complete"
        except CarrelError as error:
            outcome = error.code
            raise
        finally:
            count = sum(copy.rows for copy in gone) + sum(one.going for one in trimmed)
            self._audit.finish(number, Finish(outcome=outcome, rows=count, bytes=sum(copy.size for copy in gone)))
        self._state.forget()
        return Swept(gone=gone, trimmed=trimmed, left=left, waiting=self._lake.finish_expiring())

    def _demand(self, plan: Plan, checksum: str, *, beyond: bool) -> None:
        if plan.checksum != checksum:
            raise Conflict(f"the plan is another one by now: `{plan.checksum}`", help="look at it: carrel retention plan")
        reasons = plan.beyond(self._allowed())
        if reasons and not beyond:
            raise NotAllowed("; ".join(reasons), help=f"if that is right: carrel retention apply {checksum} --beyond")

    def _expired(self, item: Item, day: date) -> bool:
        """Whether it is gone; False where somebody is at it."""
        now = self._now()

        def also(connection: Connection) -> None:
            found = exceptions.latest(connection, [item.copy.id]).get(item.copy.id)
            if copies.get(connection, item.copy.id).ends > day or (found is not None and found.holds(day)):
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

    def _trimmed(self, one: Aged, day: date) -> bool:
        """Whether its rows are gone; False where somebody is at the table."""
        def also(connection: Connection) -> None:
            found = exceptions.latest(connection, [str(one.table)]).get(str(one.table))
            if found is not None and found.holds(day):
                raise Conflict(f"`{one.table}` was given more time")

        try:
            if one.age is None:
                self._lake.expire(one.table, one.version, also)
            else:
                self._lake.trim(one.table, one.age, also, version=one.version)
        except Conflict:
            return False
        return True

    def _recompute(self, trimmed: list[Aged]) -> None:
        for database in sorted({one.table.database for one in trimmed if one.age is None}):
            try:
                self._lake.recompute(database, self._planner)
            except Conflict:  # a load runs, and computes it anew
                continue


def _table(copy: Copy) -> TableName:
    database, _, table = copy.name.partition(".")
    return TableName(database, table)


def _item(connection: Connection, copy: Copy, exception: RetentionException | None) -> Item:
    return Item(copy, version_of(connection, _table(copy)), copy.ends if exception is None else max(copy.ends, exception.last))

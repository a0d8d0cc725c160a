"""The clock of copies, with a clock that is set: random chains of copies of copies, days that pass in between, unions, and rows that are added."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.errors import AccessRefused
from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Retention, Table
from carrel.policy.clock import Clock, Flow, clock, extended, warning

START = date(2026, 11, 24)
MIRROR_DAYS = 90
LIMIT = timedelta(days=60)
PERSONAL, PLAIN = frozenset({"personal.ip", "public"}), frozenset({"public"})


def a_table(name: str, retention: Retention | None) -> Table:
    return Table(
        name=TableName("log", name), kind=DatabaseKind.LOG, retention=retention,
        columns=(Column(name="ip", type="VARCHAR", tag="personal.ip"), Column(name="n", type="BIGINT", tag="public")),
    )


AGED = a_table("aged", Retention(kind="age", column="timestamp", limit=LIMIT))
MIRRORED = a_table("mirrored", Retention(kind="mirror"))
RULELESS = a_table("ruleless", None)


def a_copy(name: str, made: date, shown: Clock, tags: frozenset[str]) -> Copy:
    return Copy(
        id=name, kind=CopyKind.TABLE, name=f"staging.{name}", owner="ann", made=datetime.combine(made, time(), UTC), door="mysql", tags=tags,
        oldest=shown.oldest, ends=shown.ends, state=CopyState.HERE,
    )


def as_table(copy: Copy) -> Table:
    return Table(name=TableName("staging", copy.id), kind=DatabaseKind.WORK, columns=AGED.columns)


@dataclass
class World:
    """Tables of copies, and of each the latest day that its oldest personal value may live: the truth, kept apart from what the clock says."""

    today: date = START
    copies: dict[TableName, Copy] = field(default_factory=dict)
    latest: dict[str, date] = field(default_factory=dict)

    def grant(self) -> date:
        return START + timedelta(days=400)

    def made_of(self, name: str, flows: list[Flow]) -> Copy:
        shown = clock(flows, self.copies, made=self.today, grant=self.grant(), mirror_days=MIRROR_DAYS)
        copy = a_copy(name, self.today, shown, frozenset().union(*(flow.tags for flow in flows)))
        limits = [self._limit(flow) for flow in flows if flow.tags == PERSONAL]
        if limits:
            self.latest[name] = min(limits)
        return copy

    def _limit(self, flow: Flow) -> date:
        if flow.table.kind is DatabaseKind.WORK:
            return self.latest.get(flow.table.name.table, date.max)
        if flow.table is MIRRORED:
            return self.today + timedelta(days=MIRROR_DAYS)
        oldest = self.today - LIMIT if flow.since is None else min(flow.since, self.today)
        return max(self.today, oldest + LIMIT)

    def put(self, copy: Copy) -> None:
        self.copies[TableName("staging", copy.id)] = copy


STEP = st.tuples(
    st.integers(0, 30),  # days that pass
    st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.one_of(st.none(), st.integers(-200, 30))), min_size=1, max_size=3),
    st.booleans(),  # whether it is added to the copy before
)


@given(st.lists(STEP, min_size=1, max_size=12))
def test_no_personal_value_outlives_its_limit_and_nothing_else_ends_before_the_grant(steps: list[object]) -> None:
    world = World()
    for number, (days, parts, added) in enumerate(steps):  # type: ignore[misc]
        world.today += timedelta(days=days)
        flows = []
        for which, personal, since in parts:
            sources = [AGED, MIRRORED, *(as_table(copy) for copy in world.copies.values())]
            table = sources[which % len(sources)]
            tags = PERSONAL if personal and (table.kind is not DatabaseKind.WORK or world.copies[table.name].personal) else PLAIN
            flows.append(Flow(table=table, tags=tags, since=None if since is None else world.today + timedelta(days=since)))
        before = list(world.copies.values())[-1] if added and world.copies else None
        copy = world.made_of(f"t{number}", flows)
        if before is not None:
            truth = min(world.latest.get(before.id, date.max), world.latest.pop(copy.id, date.max))
            copy = before.with_more(copy)
            if truth != date.max:
                world.latest[copy.id] = truth
        world.put(copy)
        for each in world.copies.values():
            assert each.personal == (each.id in world.latest)
            if each.personal:
                assert each.ends <= world.latest[each.id]
                with pytest.raises(AccessRefused):
                    extended(each, grant=world.grant())
            else:
                assert each.ends == world.grant() + timedelta(days=1)


@given(st.integers(0, 60), st.integers(0, 100))
def test_a_copy_of_a_copy_ends_with_it_however_late_it_is_made(since: int, later: int) -> None:
    flow, grant = Flow(table=AGED, tags=PERSONAL, since=START - timedelta(days=since)), START + timedelta(days=400)
    first = a_copy("a", START, clock([flow], {}, made=START, grant=grant, mirror_days=90), PERSONAL)
    made = START + timedelta(days=later)
    second = clock([Flow(table=as_table(first), tags=PERSONAL)], {TableName("staging", "a"): first}, made=made, grant=grant, mirror_days=90)
    assert second == Clock(first.oldest, first.ends) == Clock(START - timedelta(days=since), START - timedelta(days=since) + LIMIT)


def test_ends_by_rule() -> None:
    def ends(table: Table, tags: frozenset[str] = PERSONAL, since: date | None = None, grant: date = date(2027, 6, 30)) -> date:
        return clock([Flow(table=table, tags=tags, since=since)], {}, made=START, grant=grant, mirror_days=MIRROR_DAYS).ends

    assert ends(MIRRORED) == date(2027, 2, 22)
    assert ends(AGED, since=date(2026, 11, 1)) == date(2026, 12, 31)
    assert ends(AGED) == ends(AGED, since=date(2025, 1, 1)) == ends(RULELESS) == START
    assert ends(AGED, since=date(2030, 1, 1)) == START + LIMIT
    assert ends(AGED, PLAIN) == date(2027, 7, 1)
    assert ends(MIRRORED, grant=date(2026, 12, 1)) == date(2026, 12, 2)


def test_more_time_is_given_within_the_grant_to_what_is_about_nobody() -> None:
    plain = a_copy("a", START, Clock(None, date(2027, 1, 1)), PLAIN)
    grant = date(2027, 6, 30)
    assert extended(plain, grant=grant) == date(2027, 7, 1)
    assert extended(plain, grant=grant, until=date(2027, 3, 1)) == date(2027, 3, 2)
    assert extended(plain, grant=grant, until=date(2026, 12, 1)) == plain.ends
    with pytest.raises(AccessRefused, match="your access ends on 2027-06-30"):
        extended(plain, grant=grant, until=date(2027, 7, 1))
    with pytest.raises(AccessRefused, match=r"personal\.ip"):
        extended(a_copy("a", START, Clock(START, date(2027, 1, 1)), PERSONAL), grant=grant)


def test_warnings_come_14_3_and_1_days_before() -> None:
    copy = a_copy("a", START, Clock(None, date(2027, 1, 20)), PLAIN)
    found = {day: warning(copy, date(2027, 1, 20) - timedelta(days=day)) for day in (15, 14, 4, 3, 2, 1, 0, -1)}
    assert found == {15: None, 14: 14, 4: 14, 3: 3, 2: 3, 1: 1, 0: 0, -1: 0}

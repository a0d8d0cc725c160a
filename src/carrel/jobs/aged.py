"""Which tables of sources hold rows that may not be there any more: those that are too old, and those of a wiki of which nobody has loaded a newer state.

How old the oldest row of a snapshot is, is looked up once, when the snapshot is new, and kept in the state: a plan then reads only of the tables that are due.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from carrel.catalog import tagfile
from carrel.lake import Lake, aging, register
from carrel.lake.aging import UNKNOWN, Age
from carrel.lake.register import Published
from carrel.model.errors import SnapshotReplaced
from carrel.model.exceptions import RetentionException
from carrel.model.names import TableName
from carrel.model.sensitivity import is_personal
from carrel.model.tables import Retention, Table
from carrel.policy.limits import CopyRetention
from carrel.state import exceptions
from carrel.state.store import State

AGE: Final = "age"
MIRROR: Final = "mirror"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """A table of a source of which rows go.

    Attributes:
        version: its snapshot.
        age: which rows; None: the whole table, since the wiki has not been loaded for so long.
        days: how many rows go by the day on which they happened, the oldest first; None: those whose time cannot be read. Of a whole table the day that
            it tells of.
        rows: that the table has.
        since: the day from which on something of it should be gone: its end, or that of an exception.
        excused: whether an exception has ended, so that more goes at once than on other days.
        kept: why nothing of it goes; None: it goes.
    """

    table: TableName
    version: str
    age: Age | None
    days: Mapping[date | None, int]
    rows: int
    since: date
    excused: bool = False
    kept: str | None = None

    @property
    def going(self) -> int:
        """Rows that go."""
        return sum(self.days.values())

    @property
    def rule(self) -> str:
        return MIRROR if self.age is None else AGE


def look(state: State, lake: Lake, allowed: CopyRetention) -> None:
    """Finds for every snapshot that is new, or was looked at by other rules, the day on which its first rows are due."""
    rules = _rules(allowed.mirror_days)
    with state.read() as connection:
        new = register.unlooked(connection, rules)
    ends = [(found, _ends(lake, found, allowed)) for found in new]
    if ends:
        with state.write() as connection:
            for found, day in ends:
                register.looked(connection, found, rules, day)


def due(state: State, lake: Lake, day: date, allowed: CopyRetention) -> list[Aged]:
    """What of them may not be there on that day, table by table in the order of their names."""
    with state.read() as connection:
        found = register.due(connection, day)
        excepted = exceptions.latest(connection, [str(one.table.name) for one in found])
    aged = (_aged(lake, one, day, allowed) for one in found)
    return [_excepted(one, excepted.get(str(one.table)), day) for one in aged if one is not None]


def _excepted(one: Aged, exception: RetentionException | None, day: date) -> Aged:
    if exception is None or one.kept is not None:
        return one
    if exception.holds(day):
        return replace(one, kept=f"exception {exception.id} until {exception.last - timedelta(days=1)}")
    return replace(one, since=max(one.since, exception.last), excused=exception.last >= one.since)


def _ends(lake: Lake, found: Published, allowed: CopyRetention) -> date | None:
    table = _tagged(found)
    days = [_told(found) + timedelta(days=allowed.mirror_days)] if _is_mirror(table, allowed) else []
    if (age := _age_of(table)) is not None:
        oldest = _oldest(lake, found, age[0])
        days += [] if oldest is None else [_landed(found) if oldest == UNKNOWN else min(_date(oldest), _landed(found)) + age[1]]
    return min(days, default=None)


def _aged(lake: Lake, found: Published, day: date, allowed: CopyRetention) -> Aged | None:
    table, version = _tagged(found), found.table.version or ""
    kept = "the policy's `never`" if named(table.name, allowed.never) else None
    if _is_mirror(table, allowed) and (end := _told(found) + timedelta(days=allowed.mirror_days)) <= day:
        return Aged(table=table.name, version=version, age=None, days={_told(found): table.rows}, rows=table.rows, since=end, kept=kept)
    rule = _age_of(table)
    if rule is None:
        return None
    age = Age(column=rule[0], last=day - rule[1], landed=_landed(found))
    try:
        with lake.open(table.name, version) as files:
            going = aging.counted(files, age)
    except SnapshotReplaced:
        return None
    days = {None if number == UNKNOWN else _date(number): rows for number, rows in going.items()}
    known = [min(one, _landed(found)) + rule[1] for one in days if one is not None]
    return Aged(table=table.name, version=version, age=age, days=days, rows=table.rows, since=min(known, default=day), kept=kept) if days else None


def named(table: TableName, names: Collection[str]) -> bool:
    """Whether the table or its database is among the names."""
    return str(table) in names or table.database in names


def _oldest(lake: Lake, found: Published, column: str) -> int | None:
    try:
        with lake.open(found.table.name, found.table.version or "") as files:
            return aging.oldest(files, column)
    except SnapshotReplaced:
        return None


def _tagged(found: Published) -> Table:
    return found.table if found.table.owner is not None else tagfile.tagged(found.table)


def _age_of(table: Table) -> tuple[str, timedelta] | None:
    """The column of the rows' time, as the files have it, and how old they may become."""
    rule: Retention | None = table.retention
    if rule is None or rule.kind != AGE or rule.limit is None or rule.column is None:
        return None
    column = table.column(rule.column)
    return rule.column if column is None else column.name, rule.limit


def _is_mirror(table: Table, allowed: CopyRetention) -> bool:
    personal = any(is_personal(tag) for column in table.columns for tag in column.tags)
    return bool(allowed.mirror_days) and personal and table.retention is not None and table.retention.kind == MIRROR


def _told(found: Published) -> date:
    """The day that the table tells of, as far as anybody has said."""
    return date.fromisoformat(found.snapshot) if found.snapshot is not None else _landed(found)


def _landed(found: Published) -> date:
    return found.loaded.date() if found.loaded is not None else date.min


def _date(number: int) -> date:
    """Of a day that no month has, the last that it has."""
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (date.max.year, 12) else date.max
    return min(date(max(year, 1), month, 1) + timedelta(days=day - 1), following - timedelta(days=1))


@cache
def _rules(mirror_days: int) -> str:
    """A digest of all rules by which rows have an end."""
    ages = sorted(f"{name} {tags.retention.column} {tags.retention.limit}" for name, tags in tagfile.tags().items() if tags.retention.kind == AGE)
    return hashlib.sha256("\n".join([*ages, str(mirror_days)]).encode()).hexdigest()[:16]

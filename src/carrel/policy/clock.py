"""Until when a copy may stay. Pure: the day, the copies that were read and the owner's grants are passed in. All days are UTC.

The end of a copy comes from the time of the events in it, not of the copying: a copy of a copy never ends later than what it was made from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from carrel.model.copies import Copy
from carrel.model.errors import AccessRefused
from carrel.model.names import ColumnName, TableName
from carrel.model.provenance import NOTHING, Provenance
from carrel.model.queries import AuthorizedQuery
from carrel.model.sensitivity import is_personal
from carrel.model.tables import Table
from carrel.policy.carried import brought
from carrel.policy.guard.reach import reach

WARNINGS: Final = (14, 3, 1)
"""Days before its end at which the owner of a copy is warned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One table from which something flowed into a copy.

    Attributes:
        tags: of the columns that flowed.
        since: day of the oldest row that can have been read; None: not known.
    """

    table: Table
    tags: frozenset[str]
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """What a copy's clock shows: the day of the oldest event with personal columns in it, None where there is none or no day is known; and the first day
    on which the copy may not be there any more."""

    oldest: date | None
    ends: date


def clock(
    flows: Collection[Flow], copies: Mapping[TableName, Copy], *, made: date, grant: date, mirror_days: int, given: Provenance = NOTHING,
) -> Clock:
    """The clock of a copy that is made of these tables.

    Args:
        copies: registered copies that are among the tables.
        made: today.
        grant: the last day of the longest grant of who will own it. It ends what has no personal columns.
        mirror_days: how long personal columns of a wiki may stay in a copy, from the day of copying.
        given: what flows in beside, from values that are in no table.
    """
    oldest, ends = bounds(flows, copies, made=made, mirror_days=mirror_days)
    days = [day for day in (oldest, given.oldest) if day is not None]
    return Clock(min(days, default=None), min(day for day in (ends, given.ends, grant + timedelta(days=1)) if day is not None))


def bounds(flows: Collection[Flow], copies: Mapping[TableName, Copy], *, made: date, mirror_days: int) -> tuple[date | None, date | None]:
    """Of what flows from tables: the day of the oldest event with personal columns, and the first day on which a copy may not be there any more. None: no
    day is known; nothing personal flows."""
    ends, days = [], []
    for flow in flows:
        if not any(is_personal(tag) for tag in flow.tags):
            continue
        copy = copies.get(flow.table.name)
        if copy is not None and flow.table.copy not in (None, copy.id):
            copy = None  # another table has taken its name since, and nobody can say how old these rows are
        oldest, end = (copy.oldest, copy.ends) if copy is not None else _of_a_table(flow, made, mirror_days)
        ends.append(end)
        days += [oldest] if oldest is not None else []
    return min(days, default=None), min(ends, default=None)


def flows(query: AuthorizedQuery) -> tuple[Flow, ...]:
    """What flows into the answer of a question, table by table, in the order of their names. What only decides which rows come out flows too; what a
    declassifier released from every output that it flows into does not."""
    outputs = {column for output in query.outputs for column in output.sources}
    bounds = reach(query.tree, query.decisions, query.bound)
    tags_of: dict[TableName, set[str]] = {column.table: set() for column in outputs | query.influences}
    for column, tag in _carried(query, query.influences - outputs):
        tags_of[column.table].add(tag)
    found = []
    for name, tags in sorted(tags_of.items()):
        table = query.decisions[name].table
        bound = bounds.get(name)
        found.append(Flow(table=table, tags=frozenset(tags), since=_day(bound.since if bound is not None else None)))
    return tuple(found)


def given(query: AuthorizedQuery) -> Provenance:
    """What flows into the answer of a question, all outputs together, from values that are in no table."""
    found = NOTHING
    for output in query.outputs:
        found |= output.inherited
    return found


def _carried(query: AuthorizedQuery, influences: Collection[ColumnName]) -> Iterator[tuple[ColumnName, str]]:
    """Each column with the tags that it brings along, and those that took the place of what was released."""
    for output in query.outputs:
        yield from ((one.column, tag) for one in brought(output, query.decisions) for tag in one.carried)
    for column in influences:
        yield from ((column, tag) for tag in _tags(query, column))


def _tags(query: AuthorizedQuery, column: ColumnName) -> list[str]:
    known = query.decisions[column.table].table.column(column.column)
    return [] if known is None else [tag for tag in known.tags if tag is not None]


def extended(copy: Copy, *, grant: date, until: date | None = None) -> date:
    """The new end of a copy whose owner asks for more time: the day after `until`, or after the last day of their longest grant.

    Raises:
        AccessRefused: it has personal columns, whose end is the data's own; or `until` is beyond the grant.
    """
    if copy.personal:
        kinds = ", ".join(sorted(f"`{tag}`" for tag in copy.tags if is_personal(tag)))
        raise AccessRefused(
            f"`{copy.name}` has personal columns ({kinds}): it ends on {copy.ends}, when the data's own time is up",
            reasons=("clock: personal data is not kept beyond its time",), help="make it anew of what you may read then, or without these columns",
        )
    if until is not None and until > grant:
        raise AccessRefused(f"your access ends on {grant}, before {until}", reasons=("clock: a copy ends with its owner's longest grant",),
                            help="have your access renewed first")
    return max(copy.ends, (until or grant) + timedelta(days=1))


def warning(copy: Copy, day: date) -> int | None:
    """The nearest of the WARNINGS that holds on this day: the copy ends in so many days or fewer. 0 where it has ended, None where its end is further off."""
    left = (copy.ends - day).days
    if left <= 0:
        return 0
    return min((days for days in WARNINGS if left <= days), default=None)


def _of_a_table(flow: Flow, made: date, mirror_days: int) -> tuple[date | None, date]:
    """Without a rule, or where nobody can say how old the oldest row is, a copy of personal columns may not outlive this day."""
    rule = flow.table.retention
    if rule is not None and rule.kind == "mirror":
        return made, made + timedelta(days=mirror_days)
    if rule is None or rule.limit is None:
        return None, made
    # What a condition says of days to come, or an event of a clock that goes ahead, gives no more time than an event of today.
    oldest = made - rule.limit if flow.since is None else min(flow.since, made)
    return oldest, max(made, oldest + rule.limit)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None

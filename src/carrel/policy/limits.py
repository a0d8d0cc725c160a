"""What queries of a group's members may use, as the policy says: within the instance's own limits, which count where it says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Final, TypeVar

from carrel.model.queries import Limits

N = TypeVar("N", int, timedelta)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLimits:
    """None: the policy says nothing. Each is a key of `[groups.NAME.limits]`.

    Attributes:
        time_s: wall time of one query, in seconds.
        rows: of one result.
        queries: of one person that run at once.
    """

    time_s: float | None = None
    rows: int | None = None
    queries: int | None = None


KEYS = tuple(field.name for field in fields(GroupLimits))


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRetention:
    """What the policy says of copies, for all. Each is a key of `[retention]`.

    Attributes:
        mirror_copies: days for which personal columns of a wiki may stay in a copy, from the day of copying.
        sweep_percent: of all copies; a sweep that would take more stops, unless it is told to go on.
        sweep_always: so many copies may go at once, whatever part of all they are.
        mirror_days: after so many days without a newer state of a wiki its tables with personal columns go; 0: they stay.
        never: tables, `enwiki.cu_changes`, and databases of sources of which no sweep takes anything.
        approvers: groups whose members may agree to an exception.
        approvals: so many of them, none of them its owner, an exception needs.
        longest_exception: days.
        allowed_interval: days; what should have gone longer ago goes only where a person says so, since a clock may be wrong.
    """

    mirror_copies: int = 90
    sweep_percent: int = 25
    sweep_always: int = 20
    allowed_interval: int = 30
    mirror_days: int = 0
    never: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()
    approvals: int = 2
    longest_exception: int = 365


RETENTION_KEYS: Final = tuple(field.name for field in fields(CopyRetention))
MOST: Final = {
    "mirror_copies": 3650, "sweep_percent": 100, "sweep_always": 1_000_000, "allowed_interval": 3650, "mirror_days": 3650, "approvals": 10,
    "longest_exception": 3650,
}
LEAST: Final = {"mirror_days": 0}


def tightened(limits: Limits, groups: Iterable[GroupLimits]) -> Limits:
    """The instance's limits for a member of these groups: of each kind the widest that a group of theirs has, so that one more group never gives less."""
    held = tuple(groups)
    return replace(
        limits, time=_tighter(limits.time, _widest(held, lambda one: None if one.time_s is None else timedelta(seconds=one.time_s))),
        rows=_tighter(limits.rows, _widest(held, lambda one: one.rows)), queries=_tighter(limits.queries, _widest(held, lambda one: one.queries)),
    )


def _widest(groups: tuple[GroupLimits, ...], value: Callable[[GroupLimits], N | None]) -> N | None:
    values = [found for group in groups if (found := value(group)) is not None]
    return max(values) if values and len(values) == len(groups) else None


def _tighter(one: N | None, other: N | None) -> N | None:
    return min(one, other) if one is not None and other is not None else one if other is None else other


def differences(before: Mapping[str, GroupLimits], after: Mapping[str, GroupLimits]) -> list[str]:
    """A line for each limit that is another."""
    found = []
    for group in sorted({*before, *after}):
        old, new = before.get(group, GroupLimits()), after.get(group, GroupLimits())
        for key in KEYS:
            was, becomes = getattr(old, key), getattr(new, key)
            if was != becomes:
                words = ["the instance's" if value is None else f"{value:g}" for value in (was, becomes)]
                found.append(f"{group}: limit {key}: {words[0]} -> {words[1]}")
    return found

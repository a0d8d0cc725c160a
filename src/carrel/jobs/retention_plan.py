"""What a sweep would do: copies that go, and rows of tables of sources; what of it only a person may let go; and a checksum of it all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from carrel.jobs.aged import MIRROR, Aged
from carrel.model.copies import Copy
from carrel.model.exceptions import RetentionException
from carrel.policy.limits import CopyRetention


@dataclass(frozen=True, slots=True)
class Item:
    """A copy that goes.

    Attributes:
        version: the snapshot with its rows; None: it has none in the lake.
        since: the day from which on it should be gone: its end, or that of an exception.
    """

    copy: Copy
    version: str | None
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a sweep would do on a day.

    Attributes:
        items: copies that go, the first to end before the others.
        aged: tables of sources of which rows go, and those of which they would if nothing kept them.
        kept: copies that would go if no exception kept them.
        outside: files outside whose day has come, for their owners to delete.
        copies: how many there are that are not gone.
        checksum: of what goes. The same plan has the same one, on whatever day it is made.
    """

    day: date
    items: Sequence[Item]
    aged: Sequence[Aged] = ()
    kept: Sequence[tuple[Copy, RetentionException]] = ()
    outside: Sequence[Copy]
    copies: int

    @property
    def tables(self) -> Sequence[Aged]:
        """Those of which rows go."""
        return [one for one in self.aged if one.kept is None]

    @property
    def checksum(self) -> str:
        lines = [f"{item.copy.id} {item.copy.name} {item.copy.ends} {item.version}" for item in self.items]
        lines += [f"{one.table} {one.version} {one.rule} {day} {rows}" for one in self.tables for day, rows in one.days.items()]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]

    def beyond(self, allowed: CopyRetention) -> Sequence[str]:
        """Why it goes only when a person says so: it would take a larger part of all copies, or of the rows of a table, than is allowed at once, or what should
        have gone long ago. Empty where it is within what is allowed."""
        return [reason for reason in [self._copies_beyond(allowed), *(self._rows_beyond(one, allowed) for one in self.tables)] if reason is not None]

    def within(self, allowed: CopyRetention) -> Self:
        """What of it goes without a word from anybody."""
        return replace(
            self, items=() if self._copies_beyond(allowed) is not None else self.items,
            aged=[one for one in self.aged if one.kept is not None or self._rows_beyond(one, allowed) is None],
        )

    def _copies_beyond(self, allowed: CopyRetention) -> str | None:
        if len(self.items) > max(allowed.sweep_always, self.copies * allowed.sweep_percent // 100):
            return f"{len(self.items)} of {self.copies} copies would go, more than the policy lets go at once"
        return self._late("what ended", min((item.since for item in self.items), default=self.day), allowed)

    def _rows_beyond(self, one: Aged, allowed: CopyRetention) -> str | None:
        if one.rule != MIRROR and not one.excused and one.going > max(allowed.sweep_always, one.rows * allowed.sweep_percent // 100):
            return f"{one.going} of {one.rows} rows of `{one.table}` would go, more than the policy lets go at once"
        return self._late(f"rows of `{one.table}` that ended", one.since, allowed)

    def _late(self, what: str, ended: date, allowed: CopyRetention) -> str | None:
        if (self.day - ended).days > allowed.allowed_interval:
            return f"{what} on {ended} would go, longer ago than the {allowed.allowed_interval} days that the policy allows: the clock may be wrong"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How a sweep ended.

    Attributes:
        gone: copies.
        trimmed: tables of sources of which rows went.
        left: copies and tables that were being written, or were changed or given more time since the plan was made: the next plan has them, if they are still
            due.
        waiting: tables, unknown to everybody, whose files go when their last reader ends, or by the next sweep.
    """

    gone: Sequence[Copy]
    trimmed: Sequence[Aged] = ()
    left: Sequence[Copy | Aged]
    waiting: int

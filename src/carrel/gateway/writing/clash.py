"""Rows that come to a table with unique keys where INSERT IGNORE, REPLACE or ON DUPLICATE KEY UPDATE says what becomes of one whose key is there.

They are written aside first. The engine says then, as in a query of the table's owner, which of them meet which rows, and which meet each other; the table is
written anew with what comes of it. Clash: two rows that have a unique key in common.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow as pa

from carrel.gateway.columns import arrow_schema, merged
from carrel.gateway.writing.keys import check_unique, unique_keys
from carrel.gateway.writing.meeting import Meeting, none, without
from carrel.gateway.writing.settling import Settling, assignments
from carrel.gateway.writing.writer import Added, Writer
from carrel.model.copies import Copy
from carrel.model.ports import Draft
from carrel.model.queries import AuthorizedQuery
from carrel.model.sensitivity import Mask
from carrel.model.tables import Column, Table
from carrel.policy.guard.clashes import read_assignments
from carrel.policy.guard.writing import Clash


@dataclass(frozen=True, slots=True)
class Brought:
    """Rows that came, rows that MariaDB counts as affected, rows that met another, and the bytes of the table."""

    rows: int
    affected: int
    duplicates: int
    size: int


def bring(writer: Writer, own: tuple[Table, Copy], added: Added, batches: Iterator[pa.RecordBatch], query: AuthorizedQuery | None) -> Brought:
    """Adds rows to a table as the statement says."""
    table, copy = own
    if writer.what.clash is None or not unique_keys(table):
        rows, size = writer.append(table, copy, added, batches, query)
        return Brought(rows, rows, 0, size)
    with writer.work.draft(table) as new:
        new.begin(arrow_schema(table.columns), 0)
        writer.fill(new, batches)
        clashing = _Clashing(writer, own, influenced(table, added), query, new)
        ways = {Clash.IGNORE: clashing.ignore, Clash.REPLACE: clashing.replace, Clash.UPDATE: clashing.update}
        return ways[writer.what.clash]()


def look_at_assignments(table: Table, text: str) -> None:
    """Raises what ON DUPLICATE KEY UPDATE would be refused with, whatever the values."""
    if text:
        read_assignments(assignments(table, text), table)


@dataclass(slots=True)
class _Clashing:
    writer: Writer
    own: tuple[Table, Copy]
    added: Added
    query: AuthorizedQuery | None
    new: Draft

    def ignore(self) -> Brought:
        table, copy = self.own
        meeting = self._meeting(table)
        left = meeting.met[0].new if meeting.plain else meeting.simulated(stays=True)[1]
        size = copy.size
        if len(left) < self.new.rows:
            _, size = self.writer.append(table, copy, self.added, without(self.writer.work.staged(self.new), left), self.query)
        return Brought(self.new.rows, self.new.rows - len(left), len(left), size)

    def replace(self) -> Brought:
        table, copy = self.own
        meeting = self._meeting(table)
        gone, left = (meeting.met[0].old, none()) if meeting.plain else meeting.simulated(stays=False)
        columns = columns_with(table, self.added)
        with self.writer.work.draft(table) as draft, self.writer.work.rows(table) as kept:
            draft.begin(arrow_schema(columns), 0)
            self.writer.fill(draft, _all(without(kept, gone), without(self.writer.work.staged(self.new), left)), copy.size)
            size = self._publish(draft, columns, self.added)
        duplicates = len(gone) + len(left)
        return Brought(self.new.rows, self.new.rows + duplicates, duplicates, size)

    def update(self) -> Brought:
        table, copy = self.own
        look_at_assignments(table, self.writer.what.assignments)
        settling = Settling(self.writer, self.own, self._meeting(table), list(columns_with(table, self.added)))
        with settling.settled() as draft:
            added = replace(self.added, copy=self.added.copy.with_more(replace(copy, sources=settling.sources, **settling.facts)))
            size = self._publish(draft, tuple(settling.columns), added)
        return Brought(self.new.rows, settling.inserted + 2 * settling.changed, settling.changed, size)

    def _meeting(self, table: Table) -> Meeting:
        return Meeting(self.writer, table, self.new, columns_with(table, self.added))

    def _publish(self, draft: Draft, columns: tuple[Column, ...], added: Added) -> int:
        (table, copy), writer = self.own, self.writer
        size = draft.size()
        check_unique(writer, draft, writer.kept(table, columns, 0))
        writer.again(self.query)
        tags = frozenset(tag for column in columns for tag in column.tags if tag is not None)
        more = replace(copy.with_more(added.copy), rows=draft.rows, size=size, tags=tags)
        writer.work.publish(draft, writer.counter(table).kept(writer.kept(table, columns, draft.rows)), size, more, before=table)
        return size


def influenced(table: Table, added: Added) -> Added:
    """Which rows there are in the end tells of the keys of all of them, in every column."""
    names = {part.partition("(")[0].lower() for key in unique_keys(table) for part in key.columns}
    nothing: tuple[frozenset[str], Mask] = (frozenset(), Mask.CLEAR)
    tags: frozenset[str] = frozenset()
    for place, column in enumerate(table.columns):
        if column.name.lower() in names:
            tags |= added.flows.get(place, nothing)[0] | {tag for tag in column.tags if tag is not None}
    given = {place: added.flows.get(place, nothing) for place in range(len(table.columns))}
    return replace(added, flows={place: (flown | tags, masked) for place, (flown, masked) in given.items()})


def columns_with(table: Table, added: Added) -> tuple[Column, ...]:
    return tuple(merged(column, *added.flows[place]) for place, column in enumerate(table.columns))


def _all(*parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for part in parts:
        yield from part

"""ON DUPLICATE KEY UPDATE: rows that are there are changed by those that come and have a unique key in common with them; the others are added."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from carrel.gateway.columns import arrow_schema, flow, merged
from carrel.gateway.writing.change import Counts, setter
from carrel.gateway.writing.meeting import Meeting, files, none, only, without
from carrel.gateway.writing.rows import Found
from carrel.gateway.writing.writer import Writer, facts
from carrel.model.copies import Copy
from carrel.model.ports import Draft
from carrel.model.queries import AuthorizedQuery
from carrel.model.tables import Column, Table
from carrel.policy.clock import given
from carrel.policy.guard.clashes import authorize_clash, read_assignments


def assignments(table: Table, text: str) -> str:
    return f"UPDATE `{table.name.database}`.`{table.name.table}` SET {text}"  # noqa: S608 - it is read as an UPDATE of whole, and the names are quoted


class Settling:
    """What one statement does.

    Attributes:
        columns: of the table, with what the rows that come bring; what is set is added to it.
        inserted, changed: rows that were added, and changed.
        sources, facts: of what flowed into the columns that are set from neither the table nor the rows that come.
    """

    def __init__(self, writer: Writer, own: tuple[Table, Copy], meeting: Meeting, columns: list[Column]) -> None:
        self.columns = columns
        self.inserted = 0
        self.sources: tuple[str, ...] = ()
        self.facts: dict[str, Any] = {}
        self._writer = writer
        self._table, self._copy = own
        self._meeting = meeting
        self._counts = Counts()
        self._text = assignments(self._table, writer.what.assignments)
        names = [column.name.lower() for column in self._table.columns]
        self._places = [names.index(name) for name in read_assignments(self._text, self._table).columns]
        self._questions = [self._question(number) for number in range(len(meeting.keys))]

    @property
    def changed(self) -> int:
        return self._counts.changed

    @contextmanager
    def settled(self) -> Iterator[Draft]:
        """The table as it is in the end."""
        now: Draft | None = None
        with ExitStack() as held:
            for part in self._parts():
                matched: list[pa.Array] = []
                for number in range(len(self._meeting.keys)):
                    with ExitStack() as stack:
                        draft = stack.enter_context(self._writer.work.draft(self._table))
                        last = number == len(self._meeting.keys) - 1
                        self._pass(draft, now, part, number, matched, last=last)
                        held.close()  # the one before is read no more
                        held.push(stack.pop_all())
                        now = draft
            assert now is not None, "there is a key"
            yield now

    def _parts(self) -> Iterator[Draft]:
        """The rows that come, so that no two of one part meet the same row."""
        new, work = self._meeting.draft, self._writer.work
        levels = [] if self._meeting.plain else self._meeting.levels()
        if not levels:
            yield new
            return
        above = pa.concat_arrays(levels)
        for level in (None, *levels):
            with work.draft(self._table) as part:
                part.begin(arrow_schema(self._table.columns), 0)
                rows = work.staged(new)
                self._writer.fill(part, without(rows, above.take(pc.sort_indices(above))) if level is None else only(rows, level))
                yield part

    def _question(self, number: int) -> AuthorizedQuery:
        writer, new = self._writer, self._meeting.coming
        made_by = partial(authorize_clash, table=self._table, new=new, keys=self._meeting.keys[: number + 1])
        query = writer.asking.authorized(self._text, writer.now, writer.asking.turn.parameters[writer.what.before :], made_by)
        for place, output in zip(self._places, query.outputs[2:], strict=True):
            self.columns[place] = merged(self.columns[place], *flow(output, query, writer.typed))
        brought = given(query)
        writer.brought |= brought.made_of
        self.sources, self.facts = tuple(sorted(brought.sources)), facts(writer.clock_given(brought))
        return query

    def _pass(self, draft: Draft, now: Draft | None, part: Draft, number: int, matched: list[pa.Array], *, last: bool) -> None:
        """Writes what is there, changed by the rows of a part that have this key in common with it; with the last key, those that have none are added."""
        writer, table = self._writer, self._table
        relations = {self._meeting.coming.name: files(part)} | ({table.name: files(now)} if now is not None else {})
        with ExitStack() as held:
            running = held.enter_context(closing(writer.asking.parts.engine.run(self._questions[number], relations)))
            kept = writer.work.staged(now) if now is not None else held.enter_context(writer.work.rows(table))
            draft.begin(arrow_schema(self.columns), 0)
            writer.fill(draft, self._rows(kept, Found(running.batches()), part, matched, last=last), self._copy.size)

    def _rows(
        self, kept: Iterator[tuple[int, pa.RecordBatch]], found: Found, part: Draft, matched: list[pa.Array], *, last: bool
    ) -> Iterator[pa.RecordBatch]:
        made = setter(self._writer, self._table, self._places, self._counts)
        for start, batch in kept:
            self._writer.asking.turn.require_not_cancelled()
            where, values = found.within(start, batch.num_rows)
            matched += [values[0].cast(pa.int64())] if len(where) else []
            yield made(batch, where, values[1:]) if len(where) else batch
        found.end()
        if last:
            there = pa.concat_arrays(matched) if matched else none()
            for batch in without(self._writer.work.staged(part), there.take(pc.sort_indices(there))):
                self.inserted += batch.num_rows
                yield batch

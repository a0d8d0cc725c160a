"""What the statements that bring rows share: how rows are written as a part, and what a table's definition and its row in the registry become."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa

from carrel.gateway.columns import arrow_schema, merged
from carrel.gateway.deeds import Deeds
from carrel.gateway.values import fitted, typed
from carrel.gateway.writing.counting import Counter
from carrel.gateway.writing.keys import check_unique
from carrel.model.copies import Copy, CopyKind
from carrel.model.errors import BadInput
from carrel.model.names import ColumnName
from carrel.model.ports import Draft
from carrel.model.provenance import NOTHING, Provenance, united
from carrel.model.queries import AuthorizedQuery, Done, Notice
from carrel.model.sensitivity import Mask, is_personal
from carrel.model.tables import ROW, Column, Retention, Table
from carrel.policy.clock import Clock, clock, flows, given

OPTIONS: Final = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"
_LOOK_ROWS: Final = 1 << 18
_LOOK_BYTES: Final = 128 << 20
"""After how many rows, or bytes in memory, the room that the table takes is looked at."""


@dataclass(frozen=True, slots=True)
class Added:
    """What comes to a table: tags and masks by the column's place, and what the registry would say of the new rows alone."""

    flows: dict[int, tuple[frozenset[str], Mask]]
    copy: Copy


class Writer(Deeds):
    """A statement that writes rows."""

    _counter: Counter | None = None

    def counter(self, table: Table) -> Counter:
        """Of this statement."""
        self._counter = self._counter or Counter(table)
        return self._counter

    def append(
        self, table: Table, copy: Copy, adds: Added | Callable[[], Added], batches: Iterator[pa.RecordBatch], query: AuthorizedQuery | None
    ) -> tuple[int, int]:
        """Adds a part to the table; where it is known only when all rows have passed what they bring, `adds` is asked then. Gives the rows that it has, and
        the bytes of the whole."""
        with self.work.draft(table) as draft:
            parts = self.work.link(table, draft.folder)
            draft.begin(arrow_schema(table.columns), parts)
            size = self.fill(draft, batches, copy.size, table.rows)
            added = adds if isinstance(adds, Added) else adds()
            columns = tuple(merged(column, *added.flows[place]) if place in added.flows else column for place, column in enumerate(table.columns))
            check_unique(self, draft, self.kept(table, columns, table.rows))
            self.again(query)
            rows = table.rows + draft.rows
            tags = {tag for column in columns for tag in column.tags if tag is not None}
            more = replace(copy.with_more(added.copy), rows=rows, size=size, tags=frozenset(tags))
            self.work.publish(draft, self.counter(table).kept(self.kept(table, columns, rows)), size, more, before=table)
            return draft.rows, size

    def fill(self, draft: Draft, batches: Iterable[pa.RecordBatch], size: int = 0, rows: int = 0) -> int:
        """Writes the rows as a part, beside a table of this size. Gives the bytes of all parts."""
        looked = weight = 0
        for batch in batches:
            draft.add(batch)
            weight += batch.nbytes
            if draft.rows - looked > _LOOK_ROWS or weight > _LOOK_BYTES:
                looked, weight = draft.rows, 0
                self.work.check_room(self.person, draft, size=size, rows=rows)
        end = draft.end()
        self.work.check_room(self.person, draft, size=size, rows=rows)
        return end

    def filled(self, batch: pa.RecordBatch, table: Table, places: Sequence[int]) -> pa.RecordBatch:
        """A batch with all columns of the table: defaults where none were given."""
        arrays = []
        for number, column in enumerate(table.columns):
            if column.extra:
                given = batch.column(places.index(number)) if number in places else pa.nulls(batch.num_rows, arrow_schema((column,)).field(0).type)
                arrays.append(fitted(self.counter(table).numbered(fitted(given, replace(column, nullable=True))), column))
            elif number in places:
                arrays.append(fitted(batch.column(places.index(number)), column))
            elif column.default is None and not column.nullable:
                raise BadInput(f"field `{column.name}` doesn't have a default value", code="no_default")
            else:
                arrays.append(typed([column.default] * batch.num_rows, column))
        return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(table.columns))

    # --- the registry's row and the definition

    def new(self, columns: tuple[Column, ...]) -> Table:
        name, session = self.what.table, self.work.session() if self.what.temporary else None
        kept = self.asking.temporary.own(name) if session is not None else name
        return self.kept(Table(name=kept, kind=self.candidate(name).kind, columns=(), options=OPTIONS, owner=self.person, session=session), columns, 0)

    def kept(self, table: Table, columns: tuple[Column, ...], rows: int) -> Table:
        personal = any(is_personal(tag) for column in columns for tag in column.tags)
        return replace(table, columns=columns, rows=rows, made_of=table.made_of | self.brought, retention=Retention(kind="copy") if personal else None)

    def copy(self, new: str, table: Table, size: int, until: Clock, sources: tuple[str, ...]) -> Copy:
        principal = self.now.asker.principal
        return Copy(
            id=new, kind=CopyKind.TABLE, name=str(table.name), owner=self.person, made=self.now.asker.now, door=self.now.origin.door, via=principal.via,
            sources=sources, tags=frozenset(tag for column in table.columns for tag in column.tags if tag is not None), size=size, rows=table.rows,
            statement=self.asking.statement, **facts(until if table.session is None else self._this_day(until)),
        )

    def clock_of_typed(self, columns: Sequence[Column]) -> Clock:
        """Of what the client wrote: as that of what it may be, which the person was shown."""
        personal = any(is_personal(tag) for column in columns for tag in column.tags)
        return self.clock_given(self.asking.inherited.written if personal else NOTHING)

    def clock_given(self, given: Provenance) -> Clock:
        """Of values that are of no table."""
        return clock((), {}, made=self._today(), grant=self.grant(), mirror_days=self.now.policy.retention.mirror_copies, given=given)

    def clock_of(self, query: AuthorizedQuery) -> Clock:
        found = flows(query)
        copies = {one.table.name: copy for one in found if one.table.owner is not None and (copy := self.work.find(one.table.name)) is not None}
        days = self.now.policy.retention.mirror_copies
        return clock(found, copies, made=self._today(), grant=self.grant(), mirror_days=days, given=given(query))

    def _this_day(self, until: Clock) -> Clock:
        """Of a temporary table, which ends with the day at the latest."""
        return replace(until, ends=min(until.ends, self._today() + timedelta(days=1)))

    def _today(self) -> date:
        return self.now.asker.now.date()

    def grant(self) -> date:
        """The last day of the person's longest membership; today where none is in force."""
        return self.work.last_day(self.person) or self._today()

    def given(self, copy: Copy, brought: Mapping[int, Provenance]) -> Added:
        """What comes to a table with values that are of no table; `brought` by the column's place."""
        everything = united(brought.values())
        self.brought |= everything.made_of
        flows = {place: (one.tags, one.mask if one.personal else Mask.CLEAR) for place, one in brought.items()}
        return Added(flows, replace(copy, sources=tuple(sorted(everything.sources)), **facts(self.clock_given(everything))))

    @staticmethod
    def sources(query: AuthorizedQuery) -> tuple[str, ...]:
        names: set[ColumnName] = {name for output in query.outputs for name in (*output.sources, *((output.origin[0],) if output.origin else ()))}
        return tuple(sorted({*(str(name) for name in names if name.column != ROW), *given(query).sources}))


def facts(until: Clock) -> dict[str, Any]:
    return {"oldest": until.oldest, "ends": until.ends}


def told(rows: int, notices: tuple[Notice, ...] = ()) -> Done:
    return Done(affected=rows, info=f"Records: {rows}  Duplicates: 0  Warnings: {len(notices)}", notices=notices)

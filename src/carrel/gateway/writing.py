"""One statement that writes, into tables of the person's own, what they may read. Nobody sees anything of it before it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa

from carrel.gateway.columns import arrow_schema, columns_of, declared_column, flow, merged
from carrel.gateway.deeds import Asking, Deeds, exists
from carrel.gateway.values import converted, fitted, typed
from carrel.gateway.variables import one_by_one
from carrel.model.copies import Copy, CopyKind
from carrel.model.errors import BadInput, NotAllowed, NotFound
from carrel.model.names import ColumnName
from carrel.model.ports import Draft
from carrel.model.queries import AuthorizedQuery, Done, Notice
from carrel.model.sensitivity import Mask, is_personal
from carrel.model.tables import Column, DatabaseKind, Retention, Table
from carrel.policy.clock import Clock, clock, flows
from carrel.policy.guard.writing import Deed, Value, read_write
from carrel.state.copies import new_id

OPTIONS: Final = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
_LOOK_ROWS: Final = 1 << 18
"""After how many rows the room that the table takes is looked at."""


@dataclass(frozen=True, slots=True)
class _Added:
    """What comes to a table: tags and masks by the column's place, and what the registry would say of the new rows alone."""

    flows: dict[int, tuple[frozenset[str], Mask]]
    copy: Copy


def write(asking: Asking) -> Done:
    """Does what the statement says, or raises CarrelError and leaves everything as it was."""
    what = read_write(asking.turn.statement.text, asking.database)
    writer = _Writer(asking, what)
    forms = {Deed.CREATE: writer.create, Deed.INSERT: writer.insert, Deed.DROP: writer.drop, Deed.TRUNCATE: writer.truncate, Deed.RENAME: writer.rename}
    return forms[what.deed]()


def look(asking: Asking) -> None:
    """Raises what a statement that is being prepared would be refused with, as far as that does not depend on its values and its SELECT."""
    what = read_write(asking.turn.statement.text, asking.database)
    deeds = Deeds(asking, what)
    making = what.deed is Deed.CREATE or (what.deed is Deed.DROP and what.quiet)
    deeds.require(what.table, None if making else deeds.find(what.table), making=making)


class _Writer(Deeds):
    def create(self) -> Done:
        if (answer := self.there_already()) is not None:
            return answer
        if self.what.query is not None:
            return self._create_as(self.what.query)
        columns = tuple(declared_column(declared, self.typed) for declared in self.what.declared)
        table = self._new(columns)
        until = self._clock_of_typed(columns)
        with self.deed(self.begin(self.metadata(), new := new_id())) as done, self.work.draft(table) as draft:
            draft.begin(arrow_schema(columns), 0)
            size = draft.end()
            self.again(None)
            self.work.publish(draft, table, size, self._copy(new, table, size, until, ()), before=None)
            return done(Done())

    def _create_as(self, text: str) -> Done:
        query = self.asking.authorized(text, self.now, self.asking.turn.parameters)
        new = new_id()
        with ExitStack() as held, self.deed_of(query, held, new) as (done, rows, schema):
            columns = columns_of(query, schema, self.typed)
            table = self._new(columns)
            until = self._clock_of(query)
            with self.work.draft(table) as draft:
                draft.begin(arrow_schema(columns), 0)
                size = self._fill(draft, (_as(batch, columns) for batch in rows))
                self.again(query)
                table = replace(table, rows=draft.rows)
                self.work.publish(draft, table, size, self._copy(new, table, size, until, self._sources(query)), before=None)
            return done(_told(draft.rows, query.notices), draft.rows, size)

    def insert(self) -> Done:
        table, copy = self.own()
        places = self._places(table)
        if self.what.query is None:
            return self._insert_values(table, copy, places)
        query = self.asking.authorized(self.what.query, self.now, self.asking.turn.parameters)
        if len(query.outputs) != len(places):
            raise NotAllowed("column count doesn't match value count", code="column_count")
        with ExitStack() as held, self.deed_of(query, held, copy.id) as (done, rows, _):
            flows = {place: flow(output, query, self.typed) for place, output in zip(places, query.outputs, strict=True)}
            added = replace(copy, sources=self._sources(query), **_facts(self._clock_of(query)))
            batches = (self._filled(batch, table, places) for batch in rows)
            count, size = self._append(table, copy, _Added(flows, added), batches, query)
            return done(_told(count, query.notices), count, size)

    def _insert_values(self, table: Table, copy: Copy, places: Sequence[int]) -> Done:
        if any(len(row) != len(places) for row in self.what.rows):
            raise NotAllowed("column count doesn't match value count", code="column_count")
        values = [[self._value(value) for value in row] for row in self.what.rows]
        arrays = [typed([row[number] for row in values], table.columns[place]) for number, place in enumerate(places)]
        batch = pa.RecordBatch.from_arrays(arrays, names=[str(number) for number in range(len(arrays))])
        until = self._clock_of_typed([_personal(self.typed)])
        with self.deed(self.begin(self.metadata(), copy.id)) as done:
            flows = dict.fromkeys(places, (self.typed, Mask.CLEAR))
            added = replace(copy, sources=(), **_facts(until))
            count, size = self._append(table, copy, _Added(flows, added), iter([self._filled(batch, table, places)]), None)
            return done(_told(count), count, size)

    def drop(self) -> Done:
        if self.what.quiet and self.find(self.what.table) is None:
            self.require(self.what.table, None)
            with self.deed(self.begin(self.metadata(), None)) as done:
                return done(Done(notices=(Notice(code="unknown_table", text=f"unknown table `{self.what.table}`"),)))
        table, copy = self.own()
        with self.deed(self.begin(self.metadata(), copy.id)) as done:
            self.work.drop(table, copy)
            return done(Done())

    def truncate(self) -> Done:
        table, copy = self.own()
        with self.deed(self.begin(self.metadata(), copy.id)) as done, self.work.draft(table) as draft:
            draft.begin(arrow_schema(table.columns), 0)
            size = draft.end()
            empty = replace(table, rows=0)
            self.again(None)
            self.work.publish(draft, empty, size, replace(copy, rows=0, size=size), before=table)
            return done(Done())

    def rename(self) -> Done:
        table, copy = self.own()
        to = self.what.to
        assert to is not None
        if self.require(to, self.find(to)) is not None:
            raise exists(to)
        with self.deed(self.begin(self.metadata(), copy.id, to=str(to))) as done:
            with self.work.draft(replace(table, name=to)) as draft:
                self.work.link(table, draft.folder)
                self.again(None)
                self.work.publish(draft, replace(table, name=to), draft.size(), replace(copy, name=str(to)), before=table)
            return done(Done())

    # --- rows

    def _append(self, table: Table, copy: Copy, added: _Added, batches: Iterator[pa.RecordBatch], query: AuthorizedQuery | None) -> tuple[int, int]:
        """Adds a part to the table. Gives the rows that it has, and the bytes of the whole."""
        columns = tuple(merged(column, *added.flows[place]) if place in added.flows else column for place, column in enumerate(table.columns))
        with self.work.draft(table) as draft:
            parts = self.work.link(table, draft.folder)
            draft.begin(arrow_schema(columns), parts)
            size = self._fill(draft, batches, copy.size, table.rows)
            self.again(query)
            rows = table.rows + draft.rows
            tags = {tag for column in columns for tag in column.tags if tag is not None}
            more = replace(copy.with_more(added.copy), rows=rows, size=size, tags=frozenset(tags))
            self.work.publish(draft, self._kept(table, columns, rows), size, more, before=table)
            return draft.rows, size

    def _fill(self, draft: Draft, batches: Iterable[pa.RecordBatch], size: int = 0, rows: int = 0) -> int:
        """Writes the rows as a part, beside a table of this size. Gives the bytes of all parts."""
        looked = 0
        for batch in batches:
            draft.add(batch)
            if draft.rows - looked > _LOOK_ROWS:
                looked = draft.rows
                self.work.check_room(self.person, draft, size=size, rows=rows)
        end = draft.end()
        self.work.check_room(self.person, draft, size=size, rows=rows)
        return end

    def _filled(self, batch: pa.RecordBatch, table: Table, places: Sequence[int]) -> pa.RecordBatch:
        """A batch with all columns of the table: defaults where none were given."""
        arrays = []
        for number, column in enumerate(table.columns):
            if number in places:
                arrays.append(fitted(batch.column(places.index(number)), column))
            elif column.default is None and not column.nullable:
                raise BadInput(f"field `{column.name}` doesn't have a default value")
            else:
                arrays.append(typed([column.default] * batch.num_rows, column))
        return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(table.columns))

    def _places(self, table: Table) -> list[int]:
        """Which columns of the table the values are for."""
        if not self.what.columns:
            return list(range(len(table.columns)))
        names = [column.name.lower() for column in table.columns]
        for name in self.what.columns:
            if name.lower() not in names:
                raise NotFound(f"unknown column `{name}` in INSERT INTO", code="unknown_column")
        places = [names.index(name.lower()) for name in self.what.columns]
        if len(set(places)) != len(places):
            raise NotAllowed("a column is named twice")
        return places

    def _value(self, value: Value) -> Any:
        if value.is_literal:
            return value.literal
        parameters = self.asking.turn.parameters[value.first : value.after]
        if value.text == "?":
            return parameters[0]
        query = self.asking.authorized(f"SELECT {value.text}", self.now, parameters)
        if query.decisions or len(query.outputs) != 1:
            raise NotAllowed("a value in VALUES reads no table", help="INSERT INTO … SELECT …")
        running = self.asking.parts.engine.run(query, {})
        try:
            return next(one for batch in running.batches() for one in one_by_one(batch.column(0)))
        finally:
            running.close()

    # --- the registry's row and the definition

    def _new(self, columns: tuple[Column, ...]) -> Table:
        return self._kept(Table(name=self.what.table, kind=DatabaseKind.WORK, columns=(), options=OPTIONS, owner=self.person), columns, 0)

    def _kept(self, table: Table, columns: tuple[Column, ...], rows: int) -> Table:
        personal = any(is_personal(tag) for column in columns for tag in column.tags)
        return replace(table, columns=columns, rows=rows, retention=Retention(kind="copy") if personal else None)

    def _copy(self, new: str, table: Table, size: int, until: Clock, sources: tuple[str, ...]) -> Copy:
        principal = self.now.asker.principal
        return Copy(
            id=new, kind=CopyKind.TABLE, name=str(table.name), owner=self.person, made=self.now.asker.now, door=self.now.origin.door, via=principal.via,
            sources=sources, tags=frozenset(tag for column in table.columns for tag in column.tags if tag is not None), size=size, rows=table.rows,
            statement=self.asking.statement, **_facts(until),
        )

    def _clock_of_typed(self, columns: Sequence[Column]) -> Clock:
        """Of what the client wrote: a day where it may be what the session has read of people."""
        if any(is_personal(tag) for column in columns for tag in column.tags):
            return Clock(None, self._today() + timedelta(days=1))
        return Clock(None, self._grant() + timedelta(days=1))

    def _clock_of(self, query: AuthorizedQuery) -> Clock:
        found = flows(query)
        copies = {one.table.name: copy for one in found if one.table.owner is not None and (copy := self.work.find(one.table.name)) is not None}
        return clock(found, copies, made=self._today(), grant=self._grant(), mirror_days=self.now.policy.retention.mirror_copies)

    def _today(self) -> date:
        return self.now.asker.now.date()

    def _grant(self) -> date:
        """The last day of the person's longest membership; today where none is in force."""
        return self.work.last_day(self.person) or self._today()

    @staticmethod
    def _sources(query: AuthorizedQuery) -> tuple[str, ...]:
        names: set[ColumnName] = {name for output in query.outputs for name in (*output.sources, *((output.origin[0],) if output.origin else ()))}
        return tuple(sorted(map(str, names)))


def _as(batch: pa.RecordBatch, columns: Sequence[Column]) -> pa.RecordBatch:
    """A batch of an answer in the types that the table keeps."""
    schema = arrow_schema(columns)
    arrays = [array if array.type == field.type else converted(array, field.type) for array, field in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _personal(tags: frozenset[str]) -> Column:
    return Column(name="_", type="VARCHAR", also=tags)


def _facts(until: Clock) -> dict[str, Any]:
    return {"oldest": until.oldest, "ends": until.ends}


def _told(rows: int, notices: tuple[Notice, ...] = ()) -> Done:
    return Done(affected=rows, info=f"Records: {rows}  Duplicates: 0  Warnings: {len(notices)}", notices=notices)

"""INSERT: what a SELECT gives, or values that the client wrote."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pyarrow as pa

from carrel.gateway.columns import flow
from carrel.gateway.scanning import Scanning
from carrel.gateway.values import typed
from carrel.gateway.variables import one_by_one
from carrel.gateway.writing.clash import Brought, bring
from carrel.gateway.writing.writer import Added, Writer, facts
from carrel.model.copies import Copy
from carrel.model.errors import NotAllowed, NotFound
from carrel.model.provenance import NOTHING, Provenance, united
from carrel.model.queries import Done, Notice
from carrel.model.tables import Column, Table
from carrel.policy.guard.writing import Clash, Value, Write


def insert(writer: Writer) -> Done:
    table, copy = writer.own()
    places = places_of(writer.what, table)
    if writer.what.query is None:
        return _insert_values(writer, table, copy, places)
    query = writer.asking.authorized(writer.what.query, writer.now, writer.asking.turn.parameters)
    if len(query.outputs) != len(places):
        raise NotAllowed("column count doesn't match value count", code="value_count")
    with ExitStack() as held, writer.deed_of(query, held, copy.id) as (done, rows, _):
        flows = {place: flow(output, query, writer.typed) for place, output in zip(places, query.outputs, strict=True)}
        added = replace(copy, sources=writer.sources(query), **facts(writer.clock_of(query)))
        batches = (writer.filled(batch, table, places) for batch in rows)
        brought = bring(writer, (table, copy), Added(flows, added), batches, query)
        return done(_told(writer, brought, query.notices), brought.rows, brought.size)


def _insert_values(writer: Writer, table: Table, copy: Copy, places: Sequence[int]) -> Done:
    if any(len(row) != len(places) for row in writer.what.rows):
        raise NotAllowed("column count doesn't match value count", code="value_count")
    values = [[value_of(writer, value) for value in row] for row in writer.what.rows]
    arrays = [typed([row[number][0] for row in values], _given(table.columns[place])) for number, place in enumerate(places)]
    batch = pa.RecordBatch.from_arrays(arrays, names=[str(number) for number in range(len(arrays))])
    scanning = Scanning(writer.now)
    for place, array in zip(places, arrays, strict=True):
        scanning.look(place, array)
    brought = [united(row[number][1] for row in values) | scanning.found(place) for number, place in enumerate(places)]
    with writer.deed(writer.begin(writer.metadata(), copy.id)) as done:
        added = writer.given(copy, dict(zip(places, brought, strict=True)))
        made = bring(writer, (table, copy), added, iter([writer.filled(batch, table, places)]), None)
        return done(_told(writer, made), made.rows, made.size)


def _told(writer: Writer, made: Brought, notices: tuple[Notice, ...] = ()) -> Done:
    """As MariaDB tells it: nothing of a single row of VALUES, and of rows that were left out a warning for each."""
    more = made.duplicates if writer.what.clash is Clash.IGNORE else 0
    left = (Notice(code="duplicate_key", text=f"rows whose key is there were left out: {more}"),) if more else ()
    info = f"Records: {made.rows}  Duplicates: {made.duplicates}  Warnings: {len(notices) + more}" if len(writer.what.rows) != 1 else ""
    return Done(affected=made.affected, info=info, notices=notices + left, warnings=len(notices) + more)


def places_of(what: Write, table: Table) -> list[int]:
    """Which columns of the table the values are for."""
    if not what.columns:
        return list(range(len(table.columns)))
    names = [column.name.lower() for column in table.columns]
    for name in what.columns:
        if name.lower() not in names:
            raise NotFound(f"unknown column `{name}` in INSERT INTO", code="unknown_column")
    places = [names.index(name.lower()) for name in what.columns]
    if len(set(places)) != len(places):
        raise NotAllowed("a column is named twice")
    return places


def value_of(writer: Writer, value: Value) -> tuple[Any, Provenance]:
    """A value of VALUES, and what it carries."""
    inherited = writer.asking.inherited
    if value.is_literal:
        return value.literal, NOTHING if value.literal is None else inherited.written
    parameters = writer.asking.turn.parameters[value.first : value.after]
    if value.text == "?":
        return parameters[0], inherited.parameter(value.first)
    query = writer.asking.authorized(f"SELECT {value.text}", writer.now, parameters)
    if query.decisions or len(query.outputs) != 1:
        raise NotAllowed("a value in VALUES reads no table", help="INSERT INTO … SELECT …")
    running = writer.asking.parts.engine.run(query, {})
    try:
        return next(one for batch in running.batches() for one in one_by_one(batch.column(0))), query.outputs[0].inherited
    finally:
        running.close()


def _given(column: Column) -> Column:
    """The column as its values are given: a number that counts up may be left to it."""
    return replace(column, nullable=True) if column.extra else column

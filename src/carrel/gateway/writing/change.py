"""UPDATE and DELETE: the table is written anew, its other rows and columns as they are, and takes the place of what was there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from carrel.gateway.columns import arrow_schema, flow, merged, tagged
from carrel.gateway.deeds import Authorize, Deeds
from carrel.gateway.values import fitted
from carrel.gateway.writing.keys import check_unique
from carrel.gateway.writing.rows import Found, changed, mask
from carrel.gateway.writing.writer import Writer, facts
from carrel.model.copies import Copy
from carrel.model.errors import NotAllowed, NotFound
from carrel.model.queries import AuthorizedQuery, Done, Parameter
from carrel.model.tables import Column, Table
from carrel.policy.guard.changes import Change, authorize_change
from carrel.policy.guard.writing import Write


def settled(deeds: Deeds) -> Write:
    """The statement with the table that it changes. Raises NotFound, NotAllowed."""
    what, change = deeds.what, deeds.what.change
    if change is None or change.target is not None:
        return what
    known = [(one, deeds.find(one.table)) for one in change.references if one.table is not None]
    having = [(one, table) for one, table in known if table is not None and any(table.column(name) for name in what.columns)]
    if not having:
        raise NotFound(f"unknown column `{what.columns[0]}` in SET", code="unknown_column")
    if len(having) > 1:
        raise NotAllowed(f"column `{what.columns[0]}` in SET is ambiguous", code="ambiguous_column", help="write the table before it: SET t.a = …")
    target = having[0][0]
    assert target.table is not None
    return replace(what, table=target.table, change=replace(change, target=target))


@dataclass(slots=True)
class Counts:
    changed: int = 0


Batches = Iterator[pa.RecordBatch]
Kept = Iterator[tuple[int, pa.RecordBatch]]
"""The rows of a table, each batch with the place of its first."""
Made = Callable[[pa.RecordBatch, pa.Array, list[pa.Array]], pa.RecordBatch]
"""What becomes of a batch, some of whose places were found with these values."""


def setter(deeds: Deeds, table: Table, places: Sequence[int], counts: Counts) -> Made:
    """What sets the columns at these places of a table's rows."""
    seen = [deeds.sees(table, column) for column in table.columns]

    def made(batch: pa.RecordBatch, found: pa.Array, values: list[pa.Array]) -> pa.RecordBatch:
        arrays, where, differ = list(batch.columns), mask(batch.num_rows, found), pa.nulls(len(found), pa.bool_()).fill_null(False)
        for place, value in zip(places, values, strict=True):
            new = fitted(value, table.columns[place])
            # How many change would tell of values that the person may not read.
            differ = pc.or_(differ, changed(arrays[place].take(found), new)) if seen[place] else pc.or_(differ, pa.scalar(True))
            arrays[place] = pc.replace_with_mask(arrays[place], where, new)
        counts.changed += differ.true_count
        return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)

    return made


def update(writer: Writer) -> Done:
    table, copy = writer.own()
    names = [column.name.lower() for column in table.columns]
    unknown = [name for name in writer.what.columns if name not in names]
    if unknown:
        raise NotFound(f"unknown column `{unknown[0]}` in SET", code="unknown_column")
    places = [names.index(name) for name in writer.what.columns]
    counts = Counts()

    made = setter(writer, table, places, counts)
    query = probe(writer, writer.asking.turn.parameters)
    with ExitStack() as held, writer.deed_of(query, held, copy.id) as (done, rows, _):
        columns = list(table.columns)
        for place, output in zip(places, query.outputs[1:], strict=True):
            columns[place] = (tagged if _change(writer).whole else merged)(columns[place], *flow(output, query, writer.typed))
        found = Found(rows)
        size = _anew(writer, (table, copy), columns, query, _with(found, made, writer))
        told = f"Rows matched: {found.rows}  Changed: {counts.changed}  Warnings: {len(query.notices)}"
        return done(Done(affected=counts.changed, matched=found.rows, info=told, notices=query.notices), counts.changed, size)


def delete(writer: Writer) -> Done:
    table, copy = writer.own()

    def made(batch: pa.RecordBatch, found: pa.Array, _: list[pa.Array]) -> pa.RecordBatch:
        return batch.filter(pc.invert(mask(batch.num_rows, found)))

    query = probe(writer, writer.asking.turn.parameters)
    with ExitStack() as held, writer.deed_of(query, held, copy.id) as (done, rows, _):
        flown = flow(query.outputs[0], query, writer.typed)
        columns = table.columns if _change(writer).whole else [merged(column, *flown) for column in table.columns]
        found = Found(rows)
        size = _anew(writer, (table, copy), columns, query, _with(found, made, writer))
        return done(Done(affected=found.rows, notices=query.notices), found.rows, size)


def probe(deeds: Deeds, parameters: tuple[Parameter, ...]) -> AuthorizedQuery:
    """What the guard makes of the statement with these values. Raises what it would be refused with."""
    table, _ = deeds.own()
    return deeds.asking.authorized(deeds.asking.turn.statement.text, deeds.now, parameters, _made_by(deeds, table))


# --- the table anew


def _anew(writer: Writer, own: tuple[Table, Copy], columns: Sequence[Column], query: AuthorizedQuery, batches: Callable[[Kept], Batches]) -> int:
    """Publishes what `batches` makes of the rows that the table has. Gives the bytes of the whole."""
    table, copy = own
    added = replace(copy, sources=writer.sources(query), **facts(writer.clock_of(query)))
    tags = frozenset(tag for column in columns for tag in column.tags if tag is not None)
    with writer.work.draft(table) as draft, writer.work.rows(table) as kept:
        draft.begin(arrow_schema(columns), 0)
        size = writer.fill(draft, batches(kept), copy.size)
        if writer.what.columns:
            check_unique(writer, draft, writer.kept(table, tuple(columns), draft.rows))
        writer.again(query, _made_by(writer, table))
        more = replace(copy.with_more(added), rows=draft.rows, size=size, tags=tags)
        writer.work.publish(draft, writer.kept(table, tuple(columns), draft.rows), size, more, before=table)
        return size


def _with(found: Found, made: Made, writer: Writer) -> Callable[[Kept], Batches]:
    def batches(kept: Kept) -> Batches:
        for start, batch in kept:
            writer.asking.turn.require_not_cancelled()
            places, values = found.within(start, batch.num_rows)
            yield made(batch, places, values) if len(places) else batch
        found.end()

    return batches


def _made_by(deeds: Deeds, table: Table) -> Authorize:
    change = _change(deeds)
    target = change.target or change.references[0]
    return partial(authorize_change, target=target, table=table)


def _change(deeds: Deeds) -> Change:
    assert deeds.what.change is not None
    return deeds.what.change

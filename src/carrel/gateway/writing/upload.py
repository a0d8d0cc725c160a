"""LOAD DATA LOCAL: the rows of a client's file, as it comes, into a table of the person's own. Of the file no more is held than a block of rows."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pyarrow as pa

from carrel.gateway.bending import ABSENT, Bender, Sink, long
from carrel.gateway.bent.texts import CHARSETS
from carrel.gateway.scanning import Scanning
from carrel.gateway.values import typed
from carrel.gateway.writing.insert import value_of
from carrel.gateway.writing.writer import Added, Writer
from carrel.io.delimited import Fields, Layout, blocks
from carrel.model.copies import Copy
from carrel.model.errors import LimitReached, NotAllowed, NotFound, Unsupported
from carrel.model.ports import Files
from carrel.model.provenance import Provenance
from carrel.model.queries import Done
from carrel.model.tables import Table
from carrel.policy.guard.writing.upload import Field, Upload

_HELP: Final = "start the client with --local-infile=1 (PyMySQL, MySQLdb: local_infile=True)"


def upload(writer: Writer) -> Done:
    what, files = writer.what.upload, writer.asking.turn.files
    assert what is not None
    if files is None:
        raise NotAllowed("the client has not offered to send a file", code="local_infile", help=_HELP)
    table, copy = writer.own()
    if table.primary_key or any(index.unique for index in table.indexes):
        raise Unsupported(f"a file is not loaded into `{table.name}`, which has a unique key", help="load it into a table without, then INSERT … SELECT")
    sink = Sink(what.strict)
    plan = _planned(writer, what, table, sink)
    with writer.deed(writer.begin(writer.metadata(), copy.id)) as done, writer.asking.parts.slots.taken(writer.person):
        scanning = Scanning(writer.now)
        with closing(_batches(writer, plan, files)) as batches:
            count, size = writer.append(table, copy, partial(_added, writer, copy, plan, scanning), scanning.watched(batches, plan.places), None)
        info = f"Records: {count}  Deleted: 0  Skipped: 0  Warnings: {sink.total}"
        return done(Done(affected=count, info=info, notices=sink.notices(), warnings=sink.total), count, size)


def _added(writer: Writer, copy: Copy, plan: _Plan, scanning: Scanning) -> Added:
    """What the rows carry that have passed."""
    return writer.given(copy, {place: carried | scanning.found(place) for place, carried in zip(plan.places, plan.brought, strict=True)})


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of a file's fields.

    Attributes:
        width: fields of a row.
        filled: what makes a column of a field, by the field's number.
        taken: the same of what SET takes from a field, with the text that becomes NULL.
        given: values that are the same in every row.
        places: the columns of all of these, in this order.
        brought: what each of them carries.
    """

    what: Upload
    table: Table
    sink: Sink
    width: int
    filled: tuple[tuple[int, Bender], ...]
    taken: tuple[tuple[int, Bender, bytes | None], ...]
    given: tuple[Any, ...]
    places: tuple[int, ...]
    brought: tuple[Provenance, ...]


def _planned(writer: Writer, what: Upload, table: Table, sink: Sink) -> _Plan:
    charset = what.charset or writer.asking.charset
    if charset not in CHARSETS:
        raise NotAllowed(f"unknown character set `{charset}`", help=f"one of {', '.join(sorted(CHARSETS))}")
    numbers = {column.name.lower(): place for place, column in enumerate(table.columns)}

    def bender(name: str) -> Bender:
        if name.lower() not in numbers:
            raise NotFound(f"unknown column `{name}` in INTO", code="unknown_column")
        place = numbers[name.lower()]
        made = Bender(table.columns[place], place, charset, writer.now.asker.now, sink)
        made.require()
        return made

    named = what.fields or tuple(Field(column.name) for column in table.columns)
    set_ = {one.column.lower() for one in what.taken} | {one.column.lower() for one in what.given}
    filled = tuple((at, bender(one.name)) for at, one in enumerate(named) if not one.variable and one.name.lower() not in set_)
    at_of = {one.name.lower(): at for at, one in enumerate(named) if one.variable}
    taken = tuple((at_of[one.variable.lower()], bender(one.column), None if one.void is None else one.void.encode()) for one in what.taken)
    given = [bender(one.column).place for one in what.given]
    places = (*(made.place for _, made in filled), *(made.place for _, made, _ in taken), *given)
    values = [value_of(writer, one.value) for one in what.given]
    brought = (*[writer.asking.inherited.written] * (len(filled) + len(taken)), *(carried for _, carried in values))
    return _Plan(what, table, sink, len(named), filled, taken, tuple(value for value, _ in values), places, brought)


def _batches(writer: Writer, plan: _Plan, files: Files) -> Generator[pa.RecordBatch]:
    """The rows, as the file comes. The client is asked for it when the first is."""
    what, first = plan.what, 1
    layout = Layout(
        terminated=what.terminated.encode(), enclosed=what.enclosed.encode(), escaped=what.escaped.encode(), starting=what.starting.encode(),
        ended=what.ended.encode(), skipped=what.skipped,
    )
    with files(what.file) as pieces:
        for rows in blocks(_watched(writer, pieces), layout, plan.width):
            yield writer.filled(_batch(plan, rows, first), plan.table, plan.places)
            plan.sink.settle()
            first += len(rows)


def _batch(plan: _Plan, rows: Sequence[Fields], first: int) -> pa.RecordBatch:
    for row, fields in enumerate(rows, first):
        if len(fields) > plan.width:
            long(plan.sink, row, len(plan.table.columns))
    if all(len(fields) >= plan.width for fields in rows):
        cells: list[Sequence[Any]] = list(zip(*rows, strict=False))
    else:
        cells = [[fields[at] if at < len(fields) else ABSENT for fields in rows] for at in range(plan.width)]
    arrays = [made.array(cells[at], first) for at, made in plan.filled]
    arrays += [made.array([_void(cell, void) for cell in cells[at]], first) for at, made, void in plan.taken]
    columns = [plan.table.columns[place] for place in plan.places[len(arrays) :]]
    arrays += [typed([value] * len(rows), column) for value, column in zip(plan.given, columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=[str(place) for place in plan.places])


def _void(cell: Any, void: bytes | None) -> Any:
    return None if cell is ABSENT or (void is not None and cell == void) else cell


def _watched(writer: Writer, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, as long as nobody has stopped the statement and its time is not over."""
    time_ = writer.asking.limits.time
    end = None if time_ is None else time.monotonic() + time_.total_seconds()
    for piece in pieces:
        writer.asking.turn.require_not_cancelled()
        if end is not None and time.monotonic() > end:
            raise LimitReached("the file took longer than a statement may", code="time_limit", help="send it in parts")
        yield piece

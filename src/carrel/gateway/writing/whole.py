"""Statements that change a table as a whole: DROP TABLE, TRUNCATE, RENAME TABLE."""

from __future__ import annotations

from dataclasses import replace

from carrel.gateway.columns import arrow_schema
from carrel.gateway.deeds import Deeds, exists
from carrel.gateway.writing.counting import uncounted
from carrel.gateway.writing.writer import Writer
from carrel.model.queries import Done, Notice
from carrel.model.tables import Table


def drop(writer: Writer) -> Done:
    found = writer.find(writer.what.table)
    if writer.what.quiet and (found is None or (writer.what.temporary and found.session is None)):
        writer.require(writer.what.table, None)
        with writer.deed(writer.begin(writer.metadata(), None)) as done:
            return done(Done(notices=(Notice(code="unknown_table", text=f"unknown table `{writer.what.table}`"),)))
    table, copy = writer.own()
    with writer.deed(writer.begin(writer.metadata(), copy.id)) as done:
        writer.work.drop(table, copy)
        if table.session is not None:
            writer.asking.temporary.leave(writer.what.table)
        return done(Done())


def truncate(writer: Writer) -> Done:
    table, copy = writer.own()
    with writer.deed(writer.begin(writer.metadata(), copy.id)) as done, writer.work.draft(table) as draft:
        draft.begin(arrow_schema(table.columns), 0)
        size = draft.end()
        empty = uncounted(replace(table, rows=0))
        writer.again(None)
        writer.work.publish(draft, empty, size, replace(copy, rows=0, size=size), before=table)
        return done(Done())


def rename(writer: Writer) -> Done:
    table, copy = writer.own()
    to = writer.what.to
    assert to is not None
    if writer.require(to, writer.find(to)) is not None:
        raise exists(to)
    told = shares_that_end(writer, table)
    with writer.deed(writer.begin(writer.metadata(), copy.id, to=str(to))) as done:
        with writer.work.draft(replace(table, name=to)) as draft:
            writer.work.link(table, draft.folder)
            writer.again(None)
            writer.work.publish(draft, replace(table, name=to), draft.size(), replace(copy, name=str(to)), before=table)
        return done(Done(notices=told))


def shares_that_end(deeds: Deeds, table: Table) -> tuple[Notice, ...]:
    """What is to be told when a table gets another name."""
    given = sum(name == table.name for name, _ in deeds.work.shared(deeds.person))
    return (Notice(code="shares_ended", text=f"grants do not go along to another name: {given} of `{table.name}` ended"),) if given else ()

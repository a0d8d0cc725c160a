"""CREATE VIEW and DROP VIEW: the text is decided on as if it were asked, and is kept with its columns and their tags; of rows nothing is kept.

A text in which its maker has written what may be of people they were shown ends as that would, and is nobody else's.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from carrel.gateway import records
from carrel.gateway.columns import arrow_schema, columns_of
from carrel.gateway.deeds import exists
from carrel.gateway.origins import made_of
from carrel.gateway.writing.writer import Writer
from carrel.model.audit import Begin
from carrel.model.copies import Copy, CopyKind
from carrel.model.errors import NotAllowed, NotFound
from carrel.model.queries import AuthorizedQuery, Done, Notice
from carrel.model.tables import OWN, Column, Table, View
from carrel.policy.clock import Clock, given
from carrel.state.copies import new_id


def create_view(writer: Writer) -> Done:
    what = writer.what
    before, copy = _before(writer)
    if before is not None and not what.replacing:
        if not what.quiet:
            raise exists(what.table)
        with writer.deed(writer.begin(writer.metadata(), None)) as done:
            return done(Done(notices=(Notice(code="table_exists", text=f"table `{what.table.table}` already exists"),)))
    query, columns = decided(writer)
    written = given(query)
    writer.brought = made_of(query) | (frozenset({OWN}) if written.personal else frozenset())
    headings = tuple(output.heading for output in query.outputs)
    assert what.query is not None
    view = View(text=what.query, database=writer.asking.database, headings=headings)
    table = replace(writer.new(columns), view=view)
    id = copy.id if copy is not None else new_id()
    until = writer.clock_given(written) if written.personal else Clock(None, writer.grant() + timedelta(days=1))
    entry = replace(writer.copy(id, table, 0, until, writer.sources(query)), kind=CopyKind.VIEW)
    with writer.deed(_begin(writer, query, id)) as done, writer.work.draft(table) as draft:
        draft.begin(arrow_schema(columns), 0)
        size = draft.end()
        writer.again(query)
        writer.work.publish(draft, table, size, entry, before=before)
        return done(Done(notices=query.notices))


def look_at_view(writer: Writer) -> None:
    """Raises what a CREATE VIEW that is being prepared would be refused with."""
    _before(writer)
    decided(writer)


def drop_view(writer: Writer) -> Done:
    if writer.what.quiet and writer.find(writer.what.table) is None:
        writer.require(writer.what.table, None)
        with writer.deed(writer.begin(writer.metadata(), None)) as done:
            return done(Done(notices=(Notice(code="unknown_table", text=f"unknown VIEW `{writer.what.table}`"),)))
    table, copy = writer.own()
    with writer.deed(writer.begin(writer.metadata(), copy.id)) as done:
        writer.work.drop(table, copy)
        return done(Done())


def decided(writer: Writer) -> tuple[AuthorizedQuery, tuple[Column, ...]]:
    """What the text reads and gives. Nothing runs.

    Raises: NotAllowed for what a view cannot hold.
    """
    what = writer.what
    assert what.query is not None
    if writer.asking.turn.parameters:
        raise NotAllowed("a view's SELECT contains a variable or parameter")
    query = writer.asking.authorized(what.query, writer.now, ())
    if any(name.startswith("@") for name in query.variables):
        raise NotAllowed("a view's SELECT contains a variable or parameter", help="write the value into the view")
    if what.table in query.decisions:
        raise NotAllowed(f"`{what.table}` contains view recursion")
    if any(decision.table.session is not None for decision in query.decisions.values()):
        raise NotAllowed("a view's SELECT refers to a temporary table", help="make the table without TEMPORARY")
    if what.columns and len(what.columns) != len(query.outputs):
        raise NotAllowed("view's SELECT and view's field list have different column counts", code="column_count")
    with closing(writer.asking.parts.engine.run(query, writer.asking.relations(query))) as running:
        columns = columns_of(query, running.schema, writer.typed)
    return query, _named(writer, columns)


def _before(writer: Writer) -> tuple[Table | None, Copy | None]:
    """The view that is to be replaced. Raises for a table, and for what is somebody else's."""
    name = writer.what.table
    found = writer.require(name, writer.find(name), making=True)
    if found is None or not writer.what.replacing:
        return found, None
    writer.require(name, found)
    if found.view is None:
        raise NotAllowed(f"`{name}` is not of type VIEW", help="DROP TABLE, or choose another name")
    copy = writer.work.find(name)
    if copy is None:
        raise NotFound(f"table `{name}` doesn't exist", help="SHOW TABLES")
    return found, copy


def _named(writer: Writer, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    names = writer.what.columns
    return tuple(replace(column, name=name) for column, name in zip(columns, names, strict=True)) if names else columns


def _begin(writer: Writer, query: AuthorizedQuery, id: str) -> Begin:
    begin = records.of_query(query, writer.now, writer.asking.statement, writer.what.deed.value, writer.asking.parts.key_token)
    return writer.begin(begin, id)

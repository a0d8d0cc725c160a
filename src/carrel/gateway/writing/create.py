"""CREATE TABLE: what a SELECT gives, or columns without rows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

import pyarrow as pa

from carrel.gateway.columns import arrow_schema, columns_of, declared_column
from carrel.gateway.values import converted
from carrel.gateway.writing.keys import check_unique, with_keys
from carrel.gateway.writing.writer import Writer, told
from carrel.model.errors import BadInput
from carrel.model.queries import Done
from carrel.model.tables import Column, Table
from carrel.state.copies import new_id


def create(writer: Writer) -> Done:
    if (answer := writer.there_already()) is not None:
        return answer
    table, done = _create_as(writer, writer.what.query) if writer.what.query is not None else _create(writer)
    if table.session is not None:
        writer.asking.temporary.enter(writer.what.table, table.name)
    return done


def _create(writer: Writer) -> tuple[Table, Done]:
    written = writer.asking.inherited.written.tags
    columns = tuple(declared_column(declared, writer.typed if declared.default is None else written) for declared in writer.what.declared)
    table = with_keys(writer.new(columns), writer.what.keys)
    until = writer.clock_of_typed(columns)
    with writer.deed(writer.begin(writer.metadata(), new := new_id())) as done, writer.work.draft(table) as draft:
        draft.begin(arrow_schema(columns), 0)
        size = draft.end()
        writer.again(None)
        writer.work.publish(draft, table, size, writer.copy(new, table, size, until, ()), before=None)
        return table, done(Done())


def _create_as(writer: Writer, text: str) -> tuple[Table, Done]:
    query = writer.asking.authorized(text, writer.now, writer.asking.turn.parameters)
    new = new_id()
    with ExitStack() as held, writer.deed_of(query, held, new) as (done, rows, schema):
        columns = columns_of(query, schema, writer.typed)
        table = with_keys(writer.new(columns), writer.what.keys)
        until = writer.clock_of(query)
        with writer.work.draft(table) as draft:
            draft.begin(arrow_schema(columns), 0)
            size = writer.fill(draft, (_as(batch, table.columns) for batch in rows))
            check_unique(writer, draft, table)
            writer.again(query)
            table = replace(table, rows=draft.rows)
            writer.work.publish(draft, table, size, writer.copy(new, table, size, until, writer.sources(query)), before=None)
        return table, done(told(draft.rows, query.notices), draft.rows, size)


def _as(batch: pa.RecordBatch, columns: Sequence[Column]) -> pa.RecordBatch:
    """A batch of an answer in the types that the table keeps."""
    schema = arrow_schema(columns)
    for array, column in zip(batch.columns, columns, strict=True):
        if array.null_count and not column.nullable:
            raise BadInput(f"column `{column.name}` cannot be null", code="null_value")
    arrays = [array if array.type == field.type else converted(array, field.type) for array, field in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)

"""Rows that a question found in a table, beside the rows of the table as they stand in its files: which of them change, and into what."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from carrel.model.errors import Internal


class Found:
    """Rows in the order of their places, the first column; a place that comes again counts once, and one that is NULL not at all.

    Attributes:
        rows: handed out so far.
    """

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self.rows = 0
        self._batches = batches
        self._held: pa.RecordBatch | None = None
        self._last = -1

    def within(self, start: int, rows: int) -> tuple[pa.Array, list[pa.Array]]:
        """Those of the `rows` rows from the place `start`: where they are among them, ascending, and their values."""
        parts: list[pa.RecordBatch] = []
        while (batch := self._next()) is not None:
            places = batch.column(0)
            count = pc.sum(pc.less(places, start + rows)).as_py()
            if count and places[0].as_py() < start:
                raise Internal("a row was found that the table does not have")
            if count:
                parts.append(batch.slice(0, count))
            if count < batch.num_rows:
                self._held = batch.slice(count)
                break
        if not parts:
            return pa.array([], pa.int64()), []
        whole = pa.Table.from_batches(parts)
        self.rows += whole.num_rows
        places, *values = (pa.concat_arrays(column.chunks) for column in whole.columns)
        return pc.subtract(places, start), values

    def end(self) -> None:
        """Raises Internal where rows are left: they belong to no row of the table."""
        if self._next() is not None:
            raise Internal("rows were found that the table does not have")

    def _next(self) -> pa.RecordBatch | None:
        held, self._held = self._held, None
        while held is None or not held.num_rows:
            batch = next(self._batches, None)
            if batch is None:
                return None
            held = self._first_of_each(batch)
        return held

    def _first_of_each(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if batch.column(0).null_count:
            batch = batch.filter(pc.is_valid(batch.column(0)))
        if not batch.num_rows:
            return batch
        places = batch.column(0)
        before = pa.concat_arrays([pa.array([self._last], places.type), places[:-1]])
        if pc.any(pc.less(places, before)).as_py():
            raise Internal("rows came out of order")
        self._last = places[-1].as_py()
        return batch.filter(pc.not_equal(places, before))


def changed(old: pa.Array, new: pa.Array) -> pa.Array:
    """Where two arrays of one type differ; NULL is like NULL."""
    return pc.or_(pc.fill_null(pc.not_equal(old, new), False), pc.not_equal(pc.is_null(old), pc.is_null(new)))


def mask(rows: int, places: pa.Array) -> pa.Array:
    """True at these places of so many rows."""
    return pc.is_in(pa.arange(0, rows), value_set=places.cast(pa.int64()))

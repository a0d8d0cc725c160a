"""The answers that have rows: from the engine, and made by the gateway. Closing one writes the audit's finish row, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

import pyarrow as pa

from carrel.gateway.blanking import blank
from carrel.gateway.copying import Copying
from carrel.gateway.metadata.origins import origin
from carrel.gateway.metadata.rows import column_key
from carrel.gateway.metadata.seen import seen
from carrel.gateway.metadata.show import Shown
from carrel.model.audit import Finish
from carrel.model.copies import Copy
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.ports import Running
from carrel.model.queries import AuthorizedQuery, Notice, OutputColumn, ResultColumn
from carrel.model.tables import Table

LEASE_S: Final = 1.0
"""How long an answer streams on before it is asked anew whether the asker may have it."""


class Closing:
    """Runs `finish` once, whoever closes first."""

    def __init__(self, finish: Callable[[Finish], None]) -> None:
        self._finish = finish
        self._lock = threading.Lock()
        self._closed = False

    def __call__(self, end: Finish) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._finish(end)


class TableRows:
    """Rows that the gateway made itself."""

    def __init__(self, shown: Shown, finish: Callable[[Finish], None], lease: Callable[[], None]) -> None:
        table = shown.table
        self.copy: Copy | None = None
        self.check = lease
        self.columns = shown_columns(shown)
        self.notices: tuple[Notice, ...] = ()
        self._table = table
        self._close = Closing(finish)
        self._outcome = "disconnected"

    def copied(self, name: str) -> Copy | None:
        return None

    def batches(self, *, by_value: bool = False) -> Iterator[pa.RecordBatch]:
        yield from self._table.to_batches()
        self._outcome = "complete"

    def close(self) -> None:
        self._close(Finish(outcome=self._outcome, rows=self._table.num_rows, bytes=self._table.nbytes))


class EngineRows:
    """Rows that stream from an engine.

    Args:
        query: its outputs' headings are the columns' names.
        held: what to let go of when the answer is closed (the place in the queue).
        lease: raises where the asker may no longer have the rows.
        most: how many rows are given, whatever there are; None: all.
        copies: enters the answer in the registry of copies, and says how large it has become.
    """

    def __init__(
        self, running: Running, query: AuthorizedQuery, held: ExitStack, finish: Callable[[Finish], None], lease: Callable[[], None], *,
        copies: Copying, most: int | None = None,
    ) -> None:
        self.columns = result_columns(query, running.schema)
        self.notices = query.notices
        self.copy: Copy | None = None
        self._running = running
        self._copies = copies
        self._held = held
        self._close = Closing(finish)
        self._outcome = "disconnected"
        self._rows = 0
        self._bytes = 0
        self._lease = lease
        self._most = most
        self._checked = time.monotonic()

    def copied(self, name: str) -> Copy | None:
        self.copy = self._copies.enter(name)
        return self.copy

    @property
    def rows(self) -> int:
        """How many have been handed out."""
        return self._rows

    def batches(self, *, by_value: bool = False) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._shortened(self._running.batches()):
                if time.monotonic() - self._checked > LEASE_S:
                    self.check()
                self._rows += batch.num_rows
                self._bytes += batch.nbytes
                yield blank(batch, by_value=by_value)
            self._outcome = "complete"
        except CarrelError as error:
            self._outcome = error.code
            raise

    def _shortened(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if self._most is None:
            yield from batches
            return
        left = self._most
        while left and (batch := next(batches, None)) is not None:
            yield batch.slice(0, left)
            left -= min(left, batch.num_rows)

    def check(self) -> None:
        try:
            self._lease()
        except CarrelError as error:
            self._outcome = error.code
            raise
        self._checked = time.monotonic()

    def interrupt(self) -> None:
        self._running.interrupt()

    def close(self) -> None:
        try:
            self._running.close()
        finally:
            self._held.close()
            self._close(Finish(outcome=self._outcome, rows=self._rows, bytes=self._bytes))
            if self.copy is not None:
                self._copies.measured(self.copy, rows=self._rows, size=self._bytes)


def shown_columns(shown: Shown) -> tuple[ResultColumn, ...]:
    return tuple(ResultColumn(name=field.name, type=field.type, origin=origin(shown.source, field.name)) for field in shown.table.schema)


def result_columns(query: AuthorizedQuery, schema: pa.Schema) -> tuple[ResultColumn, ...]:
    """The columns of an answer; those that come unchanged from a table as the asker gets that table."""
    told: dict[TableName, Table] = {}
    return tuple(_column(output, field, query, told) for output, field in zip(query.outputs, schema, strict=True))


def _column(output: OutputColumn, field: pa.Field, query: AuthorizedQuery, told: dict[TableName, Table]) -> ResultColumn:
    if output.origin is None:
        return ResultColumn(name=output.heading, type=field.type, decimals=_number(field, b"decimals"), required=_required(field))
    name, base = output.origin
    if name.table not in told:
        told[name.table] = seen(query.decisions[name.table])
    column = told[name.table].column(base.name) or base
    key = column_key(told[name.table], column)
    return ResultColumn(name=output.heading, type=field.type, origin=(name, column), key=key, required=_required(field))


def _required(field: pa.Field) -> bool | None:
    said = _number(field, b"required")
    return None if said is None else bool(said)


def _number(field: pa.Field, key: bytes) -> int | None:
    shown = (field.metadata or {}).get(key)
    return None if shown is None else int(shown)

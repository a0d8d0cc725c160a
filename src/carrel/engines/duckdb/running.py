"""A query in DuckDB: streams its batches, stops when told, when its time is over or when it has given as many rows as it may."""

from __future__ import annotations

import logging
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Final

import duckdb
import pyarrow as pa

from carrel.engines.duckdb.deadlines import Deadlines
from carrel.model.errors import Cancelled, CarrelError, Internal, LimitReached, NotAllowed
from carrel.model.queries import Limits

BATCH_BYTES: Final = 3 << 19
"""Aim for the weight of one batch: small enough that a slow reader holds little memory, large enough that a batch costs nothing beside its rows."""

_VECTOR: Final = 2048
"""Rows of DuckDB's own unit."""

_MOST_VECTORS: Final = 8
_TEXT_BYTES: Final = 32
_BLOB_BYTES: Final = 1024
"""What a text and a blob, which may be a whole page's, are taken to weigh."""

_AGAIN: Final = timedelta(milliseconds=100)

log = logging.getLogger(__name__)


class DuckDbRunning:
    """Fills the port Running.

    Args:
        cursor: this query's own; closed here.
        relation: of the cursor: the final text, checked and bound.
        schema: of the batches: the guard's headings, DuckDB's types.
        held: what must stay until the query ends: views, files.
        deadlines: who stops it when its time is over.
    """

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation, schema: pa.Schema, limits: Limits, held: ExitStack, *, deadlines: Deadlines
    ) -> None:
        self.schema = schema
        self._cursor = cursor
        self._relation = relation
        self._limits = limits
        self._held = held
        self._lock = threading.Lock()
        self._stopped: CarrelError | None = None
        self._closed = False
        self._deadlines = deadlines
        if limits.time is not None:
            end = deadlines.after(limits.time, lambda: self._stop(LimitReached("the query took longer than it may", code="time_limit")))
            held.callback(deadlines.forget, end)

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._read()
        except CarrelError:
            raise
        except Exception as error:  # noqa: BLE001 - the driver and Arrow raise many kinds; none of their texts may pass
            raise self._explain(error) from None
        finally:
            self.close()

    def interrupt(self) -> None:
        self._stop(Cancelled("the query was cancelled"))

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._cursor.interrupt()
        self._cursor.close()
        self._held.close()

    def _read(self) -> Iterator[pa.RecordBatch]:
        self._check()
        left = self._limits.rows
        reader = self._relation.to_arrow_reader(rows_of_batch(self.schema))
        for batch in reader:
            self._check()
            if left is not None:
                if batch.num_rows > left:
                    if left:
                        yield self._named(batch.slice(0, left))
                    raise LimitReached("the result has more rows than one answer may have", code="row_limit")
                left -= batch.num_rows
            if batch.num_rows:
                yield self._named(batch)
        self._check()

    def _named(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)

    def _check(self) -> None:
        if self._stopped is not None:
            raise self._stopped

    def _stop(self, reason: CarrelError) -> None:
        """Interrupts until the query is closed: an interrupt that comes right before DuckDB begins is lost."""
        with self._lock:
            if self._closed:
                return
            first, self._stopped = self._stopped is None, self._stopped or reason
            self._cursor.interrupt()
        if first:
            self._deadlines.after(_AGAIN, self._insist)

    def _insist(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._cursor.interrupt()
        self._deadlines.after(_AGAIN, self._insist)

    def _explain(self, error: Exception) -> CarrelError:
        return self._stopped or explain(error)


def rows_of_batch(schema: pa.Schema) -> int:
    """How many rows of these columns weigh about `BATCH_BYTES`: whole units of DuckDB's."""
    weight = sum(_BLOB_BYTES if pa.types.is_binary(kind) else _TEXT_BYTES if pa.types.is_string(kind) else (kind.bit_width + 7) // 8 for kind in schema.types)
    return _VECTOR * min(max(BATCH_BYTES // weight // _VECTOR, 1), _MOST_VECTORS)


def explain(error: Exception) -> CarrelError:
    """What a person may see of an error of DuckDB: never its text, which may hold values of rows that they may not see."""
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError | pa.ArrowMemoryError) or "Out of Memory Error" in text:
        return LimitReached("the query needs more memory than it may use", code="memory_limit")
    if isinstance(error, duckdb.InterruptException) or "INTERRUPT Error" in text:
        return Cancelled("the query was cancelled")
    if "More than one row returned by a subquery" in text:  # counted after the policy's filter: it tells of visible rows alone
        text = "a subquery that stands for one value returned more than one row"
        return NotAllowed(text, code="many_rows", help="add a condition or LIMIT 1 to the subquery")
    if isinstance(error, duckdb.BinderException) and _INSIDE.search(text):
        return NotAllowed("a subquery inside this function's arguments is not known here", help="put the subquery after FROM and use its column")
    return internal(type(error).__name__)


_INSIDE = re.compile("TRY can not be used in combination with a scalar subquery|subqueries in lambda expressions")
"""What DuckDB says, before it reads a row, of functions that are written with TRY or a lambda."""


def internal(kind: str) -> Internal:
    """Our fault: an id for the person, the same id and the kind of error for the server's log; no text of the engine, which may hold data."""
    number = secrets.token_hex(6)
    log.error("engine error %s: %s", number, kind)
    return Internal(f"internal error {number}", help="tell the administrator this number; the server's log has it too")

"""A query that is stopped stops, also where the first interrupt comes before DuckDB has begun."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any, cast

import pyarrow as pa
import pytest

from carrel.engines.duckdb.deadlines import Deadlines
from carrel.engines.duckdb.running import BATCH_BYTES, DuckDbRunning, rows_of_batch
from carrel.model.errors import Cancelled
from carrel.model.queries import Limits


class LateCursor:
    """A cursor and its relation. Forgets the first interrupt, as DuckDB does of one that comes between two statements; ends at the second."""

    def __init__(self) -> None:
        self.interrupts = 0
        self._stopped = threading.Event()

    def to_arrow_reader(self, _: int) -> Any:
        assert self._stopped.wait(10)
        raise RuntimeError("INTERRUPT Error")

    def interrupt(self) -> None:
        self.interrupts += 1
        if self.interrupts > 1:
            self._stopped.set()

    def close(self) -> None:
        self._stopped.set()


def test_an_interrupt_that_is_lost_comes_again() -> None:
    cursor, deadlines = LateCursor(), Deadlines()
    running = DuckDbRunning(cast("Any", cursor), cast("Any", cursor), pa.schema([("a", pa.int64())]), Limits(time=None), ExitStack(), deadlines=deadlines)
    timer = threading.Timer(0.1, running.interrupt)
    timer.start()
    with pytest.raises(Cancelled):
        list(running.batches())
    assert cursor.interrupts >= 2
    deadlines.close()


@pytest.mark.parametrize(("kinds", "rows"), [([pa.int64()], 16384), ([pa.string()] * 10, 4096), ([pa.bool_()] * 500, 2048), ([pa.int8(), pa.binary()], 2048)])
def test_a_batch_has_fewer_rows_where_they_are_heavier(kinds: list[pa.DataType], rows: int) -> None:
    assert rows_of_batch(pa.schema([("", kind) for kind in kinds])) == rows
    assert rows * sum(kind.bit_width // 8 for kind in kinds if pa.types.is_integer(kind)) <= BATCH_BYTES

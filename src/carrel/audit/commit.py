"""Many threads' rows in one transaction: who comes while a commit runs is in the next one, and nobody returns before their row is on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from carrel.model.errors import Unavailable

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class _Ticket(Generic[T, R]):
    item: T
    done: bool = False
    result: R | None = None
    error: BaseException | None = None


class GroupCommit(Generic[T, R]):
    """Hands batches of items to `write`, one batch at a time.

    Args:
        write: gives one result for each item, in order; an exception instance stands for an item that alone was refused. What it raises fails the whole batch.
        most: items in one batch.
    """

    def __init__(self, write: Callable[[Sequence[T]], Sequence[R | Exception]], most: int = 256) -> None:
        self._write = write
        self._most = most
        self._waiting: list[_Ticket[T, R]] = []
        self._queue = threading.Lock()
        self._turn = threading.Lock()

    def add(self, item: T) -> R:
        """The item's result, once its batch is written. Raises what `write` raised or gave for it."""
        ticket: _Ticket[T, R] = _Ticket(item)
        with self._queue:
            self._waiting.append(ticket)
        # Whoever gets the turn writes for all who wait; the others find their ticket done. `most` may leave one out: then it takes a turn itself.
        while not ticket.done:
            with self._turn:
                if not ticket.done:
                    self._write_batch()
        if ticket.error is not None:
            raise ticket.error
        return ticket.result  # type: ignore[return-value]  # set for every ticket without an error

    def _write_batch(self) -> None:
        with self._queue:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            results = self._write([ticket.item for ticket in batch])
            for ticket, result in zip(batch, results, strict=True):
                if isinstance(result, Exception):
                    ticket.error = result
                else:
                    ticket.result = result
        except Exception as error:  # noqa: BLE001 - handed to every thread that waits for this batch, this one included
            for ticket in batch:
                ticket.error = error
        except BaseException:
            for ticket in batch:
                ticket.error = Unavailable("the writer of this row was stopped")
            raise
        finally:
            for ticket in batch:
                ticket.done = True

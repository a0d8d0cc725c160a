"""Several files read side by side, each by a thread of its own; what they bring is handed on by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Final

import pyarrow as pa

from carrel.model.ports import SourceTable

_AHEAD: Final = 2
"""Batches that wait for each reader."""

_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Piece:
    """A batch of a table, with the mark of the place after it; None: the table has come, perhaps without rows."""

    item: SourceTable
    batch: pa.RecordBatch | None
    mark: str | None


_Given = tuple[int, Piece | BaseException | None]


@contextmanager
def side_by_side(files: Mapping[int, Iterator[SourceTable]], workers: int) -> Iterator[Iterator[tuple[int, Piece | None]]]:
    """What the files bring, each file's pieces in its own order, None when it has ended. When the block ends, however it ends, so do the readers.

    The first error of a reader is raised in its place.
    """
    given: Queue[_Given] = Queue(_AHEAD * workers)
    waiting: Queue[tuple[int, Iterator[SourceTable]]] = Queue()
    for each in files.items():
        waiting.put(each)
    stop = Event()
    threads = [Thread(target=_work, args=(waiting, given, stop), name=f"carrel-reader-{number}", daemon=True) for number in range(min(workers, len(files)))]
    for thread in threads:
        thread.start()
    try:
        yield _taken(given, len(files))
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _taken(given: Queue[_Given], files: int) -> Iterator[tuple[int, Piece | None]]:
    while files:
        number, piece = given.get()
        if isinstance(piece, BaseException):
            raise piece
        files -= piece is None
        yield number, piece


def _work(waiting: Queue[tuple[int, Iterator[SourceTable]]], given: Queue[_Given], stop: Event) -> None:
    with suppress(Empty, _Stopped):
        while True:
            number, items = waiting.get_nowait()
            try:
                for piece in _pieces(items):
                    _give(given, (number, piece), stop)
                _give(given, (number, None), stop)
            except _Stopped:
                raise
            except BaseException as error:  # noqa: BLE001 - raised where the pieces are taken
                _give(given, (number, error), stop)
                return


def _pieces(items: Iterator[SourceTable]) -> Iterator[Piece]:
    for item in items:
        yield Piece(item, None, None)
        for batch in item.batches():
            yield Piece(item, batch, item.mark())


class _Stopped(Exception):
    """Nobody takes anything any more."""


def _give(given: Queue[_Given], piece: _Given, stop: Event) -> None:
    while not stop.is_set():
        with suppress(Full):
            given.put(piece, timeout=_POLL_S)
            return
    raise _Stopped

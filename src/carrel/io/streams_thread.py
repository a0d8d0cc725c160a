"""Unpacking in a thread of its own, a few pieces ahead of who reads. The libraries do not hold Python's lock while they work."""

from __future__ import annotations

from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Final

from carrel.io.streams_base import CHUNK, Stream
from carrel.model.errors import BadInput

_PIECES: Final = 4
_LOOK_S: Final = 0.1


def ahead(stream: Stream, *, joins: bool) -> Stream:
    """`stream`, read ahead.

    Args:
        joins: whether closing waits for the thread: False where it may be waiting for a pipe.
    """
    return _Ahead(stream, joins=joins)


class _Ahead(Stream):
    def __init__(self, inner: Stream, *, joins: bool) -> None:
        super().__init__(inner.file, inner._raw)
        self._inner = inner
        self._joins = joins
        self._stop = Event()
        self._queue: Queue[bytes | BaseException] = Queue(_PIECES)
        self._rest = memoryview(b"")
        self._last: BaseException | None = None
        self._ended = False
        self._thread = Thread(target=self._work, name="unpack", daemon=True)
        self._thread.start()

    def consumed(self) -> int:
        return self._inner.consumed()

    def close(self) -> None:
        self._stop.set()
        if self._joins:
            self._thread.join()
            self._inner.close()

    def _work(self) -> None:
        try:
            while data := self._inner.read(CHUNK):
                if not self._put(data):
                    return
            self._put(b"")
        except BaseException as error:  # noqa: BLE001 - raised again where the stream is read
            self._put(error)

    def _put(self, item: bytes | BaseException) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=_LOOK_S)
            except Full:
                continue
            return True
        return False

    def _next(self, size: int) -> bytes:
        if not self._rest and not self._ended:
            self._rest = memoryview(self._piece())
            self._ended = not self._rest
        data = bytes(self._rest[:size])
        self._rest = self._rest[size:]
        return data

    def _piece(self) -> bytes:
        item = self._last if self._last is not None else self._get()
        if isinstance(item, BaseException):
            self._last = item
            raise item
        return item

    def _get(self) -> bytes | BaseException:
        while True:
            try:
                return self._queue.get(timeout=_LOOK_S)
            except Empty:
                if not self._thread.is_alive() and self._queue.empty():
                    return BadInput("the file was closed while it was read", file=self.file, position=self.position)

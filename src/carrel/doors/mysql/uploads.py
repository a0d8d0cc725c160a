"""Files that a client sends because its own statement named them: LOAD DATA LOCAL.

The server answers the statement with 0xFB and the name; the client sends the file in packets, and one without bytes at its end. What comes after an error is
read all the same, or the next statement would be taken out of the middle of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from carrel.doors.mysql import charsets
from carrel.doors.mysql.answers import Answers
from carrel.doors.mysql.stream import Closed, PacketStream, WireError

_REQUEST: Final = b"\xfb"


class Uploads:
    """One connection's. `stall_s`: how long the client may send nothing in the middle of a file."""

    def __init__(self, stream: PacketStream, answers: Answers, stall_s: float) -> None:
        self._stream = stream
        self._answers = answers
        self._stall_s = stall_s

    @contextmanager
    def open(self, name: str) -> Iterator[Iterator[bytes]]:
        """Asks for the file and gives its pieces; whatever happens, it is read to its end.

        Raises:
            Closed: the client has gone, or its packets are in disorder.
        """
        self._answers.go_on()
        self._stream.write(_REQUEST + charsets.encode(name))
        self._stream.flush()
        file = _File(self._stream)
        patience, self._stream.idle_s = self._stream.idle_s, self._stall_s
        try:
            yield file
        finally:
            try:
                file.drain()
            finally:
                self._stream.idle_s = patience


class _File(Iterator[bytes]):
    """Its pieces, once."""

    def __init__(self, stream: PacketStream) -> None:
        self._stream = stream
        self._ended = False

    def __next__(self) -> bytes:
        if self._ended:
            raise StopIteration
        try:
            piece = self._stream.read()
        except (Closed, WireError) as error:
            self._ended = True
            raise Closed from error
        self._ended = not piece
        if self._ended:
            raise StopIteration
        return piece

    def drain(self) -> None:
        for _ in self:
            pass

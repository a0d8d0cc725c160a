"""The part of a dump that is being looked at: bytes of the stream not yet used up, and where in the stream they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from carrel.io.streams import ByteStream
from carrel.model.errors import BadInput

CHUNK: Final = 1 << 20
_LARGEST: Final = 1 << 30
"""No row and no statement is longer: MySQL's own limit of `max_allowed_packet` is 1 GiB."""


class Window:
    """`data[at:]` is what comes next. `position` is where that stands in the uncompressed stream, in bytes."""

    def __init__(self, stream: ByteStream, progress: Callable[[int], None]) -> None:
        self.data = b""
        self.at = 0
        self.ended = False
        self._base = 0
        self._stream = stream
        self._progress = progress

    @property
    def position(self) -> int:
        return self._base + self.at

    def position_of(self, at: int) -> int:
        return self._base + at

    def more(self) -> bool:
        """Reads on, at least as much as is there already, and drops what was used up. False at the end of the stream."""
        if self.ended:
            return False
        rest = self.data[self.at:]
        if len(rest) > _LARGEST:
            raise self.bad("a statement or row of more than 1 GiB")
        parts = [rest]
        wanted = max(CHUNK, len(rest))
        while wanted > 0:
            fresh = self._stream.read(min(wanted, CHUNK))
            if not fresh:
                self.ended = True
                break
            parts.append(fresh)
            wanted -= len(fresh)
        self._base += self.at
        self.data, self.at = b"".join(parts), 0
        self._progress(self._stream.consumed())
        return len(parts) > 1

    def skip(self, position: int) -> None:
        """Goes on to a position of the stream.

        Raises:
            BadInput: the stream ends before it.
        """
        while self._base + len(self.data) < position:
            self.at = len(self.data)
            if not self.more():
                raise self.bad("the file is shorter than it was when the load was interrupted", help="fetch the file again")
        self.at = position - self._base

    def ensure(self, size: int) -> None:
        """Sees to it that `size` bytes are there, or all that are left."""
        while len(self.data) - self.at < size and self.more():
            pass

    def bad(self, reason: str, at: int | None = None, *, help: str | None = None) -> BadInput:
        """The error to raise for what stands at `at`, an index into `data`."""
        return self.bad_at(self.position if at is None else self.position_of(at), reason, help=help)

    def bad_at(self, position: int, reason: str, *, help: str | None = None) -> BadInput:
        """The error to raise for what stands at a position of the stream."""
        return BadInput(reason, file=self._stream.file, position=position, help=help)

"""What all streams of a dump file have in common, and the two plainest kinds."""

from __future__ import annotations

import lzma
from abc import ABC, abstractmethod
from collections.abc import Callable
from io import BufferedReader
from types import TracebackType
from typing import Final, Protocol, Self, cast

from isal.isal_zlib import IsalError

from carrel.model.errors import BadInput

# isal's stub declares its error as an instance.
_DAMAGE: Final[tuple[type[Exception], ...]] = (OSError, ValueError, lzma.LZMAError, cast(type[Exception], IsalError))
_AGAIN: Final = "fetch the file again"

CHUNK: Final = 1 << 20
"""Bytes of the file that are read at a time."""


class ByteStream(Protocol):
    """The uncompressed bytes of a file, in order, once.

    Attributes:
        file: its name as given, for messages.
        position: bytes of the uncompressed stream that `read` has given so far.
    """

    file: str
    position: int

    def read(self, size: int) -> bytes:
        """Up to `size` bytes and at least one; empty at the end.

        Raises:
            BadInput: the file is cut or damaged; the position is the last one that could be read.
        """
        ...

    def consumed(self) -> int:
        """Bytes of the file on disk that have been read, for progress."""
        ...


class Stream(ABC):
    """A `ByteStream` to be closed. What `_next` raises is told with file and position: EOFError means that the file is cut."""

    def __init__(self, file: str, raw: BufferedReader) -> None:
        self.file = file
        self.position = 0
        self._raw = raw
        self._consumed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @abstractmethod
    def _next(self, size: int) -> bytes: ...

    def close(self) -> None:  # noqa: B027 - most streams have nothing to end
        """Ends whatever works for the stream; the file is the opener's to close."""

    def read(self, size: int) -> bytes:
        try:
            data = self._next(size)
        except EOFError:
            raise BadInput("the compressed file is cut short", file=self.file, position=self.position, help=_AGAIN) from None
        except _DAMAGE as error:
            raise BadInput(f"the file cannot be read: {reason(error)}", file=self.file, position=self.position, help=_AGAIN) from None
        self.position += len(data)
        return data

    def consumed(self) -> int:
        return self._consumed

    def _fill(self, size: int) -> bytes:
        # What a pipe has now, not what it will have had in the end.
        data = self._raw.read1(size)
        self._consumed += len(data)
        return data


class Plain(Stream):
    def _next(self, size: int) -> bytes:
        return self._fill(size)


class Decompressor(Protocol):
    """What bz2, lzma and isal offer alike."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Compressed(Stream):
    """One compressed stream after another, as pbzip2, `cat` and Wikimedia's multistream files have them; zero bytes may fill the end."""

    def __init__(self, file: str, raw: BufferedReader, new: Callable[[], Decompressor]) -> None:
        super().__init__(file, raw)
        self._new = new
        self._decompressor = new()

    def _next(self, size: int) -> bytes:
        while True:
            pending = b""
            if self._decompressor.eof:
                pending = self._decompressor.unused_data.lstrip(b"\0")
                while not pending and (fresh := self._fill(CHUNK)):
                    pending = fresh.lstrip(b"\0")
                if not pending:
                    return b""
                self._decompressor = self._new()
            elif self._decompressor.needs_input:
                pending = self._fill(CHUNK)
                if not pending:
                    raise EOFError
            data = self._decompressor.decompress(pending, size)
            if data:
                return data


def reason(error: Exception) -> str:
    """What an error says, in our errors' style."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).lower() or type(error).__name__

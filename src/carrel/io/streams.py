"""Dump files as streams of bytes: plain, gzip or bzip2, told apart by their first bytes. Memory does not depend on the size of the file."""

from __future__ import annotations

import bz2
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final, Protocol, cast

from isal.igzip_lib import DECOMP_GZIP, IgzipDecompressor
from isal.isal_zlib import IsalError

from carrel.model.errors import BadInput

# isal's stub declares its error as an instance.
_DAMAGE: Final[tuple[type[Exception], ...]] = (OSError, ValueError, cast(type[Exception], IsalError))

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


class _Stream(ABC):
    def __init__(self, file: str, raw: BufferedReader) -> None:
        self.file = file
        self.position = 0
        self._raw = raw
        self._consumed = 0

    @abstractmethod
    def _next(self, size: int) -> bytes: ...

    def read(self, size: int) -> bytes:
        try:
            data = self._next(size)
        except EOFError:
            raise BadInput("the compressed file is cut short", file=self.file, position=self.position, help="fetch the file again") from None
        except _DAMAGE as error:
            raise BadInput(f"the file cannot be read: {_reason(error)}", file=self.file, position=self.position, help="fetch the file again") from None
        self.position += len(data)
        return data

    def consumed(self) -> int:
        return self._consumed

    def _fill(self, size: int) -> bytes:
        # What a pipe has now, not what it will have had in the end.
        data = self._raw.read1(size)
        self._consumed += len(data)
        return data


class _Plain(_Stream):
    def _next(self, size: int) -> bytes:
        return self._fill(size)


class _Decompressor(Protocol):
    """What bz2 and isal offer alike."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Compressed(_Stream):
    """One compressed stream after another, as pbzip2, `cat` and Wikimedia's multistream files have them; zero bytes may fill the end."""

    def __init__(self, file: str, raw: BufferedReader, new: Callable[[], _Decompressor]) -> None:
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


@contextmanager
def open_stream(path: Path) -> Iterator[ByteStream]:
    """The bytes of `path`, uncompressed; closed when the block ends.

    Raises:
        BadInput: there is no such file, or it may not be read.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BadInput(f"the file cannot be opened: {_reason(error)}", file=str(path)) from None
    with raw:
        yield _choose(str(path), raw)


def _choose(file: str, raw: BufferedReader) -> ByteStream:
    try:
        # Not read and sought back: the file may be a pipe.
        magic = raw.peek(4)[:4]
    except OSError as error:
        raise BadInput(f"the file cannot be read: {_reason(error)}", file=file) from None
    if magic[:2] == b"\x1f\x8b":
        return _Compressed(file, raw, lambda: IgzipDecompressor(flag=DECOMP_GZIP))
    if magic[:3] == b"BZh":
        return _Compressed(file, raw, bz2.BZ2Decompressor)
    return _Plain(file, raw)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).lower() or type(error).__name__

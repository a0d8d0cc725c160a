"""Dump files as streams of bytes: plain, gzip, bzip2, xz, lzma, zstd or 7z, told apart by their first bytes. Memory does not depend on the size of the file.

bzip2 and 7z go through the programs `lbzip2` and `7z` where these are installed, which use more than one core; see `streams_programs`.
Everything else, and these where the programs are not there, is unpacked by libraries in a thread of its own.
"""

from __future__ import annotations

import bz2
import lzma
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final, cast

import pyarrow as pa
from isal.igzip_lib import DECOMP_GZIP, IgzipDecompressor

from carrel.io.streams_7z import MAGIC as SEVEN
from carrel.io.streams_7z import Archive, open_archive
from carrel.io.streams_base import CHUNK, ByteStream, Compressed, Decompressor, Plain, Stream, reason
from carrel.io.streams_programs import lbzip2, seven_zip
from carrel.io.streams_thread import ahead
from carrel.model.errors import BadInput, Unsupported

__all__ = ["CHUNK", "ByteStream", "open_stream"]

STANDARD_INPUT: Final = Path("-")
_LZMA_BYTES: Final = 128 << 20
"""What unpacking xz and lzma may take; their own tools' strongest setting takes half of it."""


@contextmanager
def open_stream(path: Path) -> Iterator[ByteStream]:
    """The bytes of `path`, uncompressed; closed when the block ends. `-` is the standard input.

    Raises:
        BadInput: there is no such file, it may not be read, or it is an archive of something else than one file.
        Unsupported: an archive that needs a program which is not installed.
    """
    with ExitStack() as stack:
        if path == STANDARD_INPUT:
            raw = cast(BufferedReader, sys.stdin.buffer)
        else:
            try:
                raw = stack.enter_context(path.open("rb"))
            except OSError as error:
                raise BadInput(f"the file cannot be opened: {reason(error)}", file=str(path)) from None
        yield stack.enter_context(_choose(str(path), raw))


def _choose(file: str, raw: BufferedReader) -> Stream:
    try:
        # Not read and sought back: the file may be a pipe.
        magic = raw.peek(8)[:8]
    except OSError as error:
        raise BadInput(f"the file cannot be read: {reason(error)}", file=file) from None
    regular = stat.S_ISREG(os.fstat(raw.fileno()).st_mode) if _has_number(raw) else False
    if magic.startswith(SEVEN):
        return _seven(file, raw, regular)
    if magic.startswith(b"BZh") and regular and (stream := lbzip2(file, raw)) is not None:
        return stream
    for start, new in _LIBRARIES.items():
        if magic.startswith(start):
            return ahead(Compressed(file, raw, new), joins=regular)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return ahead(_Zstandard(file, raw), joins=regular)
    return Plain(file, raw)


_LIBRARIES: Final[dict[bytes, Callable[[], Decompressor]]] = {
    b"\x1f\x8b": lambda: IgzipDecompressor(flag=DECOMP_GZIP),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LZMA_BYTES),
    # The form before xz has no mark: its usual settings, and the two lowest bytes of a window that is a power of two.
    b"\x5d\0\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_BYTES),
}


def _has_number(raw: BufferedReader) -> bool:
    try:
        raw.fileno()
    except (OSError, ValueError):
        return False
    return True


def _seven(file: str, raw: BufferedReader, regular: bool) -> Stream:
    if not regular:
        raise BadInput("a 7z archive cannot be read from a pipe", file=file, help="name the file, or unpack it: `7z x -so FILE | carrel load …`")
    archive = open_archive(file, raw)
    program = seven_zip(file, raw)
    if program is not None:
        return program
    if not archive.plain:
        raise Unsupported(f"{file}: the archive is packed by a method that only the program 7z unpacks", help="install the package `7zip`")
    return ahead(Archive(file, raw, archive), joins=True)


class _Zstandard(Stream):
    """One frame after another. Arrow's reader gives a bounded piece at a time, and tells when the file is cut."""

    def __init__(self, file: str, raw: BufferedReader) -> None:
        super().__init__(file, raw)
        self._reader = pa.CompressedInputStream(pa.PythonFile(_Packed(self._fill), mode="r"), "zstd")

    def _next(self, size: int) -> bytes:
        try:
            return bytes(self._reader.read(size))
        except OSError as error:
            if "runcated" in str(error):
                raise EOFError from None
            raise OSError(0, "the data is damaged") from None


class _Packed:
    """The file as Arrow asks for it."""

    closed = False

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self.read = read

    def close(self) -> None:
        self.closed = True

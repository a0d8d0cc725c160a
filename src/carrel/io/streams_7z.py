"""7z archives: what is in one, by its own header, and the content of the only file of one.

An archive of a dump has one regular file. Anything else is refused by what the header says: several files, folders, links, names with a path, passwords.
Layout (7zFormat.txt): 32 bytes that say where the header is; packed streams; the header, which may be packed itself.
A *folder* is a chain of methods; here it has exactly one, or is for the program 7z.
"""

from __future__ import annotations

import bz2
import lzma
import os
import stat
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Any, Final

from carrel.io.streams_base import CHUNK, Stream
from carrel.model.errors import BadInput

MAGIC: Final = b"7z\xbc\xaf\x27\x1c"
_START: Final = 32
_MOST_HEADER: Final = 1 << 20
"""Bytes of a header: of one file it has about a hundred."""

_MOST_WINDOW: Final = 128 << 20
_END, _HEADER, _STREAMS, _FILES, _PACKED, _UNPACKED, _PARTS, _SIZE, _CRC, _FOLDER, _UNPACK_SIZE, _PART_COUNT = 0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
_EMPTY, _NAMES, _ATTRIBUTES, _ENCODED = 14, 17, 21, 23
_COPY, _LZMA, _LZMA2, _BZIP2, _AES = b"\x00", b"\x03\x01\x01", b"\x21", b"\x04\x02\x02", b"\x06\xf1\x07\x01"
_DIRECTORY, _UNIX = 0x10, 0x8000


@dataclass(slots=True)
class Content:
    """Where the packed bytes are, and how they are packed.

    Attributes:
        methods: id and properties of each method of the chain.
        crc: of the unpacked bytes; None: the archive does not tell.
    """

    position: int = 0
    packed: int = 0
    size: int = 0
    crc: int | None = None
    folders: int = 0
    files: int = 0
    methods: list[tuple[bytes, bytes]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    attributes: list[int | None] = field(default_factory=list)
    empty: bool = False

    @property
    def plain(self) -> bool:
        """Whether Python's libraries unpack it."""
        return len(self.methods) == 1 and self.methods[0][0] in {_COPY, _LZMA, _LZMA2, _BZIP2} and _window(*self.methods[0]) <= _MOST_WINDOW


def open_archive(file: str, raw: BufferedReader) -> Content:
    """What is in an archive of exactly one regular file.

    Raises:
        BadInput: it is no 7z archive, or holds something else.
    """
    try:
        content = _header(raw, *_start(raw))
    except _SeveralError:
        raise BadInput("an archive of several files, where one is expected", file=file, help="unpack it and load what is in it") from None
    except (IndexError, ValueError, struct.error, lzma.LZMAError, EOFError, UnicodeDecodeError):
        raise BadInput("not a 7z archive, or a damaged or cut one", file=file, help="fetch the file again") from None
    _check(file, content)
    return content


class Archive(Stream):
    """The bytes of the only file."""

    def __init__(self, file: str, raw: BufferedReader, content: Content) -> None:
        super().__init__(file, raw)
        raw.seek(content.position)
        self._content = content
        self._left = content.size
        self._packed = content.packed
        self._sum = 0
        self._unpack = _decompressor(*content.methods[0])

    def _next(self, size: int) -> bytes:
        while self._left:
            data = self._unpack(self._more, min(size, self._left))
            if data:
                self._left -= len(data)
                self._sum = zlib.crc32(data, self._sum)
                return data
        if self._content.crc not in {None, self._sum}:
            raise OSError(0, "the checksum is another one")
        self._consumed = os.fstat(self._raw.fileno()).st_size  # the header at the end has been read first
        return b""

    def _more(self) -> bytes:
        data = self._fill(min(CHUNK, self._packed))
        self._packed -= len(data)
        if not data:
            raise EOFError
        return data


_Unpack = Callable[[Callable[[], bytes], int], bytes]


def _decompressor(method: bytes, properties: bytes) -> _Unpack:
    rest = b""
    if method == _COPY:
        def copy(more: Callable[[], bytes], size: int) -> bytes:
            nonlocal rest
            rest = rest or more()
            data, rest = rest[:size], rest[size:]
            return data

        return copy
    inner: Any = bz2.BZ2Decompressor() if method == _BZIP2 else lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[_filter(method, properties)])

    def unpack(more: Callable[[], bytes], size: int) -> bytes:
        if inner.eof:
            raise EOFError
        data: bytes = inner.decompress(more() if inner.needs_input else b"", size)
        return data

    return unpack


def _filter(method: bytes, properties: bytes) -> dict[str, int]:
    window = _window(method, properties)
    if method == _LZMA2:
        return {"id": lzma.FILTER_LZMA2, "dict_size": window}
    rest, literal_context = divmod(properties[0], 9)
    position_bits, literal_position = divmod(rest, 5)
    return {"id": lzma.FILTER_LZMA1, "dict_size": max(window, 4096), "lc": literal_context, "lp": literal_position, "pb": position_bits}


def _window(method: bytes, properties: bytes) -> int:
    """Bytes of memory that unpacking takes."""
    if method == _LZMA:
        return int.from_bytes(properties[1:5], "little")
    if method == _LZMA2:
        code = properties[0]
        return (1 << 32) - 1 if code >= 40 else (2 | (code & 1)) << (code // 2 + 11)
    return 0


def _start(raw: BufferedReader) -> tuple[int, int, int]:
    """Place, size and checksum of the header."""
    raw.seek(0)
    start = raw.read(_START)
    if len(start) < _START or start[:6] != MAGIC or zlib.crc32(start[12:]) != int.from_bytes(start[8:12], "little"):
        raise ValueError
    place, size, crc = struct.unpack("<QQI", start[12:])
    return _START + place, size, crc


def _header(raw: BufferedReader, place: int, size: int, crc: int | None) -> Content:
    data = _read(raw, place, size)
    for _ in range(4):
        if crc is not None and zlib.crc32(data) != crc:
            raise ValueError
        reader = _Reader(data)
        kind = reader.byte()
        if kind == _HEADER:
            return reader.header()
        if kind != _ENCODED:
            raise ValueError
        packed = Content()
        reader.streams(packed)
        if not packed.plain or packed.size > _MOST_HEADER:
            raise ValueError
        data, crc = _whole(_read(raw, packed.position, packed.packed), packed), packed.crc
    raise ValueError


def _read(raw: BufferedReader, place: int, size: int) -> bytes:
    if not 0 < size <= _MOST_HEADER:
        raise ValueError
    raw.seek(place)
    data = raw.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _whole(data: bytes, content: Content) -> bytes:
    pieces = [data]

    def more() -> bytes:
        if not pieces:
            raise EOFError
        return pieces.pop()

    unpack = _decompressor(*content.methods[0])
    found = b""
    while len(found) < content.size:
        found += unpack(more, content.size - len(found))
    return found


class _Reader:
    """The numbers of a header, one after another. Runs out with IndexError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def take(self, size: int) -> bytes:
        data = self._data[self._at:self._at + size]
        if len(data) < size:
            raise IndexError
        self._at += size
        return data

    def number(self) -> int:
        """As many bytes follow as the first has ones at its top; what is left of it is the highest part."""
        first = self.byte()
        value, mask = 0, 0x80
        for index in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * index)
            value |= self.byte() << (8 * index)
            mask >>= 1
        return value

    def count(self) -> int:
        value = self.number()
        if value > len(self._data):
            raise ValueError
        return value

    def flags(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[index >> 3] >> (7 - (index & 7)) & 1) for index in range(count)]

    def defined(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.flags(count)

    def sums(self, count: int) -> list[int | None]:
        return [int.from_bytes(self.take(4), "little") if there else None for there in self.defined(count)]

    def header(self) -> Content:
        content = Content()
        while (kind := self.byte()) != _END:
            if kind == _STREAMS:
                self.streams(content)
            elif kind == _FILES:
                self._files(content)
            else:
                raise ValueError
        return content

    def streams(self, content: Content) -> None:
        parts = {_PACKED: self._pack, _UNPACKED: self._unpack, _PARTS: self._parts}
        while (kind := self.byte()) != _END:
            if kind not in parts:
                raise ValueError
            parts[kind](content)

    def _pack(self, content: Content) -> None:
        content.position = _START + self.number()
        count = self.count()
        while (kind := self.byte()) != _END:
            if kind == _SIZE:
                content.packed = sum([self.number() for _ in range(count)])
            elif kind == _CRC:
                self.sums(count)
            else:
                raise ValueError

    def _unpack(self, content: Content) -> None:
        if self.byte() != _FOLDER:
            raise ValueError
        content.folders = self.count()
        if content.folders > 1 or self.byte():
            content.folders = max(2, content.folders)
            raise _SeveralError
        outputs = self._folder(content) if content.folders else 0
        while (kind := self.byte()) != _END:
            if kind == _UNPACK_SIZE:
                content.size = [self.number() for _ in range(outputs)][-1] if outputs else 0
            elif kind == _CRC:
                content.crc = next(iter(self.sums(content.folders)), None)
            else:
                raise ValueError

    def _folder(self, content: Content) -> int:
        """Gives the number of outputs of its methods."""
        inputs = outputs = 0
        for _ in range(self.count()):
            flag = self.byte()
            method = self.take(flag & 0x0F)
            counts = (self.number(), self.number()) if flag & 0x10 else (1, 1)
            content.methods.append((method, self.take(self.count()) if flag & 0x20 else b""))
            inputs, outputs = inputs + counts[0], outputs + counts[1]
        for _ in range(2 * (outputs - 1)):
            self.number()
        packed = inputs - (outputs - 1)
        for _ in range(packed if packed > 1 else 0):
            self.number()
        return outputs

    def _parts(self, content: Content) -> None:
        """What the folder's bytes are cut into; of one file there is one part."""
        while (kind := self.byte()) != _END:
            if kind == _PART_COUNT:
                if any(self.number() != 1 for _ in range(content.folders)):
                    raise _SeveralError
            elif kind == _CRC:
                content.crc = next(iter(self.sums(content.folders)), None)
            else:
                raise ValueError

    def _files(self, content: Content) -> None:
        count = content.files = self.count()
        content.names = [f"file {number}" for number in range(count)]  # 7z of its standard input writes none
        content.attributes = [None] * count
        while (kind := self.byte()) != _END:
            inner = _Reader(self.take(self.number()))
            if kind == _NAMES and not inner.byte():
                content.names = inner.take(len(inner._data) - 1).decode("utf-16-le").rstrip("\0").split("\0")
            elif kind == _ATTRIBUTES:
                there = inner.defined(count)
                if not inner.byte():
                    content.attributes = [int.from_bytes(inner.take(4), "little") if each else None for each in there]
            elif kind == _EMPTY:
                content.empty = any(inner.flags(count))


class _SeveralError(ValueError):
    """More than one stream of bytes."""


def _check(file: str, content: Content) -> None:
    if any(method[:4] == _AES for method, _ in content.methods):
        raise BadInput("the archive is locked with a password", file=file)
    if len(content.names) != 1 or content.files != 1 or content.folders != 1:
        raise BadInput(f"an archive of {content.files} files, where one is expected", file=file, help="unpack it and load what is in it")
    (name,), (attributes,) = content.names, content.attributes
    if any(mark in name for mark in "/\\\0") or name in {"", ".", ".."}:
        raise BadInput("the file in the archive has a path in its name", file=file, help="unpack it by hand and load what is in it")
    mode = attributes >> 16 if attributes is not None and attributes & _UNIX else stat.S_IFREG
    if content.empty or (attributes or 0) & _DIRECTORY or stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise BadInput("the archive holds a folder, a link or something else that is no file", file=file)

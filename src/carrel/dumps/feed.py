"""A dump's bytes as they come, in UTF-8, with the place up to which they are in the regular form's characters."""

from __future__ import annotations

import codecs
import io
import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from carrel.dumps.characters import LONGEST, clean
from carrel.dumps.errors import MalformedXML

Readable: TypeAlias = str | os.PathLike[str] | IO[str] | IO[bytes]

CHUNK: Final = 1 << 20
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)


class Feed:
    """A window that moves over a dump.

    Attributes:
        data: the bytes that are here.
        place: of the next that has not been read.
        clean: up to here nothing stands that only the exact parser may read.
        base: where in the dump `data` begins, in bytes of UTF-8.
        ended: no more will come.
    """

    def __init__(self, source: Readable, chunk: int = CHUNK) -> None:
        self.data = b""
        self.place = self.clean = self.base = 0
        self.ended = False
        self.name = _name(source)
        self._chunk = chunk
        self._stack = ExitStack()
        self._errors = "strict"
        self._failure: Exception | None = None
        self._source = source  # a text file that is gone would close the bytes below it
        self._read = _decoded(self._opened(source), self.name)

    def more(self) -> bool:
        """Brings more, at least as much as is here already; False: there is no more.

        Raises:
            BadInput: the file is cut or damaged. What the source raises, where it is not ours.
        """
        rest = self.data[self.place:]
        fresh = self._next(max(self._chunk, len(rest)))
        self.base += self.place
        self.clean = max(0, self.clean - self.place)
        self.data, self.place = rest + fresh, 0
        self.clean = self._clean_until(self.clean)
        return bool(fresh)

    def _next(self, least: int) -> bytes:
        """At least so many bytes where there are. What has come before a failure is read first."""
        parts: list[bytes] = []
        got = 0
        while got < least and not self.ended:
            if self._failure is not None:
                raise self._failure
            try:
                fresh = self._read(least - got)
            except Exception as error:
                if not got:
                    raise
                self._failure = error
                break
            parts.append(fresh)
            got += len(fresh)
            self.ended = not fresh
        return b"".join(parts)

    def hindered(self) -> bool:
        """Whether something that is here, and not merely its cut end, is for the exact parser."""
        return len(self.data) - self.clean > LONGEST or (self.ended and self.clean < len(self.data))

    def close(self) -> None:
        self._stack.close()

    def look_again(self) -> None:
        """What hindered has been read: how far is what follows clean?"""
        if self.clean < self.place:
            self.clean = self._clean_until(self.place)

    def _clean_until(self, start: int) -> int:
        end = clean(self.data, start)
        if self._errors == "strict" or end == len(self.data):
            return end
        rest = memoryview(self.data)[end:]
        try:
            codecs.utf_8_decode(rest, "strict", self.ended)
        except UnicodeDecodeError:
            # The source replaces what is not UTF-8, and so do we; what is merely cut is not wrong yet.
            text, used = codecs.utf_8_decode(rest, self._errors, self.ended)
            self.data = self.data[:end] + text.encode("utf-8", "replace") + self.data[end + used:]
            return clean(self.data, end)
        return end

    def _opened(self, source: Readable) -> Callable[[int], Any]:
        if isinstance(source, str | os.PathLike):
            self._errors = "replace"
            read: Callable[[int], bytes] = self._stack.enter_context(import_module("carrel.io.streams").open_stream(Path(source))).read
            return read
        if isinstance(source, io.TextIOWrapper) and codecs.lookup(source.encoding).name == "utf-8" and _untouched(source):
            # The bytes below the text: decoding them and encoding them again costs more than reading them.
            self._errors = source.errors or "strict"
            below: Callable[[int], Any] = source.buffer.read
            return below
        return source.read


def _untouched(source: io.TextIOWrapper) -> bool:
    try:
        return source.tell() == 0
    except (OSError, ValueError):
        return False


def _name(source: Readable) -> str:
    name = source if isinstance(source, str | os.PathLike) else getattr(source, "name", None)
    return os.fspath(name) if isinstance(name, str | os.PathLike) else "the dump"


def _decoded(read: Callable[[int], Any], name: str) -> Callable[[int], bytes]:
    """Bytes in UTF-8, whatever the source gives: text, or bytes in the encoding that their beginning tells."""
    first = read(CHUNK)
    pending: list[Any] = [first]

    def again(size: int) -> Any:
        return pending.pop() if pending else read(size)

    if isinstance(first, str):
        return lambda size: again(size).encode("utf-8", "replace")
    while isinstance(first, bytes) and 0 < len(first) < 256 and (rest := read(CHUNK)):
        first += rest
        pending[0] = first
    encoding = _encoding(first, name)
    if encoding is None:
        return again
    decoder = codecs.getincrementaldecoder(encoding)()

    def decoded(size: int) -> bytes:
        try:
            while data := again(size):
                if text := decoder.decode(data):
                    return text.encode()
            return decoder.decode(b"", True).encode()
        except UnicodeError:
            raise MalformedXML(f"text that is not in {encoding}", file=name) from None

    return decoded


def _encoding(first: bytes, name: str) -> str | None:
    """What the bytes have to be decoded from; None: UTF-8 already."""
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return encoding
    found = _DECLARED.match(first)
    if found is None:
        return None
    try:
        told = codecs.lookup(found[1].decode()).name
    except LookupError:
        raise MalformedXML(f"unknown encoding `{found[1].decode()}`", file=name) from None
    return None if told in {"utf-8", "ascii"} else told

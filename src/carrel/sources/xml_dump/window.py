"""A file's bytes in UTF-8, a piece at a time, and where they stand in the file."""

from __future__ import annotations

import codecs
import re
from typing import Final

from carrel.io.streams import CHUNK, ByteStream
from carrel.model.errors import BadInput

_LEAST: Final = 1 << 18
"""Bytes that are read on at a time, at least."""

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNMARKED: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARATION: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_KNOWN: Final = re.compile(r"iso8859-\d{1,2}|cp125\d|koi8-[ru]|ascii|utf-8")


class Window:
    """Attributes:
        data: what is at hand.
        at: how much of it is done with.
        base: bytes in UTF-8 before `data`.
        ended: whether there is nothing after `data`.
    """

    def __init__(self, stream: ByteStream) -> None:
        self.data = b""
        self.at = 0
        self.base = 0
        self.ended = False
        self._stream = stream
        self._encoding = "utf-8"
        self._decoder: codecs.IncrementalDecoder | None = None
        self._file_base = 0
        self._error: BadInput | None = None
        self._start()

    def more(self) -> bool:
        """Reads on; what is done with goes. Gives whether anything came. Raises BadInput where the file cannot be read on."""
        if self._error is not None:
            raise self._error
        if self._decoder is not None:
            self._file_base = self.position(self.base + self.at)
        self.base += self.at
        parts = [self.data[self.at:]]
        self.at = 0
        least = max(_LEAST, len(parts[0]))
        got = self._read(parts, least)
        self.data = b"".join(parts)
        if self._error is not None and not got:
            raise self._error
        return got > 0

    def skip(self, place: int, before: bytes) -> None:
        """Goes on to `place`, with `before` as if it stood just before it. What is passed over is unpacked and no more.

        Raises:
            BadInput: the file ends before.
        """
        while self.base + len(self.data) < place:
            self.at = len(self.data)
            if not self.more():
                raise BadInput("the file is shorter than it was", file=self._stream.file, position=self.position(self.place))
        if self._decoder is not None:
            self._file_base = self.position(place)
        self.data = before + self.data[place - self.base:]
        self.base, self.at = place - len(before), 0

    def position(self, place: int) -> int:
        """Where in the uncompressed file a byte stands that is `place` bytes behind the beginning in UTF-8; of those no longer at hand, about."""
        if self._decoder is None:
            return place + self._file_base
        return self._file_base + len(self.data[:max(0, place - self.base)].decode(errors="ignore").encode(self._encoding))

    @property
    def place(self) -> int:
        """Bytes in UTF-8 that are done with."""
        return self.base + self.at

    def _read(self, parts: list[bytes], least: int) -> int:
        got = 0
        while got < least and not self.ended:
            try:
                piece = self._stream.read(CHUNK)
            except BadInput as error:
                # What came before is read first.
                self._error = error
                return got
            self.ended = not piece
            try:
                parts.append(piece if self._decoder is None else self._decoder.decode(piece, self.ended).encode())
            except UnicodeError:
                self._error = BadInput(f"text that is not in {self._encoding}", file=self._stream.file, position=self._stream.position)
                return got
            got += len(parts[-1])
        return got

    def _start(self) -> None:
        first = b""
        while len(first) < 200 and (piece := self._stream.read(CHUNK)):
            first += piece
        for mark, encoding in _MARKS:
            if first.startswith(mark):
                self._encoding, self._file_base, first = encoding, len(mark), first[len(mark):]
                break
        else:
            self._encoding = next((encoding for start, encoding in _UNMARKED if first.startswith(start)), None) or self._declared(first)
        if self._encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(self._encoding)()
            try:
                first = self._decoder.decode(first).encode()
            except UnicodeError:
                raise BadInput(f"text that is not in {self._encoding}", file=self._stream.file, position=0) from None
        self.data = first

    def _declared(self, first: bytes) -> str:
        found = _DECLARATION.match(first[:200])
        try:
            name = codecs.lookup(found.group(1).decode()).name if found else "utf-8"
        except LookupError:
            name = ""
        if not _KNOWN.fullmatch(name):
            raise BadInput("an encoding that is not read: UTF-8, UTF-16 and those of single bytes are", file=self._stream.file, position=0)
        return "utf-8" if name == "ascii" else name

"""Rows of a delimited file, as MariaDB's LOAD DATA reads them: fields are bytes, None is NULL. No characters and no types here.

The file comes in pieces of any size; what is held is one piece and the row that it breaks off in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from carrel.model.errors import LimitReached

Fields = list[bytes | None]

LONGEST: Final = 64 << 20
"""Bytes of one row."""
BLOCK: Final = 8192
"""Rows that are given at once, at most."""
WEIGHT: Final = 8 << 20
"""Bytes of the rows that are given at once, about."""

_ESCAPES: Final = {b"0": b"\0", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a"}


@dataclass(frozen=True)
class Layout:
    """How rows are written.

    Attributes:
        terminated: what ends a field, one byte at least.
        enclosed: the byte that may stand around a field; empty: none.
        escaped: the byte before another that means something else; empty: none.
        starting: what must come before the first field; all before it is passed over.
        ended: what ends a row, one byte at least, and other than what ends a field.
        skipped: rows at the beginning that are none.
    """

    terminated: bytes = b"\t"
    enclosed: bytes = b""
    escaped: bytes = b"\\"
    starting: bytes = b""
    ended: bytes = b"\n"
    skipped: int = 0

    @cached_property
    def apart(self) -> bool:
        """Whether what ends a row cannot be mistaken for what ends a field."""
        return not set(self.terminated) & set(self.ended)

    @cached_property
    def plain(self) -> re.Pattern[bytes]:
        """A field in which nothing is escaped, with what ends it; never anything where ends may be mistaken."""
        if not self.apart:
            return re.compile(rb"(?!)()()()")
        bare = b"([^" + _class(self.enclosed, self.escaped, self.terminated[:1], self.ended[:1]) + b"]*)"
        sign = re.escape(self.enclosed)
        body = b"(?:" + sign + b"([^" + _class(self.enclosed, self.escaped) + b"]*)" + sign + b"|" + bare + b")" if sign else b"()" + bare
        return re.compile(body + b"(" + re.escape(self.ended) + b"|" + re.escape(self.terminated) + b")", re.DOTALL)

    @cached_property
    def signs(self) -> re.Pattern[bytes]:
        """A byte that may mean something."""
        return re.compile(b"[" + _class(self.enclosed, self.escaped, self.terminated[:1], self.ended[:1]) + b"]")


def _class(*signs: bytes) -> bytes:
    return b"".join(sorted({b"\\x%02x" % sign[0] for sign in signs if sign}))


class _Short(Exception):
    """The row is not whole yet."""


def blocks(pieces: Iterable[bytes], layout: Layout, width: int) -> Iterator[list[Fields]]:
    """The rows in order, some at once. A row has `width` fields, fewer where it ends before, or one more that stands for all that is too much.

    Raises:
        LimitReached: a row is longer than `LONGEST`.
    """
    reading = _Reading(layout, width)
    for piece in pieces:
        yield from reading.take(piece)
    yield from reading.all(whole=True)


class _Reading:
    """What is between two pieces."""

    def __init__(self, layout: Layout, width: int) -> None:
        self._layout = layout
        self._width = width
        self._held = b""
        self._wanted = 0  # bytes that there must be before the row that broke off is tried again
        self._skip = layout.skipped

    def take(self, piece: bytes) -> Iterator[list[Fields]]:
        self._held = self._held + piece if self._held else piece
        if len(self._held) >= self._wanted:
            yield from self.all(whole=False)

    def all(self, *, whole: bool) -> Iterator[list[Fields]]:
        yield from self._cut()
        scan = _Scan(self._held, self._layout, self._width, whole)
        rows: list[Fields] = []
        begun = at = 0
        try:
            while at < len(self._held):
                if self._skip:
                    scan.pass_over()
                    self._skip -= 1
                elif (row := scan.row()) is not None:
                    rows.append(row)
                at = scan.at
                if len(rows) >= BLOCK or at - begun > WEIGHT:
                    yield rows
                    rows, begun = [], at
        except _Short:
            pass
        if rows:
            yield rows
        self._held = self._held[at:]
        if len(self._held) > LONGEST:
            raise LimitReached(f"a row has more than {LONGEST >> 20} MiB", code="row_limit", help="see FIELDS TERMINATED BY and LINES TERMINATED BY")
        self._wanted = 2 * len(self._held)

    def _cut(self) -> Iterator[list[Fields]]:
        """The fast way, for what holds no sign beside those that end fields and rows."""
        layout, width = self._layout, self._width
        if self._skip or layout.starting or not layout.apart or any(sign and sign in self._held for sign in (layout.enclosed, layout.escaped)):
            return
        end = self._held.rfind(layout.ended)
        if end < 0:
            return
        lines, self._held = self._held[:end].split(layout.ended), self._held[end + len(layout.ended) :]
        for start in range(0, len(lines), BLOCK):
            rows = [line.split(layout.terminated, width) for line in lines[start : start + BLOCK]]
            yield [_whole(row, width, layout) for row in rows]


def _whole(row: list[bytes], width: int, layout: Layout) -> Fields:
    if len(row) > width:
        row[width:] = [b""] if row[width] else []
    return [None if field == b"NULL" else field for field in row] if layout.enclosed else row  # type: ignore[return-value]


class _Scan:
    """A cursor over bytes that begin with a row. `whole`: nothing comes after them."""

    def __init__(self, data: bytes, layout: Layout, width: int, whole: bool) -> None:
        self._data = data
        self._layout = layout
        self._width = width
        self._whole = whole
        self._ended = False
        self.at = 0

    def row(self) -> Fields | None:
        """The next row; None where nothing but the file's end comes. Raises _Short."""
        if self._layout.starting and not self._start():
            return None
        fields: Fields = []
        self._ended = False
        while not self._ended and len(fields) < self._width:
            if fields and self.at >= len(self._data):
                self._need(self.at + 1)
                return fields  # the file ends behind a field's end: MariaDB sees no field there
            fields.append(self._field())
        if not self._ended and self.pass_over():
            fields.append(b"")
        return fields

    def pass_over(self) -> bool:
        """Goes behind the row's end, as LOAD DATA's IGNORE does, which knows no enclosed fields. Gives whether anything stood before it. Raises _Short."""
        layout, begin, at = self._layout, self.at, self.at
        while (found := layout.signs.search(self._data, at)) is not None:
            place, at = found.start(), found.end()
            self._need(place + len(layout.ended))
            if self._stands(layout.ended, place):
                self.at = place + len(layout.ended)
                return place > begin
            if found[0] == layout.escaped:
                self._need(at + 1)
                at += 1
        self._need(len(self._data) + 1)
        self.at = len(self._data)
        return False

    def _start(self) -> bool:
        place = self._data.find(self._layout.starting, self.at)
        end = place + len(self._layout.starting) if place >= 0 else len(self._data)
        self._need(end + 1)
        self.at = end
        return end < len(self._data)

    def _need(self, end: int) -> None:
        """Raises _Short where the bytes do not go that far, and more of them come."""
        if end > len(self._data) and not self._whole:
            raise _Short

    def _field(self) -> bytes | None:
        found = self._layout.plain.match(self._data, self.at)
        if found is None:
            return self._with_signs()
        self.at = found.end()
        self._ended = found[3] == self._layout.ended
        inside: bytes | None = found[1] if self._layout.enclosed else None
        return inside if inside is not None else self._null(found[2])

    def _null(self, value: bytes) -> bytes | None:
        """NULL is a word where fields may be enclosed and this one is not."""
        return None if self._layout.enclosed and value == b"NULL" else value

    def _with_signs(self) -> bytes | None:
        """A field with escapes, enclosing signs or the first bytes of what might have ended it."""
        layout, data, at = self._layout, self._data, self.at
        enclosed = bool(layout.enclosed) and data.startswith(layout.enclosed, at)
        at += enclosed
        parts, null = [b""], False
        while (found := layout.signs.search(data, at)) is not None:
            sign, place = found[0], found.start()
            parts.append(data[at:place])
            at = place + 1
            self._need(at + max(len(layout.ended), len(layout.terminated)))
            following = data[at : at + 1]
            if sign == layout.escaped and not following:
                parts.append(sign)
            elif sign == layout.escaped and (layout.escaped != layout.enclosed or following == sign):
                at += 1
                null |= following == b"N"
                parts.append(_ESCAPES.get(following, following))
            elif enclosed and sign == layout.enclosed and following == sign:
                at += 1
                parts.append(sign)
            elif (not enclosed or sign == layout.enclosed) and (end := self._end(at if enclosed else place, enclosed=enclosed)):
                self.at, value = end, b"".join(parts)
                return None if null and len(value) == 1 else value if enclosed else self._null(value)
            else:
                parts.append(sign)
        self._need(len(data) + 1)
        parts.append(data[at:])
        self.at, self._ended = len(data), True
        value = b"".join(parts)
        return None if null and len(value) == 1 and not enclosed else self._null((layout.enclosed if enclosed else b"") + value)

    def _end(self, place: int, *, enclosed: bool) -> int:
        """Where what ends here goes on; 0 where nothing ends."""
        if enclosed and place >= len(self._data):
            self._ended = True
            return place
        for sign in (self._layout.ended, self._layout.terminated):
            if self._stands(sign, place):
                self._ended = sign == self._layout.ended
                return place + len(sign)
        return 0

    def _stands(self, sign: bytes, place: int) -> bool:
        return self._data.startswith(sign, place)

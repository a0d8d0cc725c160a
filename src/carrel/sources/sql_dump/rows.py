"""The rows of an INSERT: found in the window's bytes, checked one by one, and turned into Arrow batches.

A *token* is a value as the dump writes it, in canonical form: `NULL`, a number, or a quoted string.
A *segment* is a run of rows that were found in one piece of the window.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.model.errors import BadInput
from carrel.sources.sql_dump import bulk, literals, native
from carrel.sources.sql_dump.charsets import Decoder
from carrel.sources.sql_dump.definition import Definition
from carrel.sources.sql_dump.types import NativeType, as_numbers
from carrel.sources.sql_dump.window import Window

_BATCH_ROWS: Final = 50_000
_BATCH_BYTES: Final = 16 << 20

_SPACE: Final = re.compile(rb"(?:\s+|/\*(?![!M]).*?\*/)*", re.DOTALL)
_NUMBER_TOKEN: Final = rb"((?>NULL|" + literals.NUMBER + rb"))"
_STRING_TOKEN: Final = rb"((?>NULL|0x[0-9A-Fa-f]++|" + literals.STRING + rb"))"

Row = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Segment:
    position: int
    rows: list[Row]


class Rows:
    """Collects the rows of one table.

    Args:
        definition: from the table's CREATE TABLE.
        names: the columns that the INSERT names, in its order; empty: all of them.
        decoders: per column name, how its text becomes UTF-8; a column without one keeps its bytes.

    Attributes:
        comma: whether a comma is the last thing before the place where the window stands, or nothing but the heading: then a row must follow.

    Raises:
        KeyError: the INSERT names a column that the table does not have.
    """

    def __init__(self, definition: Definition, names: Sequence[str], decoders: dict[str, Decoder]) -> None:
        columns = definition.table.columns
        by_name = {column.name.lower(): number for number, column in enumerate(columns)}
        given = [by_name[name.lower()] for name in names] or list(range(len(columns)))
        self._types = [definition.types[number] for number in given]
        self._names = [columns[number].name for number in given]
        self._definition = definition
        self._decoders = decoders
        self._source = {columns[number].name: place for place, number in enumerate(given)}
        self._pattern = _row_pattern(self._types)
        self._described = native.described(self._types)
        self.comma = True
        self._segments: list[_Segment] = []
        self._count = 0
        self._bytes = 0

    def read(self, window: Window, heading: bytes = b"", *, comma: bool = True) -> Iterator[pa.RecordBatch]:
        """Reads rows from the window up to a semicolon, which it leaves; yields batches as they fill up. `flush` gives the rest.

        At each yield the window stands after the rows that have been given.

        Args:
            heading: the INSERT up to its first bracket; statements with the same one that follow may be read at once.
            comma: whether a row must follow.
        """
        self.comma = comma
        while True:
            more = yield from self._many(window, heading)
            if self._count >= _BATCH_ROWS or self._bytes >= _BATCH_BYTES:
                yield self.flush(window)
            if window.data[window.at:window.at + 1] == b";":
                if self.comma:
                    raise window.bad("a row must follow the comma")
                return
            if more and not window.ended:
                window.more()
            else:
                self.comma = self._one_row(window)

    def _many(self, window: Window, heading: bytes) -> Generator[pa.RecordBatch, None, bool]:
        """Takes the rows of ordinary form that stand next. Says whether there may be more of them beyond the window."""
        found = None
        # What rows of another form have brought is not parted into small batches.
        if not native.available():
            yield from self._bulk(window)
        elif not self._count:
            at = _skip(window.data, window.at)
            found = native.find(window.data, at, self._types, self._described, heading)
        if found is None or not (found.rows or found.cut):
            return self._find(window)
        if found.rows:
            window.at = found.end
            self.comma = not found.ended
            yield self._assemble([self._decoded(array, name) for array, name in zip(found.arrays, self._names, strict=True)], found.rows)
        return found.cut

    def flush(self, window: Window) -> pa.RecordBatch:
        """The rows since the last batch."""
        rows = [row for segment in self._segments for row in segment.rows]
        try:
            batch = self._batch(rows)
        except (pa.ArrowInvalid, ValueError):
            raise self._bad_value(window) from None
        self._segments, self._count, self._bytes = [], 0, 0
        return batch

    def _bulk(self, window: Window) -> Iterator[pa.RecordBatch]:
        """Takes the rows that stand next, if there are many and all of ordinary form."""
        at = _skip(window.data, window.at)
        found = bulk.find(window.data, at, self._types)
        if found is None:
            return
        if self._count:
            yield self.flush(window)
        window.at = at + found.size
        self.comma = window.data[window.at - 1:window.at] == b","
        yield self._assemble([
            _finished(array, kind, self._decoders.get(name)) for array, kind, name in zip(found.arrays, self._types, self._names, strict=True)
        ], found.rows)

    def _decoded(self, array: pa.Array, name: str) -> pa.Array:
        decoder = self._decoders.get(name)
        return array if decoder is None else decoder(array)

    @property
    def pending(self) -> int:
        """Rows that `flush` would give."""
        return self._count

    def _find(self, window: Window) -> bool:
        """Takes the rows of ordinary form that stand next. Says whether there were any."""
        found: list[Row] = self._pattern.findall(window.data, window.at)
        rest = len(window.data)
        if found and found[-1][-1]:
            rest -= len(found.pop()[-1])
        if found:
            self._keep(window.position, [row[:-1] for row in found], rest - window.at)
            self.comma = window.data[rest - 1:rest] == b"," or window.data[:rest].rstrip()[-1:] == b","
        window.at = rest
        return bool(found)

    def _keep(self, position: int, rows: list[Row], size: int) -> None:
        self._segments.append(_Segment(position, rows))
        self._count += len(rows)
        self._bytes += size

    def _one_row(self, window: Window) -> bool:
        """Takes one row of any form, value by value. Says whether a comma follows it."""
        while True:
            try:
                row, end, comma = self._parse_row(window)
            except _Incomplete:
                if not window.more():
                    raise window.bad("the file ends in the middle of an INSERT", len(window.data), help="fetch the file again") from None
                continue
            self._keep(window.position, [row], end - window.at)
            window.at = end
            return comma

    def _parse_row(self, window: Window) -> tuple[Row, int, bool]:
        data = window.data
        at = _skip(data, window.at)
        if data[at:at + 1] != b"(":
            raise self._missing(window, at, "expected a row in brackets")
        tokens: list[bytes] = []
        while True:
            at = _skip(data, at + 1)
            match = literals.VALUE.match(data, at)
            if match is None or match.end() == len(data):
                if not window.ended:
                    raise _Incomplete
                quote = data[at:at + 1]
                cut = match is not None or quote in {b"", b"'", b'"'}
                raise window.bad("the file ends in the middle of an INSERT" if cut else "a value that is not a literal", at)
            try:
                tokens.append(self._token(match, len(tokens)))
            except literals.ForeignText as error:
                raise window.bad(f"a text in the character set `{error}`, which is not read here", at) from None
            at = _skip(data, match.end())
            if data[at:at + 1] != b",":
                break
        if data[at:at + 1] != b")":
            raise self._missing(window, at, "expected a comma or a closing bracket after a value")
        if len(tokens) != len(self._types):
            raise window.bad(f"a row with {len(tokens)} values for {len(self._types)} columns of `{self._definition.table.name.table}`")
        at = _skip(data, at + 1)
        sign = data[at:at + 1]
        if sign == b",":
            return tuple(tokens), _skip(data, at + 1), True
        if sign == b";":
            return tuple(tokens), at, False
        raise self._missing(window, at, "expected a comma or a semicolon after a row")

    def _missing(self, window: Window, at: int, reason: str) -> Exception:
        """What to raise where a sign is not there: it may be beyond the window, or beyond a file that is cut."""
        comment = window.data[at:at + 2] in {b"/", b"/*"} and not window.ended
        if at < len(window.data) and not comment:
            return window.bad(reason, at)
        if window.ended:
            return window.bad("the file ends in the middle of an INSERT", at, help="fetch the file again")
        return _Incomplete()

    def _token(self, match: re.Match[bytes], place: int) -> bytes:
        token = literals.canonical(match)
        if place < len(self._types) and not self._types[place].text and match.lastgroup in {"hex", "introduced", "bits"}:
            return literals.number_of(literals.unescape(token[1:-1]))
        return token

    def _batch(self, rows: list[Row]) -> pa.RecordBatch:
        tokens = list(zip(*rows, strict=True)) if rows else [() for _ in self._types]
        arrays = [_values(given, kind, self._decoders.get(name)) for given, kind, name in zip(tokens, self._types, self._names, strict=True)]
        return self._assemble(arrays, len(rows))

    def _assemble(self, arrays: Sequence[pa.Array], count: int) -> pa.RecordBatch:
        """The table's columns in its own order, those that the INSERT leaves out with their default."""
        table = self._definition.table
        columns = []
        for column, kind in zip(table.columns, self._definition.types, strict=True):
            place = self._source.get(column.name)
            columns.append(_missing(column.default, kind, count) if place is None else arrays[place])
        return pa.RecordBatch.from_arrays(columns, names=[column.name for column in table.columns])

    def _bad_value(self, window: Window) -> BadInput:
        """Looks for the value that Arrow would not take, and for its place."""
        for segment in self._segments:
            for number, row in enumerate(segment.rows):
                for token, kind, name in zip(row, self._types, self._names, strict=True):
                    try:
                        _values((token,), kind, self._decoders.get(name))
                    except (pa.ArrowInvalid, ValueError):
                        return window.bad_at(segment.position, f"a value of `{name}` that is not of type {kind.native}, in row {number + 1} from there")
        return window.bad("values that cannot be stored")


class _Incomplete(Exception):
    """The row goes on beyond the window."""


def _row_pattern(types: Sequence[NativeType]) -> re.Pattern[bytes]:
    """Matches one row of ordinary form with what parts it from the next; failing that, all the rest, in the last group."""
    values = rb",".join(_STRING_TOKEN if kind.text else _NUMBER_TOKEN for kind in types)
    return re.compile(rb"\(" + values + rb"\)(?:,\s*+|(?=;))|(.+)", re.DOTALL)


def _skip(data: bytes, at: int) -> int:
    match = _SPACE.match(data, at)
    return match.end() if match else at


def _missing(default: str | None, kind: NativeType, count: int) -> pa.Array:
    """A column that the INSERT leaves out."""
    if default is None:
        return pa.nulls(count, kind.arrow)
    token = default.encode() if not kind.text else literals.escape(default.encode())
    return _values((token,) * count, kind, None)


def _values(tokens: Sequence[bytes], kind: NativeType, decoder: Decoder | None) -> pa.Array:
    array = pa.array(tokens, pa.binary())
    if not kind.text:
        return _numbers(array, kind)
    start = pc.binary_slice(array, 0, 2)
    if pc.any(pc.equal(start, b"0x"), min_count=0).as_py():
        array = pa.array([literals.escape(literals.from_hex(token)) if token[:2] == b"0x" else token for token in tokens], pa.binary())
    quoted = pc.equal(pc.binary_slice(array, 0, 1), b"'")
    unquoted = pc.if_else(pc.equal(array, b"NULL"), None, array)
    if pc.all(quoted, min_count=0).as_py():
        unquoted = array
    text = pc.if_else(quoted, pc.binary_slice(array, 1, -1), unquoted)
    return _finished(_unescaped(text), kind, decoder)


def _finished(array: pa.Array, kind: NativeType, decoder: Decoder | None) -> pa.Array:
    """Text as the server would store it; other values as they are."""
    if kind.pad:
        array = _padded(array, kind.pad)
    return array if decoder is None else decoder(array)


def _numbers(array: pa.Array, kind: NativeType) -> pa.Array:
    text = pc.if_else(pc.equal(array, b"NULL"), None, array).cast(pa.string())
    if pc.any(pc.starts_with(text, "'"), min_count=0).as_py():
        text = pc.utf8_trim(text, "'")
    if pc.any(pc.starts_with(text, "+"), min_count=0).as_py():
        text = pc.utf8_ltrim(text, "+")
    return as_numbers(text, kind)


def _unescaped(text: pa.Array) -> pa.Array:
    data = text.buffers()[2]
    if data is None or (b"\\" not in memoryview(data).tobytes() and b"''" not in memoryview(data).tobytes()):
        return text
    return pa.array([None if value is None else literals.unescape(value) for value in text.to_pylist()], pa.binary())


def _padded(text: pa.Array, width: int) -> pa.Array:
    if not pc.any(pc.less(pc.binary_length(text), width), min_count=0).as_py():
        return text
    return pa.array([None if value is None else value.ljust(width, b"\0") for value in text.to_pylist()], pa.binary())

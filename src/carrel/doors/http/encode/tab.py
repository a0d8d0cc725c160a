"""Tab-separated values, escaped as the MariaDB client does with `--batch`: `\\t`, `\\n`, `\\\\`, `\\0`; NULL is the word NULL.

One difference: a heading is escaped too, where the client would break the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors import _native
from carrel.doors.http.encode.base import TextFormat
from carrel.doors.http.encode.values import BINARY, data_of, holds_any, is_textual, places_of, text

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPECIAL: Final = b"\t\n\\\0"
_ESCAPES: Final = ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\0", b"\\0"))
_NULL: Final = pa.scalar(b"NULL", BINARY)
_TAB: Final = pa.scalar(b"\t", BINARY)
_LINE: Final = pa.scalar(b"\n", BINARY)
_NOTHING: Final = pa.scalar(b"", BINARY)


class TabSeparated(TextFormat):
    media_type: ClassVar[str] = "text/tab-separated-values"
    suffix: ClassVar[str] = "tsv"

    def head(self) -> bytes:
        headings = pa.array([column.name.encode() for column in self.columns], BINARY)
        return b"\t".join(escaped(headings).to_pylist()) + b"\n"

    def pieces(self, batch: pa.RecordBatch) -> Iterator[bytes]:
        if not _native.available():
            yield from super().pieces(batch)
            return
        columns = tuple(self._described(batch.column(place), place) for place in range(batch.num_columns))
        out = memoryview(bytearray(_native.OUT_BYTES))
        start = 0
        while start < batch.num_rows:
            written = _native.compiled.tabs(columns, start, batch.num_rows, out)
            if written is None:  # a year before 1000
                yield from super().pieces(batch.slice(start))
                return
            end, size = written
            if end > start:
                yield bytes(out[:size])
            else:
                end = start + 1
                yield self.rows(batch.slice(start, 1))
            start = end

    def _described(self, array: pa.Array, place: int) -> _native.Described:
        column = self.columns[place]
        if pa.types.is_boolean(array.type):
            array = array.cast(pa.uint8())
        return _native.describe(array, places=places_of(column), slow=lambda: text(array, column).cast(pa.binary()), kept=True)

    def rows(self, batch: pa.RecordBatch) -> bytes:
        cells = [self._cells(batch.column(place), place) for place in range(batch.num_columns)]
        return lines(cells, _TAB, _LINE)

    def _cells(self, array: pa.Array, place: int) -> pa.Array:
        cells = text(array, self.columns[place])
        if is_textual(array.type) or pa.types.is_dictionary(array.type) or pa.types.is_nested(array.type):
            cells = escaped(cells)
        return pc.fill_null(cells, _NULL)


def escaped(cells: pa.Array) -> pa.Array:
    """The cells with the characters that would break a line or a field written as the MariaDB client writes them."""
    if not holds_any(cells, _SPECIAL):
        return cells
    for plain, written in _ESCAPES:
        cells = pc.replace_substring(cells, plain, written)
    return cells


def lines(cells: list[pa.Array], between: pa.Scalar, end: pa.Scalar) -> bytes:
    """One line per row, from columns without NULL."""
    row = pc.binary_join_element_wise(*cells, between) if len(cells) > 1 else cells[0]
    ended = pc.binary_join_element_wise(row, _NOTHING, end)
    return data_of(ended)

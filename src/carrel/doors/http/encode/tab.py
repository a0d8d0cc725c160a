"""Tab-separated values, escaped as the MariaDB client does with `--batch`: `\\t`, `\\n`, `\\\\`, `\\0`; NULL is the word NULL.

One difference: a heading is escaped too, where the client would break the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors import _native
from carrel.doors.http.encode.lines import Lines, lines
from carrel.doors.http.encode.values import BINARY, holds_any, is_textual, text

if TYPE_CHECKING:
    from collections.abc import Callable

_SPECIAL: Final = b"\t\n\\\0"
_ESCAPES: Final = ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\0", b"\\0"))
_NULL: Final = pa.scalar(b"NULL", BINARY)
_TAB: Final = pa.scalar(b"\t", BINARY)
_LINE: Final = pa.scalar(b"\n", BINARY)


class TabSeparated(Lines):
    media_type: ClassVar[str] = "text/tab-separated-values"
    suffix: ClassVar[str] = "tsv"

    def head(self) -> bytes:
        headings = pa.array([column.name.encode() for column in self.columns], BINARY)
        return b"\t".join(escaped(headings).to_pylist()) + b"\n"

    def writer(self) -> Callable[[tuple[_native.Described, ...], int, int, memoryview], tuple[int, int] | None]:
        return _native.compiled.tabs

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

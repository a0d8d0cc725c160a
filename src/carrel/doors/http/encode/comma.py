"""Comma-separated values as RFC 4180 has them. NULL is an empty field, an empty text is `""`. Lines end with CRLF."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors import _native
from carrel.doors.http.encode.lines import Lines, lines
from carrel.doors.http.encode.values import BINARY, text

if TYPE_CHECKING:
    from collections.abc import Callable

_SPECIAL: Final = r'[",\r\n]|^$'
_QUOTE: Final = pa.scalar(b'"', BINARY)
_EMPTY: Final = pa.scalar(b"", BINARY)


class CommaSeparated(Lines):
    media_type: ClassVar[str] = "text/csv"
    suffix: ClassVar[str] = "csv"

    def head(self) -> bytes:
        return b",".join(_quoted(pa.array([column.name.encode() for column in self.columns], BINARY)).to_pylist()) + b"\r\n"

    def writer(self) -> Callable[[tuple[_native.Described, ...], int, int, memoryview], tuple[int, int] | None]:
        return _native.compiled.commas

    def rows(self, batch: pa.RecordBatch) -> bytes:
        cells = [pc.fill_null(_quoted(text(batch.column(place), column)), _EMPTY) for place, column in enumerate(self.columns)]
        return lines(cells, pa.scalar(b",", BINARY), pa.scalar(b"\r\n", BINARY))


def _quoted(cells: pa.Array) -> pa.Array:
    special = pc.match_substring_regex(cells, _SPECIAL)
    if not pc.any(special).as_py():
        return cells
    quoted = pc.binary_join_element_wise(_QUOTE, pc.replace_substring(cells, b'"', b'""'), _QUOTE, _EMPTY)
    return pc.if_else(special, quoted, cells)

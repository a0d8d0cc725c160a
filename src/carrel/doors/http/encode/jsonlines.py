"""JSON lines: one object per row, keys are the headings; a heading that comes again gets `_2`, `_3`.

Integers are numbers with all their digits, whatever their size; DECIMAL is a string, since readers turn a number with a point into a
binary fraction; dates and times are strings as MariaDB prints them; BLOB is base64. A text's bytes that are no UTF-8 stay as the code points U+10FE00+byte.
"""

from __future__ import annotations

import base64
import json
import math
from typing import TYPE_CHECKING, ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors._texts import is_bytes
from carrel.doors.http.encode.base import TextFormat
from carrel.doors.http.encode.lines import lines
from carrel.doors.http.encode.values import BINARY, holds_any, is_textual, nested_text, text
from carrel.doors.http.problems import described

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carrel.model.errors import CarrelError
    from carrel.model.queries import ResultColumn

_SPECIAL: Final = b'"\\' + bytes(range(0x20))
_NULL: Final = pa.scalar(b"null", BINARY)
_QUOTE: Final = pa.scalar(b'"', BINARY)
_NOTHING: Final = pa.scalar(b"", BINARY)
FAILURE_KEY: Final = "carrel_error"


class JsonLines(TextFormat):
    media_type: ClassVar[str] = "application/x-ndjson"
    suffix: ClassVar[str] = "jsonl"

    def __init__(self, columns: Sequence[ResultColumn], manifest: Mapping[str, str] | None = None) -> None:
        super().__init__(columns, manifest)
        keys = unique([column.name for column in columns])
        self._openers = [pa.scalar(f"{'{' if place == 0 else ','}{_string(key)}:".encode(), BINARY) for place, key in enumerate(keys)]

    def head(self) -> bytes:
        return b""

    def rows(self, batch: pa.RecordBatch) -> bytes:
        cells = []
        for place, column in enumerate(self.columns):
            value = pc.fill_null(_values(batch.column(place), column), _NULL)
            cells.append(pc.binary_join_element_wise(self._openers[place], value, _NOTHING))
        return lines(cells, _NOTHING, pa.scalar(b"}\n", BINARY))

    def failure(self, error: CarrelError) -> bytes:
        return json.dumps({FAILURE_KEY: described(error)}, ensure_ascii=False).encode() + b"\n"


def unique(names: list[str]) -> list[str]:
    """The names, each once: one that comes again gets the next free number."""
    taken: set[str] = set(names)
    seen: set[str] = set()
    result = []
    for name in names:
        key, number = name, 1
        while key in seen or (number > 1 and key in taken):
            number += 1
            key = f"{name}_{number}"
        seen.add(key)
        result.append(key)
    return result


def _string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _values(array: pa.Array, column: ResultColumn) -> pa.Array:
    """Each value as JSON, large binary; NULL stays NULL."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return array.cast(pa.large_string()).cast(BINARY)
    if pa.types.is_floating(kind):
        return _each(array, lambda value: repr(value) if math.isfinite(value) else None)
    if is_bytes(kind):
        return _each(array, lambda value: f'"{base64.b64encode(value).decode()}"')
    if is_textual(kind):
        return _strings(array)
    if pa.types.is_nested(kind):
        return _each(array, nested_text)
    return _strings(text(array, column).cast(pa.large_string()))


def _strings(array: pa.Array) -> pa.Array:
    values = array.cast(BINARY)
    if holds_any(values, _SPECIAL):
        return _each(array, _string)
    return pc.binary_join_element_wise(_QUOTE, values, _QUOTE, _NOTHING)


def _each(array: pa.Array, function: object) -> pa.Array:
    assert callable(function)
    written = (None if value is None else function(value) for value in array.to_pylist())
    return pa.array((None if value is None else value.encode() for value in written), BINARY)

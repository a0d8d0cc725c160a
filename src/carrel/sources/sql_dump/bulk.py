"""Many rows of ordinary form at once, at the speed of C: strings cut out by `bytes.split`, the rest read as CSV by Arrow.

*Outside* is what stands outside of quoted strings, with MARK in the place of each. Whatever is not exactly of the expected form gives None:
the reader that goes value by value then reads it, or says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from carrel.sources.sql_dump import literals
from carrel.sources.sql_dump.types import NativeType, fitting

# Bytes that UTF-8 never has. Where the data have them, as in compressed texts, the other reader is taken.
MARK: Final = b"\xfe"
_BACKSLASH: Final = b"\xf8"
_QUOTE: Final = b"\xf9"
_DOUBLE: Final = b"\xfa"

_OUTSIDE: Final = b"0123456789.,+-eENUL()\n" + MARK
_HEXADECIMAL: Final = b"xXabcdfABCDF"
_NUMBER: Final = re.compile(literals.NUMBER)
_RESTORE: Final = bytes.maketrans(_BACKSLASH + _QUOTE + _DOUBLE, b"\\'\"")
_LEAST: Final = 1 << 12
"""Bytes from which on this pays."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows, as one array for each value of a row: numbers in their own type, text as `binary`. `size` is how many bytes of the dump they took."""

    arrays: list[pa.Array]
    rows: int
    size: int


def find(data: bytes, at: int, types: Sequence[NativeType]) -> Found | None:
    """The whole rows that begin at `data[at]`, up to the last one there or the statement's semicolon, which is left; None where this way does not read them."""
    # A semicolon at the end of a line nearly always ends the statement. Where it stands in a string, the rows before that string are found.
    stop = data.find(b";\n", at)
    text = data[at:stop + 1] if stop >= 0 else data[at:]
    if len(text) < _LEAST:
        return None
    if any(mark in text for mark in (MARK, _BACKSLASH, _QUOTE, _DOUBLE)):
        return None
    if b"\\" in text:
        text = text.replace(b"\\\\", _BACKSLASH).replace(b"\\'", _QUOTE).replace(b'\\"', _DOUBLE)
    pieces = text.split(b"'")
    outside = MARK.join(pieces[::2])
    end = outside.find(b";")
    if end < 0:
        end = outside.rfind(b"),") + 1
    outside = outside[:end]
    strings = pieces[1:2 * outside.count(MARK):2]
    joined = b"".join(strings)
    try:
        table = _csv(outside, types)
        if table is None:
            return None
        values = _unescaped(strings, joined)
        arrays = _columns(table, values, types)
    except (pa.ArrowInvalid, _OtherForm):
        return None
    size = len(outside) + len(strings) + _written(joined)
    # The comma belongs to the rows, the semicolon does not.
    comma = data[at + size:at + size + 1] == b","
    return Found(arrays, table.num_rows, size + comma)


class _OtherForm(Exception):
    """A value in a form that is read elsewhere."""


def _written(joined: bytes) -> int:
    """Bytes of the strings as the dump has them, without their quotes: an escaped backslash or quote had two."""
    return len(joined) + sum(joined.count(mark) for mark in (_BACKSLASH, _QUOTE, _DOUBLE))


def _csv(outside: bytes, types: Sequence[NativeType]) -> pa.Table | None:
    strange = outside.translate(None, _OUTSIDE)
    # `NaN` would be a number to Arrow; in hexadecimal digits it could hide.
    if outside[:1] != b"(" or outside[-1:] != b")" or (strange and (strange.translate(None, _HEXADECIMAL) or b"Na" in outside)):
        return None
    rows = outside.count(b"(")
    lines = outside[1:-1].replace(b"),\n(", b"\n").replace(b"),(", b"\n")
    if b"(" in lines or b")" in lines:
        return None
    names = [str(number) for number in range(len(types))]
    table = pa_csv.read_csv(
        pa.BufferReader(lines),
        pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(lines) + 1),
        pa_csv.ParseOptions(quote_char=False, double_quote=False, escape_char=False, ignore_empty_lines=False),
        pa_csv.ConvertOptions(
            column_types={name: kind.arrow for name, kind in zip(names, types, strict=True)}, null_values=["NULL"], strings_can_be_null=True,
        ),
    )
    return table if table.num_rows == rows else None


def _unescaped(strings: list[bytes], joined: bytes) -> pa.Array:
    if b"\\" in joined:
        # Backslashes and quotes are put back last: they must not begin an escape.
        strings = [literals.unescape(string) if b"\\" in string else string for string in strings]
    array = pa.array(strings, pa.binary())
    _, offsets, data = array.buffers()
    if data is None:
        return array
    restored = pa.py_buffer(memoryview(data).tobytes().translate(_RESTORE))
    return pa.Array.from_buffers(pa.binary(), len(array), [None, offsets, restored])


def _columns(table: pa.Table, strings: pa.Array, types: Sequence[NativeType]) -> list[pa.Array]:
    arrays = [fitting(column.combine_chunks()) for column in table.columns]
    texts = [number for number, kind in enumerate(types) if kind.text]
    marked = [pc.fill_null(pc.equal(arrays[number], MARK), False) for number in texts]
    counts = [mask.cast(pa.int32()) for mask in marked]
    if counts:
        upto = list(accumulate(counts, pc.add))
        first = pc.subtract(pc.cumulative_sum(upto[-1]), upto[-1])
        for place, number in enumerate(texts):
            index = pc.add(first, pc.subtract(upto[place], counts[place]))
            taken = strings.take(pc.if_else(marked[place], index, None))
            arrays[number] = _others(arrays[number], marked[place], taken)
    return arrays


def _others(tokens: pa.Array, marked: pa.Array, taken: pa.Array) -> pa.Array:
    """The column with the values that are no quoted strings filled in: NULL, hexadecimal, numbers."""
    if pc.all(pc.or_(marked, tokens.is_null()), min_count=0).as_py():
        return taken
    cells = zip(tokens.to_pylist(), marked.to_pylist(), taken.to_pylist(), strict=True)
    return pa.array([string if mark or token is None else _other(token) for token, mark, string in cells], pa.binary())


def _other(token: bytes) -> bytes:
    if token[:2] == b"0x" and len(token) > 2:
        return literals.from_hex(token)
    if _NUMBER.fullmatch(token):
        return token
    raise _OtherForm

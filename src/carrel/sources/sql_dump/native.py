"""Rows of ordinary form by the optional native scanner `_scan`, compiled at installation where a C compiler was at hand.

Where it is not there or `CARREL_PURE=1` is set, and for rows of any other form, `bulk` and `rows` read the same.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from carrel.sources.sql_dump.types import NativeType, as_numbers

try:
    from carrel.sources.sql_dump import _scan as compiled
except ImportError:
    compiled = None  # type: ignore[assignment]

_NUMBER, _TEXT = 9, 10
_INTEGERS: Final = {
    pa.int8(): 1, pa.int16(): 2, pa.int32(): 3, pa.int64(): 4, pa.uint8(): 5, pa.uint16(): 6, pa.uint32(): 7, pa.uint64(): 8,
}
_MORE, _END, _OTHER, _FULL = range(4)


def available() -> bool:
    return compiled is not None and os.environ.get("CARREL_PURE") != "1"


@dataclass(frozen=True, slots=True)
class Found:
    """Rows, as one array for each value of a row, text padded but in its own character set.

    Attributes:
        end: where the next row begins, or the semicolon.
        ended: whether a semicolon is there.
        cut: whether the data end before the next row does.
    """

    arrays: list[pa.Array]
    rows: int
    end: int
    ended: bool
    cut: bool


def described(types: Sequence[NativeType]) -> tuple[tuple[int, int], ...]:
    """The columns as `find` takes them."""
    return tuple((_INTEGERS.get(kind.arrow, _TEXT if kind.text else _NUMBER), kind.pad) for kind in types)


def find(data: bytes, at: int, types: Sequence[NativeType], columns: tuple[tuple[int, int], ...], heading: bytes) -> Found | None:
    """The rows of ordinary form that begin at `data[at]`, in this INSERT and in those with the same heading that follow; None where a number is none."""
    rows, end, state, found = compiled.scan(data, at, columns, heading)
    try:
        arrays = [_array(kind, rows, *buffers) for kind, buffers in zip(types, found, strict=True)]
    except pa.ArrowInvalid:
        return None
    return Found(arrays, rows, end, state == _END, state in {_MORE, _FULL})


def _array(kind: NativeType, rows: int, validity: bytes | None, values: bytes, data: bytes | None) -> pa.Array:
    buffers = [None if each is None else pa.py_buffer(each) for each in (validity, values, data)]
    if data is None:
        return pa.Array.from_buffers(kind.arrow, rows, buffers[:2])
    if kind.text:
        return pa.Array.from_buffers(pa.binary(), rows, buffers)
    return as_numbers(pa.Array.from_buffers(pa.string(), rows, buffers), kind)

"""The optional native row writer `_rows`: whether it is there, and Arrow columns as it takes them.

It was compiled when the package was installed where a C compiler was at hand. Everything that it writes has a twin in Arrow's own functions, which is used
where it is not there, where `CARREL_PURE=1` is set, and for values that are beyond it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from carrel.doors._rows import Described

try:
    from carrel.doors import _rows as compiled
except ImportError:
    compiled = None  # type: ignore[assignment]

__all__ = ["CLOCK", "DATE", "DOUBLE", "INTEGERS", "MOMENT", "OUT_BYTES", "SINGLE", "WHOLE", "Described", "available", "compiled", "describe", "described"]

OUT_BYTES: Final = 1 << 19
"""Size of the buffer that rows are written into."""

_NOTHING, _TEXT, _BYTES, DATE, MOMENT, CLOCK, SINGLE, DOUBLE, WHOLE = 0, 9, 10, 11, 12, 13, 14, 15, 16
"""Kinds of columns. Those from CLOCK on, microseconds, floating point and bytes that are written as they are, exist in binary rows alone."""

INTEGERS: Final = {
    pa.int8(): 1, pa.int16(): 2, pa.int32(): 3, pa.int64(): 4, pa.uint8(): 5, pa.uint16(): 6, pa.uint32(): 7, pa.uint64(): 8,
}
_CHARACTERS: Final = {pa.string(): _TEXT, pa.binary(): _BYTES}


def available() -> bool:
    return compiled is not None and os.environ.get("CARREL_PURE") != "1"


def describe(array: pa.Array, *, places: int | None, slow: Callable[[], pa.Array], plain: bool = True) -> Described:
    """A column as `_rows` takes it.

    Args:
        places: digits of a second's fraction in times; None: six where they are not all zero.
        slow: the column as text, `binary`, for the types that `_rows` does not write itself.
        plain: False where numbers are not shown as their plain digits.
    """
    if pa.types.is_null(array.type):
        return (_NOTHING, 0, 0, None, None, None)
    if array.type == pa.timestamp("us") and (places is None or 0 <= places <= 6):
        return described(MOMENT, array, -1 if places is None else places)
    if array.type in INTEGERS and plain:
        return described(INTEGERS[array.type], array)
    if array.type not in _CHARACTERS and array.type != pa.date32():
        array = slow()
    return described(_CHARACTERS.get(array.type, DATE), array)


def described(kind: int, array: pa.Array, places: int = 0) -> Described:
    """A column of a kind that is known already; its buffers are as that kind has them."""
    validity, values, *data = array.buffers()
    return (kind, places, array.offset, validity if array.null_count else None, values, data[0] if data else None)

"""Arrow columns as the characters that MariaDB prints, for every door, vectorised: arrays in, `binary` arrays out, NULL where it was NULL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

ESCAPE_BASE: Final = 0x10FE00
"""Where the lake keeps a byte of a text that is no UTF-8: the code point at this place and the byte."""

_ESCAPED = re.compile(rb"\xf4\x8f[\xb8-\xbb][\x80-\xbf]")
_FRACTIONS: Final = re.compile(r"\.0+$").pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a column, beside its values' type, their characters depend on.

    Attributes:
        places: digits of a second's fraction; None: six where they are not all zero.
        decimals: digits after the point of floating numbers; None: as few as read back the same.
        single: floating numbers have six significant digits, as MariaDB's FLOAT.
        zeros: to so many digits whole numbers are filled from the left.
    """

    places: int | None = None
    decimals: int | None = None
    single: bool = False
    zeros: int = 0


def as_text(array: pa.Array, shape: Shape) -> pa.Array:
    """The cells of one column. Bytes of a text that are no UTF-8 are what they were before the lake took them."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    if is_text(kind):
        return unescape(array.cast(pa.string()).cast(pa.binary()))
    if pa.types.is_boolean(kind):
        array, kind = array.cast(pa.uint8()), pa.uint8()
    if pa.types.is_integer(kind):
        text = array.cast(pa.string())
        return (pc.utf8_lpad(text, shape.zeros, "0") if shape.zeros else text).cast(pa.binary())
    for matches, convert in _CONVERTERS:
        if matches(kind):
            return convert(array, shape)
    return _one_by_one(array)


def is_text(kind: pa.DataType) -> bool:
    """Whether the values of an Arrow type are characters, in any of its layouts."""
    return any(matches(kind) for matches in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def is_bytes(kind: pa.DataType) -> bool:
    """Whether the values of an Arrow type are bytes, in any of its layouts."""
    layouts = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(matches(kind) for matches in layouts)


def unescape(array: pa.Array) -> pa.Array:
    """Bytes that are not UTF-8, which the lake keeps as U+10FE00 + byte, as they were."""
    found = set(_ESCAPED.findall(_data(array)))
    # 0xF4 last: only with it can put-back bytes look like an escape again
    for code in sorted((_byte(code), code) for code in found if _byte(code) != 0xF4):
        array = pc.replace_substring(array, code[1], bytes((code[0],)))
    last = chr(ESCAPE_BASE + 0xF4).encode()
    return pc.replace_substring(array, last, b"\xf4") if last in found else array


def _byte(code: bytes) -> int:
    return ord(code.decode()) - ESCAPE_BASE


def _data(array: pa.Array) -> bytes:
    """The value bytes of this slice of a binary array, end to end."""
    data = array.buffers()[2]
    if data is None or not len(array):
        return b""
    offsets = memoryview(array.buffers()[1]).cast("i")
    start, end = offsets[array.offset], offsets[array.offset + len(array)]
    held: bytes = data.slice(start, end - start).to_pybytes()
    return held if b"\xf4" in held and b"\xf4\x8f" in held else b""  # one byte is found ten times as fast as two


def _binary(array: pa.Array, _: Shape) -> pa.Array:
    return array.cast(pa.binary())


def _decimal(array: pa.Array, _: Shape) -> pa.Array:
    """Plain digits; Arrow's own text of a small decimal has an exponent."""
    scale = array.type.scale
    if scale <= 0:
        return array.cast(pa.string()).cast(pa.binary())
    whole = pa.decimal256(76, 0)
    wide = array.cast(pa.decimal256(76, scale))
    unscaled = pa.Array.from_buffers(whole, len(wide), wide.buffers(), offset=wide.offset)
    digits = pc.utf8_lpad(pc.abs(unscaled).cast(pa.string()), scale + 1, "0")
    number = pc.binary_join_element_wise(pc.utf8_slice_codeunits(digits, 0, -scale), pc.utf8_slice_codeunits(digits, -scale), ".")
    signs = pc.if_else(pc.less(unscaled, pa.scalar(0, whole)), "-", "")
    return pc.binary_join_element_wise(signs, number, "").cast(pa.binary())


def _real(array: pa.Array, shape: Shape) -> pa.Array:
    """The shortest digits that read back as the number; 6 digits for FLOAT; a fixed number of places where the column declares them."""
    if shape.decimals is not None:
        return _each(array, lambda value: _fixed(value, shape.decimals or 0))
    if shape.single:
        array = pa.array([None if value is None else float(f"{value:.6g}") for value in array.to_pylist()], pa.float64())
    array = array.cast(pa.float64())
    array = pc.if_else(pc.is_finite(array), array, pa.scalar(None, pa.float64()))
    whole = pc.and_(pc.equal(array, pc.floor(array)), pc.less(pc.abs(array), 1e15))
    integers = pc.if_else(whole, array, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, integers, _exponents(array.cast(pa.string()))).cast(pa.binary())


def _exponents(text: pa.Array) -> pa.Array:
    """From Arrow's exponents to MariaDB's: whole numbers have one from 1e15 on, others only below 1e-15; `1.5e+16` is `1.5e16`."""
    if not pc.any(pc.match_substring(text, "e")).as_py():
        return text
    for places in range(10, 16):
        text = pc.replace_substring_regex(text, rf"^(-?\d)\.(\d{{{places}}})(\d+)e\+?{places}$", r"\1\2.\3")
    for places in range(5, 16):
        pattern = rf"^(-?)(\d)(?:\.(\d+))?e-0?{places}$"
        text = pc.replace_substring_regex(text, pattern, r"\1" + f"0.{'0' * (places - 1)}" + r"\2\3")
    return pc.replace_substring_regex(text, r"e(-?)\+?0*(\d+)$", r"e\1\2")


def _fixed(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def _date(array: pa.Array, _: Shape) -> pa.Array:
    return array.cast(pa.date32()).cast(pa.string()).cast(pa.binary())


def _moment(array: pa.Array, shape: Shape) -> pa.Array:
    """Date and time, in UTC where the values carry a zone; a fraction with the places of the declared type, of an expression only where it is not zero."""
    text = array.cast(pa.timestamp("us"), safe=False).cast(pa.string()) if array.type.unit != "s" else array.cast(pa.timestamp("s")).cast(pa.string())
    return _places(text, shape.places, whole=array.type.unit == "s", length=19)


def _time(array: pa.Array, shape: Shape) -> pa.Array:
    whole = array.type.unit == "s"
    text = array.cast(pa.time32("s") if whole else pa.time64("us")).cast(pa.string())
    return _places(text, shape.places, whole=whole, length=8)


def _places(text: pa.Array, places: int | None, *, whole: bool, length: int) -> pa.Array:
    if places is None:
        return (text if whole else pc.replace_substring_regex(text, _FRACTIONS, "")).cast(pa.binary())
    if whole:
        text = pc.binary_join_element_wise(text, "." + "0" * places, "") if places else text
    else:
        text = pc.utf8_slice_codeunits(text, 0, length + (places + 1 if places else 0))
    return text.cast(pa.binary())


def _duration(array: pa.Array, _: Shape) -> pa.Array:
    return _each(array.cast(pa.duration("us")), clock)


def clock(value: timedelta) -> str:
    """A TIME: `-838:59:59.000001`, the fraction only where there is one."""
    microseconds = abs(value) // timedelta(microseconds=1)
    seconds, fraction = divmod(microseconds, 1_000_000)
    sign = "-" if value < timedelta(0) else ""
    text = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{fraction:06d}" if fraction else text


def _each(array: pa.Array, show: Callable[[Any], str]) -> pa.Array:
    return pa.array([None if value is None else show(value).encode() for value in array.to_pylist()], pa.binary())


def _one_by_one(array: pa.Array) -> pa.Array:
    """Types that MariaDB has no column for: lists and structures as JSON, anything else as Python writes it."""
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), pa.binary())
    return _each(array, lambda value: json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict)) else str(value))


_CONVERTERS: Final = (
    (is_bytes, _binary),
    (pa.types.is_decimal, _decimal),
    (pa.types.is_floating, _real),
    (pa.types.is_date, _date),
    (pa.types.is_timestamp, _moment),
    (pa.types.is_time, _time),
    (pa.types.is_duration, _duration),
)

"""The text of a value as MariaDB prints it, a column at a time.

Text columns may hold bytes that are no UTF-8; the lake keeps such a byte b as the code point U+10FE00+b. `raw_bytes` turns them back.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrel.model.queries import ResultColumn

BINARY: Final = pa.large_binary()
_ESCAPED: Final = re.compile(rb"\xf4\x8f([\xb8-\xbb])([\x80-\xbf])")
_ESCAPE_LEAD: Final = b"\xf4\x8f"
_FRACTION: Final = re.compile(r"\((\d)\)")
_DOUBLE_DIGITS: Final = 15


def text(array: pa.Array, column: ResultColumn) -> pa.Array:
    """Each value's text as large binary; NULL stays NULL. Nothing is escaped."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    if is_textual(kind):
        return raw_bytes(array.cast(BINARY))
    if pa.types.is_boolean(kind):
        array = array.cast(pa.int8())
    elif pa.types.is_floating(kind):
        return _each(array, float_text if pa.types.is_float64(kind) else single_text)
    elif pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        return _moment(array, column)
    elif pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return _each(array, nested_text)
    elif pa.types.is_decimal(kind):
        return decimal_text(array)
    return array.cast(pa.large_string()).cast(BINARY)


def is_textual(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or is_bytes(kind))


def is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind) or pa.types.is_binary_view(kind))


def raw_bytes(array: pa.Array) -> pa.Array:
    """The bytes that the source had, from the lake's lossless text; `array` is large binary."""
    data = data_of(array)
    if _ESCAPE_LEAD[:1] not in data or _ESCAPE_LEAD not in data:  # one byte is found ten times as fast as two
        return array
    return _each(array, lambda value: _ESCAPED.sub(_byte, value))


def data_of(array: pa.Array) -> bytes:
    """The bytes of all values of a large binary array, end to end."""
    offsets, data = array.buffers()[1:]
    if data is None or not len(array):
        return b""
    bounds = memoryview(offsets).cast("q")
    return bytes(memoryview(data)[bounds[array.offset]:bounds[array.offset + len(array)]])


def holds_any(array: pa.Array, characters: bytes) -> bool:
    """Whether one of the characters occurs in some value of a large binary array."""
    data = data_of(array)
    return len(data.translate(None, characters)) < len(data)


def _byte(match: re.Match[bytes]) -> bytes:
    return bytes((((match[1][0] & 3) << 6) | (match[2][0] & 63),))


def _each(array: pa.Array, function: Callable[..., str | bytes | None]) -> pa.Array:
    values = (None if value is None else function(value) for value in array.to_pylist())
    return pa.array((value.encode() if isinstance(value, str) else value for value in values), BINARY)


def decimal_text(array: pa.Array) -> pa.Array:
    """Plain digits; Arrow's own text of a small decimal has an exponent."""
    written = array.cast(pa.large_string())
    if pc.any(pc.match_substring(written, "E")).as_py():
        return _each(array, lambda value: format(value, "f"))
    return written.cast(BINARY)


def nested_text(value: object) -> str:
    """A list, map or interval as compact JSON."""
    return json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":"))


def float_text(value: float) -> str | None:
    """A DOUBLE as MariaDB prints it: the shortest digits that read back the same; None where MariaDB has no such number."""
    return _shortest(repr(value)) if math.isfinite(value) else None


def single_text(value: float) -> str | None:
    """A FLOAT as MariaDB prints it: at most six significant digits."""
    return _shortest(f"{value:.6g}") if math.isfinite(value) else None


def _shortest(printed: str) -> str:
    # MariaDB's my_gcvt: plain notation while the point lies within 15 places of the first digit, or among the digits.
    sign, body = ("-", printed[1:]) if printed.startswith("-") else ("", printed)
    mantissa, _, exponent = body.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    if point > max(_DOUBLE_DIGITS, len(digits) - 1) or point < 1 - _DOUBLE_DIGITS:
        return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{point - 1}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return sign + digits[:point].ljust(point, "0") + (f".{digits[point:]}" if digits[point:] else "")


def _moment(array: pa.Array, column: ResultColumn) -> pa.Array:
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.timestamp("us"), safe=False)
        shown = pc.strftime(array, format="%Y-%m-%d %H:%M:%S")
    else:
        shown = array.cast(pa.time64("us"), safe=False).cast(pa.string())
    places = places_of(column)
    whole = pc.utf8_slice_codeunits(shown, 0, 19 if pa.types.is_timestamp(array.type) else 8)
    if places == 0:
        return whole.cast(pa.large_string()).cast(BINARY)
    return _fractions(shown, places)


def places_of(column: ResultColumn) -> int | None:
    """Decimal places of seconds that the source's column declares; None for an expression: six where there is a fraction."""
    if column.origin is None:
        return None
    found = _FRACTION.search(column.origin[1].native_type)
    return int(found[1]) if found else 0


def _fractions(shown: pa.Array, places: int | None) -> pa.Array:
    def cut(value: str) -> str:
        whole, _, fraction = value.partition(".")
        if places is None:
            return value if fraction.strip("0") else whole
        return f"{whole}.{fraction.ljust(places, '0')[:places]}"

    return _each(shown, cut)

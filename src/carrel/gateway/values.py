"""Values on their way into a table's columns, as MariaDB's strict mode takes them: what does not fit is refused, never bent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.gateway.columns import arrow_schema
from carrel.gateway.moments import KINDS, moments
from carrel.io.escape import to_text
from carrel.model.errors import BadInput
from carrel.model.tables import Column

_LENGTH: Final = re.compile(r"(?P<kind>char|varchar|binary|varbinary)\((?P<most>\d+)\)")


def fitted(array: pa.Array, column: Column) -> pa.Array:
    """Values of an answer as the column keeps them.

    Raises BadInput for NULL where there may be none, for a text that is too long, a number that is too large and what is no value of its type.
    """
    kind = arrow_schema((column,)).field(0).type
    if array.null_count and not column.nullable:
        raise BadInput(f"column `{column.name}` cannot be null", code="null_value")
    try:
        found = array if array.type == kind else converted(array, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        found = _one_by_one(array, column, kind)
    _check_range(found, column)
    if KINDS.fullmatch(column.native_type) is not None and pa.types.is_string(kind):
        return _moments(found, column)
    bound = _LENGTH.fullmatch(column.native_type)
    if bound is not None and pa.types.is_string(kind):
        measure = pc.utf8_length if bound["kind"].endswith("char") else pc.binary_length
        if (pc.max(measure(found)).as_py() or 0) > int(bound["most"]):
            found = _without_spaces(found, column, int(bound["most"]), measure)
    return found


def _without_spaces(array: pa.Array, column: Column, most: int, measure: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Spaces at the end that have no room are left out, as MariaDB does; anything else is not."""
    short = pc.if_else(pc.greater(measure(array), most), pc.utf8_rtrim(array, characters=" "), array) if measure is pc.utf8_length else array
    if (pc.max(measure(short)).as_py() or 0) > most:
        raise BadInput(f"data too long for column `{column.name}`", code="too_long", help=f"it is {column.native_type}")
    return pc.if_else(pc.greater(measure(array), most), pc.utf8_slice_codeunits(pc.utf8_rpad(short, most), 0, most), array)


def _one_by_one(array: pa.Array, column: Column, kind: pa.DataType) -> pa.Array:
    """What Arrow does not convert as a whole: numbers in texts are rounded as others are. Raises BadInput as `fitted`."""
    try:
        return pa.array([None if value is None else _typed(value, kind) for value in array.to_pylist()], kind)
    except (pa.ArrowInvalid, OverflowError):
        raise _too_large(column) from None
    except (InvalidOperation, ValueError, pa.ArrowTypeError):
        raise _no_value(column) from None


def _check_range(array: pa.Array, column: Column) -> None:
    word = column.native_type.partition("(")[0].split(" ")[0]
    if word == "mediumint" and pa.types.is_integer(array.type):
        least, most = (0, (1 << 24) - 1) if "unsigned" in column.native_type else (-(1 << 23), (1 << 23) - 1)
    elif "unsigned" in column.native_type and not pa.types.is_integer(array.type) and not pa.types.is_string(array.type):
        least, most = 0, None
    else:
        return
    found = pc.min_max(array).as_py()
    if found["min"] is not None and (found["min"] < least or (most is not None and found["max"] > most)):
        raise _too_large(column)


def _moments(array: pa.Array, column: Column) -> pa.Array:
    try:
        return moments(array, column.native_type)
    except ValueError:
        raise BadInput(f"incorrect {column.native_type} value for column `{column.name}`", code="wrong_time", help="2018-01-31, 2018-01-31 23:59:59") from None


def _too_large(column: Column) -> BadInput:
    return BadInput(f"out of range value for column `{column.name}`", code="out_of_range", help=f"it is {column.native_type}")


def _no_value(column: Column) -> BadInput:
    return BadInput(f"incorrect value for column `{column.name}`", code="wrong_value", help=f"it is {column.native_type}")


def converted(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """The same values in another of Arrow's types; times as the text that MariaDB prints."""
    if pa.types.is_temporal(array.type) and pa.types.is_string(kind):
        return pc.replace_substring_regex(array.cast(pa.string()), r"\.0+$", "")
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    if pa.types.is_binary(array.type) and pa.types.is_string(kind):
        return pa.array([None if value is None else to_text(value) for value in array.to_pylist()], kind)
    if pa.types.is_integer(kind) and (pa.types.is_floating(array.type) or pa.types.is_decimal(array.type)):
        array = pc.round(array, round_mode="half_towards_infinity")
    if pa.types.is_decimal(kind) and pa.types.is_decimal(array.type) and array.type.scale > kind.scale:
        array = pc.round(array, ndigits=kind.scale, round_mode="half_towards_infinity")
    return array.cast(kind)


def typed(values: Sequence[Any], column: Column) -> pa.Array:
    """Values that a client wrote, numbers and texts, as the column keeps them. Raises BadInput as `fitted`."""
    kind = arrow_schema((column,)).field(0).type
    try:
        found = pa.array([None if value is None else _typed(value, kind) for value in values], kind)
    except (pa.ArrowInvalid, OverflowError):
        raise _too_large(column) from None
    except (InvalidOperation, ValueError, pa.ArrowTypeError):
        raise _no_value(column) from None
    return fitted(found, column)


def _typed(value: Any, kind: pa.DataType) -> Any:
    if pa.types.is_string(kind):
        return to_text(value) if isinstance(value, bytes) else str(value)
    if pa.types.is_binary(kind):
        return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
    if pa.types.is_floating(kind):
        return float(value)
    places = Decimal(1).scaleb(-kind.scale) if pa.types.is_decimal(kind) else Decimal(1)
    number = Decimal(str(value)).quantize(places, rounding=ROUND_HALF_UP)
    return number if pa.types.is_decimal(kind) else int(number)

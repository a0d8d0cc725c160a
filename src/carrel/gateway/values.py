"""Values on their way into a table's columns, as MariaDB's strict mode takes them: what does not fit is refused, never bent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.gateway.columns import arrow_schema
from carrel.io.escape import to_text
from carrel.model.errors import BadInput
from carrel.model.tables import Column

_LENGTH: Final = re.compile(r"(?P<kind>char|varchar|binary|varbinary)\((?P<most>\d+)\)")


def fitted(array: pa.Array, column: Column) -> pa.Array:
    """Values of an answer as the column keeps them.

    Raises BadInput for NULL where there may be none, for a text that is too long and for what is no value of its type.
    """
    kind = arrow_schema((column,)).field(0).type
    if array.null_count and not column.nullable:
        raise BadInput(f"column `{column.name}` cannot be null")
    try:
        found = array if array.type == kind else converted(array, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise BadInput(f"incorrect value for column `{column.name}`", help=f"it is {column.native_type}") from None
    bound = _LENGTH.fullmatch(column.native_type)
    if bound is not None and pa.types.is_string(kind):
        measure = pc.utf8_length if bound["kind"].endswith("char") else pc.binary_length
        if (pc.max(measure(found)).as_py() or 0) > int(bound["most"]):
            raise BadInput(f"data too long for column `{column.name}`", help=f"it is {column.native_type}")
    return found


def converted(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """The same values in another of Arrow's types; times as the text that MariaDB prints."""
    if pa.types.is_temporal(array.type) and pa.types.is_string(kind):
        return pc.replace_substring_regex(array.cast(pa.string()), r"\.0+$", "")
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    if pa.types.is_binary(array.type) and pa.types.is_string(kind):
        return pa.array([None if value is None else to_text(value) for value in array.to_pylist()], kind)
    if pa.types.is_floating(array.type) and pa.types.is_integer(kind):
        array = pc.round(array, round_mode="half_towards_infinity")
    return array.cast(kind)


def typed(values: Sequence[Any], column: Column) -> pa.Array:
    """Values that a client wrote, numbers and texts, as the column keeps them. Raises BadInput as `fitted`."""
    kind = arrow_schema((column,)).field(0).type
    try:
        found = pa.array([None if value is None else _typed(value, kind) for value in values], kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, InvalidOperation, ValueError, OverflowError):
        raise BadInput(f"incorrect value for column `{column.name}`", help=f"it is {column.native_type}") from None
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

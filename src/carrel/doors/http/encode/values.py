"""The text of a value as MariaDB prints it, a column at a time, and what the formats ask of columns."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from carrel.doors._texts import Shape, as_text, is_bytes, is_text

if TYPE_CHECKING:
    from carrel.model.queries import ResultColumn

BINARY: Final = pa.large_binary()
_DECLARED: Final = re.compile(r"(?P<base>[a-z]+)\s*(?:\((?P<size>\d+)(?:,\s*(?P<scale>\d+))?\))?")
_TIMES: Final = frozenset({"datetime", "timestamp", "time"})
_REALS: Final = frozenset({"float", "double", "real"})
_WIDTHS: Final = {"tinyint": 3, "smallint": 5, "mediumint": 8, "int": 10, "integer": 10, "bigint": 20}
"""Digits of unsigned integers that are filled with zeros, where the declaration names none."""


def text(array: pa.Array, column: ResultColumn) -> pa.Array:
    """Each value's text as large binary; NULL stays NULL. Nothing is escaped."""
    return as_text(array, shape_of(column)).cast(BINARY)


def is_textual(kind: pa.DataType) -> bool:
    """Whether values are characters or bytes."""
    return is_text(kind) or is_bytes(kind)


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


def nested_text(value: object) -> str:
    """A list, map or interval as compact JSON."""
    return json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":"))


def shape_of(column: ResultColumn) -> Shape:
    """As the source declares the column; an expression's from its type, with the digits that it is known to have."""
    if column.origin is None:
        moment, real = pa.types.is_timestamp(column.type), pa.types.is_float64(column.type)
        return Shape(
            places=column.decimals or None if moment else None, decimals=column.decimals if real else None, single=pa.types.is_float32(column.type)
        )
    declared = column.origin[1].native_type.strip().lower()
    found = _DECLARED.match(declared)
    base, size, scale = (found["base"], found["size"], found["scale"]) if found else ("", None, None)
    zeros = int(size or _WIDTHS.get(base, 0)) if "zerofill" in declared else 4 if base == "year" else 0
    return Shape(
        places=int(size or 0) if base in _TIMES else 0, decimals=int(scale) if base in _REALS and scale else None, single=base == "float", zeros=zeros,
    )

"""The characters of a column as a client was told its type."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from carrel.doors import _texts as texts
from carrel.doors._texts import Shape
from carrel.doors.mysql import types

_REAL: Final = (types.FLOAT, types.DOUBLE)


def as_text(array: pa.Array, wire: types.WireType) -> pa.Array:
    """The cells of one column; `wire` is the type that the client was told."""
    return texts.as_text(array, shape_of(wire))


def shape_of(wire: types.WireType) -> Shape:
    return Shape(
        places=wire.decimals if wire.declared else None, decimals=wire.decimals if wire.code in _REAL and wire.decimals < types.NOT_FIXED else None,
        single=wire.code == types.FLOAT, zeros=wire.length if wire.flags & types.ZEROFILL else 0,
    )

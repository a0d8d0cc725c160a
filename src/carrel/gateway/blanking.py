"""What lies beneath a NULL: Arrow keeps a value's room for it, and an engine may leave there whatever the memory held before. None of it goes out."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc


def blank(batch: pa.RecordBatch, *, by_value: bool = False) -> pa.RecordBatch:
    """The same batch with zeros beneath each NULL; `by_value`: but for numbers and texts, whose values will be written one by one."""
    unclean = [_unclean(column) and not (by_value and _alone(column.type)) for column in batch.columns]
    if not any(unclean):
        return batch
    columns = [_blanked(column) if dirty else column for dirty, column in zip(unclean, batch.columns, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _alone(kind: pa.DataType) -> bool:
    # Dates, times and decimals go through Arrow's functions, of which nobody says that they never look beneath a NULL.
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_string(kind) or pa.types.is_binary(kind))


def _unclean(column: pa.Array) -> bool:
    # The last byte of a column of single bits may hold bits of no row.
    return bool(column.null_count) or pa.types.is_boolean(column.type)


def _blanked(column: pa.Array) -> pa.Array:
    filled = pc.fill_null(column, _zero(column.type))
    if filled.offset or pa.types.is_boolean(column.type):
        filled = pc.take(filled, pa.array(range(len(filled)), pa.int64()))
    return pa.Array.from_buffers(column.type, len(column), [column.is_valid().buffers()[1], *filled.buffers()[1:]], column.null_count)


_ZEROS: Final[dict[pa.DataType, Any]] = {}


def _zero(kind: pa.DataType) -> Any:
    """The scalar whose bytes are all zero; of texts the empty one."""
    if kind not in _ZEROS and (pa.types.is_string(kind) or pa.types.is_binary(kind)):
        _ZEROS[kind] = pa.scalar(b"", pa.binary()).cast(kind)
    if kind not in _ZEROS:
        width = max(1, kind.bit_width // 8)
        _ZEROS[kind] = pa.Array.from_buffers(kind, 1, [None, pa.py_buffer(bytes(width))])[0]
    return _ZEROS[kind]

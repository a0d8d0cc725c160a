"""Arrow batches to text rows, ready framed: by the native row writer where it is there, else vectorised; no Python loop over rows.

A text row is for each column a lenenc length and the characters, or 0xFB for NULL; before it stands the packet's header. Prefixes and headers are arrays too,
and one join writes all of them: the data buffer of its result is what goes on the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors import _native
from carrel.doors.mysql.packets import lenenc
from carrel.doors.mysql.stream import MAX_CHUNK, PacketStream
from carrel.doors.mysql.texts import as_text
from carrel.doors.mysql.types import ZEROFILL, WireType

PIECE_BYTES: Final = 1 << 20
PIECE_ROWS: Final = 16384

_ONE_BYTE: Final = 251
_SHORT: Final = 1 << 16
_EMPTY: Final = pa.scalar(b"", pa.binary())


Part: TypeAlias = "pa.Array | pa.Scalar"
"""Bytes of each row, none of them NULL; a scalar where they are the same in all rows."""


Write: TypeAlias = "Callable[[tuple[_native.Described, ...], int, int, int, memoryview], tuple[int, int] | None]"
"""One of the native writers of framed rows."""


def send_batch(stream: PacketStream, batch: pa.RecordBatch, kinds: Sequence[WireType]) -> None:
    """Sends every row of a batch as text. Holds one piece of it at a time.

    Raises:
        Closed: the client has gone.
    """
    def slow(part: pa.RecordBatch) -> None:
        send_vectorised(stream, part, kinds)

    if _native.available():
        columns = tuple(_described(column, kind) for column, kind in zip(batch.columns, kinds, strict=True))
        send_native(stream, batch, columns, _native.compiled.wire, slow)
    else:
        slow(batch)


def send_native(
    stream: PacketStream, batch: pa.RecordBatch, columns: tuple[_native.Described, ...], write: Write, slow: Callable[[pa.RecordBatch], None]
) -> None:
    """Sends a batch as `write` writes `columns`, its own; what that cannot write, a row of 16 MiB or a year before 1000, goes the other way, by `slow`."""
    out = stream.room(_native.OUT_BYTES)
    start = 0
    while start < batch.num_rows:
        written = write(columns, start, batch.num_rows, stream.sequence, out)
        if written is None:
            slow(batch.slice(start))
            return
        end, size = written
        if end > start:
            stream.write_framed(out[:size], end - start)
        else:
            end = start + 1
            slow(batch.slice(start, 1))
        start = end


def _described(column: pa.Array, kind: WireType) -> _native.Described:
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    places = kind.decimals if kind.declared else None
    return _native.describe(column, places=places, slow=lambda: as_text(column, kind), plain=not kind.flags & ZEROFILL)


def send_vectorised(stream: PacketStream, batch: pa.RecordBatch, kinds: Sequence[WireType]) -> None:
    """As `send_batch`, by Arrow's functions alone."""
    for piece in pieces(batch):
        parts: list[Part] = []
        for column, kind in zip(piece.columns, kinds, strict=True):
            parts += prefixed(as_text(column, kind))
        send_rows(stream, parts, piece.num_rows)


def pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Slices of about PIECE_BYTES, so that a join's result stays small whatever the batch."""
    rows = batch.num_rows
    if not rows:
        return
    step = max(1, min(PIECE_ROWS, rows * PIECE_BYTES // max(batch.nbytes, 1)))
    for start in range(0, rows, step):
        yield batch.slice(start, step)


def prefixed(column: pa.Array, null: bytes = b"\xfb") -> list[Part]:
    """A binary array as lenenc length and bytes; `null` alone where it is NULL."""
    prefixes = _prefixes(pc.binary_length(column), pa.scalar(null, pa.binary()))
    return [prefixes, pc.fill_null(column, _EMPTY) if column.null_count else column]


def send_rows(stream: PacketStream, parts: Sequence[Part], rows: int) -> None:
    """Frames and sends `rows` payloads, each its parts end to end."""
    total = pa.nulls(rows, pa.int64()).fill_null(0)
    for part in parts:
        length = pa.scalar(len(part.as_py()), pa.int64()) if isinstance(part, pa.Scalar) else pc.binary_length(part).cast(pa.int64())
        total = pc.add(total, length)
    if pc.max(total).as_py() >= MAX_CHUNK:
        _send_long(stream, parts)
        return
    joined = pc.binary_join_element_wise(_headers(total, stream.sequence), *parts, _EMPTY)
    offsets = memoryview(joined.buffers()[1]).cast("i")
    start, end = offsets[joined.offset], offsets[joined.offset + rows]
    stream.write_framed(memoryview(joined.buffers()[2])[start:end], rows)


def _send_long(stream: PacketStream, parts: Sequence[Part]) -> None:
    """Rows of 16 MiB and more go over several packets; a piece that has one has few rows."""
    for row in pc.binary_join_element_wise(*parts, _EMPTY):
        stream.write(row.as_py())


@cache
def _short_prefixes() -> pa.Array:
    """Of each length below `_SHORT`. Made when they are first needed: where pandas is installed, Arrow loads it to look at Python's lists."""
    return pa.array([lenenc(length) for length in range(_SHORT)], pa.binary())


@cache
def _numbers() -> pa.Array:
    return pa.array(range(PIECE_ROWS + 256), pa.uint32())


def raw(array: pa.Array) -> pa.Array:
    """The little-endian bytes of numbers."""
    width = array.type.bit_width // 8
    validity, data = array.buffers()
    return pa.Array.from_buffers(pa.binary(width), len(array), [validity, data], offset=array.offset).cast(pa.binary())


def _prefixes(lengths: pa.Array, null: pa.Scalar) -> pa.Array:
    longest = pc.max(lengths).as_py() or 0
    if longest < _ONE_BYTE:
        found = raw(lengths.cast(pa.uint8()))
    elif longest < _SHORT:
        found = _short_prefixes().take(lengths)
    else:
        found = pa.array([None if length is None else lenenc(length) for length in lengths.to_pylist()], pa.binary())
    return pc.fill_null(found, null) if found.null_count else found


def _headers(lengths: pa.Array, sequence: int) -> pa.Array:
    """3 bytes length, 1 byte sequence number."""
    numbers = pc.bit_wise_and(_numbers().slice(sequence, len(lengths)), pa.scalar(0xFF, pa.uint32()))
    words = pc.bit_wise_or(lengths.cast(pa.uint32()), pc.shift_left(numbers, pa.scalar(24, pa.uint32())))
    return pa.Array.from_buffers(pa.binary(4), len(words), [None, words.buffers()[1]], offset=words.offset).cast(pa.binary())

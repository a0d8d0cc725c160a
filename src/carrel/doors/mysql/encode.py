"""Arrow batches to text rows, ready framed, vectorised: no Python loop over rows.

A text row is for each column a lenenc length and the characters, or 0xFB for NULL; before it stands the packet's header. Prefixes and headers are arrays too,
and one join writes all of them: the data buffer of its result is what goes on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors.mysql.packets import lenenc
from carrel.doors.mysql.stream import MAX_CHUNK, PacketStream
from carrel.doors.mysql.texts import as_text
from carrel.doors.mysql.types import WireType

PIECE_BYTES: Final = 1 << 20
PIECE_ROWS: Final = 16384

_SHORT_PREFIXES: Final = pa.array([lenenc(length) for length in range(0xFB)] + [lenenc(length) for length in range(0xFB, 1 << 16)], pa.binary())
_NULL: Final = pa.scalar(b"\xfb", pa.binary())
_EMPTY: Final = pa.scalar(b"", pa.binary())
_NUMBERS: Final = pa.array(range(PIECE_ROWS + 256), pa.uint32())


def send_batch(stream: PacketStream, batch: pa.RecordBatch, kinds: Sequence[WireType]) -> int:
    """Sends every row of a batch as text and returns the number of bytes. Holds one piece of it at a time.

    Raises:
        Closed: the client has gone.
    """
    sent = 0
    for piece in pieces(batch):
        columns = [as_text(column, kind) for column, kind in zip(piece.columns, kinds, strict=True)]
        sent += _send_piece(stream, columns, piece.num_rows)
    return sent


def pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Slices of about PIECE_BYTES, so that a join's result stays small whatever the batch."""
    rows = batch.num_rows
    if not rows:
        return
    step = max(1, min(PIECE_ROWS, rows * PIECE_BYTES // max(batch.nbytes, 1)))
    for start in range(0, rows, step):
        yield batch.slice(start, step)


def _send_piece(stream: PacketStream, columns: Sequence[pa.Array], rows: int) -> int:
    parts: list[pa.Array] = []
    total = pa.array([0], pa.int64()).take(pa.nulls(rows, pa.int32()).fill_null(0))
    for column in columns:
        lengths = pc.binary_length(column)
        prefixes = _prefixes(lengths)
        total = pc.add(total, pc.add(pc.fill_null(lengths, 0).cast(pa.int64()), pc.binary_length(prefixes).cast(pa.int64())))
        parts += [prefixes, pc.fill_null(column, _EMPTY) if column.null_count else column]
    if pc.max(total).as_py() >= MAX_CHUNK:
        return _send_long(stream, parts)
    joined = pc.binary_join_element_wise(_headers(total, stream.sequence), *parts, _EMPTY)
    offsets = memoryview(joined.buffers()[1]).cast("i")
    start, end = int(offsets[joined.offset]), int(offsets[joined.offset + rows])
    stream.write_framed(memoryview(joined.buffers()[2])[start:end], rows)
    return end - start


def _send_long(stream: PacketStream, parts: Sequence[pa.Array]) -> int:
    """Rows of 16 MiB and more go over several packets; a piece that has one has few rows."""
    sent = 0
    for row in pc.binary_join_element_wise(*parts, _EMPTY):
        payload = row.as_py()
        stream.write(payload)
        sent += len(payload)
    return sent


def _prefixes(lengths: pa.Array) -> pa.Array:
    """lenenc of each length, 0xFB where it is NULL."""
    if (pc.max(lengths).as_py() or 0) < len(_SHORT_PREFIXES):
        found = _SHORT_PREFIXES.take(lengths)
    else:
        found = pa.array([None if length is None else lenenc(length) for length in lengths.to_pylist()], pa.binary())
    return pc.fill_null(found, _NULL) if found.null_count else found


def _headers(lengths: pa.Array, sequence: int) -> pa.Array:
    """3 bytes length, 1 byte sequence number."""
    numbers = pc.bit_wise_and(_NUMBERS.slice(sequence, len(lengths)), pa.scalar(0xFF, pa.uint32()))
    words = pc.bit_wise_or(lengths.cast(pa.uint32()), pc.shift_left(numbers, pa.scalar(24, pa.uint32())))
    return pa.Array.from_buffers(pa.binary(4), len(words), [None, words.buffers()[1]], offset=words.offset).cast(pa.binary())

"""Nothing that an engine leaves beneath a NULL goes out, whatever the type, and the values stay what they are."""

from __future__ import annotations

import io
from typing import cast

import pyarrow as pa
import pytest

from carrel.doors import _native
from carrel.doors.mysql import binary, encode, types
from carrel.doors.mysql.stream import PacketStream
from carrel.gateway.blanking import blank
from tests.mysql_fakes import Sink
from tests.shared import cannot_run

TYPES = (
    pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(38, 2), pa.date32(),
    pa.timestamp("us"), pa.time64("us"), pa.string(), pa.binary(),
)
ALONE = {pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint64(), pa.float32(), pa.float64(), pa.string(), pa.binary()}
ROWS = 20
SECRET = b"SECRETSECRETSECRET"


def unclean(kind: pa.DataType) -> pa.Array:
    """Every third row has a value; beneath the others, and in the bits of no row, the memory says something."""
    valid = pa.py_buffer(b"\x49\x92\xf4")
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        offsets = b"".join((len(SECRET) * row).to_bytes(4, "little") for row in range(ROWS + 1))
        return pa.Array.from_buffers(kind, ROWS, [valid, pa.py_buffer(offsets), pa.py_buffer(SECRET * ROWS)])
    data = (SECRET * 20)[: max(3, ROWS * kind.bit_width // 8)]
    return pa.Array.from_buffers(kind, ROWS, [valid, pa.py_buffer(data)])


def stream(batch: pa.RecordBatch) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, batch.schema) as writer:
        writer.write_batch(batch)
    return out.getvalue()


@pytest.mark.parametrize("cut", [slice(0, ROWS), slice(3, 14)], ids=["whole", "cut"])
@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_what_lies_beneath_a_null_stays_here(kind: pa.DataType, cut: slice) -> None:
    column = unclean(kind)[cut]
    clean = blank(pa.record_batch([column], ["x"])).column(0)
    clean.validate(full=False)
    assert clean.null_count == column.null_count > 0
    valid = [row for row in range(len(column)) if column.is_valid()[row].as_py()]
    as_bytes = pa.binary(max(1, kind.bit_width // 8)) if not (pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_boolean(kind)) else kind
    assert clean.take(valid).view(as_bytes) == column.take(valid).view(as_bytes)
    made = pa.array([column.take([row])[0] if row in valid else None for row in range(len(column))], kind)
    assert stream(pa.record_batch([clean], ["x"])) == stream(pa.record_batch([made], ["x"]))


def test_a_batch_without_null_is_handed_on_as_it_is() -> None:
    batch = pa.record_batch([pa.array([1, 2]), pa.array(["a", "b"])], ["x", "y"])
    assert blank(batch) is batch


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind in ALONE], ids=str)
def test_what_writes_values_one_by_one_writes_nothing_else(kind: pa.DataType) -> None:
    if not _native.available():
        cannot_run("the native row writer is not compiled: install with a C compiler at hand")
    dirty = pa.record_batch([unclean(kind)], ["x"])
    for send in (encode.send_batch, binary.send_batch):
        sinks = [Sink(1), Sink(1)]
        for sink, batch in zip(sinks, (blank(dirty, by_value=True), blank(dirty)), strict=True):
            send(cast("PacketStream", sink), batch, [types.of_arrow(kind)])
        assert sinks[0].sent == sinks[1].sent


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_only_numbers_and_texts_are_left_as_they_are(kind: pa.DataType) -> None:
    dirty = pa.record_batch([unclean(kind)], ["x"])
    assert (blank(dirty, by_value=True) is dirty) == (kind in ALONE)

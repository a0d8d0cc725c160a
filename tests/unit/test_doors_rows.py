"""The native row writer alone: it keeps inside its buffers whatever it is told, and writes lines and binary rows as Arrow's functions do."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.doors import _native
from carrel.doors.http.encode.comma import CommaSeparated
from carrel.doors.http.encode.tab import TabSeparated
from carrel.doors.mysql import binary, types
from carrel.doors.mysql.stream import PacketStream
from carrel.doors.mysql.types import WireType
from carrel.model.queries import ResultColumn
from tests.mysql_fakes import Sink
from tests.shared import cannot_run, examples

WIDTHS = (0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 4, 4, 8, 8, 4, 8, 4)
TEXTS = (9, 10, 16)


@pytest.fixture(autouse=True, scope="module")
def native() -> None:
    if _native.compiled is None:
        cannot_run("the native row writer is not compiled: install with a C compiler at hand")


@st.composite
def columns(draw: st.DrawFn, rows: int) -> tuple[Any, ...]:
    kind = draw(st.integers(-1, 17))
    offset = draw(st.sampled_from([0, 0, 1, 9, -1]))
    size = max(0, (rows + max(offset, 0) + (kind in TEXTS)) * WIDTHS[kind if 0 <= kind < len(WIDTHS) else 0] - draw(st.sampled_from([0, 0, 0, 1])))
    values = draw(st.binary(min_size=size, max_size=size))
    if kind in TEXTS:
        bounds = draw(st.lists(st.integers(-2, 12), min_size=size // 4 + 1, max_size=size // 4 + 1))
        values = b"".join(bound.to_bytes(4, "little", signed=True) for bound in sorted(bounds))[:size]
    validity = draw(st.none() | st.binary(min_size=max(0, (rows + max(offset, 0) + 7) // 8 - draw(st.sampled_from([0, 0, 1]))), max_size=8))
    return kind, draw(st.integers(-2, 7)), offset, validity, values, draw(st.sampled_from([None, b"", b"\xf4\x8f\xb8\x80\t\\\n\0abc", b"\xf4\x8f\xb8"]))


@settings(max_examples=examples(1500), deadline=None)
@given(st.data(), st.integers(0, 20), st.integers(0, 300))
def test_whatever_it_is_told_it_writes_inside_its_buffer_or_refuses(data: st.DataObject, rows: int, size: int) -> None:
    described = tuple(data.draw(st.lists(columns(rows), max_size=12)))
    start = data.draw(st.integers(-1, rows + 1))
    guarded = bytearray(size + 64)
    out = memoryview(guarded)[:size]
    module = _native.compiled
    for write, how in ((module.wire, (250,)), (module.binary, (250,)), (module.tabs, ()), (module.commas, ())):
        try:
            written = cast("Any", write)(described, start, rows, *how, out)
        except ValueError:
            continue
        assert written is None or (start <= written[0] <= rows and 0 <= written[1] <= size)
        assert guarded[size:] == bytes(64)


VALUES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "int64": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "uint8": (pa.uint8(), st.integers(0, 255)),
    "bool": (pa.bool_(), st.booleans()),
    "text": (pa.string(), st.text(max_size=40) | st.text("\t\n\\\0a\",\r\U0010fe41\U0010fef4")),
    "large text": (pa.large_string(), st.text(max_size=40)),
    "bytes": (pa.binary(), st.binary(max_size=40)),
    "double": (pa.float64(), st.floats()),
    "decimal": (pa.decimal128(10, 2), st.integers(-(10**9), 10**9).map(lambda number: Decimal(number).scaleb(-2))),
    "date": (pa.date32(), st.dates(datetime.date(1000, 1, 1))),
    "moment": (pa.timestamp("us"), st.datetimes(datetime.datetime(1000, 1, 1))),
    "time": (pa.time64("us"), st.times()),
    "list": (pa.list_(pa.int32()), st.lists(st.integers(0, 9))),
    "category": (pa.dictionary(pa.int32(), pa.string()), st.sampled_from(["a\t", "b", "ü"])),
    "null": (pa.null(), st.none()),
}


@pytest.mark.parametrize("form_of", [TabSeparated, CommaSeparated])
@pytest.mark.parametrize("name", VALUES)
def test_lines_are_the_same_with_and_without_it(name: str, form_of: type[TabSeparated | CommaSeparated], monkeypatch: pytest.MonkeyPatch) -> None:
    kind, values = VALUES[name]

    @settings(max_examples=examples(60), deadline=None)
    @given(st.lists(st.none() | values, max_size=30))
    def check(cells: list[Any]) -> None:
        batch = pa.record_batch({"n": pa.array(range(len(cells)), pa.int32()), "c": pa.array(cells, kind)}).slice(1)
        form = form_of([ResultColumn(name=column, type=batch.schema.field(column).type) for column in ("n", "c")])
        monkeypatch.setenv("CARREL_PURE", "0")
        written = b"".join(form.pieces(batch))
        monkeypatch.setenv("CARREL_PURE", "1")
        assert written == b"".join(form.pieces(batch))

    check()


BINARY: dict[str, tuple[WireType, tuple[pa.DataType, st.SearchStrategy[Any]]]] = {
    "bigint": (WireType(types.LONGLONG, 20), VALUES["int64"]),
    "int": (WireType(types.LONG, 11), (pa.int64(), st.integers(-(2**31), 2**31 - 1))),
    "mediumint": (WireType(types.INT24, 9, types.UNSIGNED), (pa.uint32(), st.integers(0, 2**24 - 1))),
    "smallint": (WireType(types.SHORT, 6, types.UNSIGNED), (pa.int32(), st.integers(0, 2**16 - 1))),
    "tinyint": (WireType(types.TINY, 4, types.UNSIGNED), VALUES["uint8"]),
    "truth": (WireType(types.LONG, 1), VALUES["bool"]),
    "float": (WireType(types.FLOAT, 12), (pa.float32(), st.floats(width=32))),
    "double": (WireType(types.DOUBLE, 22), VALUES["double"]),
    "decimal": (WireType(types.NEWDECIMAL, 12, 0, 2), VALUES["decimal"]),
    "text": (WireType(types.VAR_STRING, 255, text=True), (pa.string(), st.text(max_size=300) | st.text("a\U0010fe41\U0010fef4"))),
    "blob": (WireType(types.BLOB, 65535), (pa.binary(), st.binary(max_size=300))),
    "date": (WireType(types.DATE, 10), (pa.date32(), st.dates())),
    "kept date": (WireType(types.DATE, 10), (pa.string(), st.sampled_from(["0000-00-00", "2001-02-00", "2020-02-29", "no date"]))),
    "datetime": (WireType(types.DATETIME, 26, 0, 6), (pa.timestamp("us"), st.datetimes() | st.dates().map(lambda day: datetime.datetime(day.year, 1, 1)))),
    "timestamp": (WireType(types.TIMESTAMP, 19), (pa.timestamp("s"), st.datetimes().map(lambda value: value.replace(microsecond=0)))),
    "zoned": (WireType(types.TIMESTAMP, 19), (pa.timestamp("us", "UTC"), st.datetimes(timezones=st.just(datetime.UTC)))),
    "time": (WireType(types.TIME, 17, 0, 6), (pa.time64("us"), st.times() | st.just(datetime.time()))),
    "duration": (WireType(types.TIME, 17, 0, 6), (pa.duration("us"), st.timedeltas(datetime.timedelta(-35), datetime.timedelta(35)))),
    "kept time": (WireType(types.TIME, 17), (pa.string(), st.sampled_from(["-838:59:59.5", "00:00:00", "12:00:01", "no time"]))),
    "category": (WireType(types.STRING, 10, text=True), VALUES["category"]),
    "null": (WireType(types.DATETIME, 26), VALUES["null"]),
}


@pytest.mark.parametrize("name", BINARY)
def test_binary_rows_are_the_same_with_and_without_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wire, (kind, values) = BINARY[name]

    @settings(max_examples=examples(60), deadline=None)
    @given(st.lists(st.none() | values, max_size=30), st.integers(0, 9), st.integers(0, 255))
    def check(cells: list[Any], others: int, sequence: int) -> None:
        columns = [pa.array(cells, kind)] * (others + 1) + [pa.array(range(len(cells)), pa.int32())]
        batch = pa.RecordBatch.from_arrays(columns, names=[""] * len(columns)).slice(1)
        sent = []
        for pure in "01":
            monkeypatch.setenv("CARREL_PURE", pure)
            sink = Sink(sequence)
            binary.send_batch(cast("PacketStream", sink), batch, [wire] * (others + 1) + [WireType(types.LONG, 11)])
            sent.append(bytes(sink.sent))
        assert sent[0] == sent[1]

    check()


def test_what_is_too_long_for_its_buffer_or_its_packet_goes_the_slow_way(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = pa.record_batch({"a": ["x", "y" * (_native.OUT_BYTES - 3), "z" * 0x1000010, None, "\U0010fe41" * 200_000, "w" * 251]})
    sent = []
    for pure in "01":
        monkeypatch.setenv("CARREL_PURE", pure)
        sink = Sink(1)
        binary.send_batch(cast("PacketStream", sink), batch, [WireType(types.BLOB, 1 << 30, text=True)])
        sent.append(bytes(sink.sent))
    assert sent[0] == sent[1]

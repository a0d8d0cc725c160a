"""The row writers, native and vectorised, against a slow one that is written value by value, over all Arrow types an engine may give."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.doors import _native
from carrel.doors._texts import clock
from carrel.doors.mysql import encode, texts, types
from carrel.doors.mysql.packets import lenenc, lenenc_bytes
from carrel.doors.mysql.stream import PacketStream
from carrel.io.escape import to_bytes
from tests.mysql_fakes import Sink
from tests.shared import cannot_run


@pytest.fixture(params=["native", "vectorised"], autouse=True, scope="module")
def writer(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "native" and _native.compiled is None:
        cannot_run("the native row writer is not compiled: install with a C compiler at hand")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_PURE", "1" if request.param == "vectorised" else "0")
        yield request.param


def sent(batch: pa.RecordBatch, kinds: list[types.WireType], sequence: int = 1) -> bytes:
    sink = Sink(sequence)
    encode.send_batch(cast("PacketStream", sink), batch, kinds)
    return bytes(sink.sent)


def reference(rows: list[list[bytes | None]], sequence: int = 1) -> bytes:
    sink = Sink(sequence)
    for row in rows:
        sink.write(b"".join(b"\xfb" if cell is None else lenenc_bytes(cell) for cell in row))
    return bytes(sink.sent)


def show_float(value: float) -> str | None:
    """my_gcvt: the shortest digits; an exponent for whole numbers from 1e15 and for numbers below 1e-15."""
    if value != value or value in (float("inf"), float("-inf")):
        return None
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    assert isinstance(exponent, int)
    point = len(digits) + exponent
    if text == "0":
        return "0"
    minus = "-" if sign else ""
    if -15 < point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    if point > 0 and (len(text) > point or point <= 15):
        return minus + (text.ljust(point, "0") if len(text) <= point else f"{text[:point]}.{text[point:]}")
    return f"{minus}{text[0]}{'.' + text[1:] if len(text) > 1 else ''}e{point - 1}"


def show_moment(value: datetime.datetime) -> str:
    return value.isoformat(" ").removesuffix(".000000")


def decimal_of(precision: int, scale: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**precision) + 1, 10**precision - 1).map(lambda number: Decimal((int(number < 0), tuple(map(int, str(abs(number)))), -scale)))


CASES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any], Callable[[Any], Any]]] = {
    **{
        f"{'' if signed else 'u'}int{width}": (
            getattr(pa, f"{'' if signed else 'u'}int{width}")(),
            st.integers(-(2 ** (width - 1)) if signed else 0, 2 ** (width - signed) - 1),
            str,
        )
        for width in (8, 16, 32, 64)
        for signed in (True, False)
    },
    "bool": (pa.bool_(), st.booleans(), lambda value: "1" if value else "0"),
    "text": (pa.string(), st.text(max_size=400), to_bytes),
    "large text": (pa.large_string(), st.text(max_size=30), to_bytes),
    "text view": (pa.string_view(), st.text(max_size=30), to_bytes),
    "bytes": (pa.binary(), st.binary(max_size=400), bytes),
    "fixed bytes": (pa.binary(3), st.binary(min_size=3, max_size=3), bytes),
    "double": (pa.float64(), st.floats(), show_float),
    "decimal(38,0)": (pa.decimal128(38, 0), decimal_of(38, 0), lambda value: f"{value:f}"),
    "decimal(10,2)": (pa.decimal128(10, 2), decimal_of(10, 2), lambda value: f"{value:f}".replace("-0.00", "0.00") if not value else f"{value:f}"),
    "decimal(30,20)": (pa.decimal128(30, 20), decimal_of(30, 20), lambda value: f"{abs(value):f}" if not value else f"{value:f}"),
    "date": (pa.date32(), st.dates(datetime.date(1000, 1, 1)), str),
    "datetime": (pa.timestamp("s"), st.datetimes(datetime.datetime(1000, 1, 1)).map(lambda value: value.replace(microsecond=0)), show_moment),
    "datetime(6)": (pa.timestamp("us"), st.datetimes(datetime.datetime(1000, 1, 1)), show_moment),
    "time": (pa.time64("us"), st.times(), lambda value: value.isoformat().removesuffix(".000000")),
    "duration": (pa.duration("us"), st.timedeltas(datetime.timedelta(days=-30), datetime.timedelta(days=30)), clock),
    "null": (pa.null(), st.none(), str),
    "category": (pa.dictionary(pa.int32(), pa.string()), st.sampled_from(["a", "b", "ü"]), str),
}


def as_bytes(value: Any, show: Callable[[Any], Any]) -> bytes | None:
    shown = None if value is None else show(value)
    return shown.encode() if isinstance(shown, str) else shown


@pytest.mark.parametrize("name", CASES)
def test_each_type_is_written_as_the_slow_writer_does(name: str) -> None:
    kind, values, show = CASES[name]

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.none() | values, min_size=1, max_size=40), st.integers(0, 255))
    def check(cells: list[Any], sequence: int) -> None:
        batch = pa.record_batch({"n": pa.array(range(len(cells)), pa.int32()), "c": pa.array(cells, kind)})
        rows = [[str(number).encode(), as_bytes(value, show)] for number, value in enumerate(cells)]
        kinds = [types.of_arrow(column) for column in batch.schema.types]
        assert sent(batch, kinds, sequence) == reference(rows, sequence)
        assert sent(batch.slice(1), kinds, sequence) == reference(rows[1:], sequence)

    check()


@pytest.mark.parametrize("length", [0, 1, 250, 251, 252, 65535, 65536, 65537, (1 << 24) - 6, (1 << 24) - 5, (1 << 24) - 4, 1 << 24, (1 << 25) + 3])
def test_every_width_of_prefix_and_rows_of_several_packets(length: int) -> None:
    value = "a" * length
    batch = pa.record_batch({"a": ["x", value, None]})
    assert sent(batch, [types.of_arrow(pa.string())], 255) == reference([[b"x"], [value.encode()], [None]], 255)


def test_times_before_the_year_1000_are_written_too() -> None:
    moments = [datetime.datetime(2018, 3, 1), datetime.datetime(999, 12, 31, 23, 59, 59), None, datetime.datetime(9999, 12, 31)]
    batch = pa.record_batch({"a": pa.array(moments, pa.timestamp("us")), "b": pa.array([None if m is None else m.date() for m in moments], pa.date32())})
    rows = [[None if m is None else show_moment(m).encode(), None if m is None else str(m.date()).encode()] for m in moments]
    assert sent(batch, [types.of_arrow(kind) for kind in batch.schema.types]) == reference(rows)


def test_many_rows_wrap_the_sequence_number_across_pieces() -> None:
    batch = pa.record_batch({"a": pa.array(range(50_000), pa.int64()), "b": ["text"] * 50_000})
    kinds = [types.of_arrow(pa.int64()), types.of_arrow(pa.string())]
    assert sent(batch, kinds, 7) == reference([[str(number).encode(), b"text"] for number in range(50_000)], 7)


def escaped(value: bytes) -> str:
    """The lake's escape, as its page describes it."""
    text = value.decode("utf-8", "surrogateescape")
    return "".join(
        chr(0x10FE00 + ord(char) - 0xDC00) if 0xDC80 <= ord(char) <= 0xDCFF
        else "".join(chr(0x10FE00 + byte) for byte in char.encode()) if 0x10FE00 <= ord(char) <= 0x10FEFF else char
        for char in text
    )


STRAY = st.lists(st.sampled_from([b"\xf4", b"\x8f", b"\xb8", b"\x80", b"a", "\U0010fe00".encode()])).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=12) | STRAY, min_size=1))
def test_bytes_that_are_not_utf8_come_out_as_they_went_in(values: list[bytes]) -> None:
    batch = pa.record_batch({"a": pa.array([escaped(value) for value in values])})
    assert sent(batch, [types.of_arrow(pa.string())]) == reference([[value] for value in values])


@pytest.mark.parametrize(
    ("declared", "kind", "value", "shown"),
    [
        ("datetime", pa.timestamp("us"), datetime.datetime(2018, 3, 1, 2, 3, 4, 999999), b"2018-03-01 02:03:04"),
        ("datetime(3)", pa.timestamp("us"), datetime.datetime(2018, 3, 1, 2, 3, 4, 5000), b"2018-03-01 02:03:04.005"),
        ("datetime(6)", pa.timestamp("us"), datetime.datetime(2018, 3, 1), b"2018-03-01 00:00:00.000000"),
        ("timestamp(2)", pa.timestamp("s"), datetime.datetime(2018, 3, 1), b"2018-03-01 00:00:00.00"),
        ("time(1)", pa.time64("us"), datetime.time(1, 2, 3, 400000), b"01:02:03.4"),
        ("datetime", pa.string(), "0000-00-00 00:00:00", b"0000-00-00 00:00:00"),
        ("int(8) unsigned zerofill", pa.uint32(), 42, b"00000042"),
        ("float", pa.float32(), 1234567.0, b"1234570"),
        ("float", pa.float32(), 0.1, b"0.1"),
        ("double(12,3)", pa.float64(), -0.0001, b"0.000"),
        ("double(12,3)", pa.float64(), 2.5, b"2.500"),
    ],
)
def test_declared_types_decide_the_digits(declared: str, kind: pa.DataType, value: Any, shown: bytes) -> None:
    wire = types.native(declared)
    assert wire is not None
    assert texts.as_text(pa.array([value, None], kind), wire).to_pylist() == [shown, None]


def test_lists_and_structures_are_json() -> None:
    array = pa.array([[1, None], None], pa.list_(pa.int32()))
    assert texts.as_text(array, types.of_arrow(array.type)).to_pylist() == [b"[1, null]", None]


def test_a_piece_stays_small_whatever_the_batch() -> None:
    batch = pa.record_batch({"a": ["x" * 1000] * 20_000})
    assert max(piece.nbytes for piece in encode.pieces(batch)) <= encode.PIECE_BYTES * 1.1
    assert sum(piece.num_rows for piece in encode.pieces(batch)) == 20_000


@given(st.integers(0, 2**40))
def test_lenenc_has_the_protocols_widths(number: int) -> None:
    made = lenenc(number)
    assert len(made) == (1 if number < 251 else 3 if number < 2**16 else 4 if number < 2**24 else 9)

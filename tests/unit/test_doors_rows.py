"""The native row writer alone: it keeps inside its buffers whatever it is told, and writes tab-separated lines as Arrow's functions do."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.doors import _native
from carrel.doors.http.encode.tab import TabSeparated
from carrel.model.queries import ResultColumn
from tests.shared import cannot_run

WIDTHS = (0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 4, 4, 8)


@pytest.fixture(autouse=True, scope="module")
def native() -> None:
    if _native.compiled is None:
        cannot_run("the native row writer is not compiled: install with a C compiler at hand")


@st.composite
def columns(draw: st.DrawFn, rows: int) -> tuple[Any, ...]:
    kind = draw(st.integers(-1, 13))
    offset = draw(st.sampled_from([0, 0, 1, 9, -1]))
    size = max(0, (rows + max(offset, 0) + (kind in (9, 10))) * WIDTHS[kind if 0 <= kind <= 12 else 0] - draw(st.sampled_from([0, 0, 0, 1])))
    values = draw(st.binary(min_size=size, max_size=size))
    if kind in (9, 10):
        bounds = draw(st.lists(st.integers(-2, 12), min_size=size // 4 + 1, max_size=size // 4 + 1))
        values = b"".join(bound.to_bytes(4, "little", signed=True) for bound in sorted(bounds))[:size]
    validity = draw(st.none() | st.binary(min_size=max(0, (rows + max(offset, 0) + 7) // 8 - draw(st.sampled_from([0, 0, 1]))), max_size=8))
    return kind, draw(st.integers(-2, 7)), offset, validity, values, draw(st.sampled_from([None, b"", b"\xf4\x8f\xb8\x80\t\\\n\0abc", b"\xf4\x8f\xb8"]))


@settings(max_examples=1500, deadline=None)
@given(st.data(), st.integers(0, 20), st.integers(0, 300))
def test_whatever_it_is_told_it_writes_inside_its_buffer_or_refuses(data: st.DataObject, rows: int, size: int) -> None:
    described = tuple(data.draw(st.lists(columns(rows), max_size=4)))
    start = data.draw(st.integers(-1, rows + 1))
    guarded = bytearray(size + 64)
    out = memoryview(guarded)[:size]
    for write in (lambda: _native.compiled.wire(described, start, rows, 250, out), lambda: _native.compiled.tabs(described, start, rows, out)):
        try:
            written = write()
        except ValueError:
            continue
        assert written is None or (start <= written[0] <= rows and 0 <= written[1] <= size)
        assert guarded[size:] == bytes(64)


VALUES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "int64": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "uint8": (pa.uint8(), st.integers(0, 255)),
    "bool": (pa.bool_(), st.booleans()),
    "text": (pa.string(), st.text(max_size=40) | st.text("\t\n\\\0a\U0010fe41\U0010fef4")),
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


@pytest.mark.parametrize("name", VALUES)
def test_tab_separated_lines_are_the_same_with_and_without_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, values = VALUES[name]

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.none() | values, max_size=30))
    def check(cells: list[Any]) -> None:
        batch = pa.record_batch({"n": pa.array(range(len(cells)), pa.int32()), "c": pa.array(cells, kind)}).slice(1)
        form = TabSeparated([ResultColumn(name=column, type=batch.schema.field(column).type) for column in ("n", "c")])
        monkeypatch.setenv("CARREL_PURE", "0")
        written = b"".join(form.pieces(batch))
        monkeypatch.setenv("CARREL_PURE", "1")
        assert written == b"".join(form.pieces(batch))

    check()

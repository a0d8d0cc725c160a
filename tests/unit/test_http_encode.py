"""Answers as bytes: what MariaDB's own client prints, lossless JSON lines, RFC 4180."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.doors._texts import Shape, as_text
from carrel.doors.http.encode import FORMATS, negotiate
from carrel.doors.http.encode.arrow import ArrowStream, ArrowStreamLz4, ArrowStreamZstd, Parquet
from carrel.doors.http.encode.comma import CommaSeparated
from carrel.doors.http.encode.jsonlines import JsonLines, unique
from carrel.doors.http.encode.tab import TabSeparated
from carrel.model.errors import CarrelError
from carrel.model.names import ColumnName, TableName
from carrel.model.queries import ResultColumn
from carrel.model.tables import Column


def columns_of(batch: pa.RecordBatch) -> list[ResultColumn]:
    return [ResultColumn(name=name, type=kind) for name, kind in zip(batch.schema.names, batch.schema.types, strict=True)]


def body(kind: type, **columns: object) -> str:
    batch = pa.record_batch(columns)
    form = kind(columns_of(batch))
    return (form.head() + b"".join(form.pieces(batch))).decode()


# Printed by MariaDB 10.11 for these values in a column of type DOUBLE.
DOUBLES = [
    (0.1, "0.1"), (1e20, "1e20"), (1e15, "1e15"), (123456789012345678.0, "1.2345678901234568e17"), (1e-5, "0.00001"), (1e-15, "0.000000000000001"),
    (1e-16, "1e-16"), (-1.0 * 0, "0"), (100.0, "100"), (1.7976931348623157e308, "1.7976931348623157e308"), (0.00012345, "0.00012345"),
    (1e14, "100000000000000"), (123456789012345.6, "123456789012345.6"), (1234567890123456.7, "1234567890123456.8"), (1e22 / 7, "1.4285714285714287e21"),
    (33333333333333.332, "33333333333333.332"), (3333333333333333.5, "3333333333333333.5"), (12345678901234567e3, "1.2345678901234567e19"),
]
FLOATS = [
    (0.1, "0.1"), (16777217.0, "16777200"), (1.5e-15, "0.0000000000000015"), (3.14159274, "3.14159"), (3.4e38, "3.4e38"), (1e7, "10000000"),
    (123456.7, "123457"),
]


@pytest.mark.parametrize(("value", "printed"), DOUBLES, ids=[printed for _, printed in DOUBLES])
def test_a_double_is_printed_as_mariadb_prints_it(value: float, printed: str) -> None:
    assert as_text(pa.array([value]), Shape()).to_pylist() == [printed.encode()]


@pytest.mark.parametrize(("value", "printed"), FLOATS, ids=[printed for _, printed in FLOATS])
def test_a_float_is_printed_as_mariadb_prints_it(value: float, printed: str) -> None:
    assert as_text(pa.array([value], pa.float32()), Shape(single=True)).to_pylist() == [printed.encode()]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_double_reads_back_the_same(value: float) -> None:
    assert [float(cell) for cell in as_text(pa.array([value]), Shape()).to_pylist()] == [value]


def test_tab_separated_values_are_escaped_as_the_client_does() -> None:
    assert body(TabSeparated, a=["x\ty", "a\\b\nc\0d\re", None, "NULL"], n=pa.array([1, None, -3, 4])) == (
        "a\tn\nx\\ty\t1\na\\\\b\\nc\\0d\re\tNULL\nNULL\t-3\nNULL\t4\n"
    )


def test_a_heading_cannot_break_the_first_line() -> None:
    assert TabSeparated([ResultColumn(name="a\nb\tc", type=pa.int8())]).head() == b"a\\nb\\tc\n"


def test_bytes_that_are_no_utf8_come_out_as_they_were_in_tab_separated_values() -> None:
    batch = pa.record_batch({"t": ["\U0010fee9t\U0010fe80"]})
    assert TabSeparated(columns_of(batch)).rows(batch) == b"\xe9t\x80\n"
    assert json.loads(JsonLines(columns_of(batch)).rows(batch)) == {"t": "\U0010fee9t\U0010fe80"}


def test_json_lines_lose_no_digit() -> None:
    decimals = {"money": pa.array([Decimal("12345678901234567890.10")]), "small": pa.array([Decimal("0.0000001")])}
    lines = body(JsonLines, big=pa.array([2**64 - 1], pa.uint64()), **decimals)
    assert lines == '{"big":18446744073709551615,"money":"12345678901234567890.10","small":"0.0000001"}\n'


def test_json_lines_hold_every_type() -> None:
    line = body(
        JsonLines, s=['a"\\\n\u0001é'], b=[True], x=pa.array([b"\xff\0"], pa.binary()), f=[1.5], nan=[float("nan")], d=[date(2020, 1, 31)],
        t=[time(1, 2, 3)], m=[datetime(2020, 1, 31, 12, 0, 0, 500000)], l=[[1, None]], none=pa.array([None], pa.string()),
    )
    assert json.loads(line) == {
        "s": 'a"\\\n\u0001é', "b": True, "x": "/wA=", "f": 1.5, "nan": None, "d": "2020-01-31", "t": "01:02:03", "m": "2020-01-31 12:00:00.500000",
        "l": [1, None], "none": None,
    }


def test_headings_that_come_again_get_a_number() -> None:
    assert unique(["a", "a", "b", "a_2", "a"]) == ["a", "a_3", "b", "a_2", "a_4"]


def test_the_failure_line_carries_code_text_and_help() -> None:
    line = JsonLines([]).failure(CarrelError("too long", code="time_limit", help="ask for less"))
    assert json.loads(line) == {"carrel_error": {"code": "time_limit", "text": "too long", "help": "ask for less", "retry": False}}
    assert TabSeparated([]).failure(CarrelError("too long")) == b""


ESCAPES = [chr(code) for code in range(0x10FE00, 0x10FF00)]
TEXTS = st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters=ESCAPES)), max_size=20)


@given(TEXTS)
def test_json_lines_read_back_the_same(values: list[str | None]) -> None:
    lines = body(JsonLines, a=pa.array(values, pa.string()))
    assert [json.loads(line)["a"] for line in lines.split("\n")[:-1]] == values


@given(TEXTS)
def test_tab_separated_values_read_back_the_same_but_for_null(values: list[str | None]) -> None:
    lines = body(TabSeparated, a=pa.array(values, pa.string()), b=pa.array([7] * len(values))).split("\n")[1:-1]
    undone = [line.removesuffix("\t7").replace("\\\\", "\1\1").replace("\\t", "\t").replace("\\n", "\n").replace("\\0", "\0") for line in lines]
    expected = [("NULL" if value is None else value).replace("\\", "\1\1") for value in values]
    assert undone == expected


@given(TEXTS)
def test_comma_separated_values_are_read_by_a_csv_reader(values: list[str | None]) -> None:
    text = body(CommaSeparated, a=pa.array(values, pa.string()), b=pa.array([7] * len(values)))
    # RFC 4180 knows no character 0, and Python's reader refuses it in text
    if "\0" not in text:
        assert [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:] == ["" if value is None else value for value in values]


def test_null_and_empty_text_differ_in_comma_separated_values() -> None:
    assert body(CommaSeparated, a=["", None]) == 'a\r\n""\r\n\r\n'


def test_seconds_have_the_places_that_the_column_declares() -> None:
    moments = pa.record_batch({"m": pa.array([datetime(2020, 1, 1), datetime(2020, 1, 1, 0, 0, 0, 500000)], pa.timestamp("us"))})
    for native, printed in (("datetime", "00"), ("datetime(3)", "00.500"), ("timestamp(6)", "00.500000")):
        origin = (ColumnName(TableName("w", "t"), "m"), Column(name="m", type="TIMESTAMP", native_type=native))
        form = TabSeparated([ResultColumn(name="m", type=moments.schema.types[0], origin=origin)])
        assert form.rows(moments.slice(1)).decode() == f"2020-01-01 00:00:{printed}\n"
    assert TabSeparated(columns_of(moments)).rows(moments) == b"2020-01-01 00:00:00\n2020-01-01 00:00:00.500000\n"


def read_back(kind: type, whole: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(whole)) if kind is Parquet else pa.ipc.open_stream(whole).read_all()


@pytest.mark.parametrize("kind", [ArrowStream, ArrowStreamLz4, ArrowStreamZstd, Parquet])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_arrow_and_parquet_read_back_the_same(kind: type, count: int) -> None:
    moments = pa.array([datetime(2020, 1, 31, 12), None], pa.timestamp("us"))
    columns = {"n": pa.array([2**64 - 1, None], pa.uint64()), "s": pa.array(["a\tb", None]), "m": moments, "d": pa.array([Decimal("1.50"), None])}
    batch = pa.record_batch(list(columns.values()), names=["n", "s", "n", "s"])
    form = kind(columns_of(batch))
    whole = form.head() + b"".join(piece for _ in range(count) for piece in form.pieces(batch)) + form.tail()
    table = read_back(kind, whole)
    assert table.column_names == ["n", "s", "n_2", "s_2"]
    assert table.schema.types == batch.schema.types
    assert [column.to_pylist() for column in table.columns] == [column.to_pylist() * count for column in columns.values()]


@pytest.mark.parametrize("kind", [ArrowStream, Parquet])
def test_a_long_answer_is_sent_while_it_comes(kind: type) -> None:
    batch = pa.record_batch({"t": [f"{number:01000}" for number in range(5000)]})
    form = kind(columns_of(batch))
    pieces = [piece for _ in range(10) for piece in form.pieces(batch)]
    assert len(pieces) >= 2
    assert read_back(kind, form.head() + b"".join(pieces) + form.tail()).num_rows == 50_000


def test_a_batch_of_heavy_rows_is_cut_into_pieces() -> None:
    batch = pa.record_batch({"t": ["x" * 100_000] * 20})
    pieces = list(TabSeparated(columns_of(batch)).pieces(batch))
    assert len(pieces) > 3
    assert max(map(len, pieces)) < 1_000_000
    assert b"".join(pieces).count(b"\n") == 20


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", FORMATS[0]), ("*/*", TabSeparated), ("application/x-ndjson", JsonLines), ("text/csv, text/*;q=0.5", CommaSeparated),
        ("text/html, application/jsonl;q=0.9, */*;q=0.1", JsonLines), ("TEXT/CSV", CommaSeparated), ("text/html", None), ("text/csv;q=0", None),
        ("text/csv;q=x", None), (",;,", None), ("application/vnd.apache.arrow.stream", ArrowStream),
        ("application/vnd.apache.arrow.stream; codec=zstd; q=0.9, text/csv;q=0.1", ArrowStreamZstd), ("application/vnd.apache.arrow.stream;codec=x", None),
        ("application/vnd.apache.parquet", Parquet), ("text/tab-separated-values;q=0, text/*", CommaSeparated), ("*/*;q=0.1, text/csv;q=0.2", CommaSeparated),
        ("text/tab-separated-values;q=0.1, */*", JsonLines), ("application/*", JsonLines), ("text/csv;q=0, text/tab-separated-values;q=0", None),
        ("*/*, application/vnd.apache.parquet", Parquet), ("text/csv, application/x-ndjson", CommaSeparated), ("*/*;q=0", None),
    ],
)
def test_the_accept_header_decides(accept: str, kind: type | None) -> None:
    assert negotiate(accept) is kind

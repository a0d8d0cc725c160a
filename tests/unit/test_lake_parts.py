"""The parts in which rows land: what DuckDB reads in them, their order, and the forms of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.lake.landing import Landing, Writing
from carrel.lake.order import Order
from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Table

TYPES = {
    "TINYINT": (-128, 127), "SMALLINT": (-32768, 32767), "INTEGER": (-(2**31), 2**31 - 1), "BIGINT": (-(2**63), 2**63 - 1),
    "UTINYINT": (0, 255), "USMALLINT": (0, 65535), "UINTEGER": (0, 2**32 - 1), "UBIGINT": (0, 2**64 - 1),
}


@pytest.fixture
def writing() -> Iterator[Writing]:
    writing = Writing()
    yield writing
    writing.close()


def table(columns: dict[str, str], key: tuple[str, ...]) -> Table:
    return Table(
        name=TableName("w", "t"), kind=DatabaseKind.WIKI, primary_key=key, columns=tuple(Column(name=name, type=kind) for name, kind in columns.items()),
    )


@pytest.mark.parametrize("kind", TYPES)
def test_every_whole_number_comes_back_whatever_its_column_is_kept_as(kind: str, writing: Writing, tmp_path: Path) -> None:
    least, most = TYPES[kind]
    numbers = sorted({least, most, 0, 1, most // 2, *range(max(least, -100), min(most, 100)), *range(max(least, most - 200), most)})
    landing = Landing(table({"id": kind, "again": kind, "same": kind}, ("id",)), frozenset(), 0, tmp_path / "t", writing)
    arrow = landing._schema.field("id").type
    arrays = [pa.array(numbers, arrow), pa.array(numbers, arrow), pa.array([most] * len(numbers), arrow)]
    landing.add([pa.RecordBatch.from_arrays(arrays, ["id", "again", "same"])])
    landing.close()
    assert landing.order.kept
    rows = duckdb.execute("SELECT * FROM read_parquet(?)", [[str(file) for file in landing.files]]).fetchall()
    assert rows == [(number, number, most) for number in numbers]
    assert str(duckdb.execute("DESCRIBE FROM read_parquet(?)", [str(landing.files[0])]).fetchall()[0][1]) == kind


def test_all_other_types_come_back_too(writing: Writing, tmp_path: Path) -> None:
    columns = {"a": "DOUBLE", "b": "DECIMAL(38,10)", "c": "VARCHAR", "d": "BLOB", "e": "VARCHAR"}
    rows = [(number / 7, Decimal(number).scaleb(-10), f"ü{number % 3}\0", bytes([number % 256, 255]), "hidden") for number in range(5000)]
    arrays = [pa.array(values, kind) for values, kind in zip(
        zip(*rows, strict=True), [pa.float64(), pa.decimal128(38, 10), pa.string(), pa.binary(), pa.string()], strict=True)]
    landing = Landing(table(columns, ()), frozenset({"e"}), 0, tmp_path / "t", writing)
    batch = pa.RecordBatch.from_arrays(arrays, list(columns))
    for start in range(0, 5000, 700):
        landing.add([batch.slice(start, 700)])
        landing.cut()
    landing.close()
    assert len(landing.files) == 8
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [[str(file) for file in landing.files]]).fetchall()
    assert found == [(*row[:4], None) for row in rows]


def test_a_column_that_repeats_is_a_dictionary_and_a_key_counts_up(writing: Writing, tmp_path: Path) -> None:
    count = 10_000
    columns = {"id": "INTEGER", "title": "VARCHAR", "model": "VARCHAR"}
    landing = Landing(table(columns, ("id",)), frozenset(), 0, tmp_path / "t", writing)
    arrays = [pa.array(range(count), pa.int32()), pa.array([f"title {number}" for number in range(count)]), pa.array(["wikitext"] * count)]
    landing.add([pa.RecordBatch.from_arrays(arrays, list(columns))])
    landing.close()
    group = pq.read_metadata(landing.files[0]).row_group(0)
    encodings = {group.column(number).path_in_schema: set(group.column(number).encodings) for number in range(3)}
    assert "DELTA_BINARY_PACKED" in encodings["id"]
    assert "RLE_DICTIONARY" in encodings["model"]
    assert "RLE_DICTIONARY" not in encodings["title"]
    assert group.column(0).statistics.max == count - 1


KEYS = st.lists(st.tuples(st.integers(0, 3) | st.none(), st.binary(max_size=2) | st.none()), max_size=12)


@settings(max_examples=150, deadline=None)
@given(keys=KEYS | KEYS.map(lambda keys: sorted({key for key in keys if None not in key})), data=st.data())
def test_order_is_kept_where_each_key_is_greater_than_the_one_before(keys: list[tuple[int | None, bytes | None]], data: st.DataObject) -> None:
    order = Order(("a", "b"))
    batch = pa.RecordBatch.from_arrays([pa.array([key[0] for key in keys], pa.int32()), pa.array([key[1] for key in keys], pa.binary())], ["a", "b"])
    at = 0
    while at < len(keys):
        size = data.draw(st.integers(1, 4))
        order.see(batch.slice(at, size))
        at += size
    whole = all(None not in key for key in keys)
    assert order.kept == (whole and all(before < after for before, after in pairwise(keys)))


def test_an_error_of_the_writer_is_raised(tmp_path: Path, writing: Writing) -> None:
    def broken() -> None:
        raise OSError(28, "No space left on device")

    writing.do(broken)
    with pytest.raises(OSError, match="No space left"):
        writing.wait()

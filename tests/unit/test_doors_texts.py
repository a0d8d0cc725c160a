"""Every door writes the same characters for the same column."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from carrel.doors.http.encode.values import shape_of, text
from carrel.doors.mysql.texts import as_text
from carrel.doors.mysql.types import define
from carrel.model.names import ColumnName, TableName
from carrel.model.queries import ResultColumn
from carrel.model.tables import Column

MICRO = pa.timestamp("us")
NOON = datetime.datetime(2020, 2, 29, 12, 0, 0, 500000)
CASES: list[tuple[str, int | None, pa.DataType, list[Any], list[str | None]]] = [
    ("", 4, pa.float64(), [1.5, None, -0.00001], ["1.5000", None, "0.0000"]),
    ("", None, pa.float64(), [1.5, 1e15, float("nan")], ["1.5", "1e15", None]),
    ("", None, pa.float32(), [16777217.0], ["16777200"]),
    ("", 3, MICRO, [NOON], ["2020-02-29 12:00:00.500"]),
    ("", None, MICRO, [NOON, NOON.replace(microsecond=0)], ["2020-02-29 12:00:00.500000", "2020-02-29 12:00:00"]),
    ("", None, pa.decimal128(20, 8), [Decimal("0.00000001")], ["0.00000001"]),
    ("", None, pa.duration("us"), [datetime.timedelta(hours=-30)], ["-30:00:00"]),
    ("", None, pa.bool_(), [True], ["1"]),
    ("", None, pa.string(), ["a\U0010fee9"], ["a\udce9"]),
    ("", None, pa.binary(), ["\U0010fee9".encode()], ["\U0010fee9"]),
    ("float(7,2)", None, pa.float64(), [100.126], ["100.13"]),
    ("double", None, pa.float64(), [0.1], ["0.1"]),
    ("float", None, pa.float32(), [3.14159274], ["3.14159"]),
    ("int(8) unsigned zerofill", None, pa.uint32(), [42], ["00000042"]),
    ("smallint unsigned zerofill", None, pa.uint16(), [42], ["00042"]),
    ("year(4)", None, pa.uint16(), [0], ["0000"]),
    ("datetime", None, MICRO, [NOON], ["2020-02-29 12:00:00"]),
    ("timestamp(2)", None, MICRO, [NOON], ["2020-02-29 12:00:00.50"]),
    ("time(1)", None, pa.time64("us"), [datetime.time(1, 2, 3, 456789)], ["01:02:03.4"]),
    ("varbinary(5)", None, pa.string(), ["é"], ["é"]),
]


@pytest.mark.parametrize(("declared", "decimals", "kind", "values", "written"), CASES, ids=[f"{case[0] or case[2]} {case[1]}" for case in CASES])
def test_both_doors_write_a_column_as_mariadb_does(
    declared: str, decimals: int | None, kind: pa.DataType, values: list[Any], written: list[str | None]
) -> None:
    origin = (ColumnName(TableName("w", "t"), "c"), Column(name="c", type="VARCHAR", native_type=declared)) if declared else None
    column = ResultColumn(name="c", type=kind, origin=origin, decimals=decimals)
    cells = [None if cell is None else cell.encode("utf-8", "surrogateescape") for cell in written]
    assert as_text(pa.array(values, kind), define(column).type).to_pylist() == cells
    assert text(pa.array(values, kind), column).to_pylist() == cells


def test_the_digits_of_a_text_s_length_are_no_digits_of_a_second() -> None:
    origin = (ColumnName(TableName("w", "t"), "c"), Column(name="c", type="VARCHAR", native_type="varchar(5)"))
    assert shape_of(ResultColumn(name="c", type=MICRO, origin=origin)).places == 0

"""Whole dumps as the tools of different servers write them: what is read, under which types, and what is passed over by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from carrel.model.tables import Table
from carrel.sources.sql_dump.source import tables
from tests.lake_fixture import LakeFixture

FORMS = Path(__file__).parent / "sql_dumps"


@pytest.fixture(params=["native", "pure"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARREL_PURE", "1" if request.param == "pure" else "0")


def read(name: str) -> tuple[dict[str, Table], dict[str, list[dict[str, Any]]], list[str]]:
    found: dict[str, Table] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    passed: list[str] = []
    for item in tables(FORMS / name, "w", lambda position: None, passed_over=passed.append):
        found[item.table.name.table] = item.table
        rows.setdefault(item.table.name.table, []).extend(row for batch in item.batches() for row in batch.to_pylist())
    return found, rows, passed


def natives(table: Table, *columns: str) -> list[str]:
    return [column.native_type for column in map(table.column, columns) if column is not None]


def test_mysql_8_4() -> None:
    found, rows, passed = read("mysql-8.4.sql")
    assert passed == ["view seen", "trigger stop", "event tick", "function twice", "procedure proc"]
    odd = found["odd"]
    assert natives(odd, "id", "j", "p", "gc", "b", "d", "n") == [
        "bigint(20) unsigned", "longtext", "point", "geomcollection", "bit(12)", "decimal(65,30)", "varchar(5)",
    ]
    assert odd.primary_key == ("id",)
    assert [(index.name, index.columns, index.unique) for index in odd.indexes] == [
        ("uk", ("a", "c(2)"), True), ("ik", ("a",), False), ("sp", ("p",), False), ("ft", ("c",), False),
    ]
    first, second = rows["odd"]
    assert first["j"] == b'{"a": "b\\nc"}'
    assert first["u"] == b"abc\0'\"\\defghijklmno"
    assert (first["p"], first["b"], first["e"], first["dt"]) == (bytes(25), b"\n\xfa", b"b'c", b"0000-00-00 00:00:00")
    assert (first["g"], first["gs"], first["inv"]) == (None, None, 7)
    assert second["d"] == b"-12345678901234567890123456789012345.123456789012345678901234567890"
    assert (second["f"], second["b"], second["u"], second["s"]) == (1e-10, b"\x05", None, b"")


def test_mariadb_12() -> None:
    found, rows, passed = read("mariadb-12.sql")
    assert passed == ["sequence s", "sequence s2"]
    versioned = found["v"]
    assert natives(versioned, "u", "i4", "i6", "vec", "x", "z") == ["uuid", "inet4", "inet6", "vector(3)", "xmltype", "text"]
    assert versioned.primary_key == ("id", "t2")
    assert [index.name for index in versioned.indexes] == ["ig", "de", "vk"]
    [row] = rows["v"]
    assert (row["u"], row["i6"], row["vec"]) == (b"123e4567-e89b-12d3-a456-426655440000", b"::1", bytes.fromhex("0000803F0000004000004040"))
    assert (row["g"], row["t2"]) == (2, b"2038-01-19 03:14:07.999999")
    assert rows["plain"] == [{"a": 1, "b": b"x"}, {"a": 2, "b": b"y"}]


def test_mysql_5_5() -> None:
    found, rows, passed = read("mysql-5.5.sql")
    assert passed == []
    assert natives(found["t"], "id", "c", "ts", "d", "tt") == ["int(11)", "char(5)", "timestamp", "double(5,2)", "tinytext"]
    # The client's latin1: every byte of the file is one character.
    assert rows["t"][0] == {"id": 1, "c": "é".encode(), "ts": b"0000-00-00 00:00:00", "d": -1.5, "tt": b"a"}
    assert [row["id"] for row in rows["t"]] == [1, 2, 3]


def test_a_load_says_what_it_has_passed_over_and_what_is_closed(tmp_path: Path) -> None:
    fixture = LakeFixture(tmp_path / "home")
    report = fixture.load("sql-dump", FORMS / "mysql-8.4.sql")
    assert report.passed_over == ("view seen", "trigger stop", "event tick", "function twice", "procedure proc")
    assert report.unclassified == ("odd",)
    fixture.close()

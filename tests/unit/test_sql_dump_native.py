"""The native scanner of SQL dumps and its twin in Arrow's functions: the same values of the same rows, or a refusal by both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.model.errors import BadInput
from carrel.sources.sql_dump import bulk as bulk_module
from carrel.sources.sql_dump import native
from carrel.sources.sql_dump import source as source_module
from carrel.sources.sql_dump import window as window_module
from carrel.sources.sql_dump.source import tables
from tests.shared import cannot_run, examples

TABLE = b"""CREATE TABLE `t` (
  a tinyint, b tinyint unsigned, c smallint, d smallint unsigned, e int, f int unsigned, g bigint, h bigint unsigned, i decimal(5,2), j double, k binary(4),
  l varchar(9), m varchar(9) CHARACTER SET latin1
) DEFAULT CHARSET=utf8mb4;
"""
COLUMNS = 13
NUMBERS = [
    b"0", b"1", b"-1", b"+1", b"127", b"128", b"-128", b"-129", b"255", b"256", b"-32768", b"32768", b"65535", b"65536", b"2147483648", b"-2147483649",
    b"4294967295", b"4294967296", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775808", b"-9223372036854775809",
    b"18446744073709551615", b"18446744073709551616", b"99999999999999999999", b"-0", b"007", b"1.5", b"-.5", b"5.", b"1e3", b"1e-300",
]
TEXTS = [
    b"''", b"'a'", b"'5'", b"'-7'", b"'x''y'", rb"'\\'", rb"'\''", rb"'\0\n\r\t\b\Z\%\_\x'", b"'),('", b"';'", b"'" + b"long" * 9 + b"'", "'é'".encode(),
    b"_binary'z'", b"_binary 'z'", b"_utf8mb4 'z'", b"0x41", b"0xabc", b"X'41'", b"b'101'", b"N'z'", b'"z"', b"'\xff'",
]
ODD = [
    b"'", b"-", b".", b"e5", b"1e", b"N", b"TRUE", b"1x", b"", b"0x", b"NULLS", b"_", b"_binary", b"_binary 5", b"'a' 'b'", b"1 2", b"(1)",
    b"/* c */ 1", b"null",
]
CELL = st.sampled_from([b"1", b"NULL"]) | st.sampled_from(NUMBERS) | st.sampled_from(TEXTS)


def read(path: Path) -> list[tuple[Any, ...]]:
    rows = []
    for item in tables(path, "wiki", lambda position: None):
        for batch in item.batches():
            batch.validate(full=True)
            rows += [tuple(row.values()) for row in batch.to_pylist()]
    return rows


def outcome(path: Path, *, pure: bool, least: int, chunk: int) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_PURE", str(int(pure)))
        patch.setattr(bulk_module, "_LEAST", least)
        patch.setattr(window_module, "CHUNK", chunk)
        patch.setattr(source_module, "_AHEAD", 64)
        try:
            return repr(read(path))
        except BadInput:
            return "refused"


@pytest.fixture(autouse=True)
def compiled() -> None:
    if native.compiled is None:
        cannot_run("the native scanner has not been compiled")


def check(path: Path, text: bytes, data: st.DataObject) -> None:
    path.write_bytes(TABLE + text)
    least = data.draw(st.sampled_from([1, 1 << 20]))
    outcomes = [outcome(path, pure=pure, least=least, chunk=data.draw(st.sampled_from([1 << 20, 16]))) for pure in (False, True)]
    assert outcomes[0] == outcomes[1], text


@settings(max_examples=examples(100), deadline=None)
@given(data=st.data())
def test_rows_of_odd_values(data: st.DataObject, tmp_path_factory: Any) -> None:
    fine = st.just([b"1"] * COLUMNS)
    rows = data.draw(st.lists(fine | fine | st.lists(CELL, min_size=COLUMNS, max_size=COLUMNS), min_size=1, max_size=6))
    between = data.draw(st.sampled_from([b"),(", b"),\n(", b");\nINSERT INTO `t` VALUES (", b" ) , ( "]))
    comma = data.draw(st.sampled_from([b",", b", "]))
    check(tmp_path_factory.getbasetemp() / "twins.sql", b"INSERT INTO `t` VALUES (" + between.join(comma.join(row) for row in rows) + b");\n", data)


def test_a_null_changes_no_other_value(tmp_path: Path) -> None:
    """Each column is NULL in every third row, beside values that all differ."""
    rows = [[b"NULL" if number % 3 == 0 else b"%d" % (number % 100) for _ in range(COLUMNS)] for number in range(5000)]
    (path := tmp_path / "nulls.sql").write_bytes(TABLE + b"INSERT INTO `t` VALUES " + b",".join(b"(" + b",".join(row) + b")" for row in rows) + b";\n")
    found = read(path)
    for column in range(10):
        assert [row[column] for row in found] == [None if number % 3 == 0 else number % 100 for number in range(5000)], column


@settings(max_examples=examples(100), deadline=None)
@given(data=st.data())
def test_one_odd_value_in_its_column(data: st.DataObject, tmp_path_factory: Any) -> None:
    row = [b"1"] * COLUMNS
    row[data.draw(st.integers(0, COLUMNS - 1))] = data.draw(CELL | st.sampled_from(ODD))
    check(tmp_path_factory.getbasetemp() / "one.sql", b"INSERT INTO `t` VALUES (" + b",".join([b"1"] * COLUMNS) + b"),(" + b",".join(row) + b");\n", data)


@settings(max_examples=examples(100), deadline=None)
@given(data=st.data())
def test_rows_that_are_cut_and_changed(data: st.DataObject, tmp_path_factory: Any) -> None:
    row = b"(1,2,3,4,5,6,7,8,9.5,1e3,'abcd','it''s',NULL)"
    text = bytearray(b"INSERT INTO `t` VALUES " + b",".join([row] * 3) + b";\nINSERT INTO `t` VALUES " + row + b";\n")
    for place in data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=3)):
        text[place:place + 1] = data.draw(st.sampled_from([b"", b"'", b"\\", b",", b")", b"(", b";", b"0", b"N", b"\xff", b"/*", b" "]))
    check(tmp_path_factory.getbasetemp() / "changed.sql", bytes(text[:data.draw(st.integers(1, len(text)))]), data)


def test_a_value_that_is_longer_than_the_window(tmp_path: Path) -> None:
    path = tmp_path / "long.sql"
    path.write_bytes(b"CREATE TABLE t (a longblob, b int); INSERT INTO t VALUES ('" + b"\\\\x" * 3_000_000 + b"',1),(0x" + b"41" * 2_000_000 + b",2);")
    assert read(path) == [(b"\\x" * 3_000_000, 1), (b"A" * 2_000_000, 2)]


def test_many_padded_values(tmp_path: Path) -> None:
    """A column may be far longer than the text that it was read from."""
    path = tmp_path / "padded.sql"
    path.write_bytes(b"CREATE TABLE t (a binary(255)); INSERT INTO t VALUES " + b",".join([b"('x')"] * 300_000) + b";")
    sizes = [batch.nbytes for item in tables(path, "w", lambda position: None) for batch in item.batches()]
    assert max(sizes) < 80 << 20
    assert read(path) == [(b"x" + bytes(254),)] * 300_000


@pytest.mark.parametrize("arguments", [
    (b"(1)", 5, ((5, 0),), b""), (b"(1)", -1, ((5, 0),), b""), (b"(1)", 0, (), b""), (b"(1)", 0, ((0, 0),), b""), (b"(1)", 0, ((11, 0),), b""),
    (b"(1)", 0, ((10, -1),), b""), (b"(1)", 0, ((10, 1 << 20),), b""),
])
def test_what_cannot_be_asked_is_refused(arguments: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        native.compiled.scan(*arguments)

"""Placeholders of a statement and the values that a client binds to them."""

from __future__ import annotations

import struct
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.doors.mysql import charsets
from carrel.doors.mysql.packets import Reader, lenenc_bytes
from carrel.doors.mysql.prepared import MOST, Statements, parameters, placeholders
from carrel.doors.mysql.stream import WireError


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("select 1", 0),
        ("select ?, ? from t where a = ?", 3),
        ("select '?', \"?\", `?`, ?", 1),
        ("select 'it''s ?', 'back\\'?', ?", 1),
        ("select ? -- ?\n, ?", 2),
        ("select ? # ?\n, ?", 2),
        ("select 1--?", 1),
        ("select /* ? */ ? /*! , ? */", 2),
        ("select 1 /* ? ", 0),
        ("select ?--", 1),
    ],
)
def test_placeholders_are_counted_outside_strings_and_comments(text: str, count: int) -> None:
    assert placeholders(text) == count


@given(st.text(alphabet="?'\"`\\-# \n/*!a", max_size=40))
def test_any_text_is_counted(text: str) -> None:
    assert 0 <= placeholders(text) <= text.count("?")


def bind(kind: int, data: bytes, flags: int = 0) -> Any:
    statement = Statements(1000).add("select ?")
    return parameters(statement, Reader(b"\0\1" + bytes((kind, flags)) + data), charsets.UTF8MB4)[0]


@pytest.mark.parametrize(
    ("kind", "flags", "data", "value"),
    [
        (1, 0, b"\xff", -1), (1, 0x80, b"\xff", 255), (2, 0, b"\0\x80", -32768), (3, 0x80, b"\xff" * 4, 2**32 - 1), (8, 0, b"\0" * 7 + b"\x80", -(2**63)),
        (8, 0x80, b"\xff" * 8, 2**64 - 1), (13, 0, b"\xe2\x07", 2018), (4, 0, struct.pack("<f", 0.5), 0.5), (5, 0, struct.pack("<d", 0.1), 0.1),
        (246, 0, b"\x05-1.50", Decimal("-1.50")), (0, 0, b"\x011", Decimal(1)), (6, 0, b"", None),
        (253, 0, lenenc_bytes("Zürich".encode()), "Zürich"), (254, 0, lenenc_bytes(b"x" * 300), "x" * 300), (252, 0, lenenc_bytes(b"\xff\0"), b"\xff\0"),
        (10, 0, b"\x04\xe2\x07\x03\x01", date(2018, 3, 1)),
        (12, 0, b"\x07\xe2\x07\x03\x01\1\2\3", datetime(2018, 3, 1, 1, 2, 3)),
        (7, 0, b"\x0b\xe2\x07\x03\x01\1\2\3\5\0\0\0", datetime(2018, 3, 1, 1, 2, 3, 5)), (12, 0, b"\0", "0000-00-00 00:00:00"),
        (10, 0, b"\x04\xe2\x07\0\0", "2018-00-00"), (11, 0, b"\0", timedelta(0)),
        (11, 0, b"\x08\1\1\0\0\0\2\3\4", -timedelta(days=1, hours=2, minutes=3, seconds=4)),
        (11, 0, b"\x0c\0\0\0\0\0\0\0\1\2\0\0\0", timedelta(seconds=1, microseconds=2)),
    ],
)
def test_values_of_every_type(kind: int, flags: int, data: bytes, value: object) -> None:
    bound = bind(kind, data, flags)
    assert bound == value
    assert type(bound) is type(value)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (253, b"\x02\xff\xfe"), (246, b"\x03abc"), (246, b"\x03NaN"), (5, struct.pack("<d", float("inf"))), (8, b"\1"), (200, b""), (253, b"\xfe\xff"),
        (11, b"\x08\0" + b"\xff" * 7), (12, b"\x0b\xe2\x07\1\1\0\0\0" + b"\xff" * 4),
    ],
)
def test_what_is_not_a_value_is_refused(kind: int, data: bytes) -> None:
    with pytest.raises(WireError):
        bind(kind, data)


def test_types_are_told_once_and_nulls_by_the_bitmap() -> None:
    statement = Statements(1000).add("select ?, ?")
    assert parameters(statement, Reader(b"\2\1\3\0\3\0\7\0\0\0"), charsets.UTF8MB4) == [7, None]
    assert parameters(statement, Reader(b"\0\0\1\0\0\0\2\0\0\0"), charsets.UTF8MB4) == [1, 2]


def test_long_data_is_joined_and_used_once() -> None:
    held = Statements(10)
    statement = held.add("select ?")
    for chunk in (b"abc", b"def"):
        held.append(b"\1\0\0\0\0\0" + chunk)
    assert parameters(statement, Reader(b"\0\1\xfd\0"), charsets.UTF8MB4) == ["abcdef"]
    assert parameters(statement, Reader(b"\1\0"), charsets.UTF8MB4) == [None]
    held.append(b"\1\0\0\0\0\0" + b"x" * 11)
    with pytest.raises(WireError, match="bigger"):
        parameters(statement, Reader(b"\0\0"), charsets.UTF8MB4)
    held.append(b"\1")
    held.append(b"\7\0\0\0\0\0x")
    held.append(b"\1\0\0\0\7\0x")


def test_a_connection_holds_so_many_statements_and_no_more() -> None:
    held = Statements(10)
    numbers = [held.add("select 1").number for _ in range(MOST)]
    with pytest.raises(WireError, match="max_prepared_stmt_count"):
        held.add("select 1")
    held.close(numbers[0])
    held.add("select 1")
    with pytest.raises(WireError, match="Unknown prepared statement handler"):
        held.get(numbers[0], "mysqld_stmt_execute")


@given(st.binary(max_size=60))
def test_no_bytes_break_the_parser(data: bytes) -> None:
    statement = Statements(1000).add("select ?, ?, ?")
    try:
        assert len(parameters(statement, Reader(data), charsets.UTF8MB4)) == 3
    except WireError:
        return

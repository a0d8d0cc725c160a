"""Payloads made and taken apart: OK with tracked state, character sets, column types."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.doors.mysql import charsets, types
from carrel.doors.mysql.packets import Capability, Ending, Reader, Status, lenenc, lenenc_bytes, ok
from carrel.doors.mysql.stream import WireError
from carrel.model.names import ColumnName, TableName
from carrel.model.queries import ResultColumn
from carrel.model.tables import Column


@given(st.integers(0, 2**64 - 1), st.binary())
def test_lenenc_reads_back(number: int, data: bytes) -> None:
    reader = Reader(lenenc(number) + lenenc_bytes(data))
    assert (reader.lenenc(), reader.lenenc_bytes(), reader.left) == (number, data, 0)


def test_ok_tells_a_new_database_only_to_those_who_track_it() -> None:
    ending = Ending(database="log", info="hi")
    assert ok(Capability.PROTOCOL_41, ending) == b"\0\0\0\2\0\0\0\2hi"
    assert ok(Capability.SESSION_TRACK, ending) == b"\0\0\0\2\x40\0\0\2hi\6\1\4\3log"
    assert ok(Capability.SESSION_TRACK, Ending(status=Status.AUTOCOMMIT | Status.MORE_RESULTS)) == b"\0\0\0\x0a\0\0\0"


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SET NAMES utf8mb4", "utf8mb4"), ("set names 'latin1'", "latin1"), ("SET NAMES utf8 COLLATE utf8_bin;", "utf8mb3"),
        ("SET CHARACTER SET binary", "binary"),
        ("set character_set_results = latin1", "latin1"), ("SET NAMES nonsense", "utf8mb4"), ("SET autocommit=1", None), ("select 'set names latin1'", None),
    ],
)
def test_set_names_is_noticed(statement: str, name: str | None) -> None:
    chosen = charsets.chosen_by(statement)
    assert (chosen.name if chosen else None) == name


NUMBERS = [(45, "utf8mb4"), (224, "utf8mb4"), (255, "utf8mb4"), (8, "latin1"), (33, "utf8mb3"), (63, "binary"), (0, "utf8mb4")]


@pytest.mark.parametrize(("number", "name"), NUMBERS)
def test_collations_have_their_character_set(number: int, name: str) -> None:
    assert charsets.by_collation(number).name == name


@given(st.binary(max_size=30))
def test_latin1_and_binary_texts_keep_their_bytes(data: bytes) -> None:
    text = charsets.decode(data, charsets.LATIN1)
    try:
        expected = data.decode()
    except UnicodeDecodeError:
        back = b"".join(bytes((ord(char) - 0x10FE00,)) if 0x10FE00 <= ord(char) <= 0x10FEFF else char.encode() for char in text)
        assert back == data
        with pytest.raises(WireError, match="Invalid utf8mb4 character string"):
            charsets.decode(data, charsets.UTF8MB4)
    else:
        assert charsets.decode(data, charsets.UTF8MB4) == text == expected


@pytest.mark.parametrize("declared", ["", "geometry", "int(x)", "vector(3)", "decimal(a,b)", ")(", "enum("])
def test_a_declared_type_that_is_not_mariadbs_is_left_to_the_values(declared: str) -> None:
    origin = (ColumnName(TableName("d", "t"), "c"), Column(name="c", type="BIGINT", native_type=declared))
    assert types.define(ResultColumn(name="c", type=pa.int64(), origin=origin)).type.code in (types.LONGLONG, types.STRING)


def test_a_pseudonym_of_a_number_is_told_as_text() -> None:
    origin = (ColumnName(TableName("d", "t"), "c"), Column(name="c", type="BIGINT", native_type="bigint(20)"))
    assert types.define(ResultColumn(name="c", type=pa.string(), origin=origin)).type.code == types.VAR_STRING


def test_every_column_gets_a_real_type() -> None:
    for kind in (pa.null(), pa.list_(pa.int8()), pa.month_day_nano_interval(), pa.bool_(), pa.binary_view()):
        assert types.of_arrow(kind).code != 6

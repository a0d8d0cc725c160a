"""Text of bytes is cut and searched by its bytes, whatever bytes they are, and the functions that do it cost DuckDB little to bind."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from carrel.engines.duckdb import macros
from carrel.io.escape import to_bytes, to_text

ROWS = 3000
PIECES = (
    b"a", b"Z9", b"H", b"\x00", b"\xc3\xa4", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf",  # characters
    b"\xff", b"\xfe", b"\xfb", b"\x80", b"\xa8", b"\xc3", b"\xe2\x82", b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",  # none
    b"\xf4\x8f\xb8\x80", b"\xf4\x8f\xbb\xbf",  # characters that are used as escapes
)  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for statement in macros.statements():
            connection.execute(statement)
        yield connection


def some_bytes(chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        return bytes(chance.randrange(256) for _ in range(chance.randint(0, 9)))
    return b"".join(chance.choice(PIECES) for _ in range(chance.randint(0, 8)))


def cut(data: bytes, start: int, length: int) -> bytes:
    """SUBSTRING as MariaDB has it for binary strings."""
    if start == 0 or length <= 0 or start < -len(data):
        return b""
    first = start - 1 if start > 0 else len(data) + start
    return data[first : first + length]


def found(data: bytes, part: bytes, start: int) -> int:
    """LOCATE as MariaDB has it for binary strings."""
    return 0 if start < 1 or start > len(data) + 1 else data.find(part, start - 1) + 1


def test_bytes_are_cut_and_found_as_bytes(connection: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(7)
    rows = [(some_bytes(chance), chance.randint(-12, 12), chance.randint(-1, 12), chance.randint(1, 12)) for _ in range(ROWS)]
    texts = [to_text(data) for data, *_ in rows]
    parts = [text[place - 1 : place] for text, (*_, place) in zip(texts, rows, strict=True)]
    columns = {"data": pa.array([row[0] for row in rows], pa.binary()), "p": [row[1] for row in rows], "n": [row[2] for row in rows], "s": texts, "part": parts}
    given = pa.table(columns)
    assert given.num_rows == ROWS
    answers = connection.sql(
        "SELECT carrel_any_text(hex(data)), carrel_raw(hex(encode(s))), carrel_octets(s), carrel_bytes_substr(s, p, n), carrel_bytes_right(s, n), "
        "carrel_bytes_cut(s, 2, 3), carrel_bytes_cut(s, 1, 4), carrel_bytes_end(s, 4), carrel_bytes_locate(part, s, n), carrel_bytes_instr('H', s) FROM given"
    ).fetchall()
    for (data, start, length, _), text, part, answer in zip(rows, texts, parts, answers, strict=True):
        assert answer == (
            text, data.hex().upper(), len(data), to_text(cut(data, start, length)), to_text(data[-length:] if length > 0 else b""),
            to_text(data[1:4]), to_text(data[:4]), to_text(data[-4:]), found(data, to_bytes(part), length), data.find(b"H") + 1,
        ), (data, start, length)  # fmt: skip


@pytest.mark.parametrize("call", [
    "carrel_bytes_substr({}, 0, 2)", "carrel_bytes_substr({}, 2, 0)", "carrel_bytes_substr('ä', {}, 2)", "carrel_bytes_substr('ä', 2, {})",
    "carrel_bytes_cut({}, 1, 2)",
    "carrel_bytes_right({}, 0)", "carrel_bytes_right('ä', {})", "carrel_bytes_end({}, 1)", "carrel_bytes_locate('ä', {}, 1)", "carrel_bytes_locate({}, 'ä', 1)",
    "carrel_bytes_instr('a', {})", "carrel_blob_text(CAST({} AS BLOB))", "carrel_week_2(CAST({} AS TIMESTAMP))", "carrel_yearweek_7(CAST({} AS TIMESTAMP))",
])  # fmt: skip
def test_null_gives_null(connection: duckdb.DuckDBPyConnection, call: str) -> None:
    assert connection.execute(f"SELECT {call.format('x')} FROM (VALUES (NULL)) t (x)").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("call", "most"),
    [
        ("carrel_bytes_cut(s, 1, 6)", 60_000), ("carrel_bytes_end(s, 6)", 60_000), ("carrel_blob_text(b)", 60_000), ("carrel_bytes_instr('a', s)", 80_000),
        ("carrel_bytes_right(s, -6)", 120_000), ("carrel_bytes_substr(s, -6, 2)", 200_000), ("carrel_yearweek_7(t)", 120_000), ("carrel_week_4(t)", 60_000),
    ],
)  # fmt: skip
def test_what_analysts_call_most_binds_to_a_small_plan(connection: duckdb.DuckDBPyConnection, call: str, most: int) -> None:
    connection.execute("CREATE OR REPLACE TABLE plain (s VARCHAR, b BLOB, t TIMESTAMP)")
    found = connection.execute("SELECT json_serialize_plan(?::VARCHAR, optimize := false)", [f"SELECT {call} FROM plain"]).fetchone()
    assert found is not None
    assert not found[0].startswith('{"error":true'), found[0]
    assert len(found[0]) <= most

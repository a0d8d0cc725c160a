"""Bytes as text and back."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carrel.io.escape import text_array, to_bytes, to_text

PIECES = st.lists(st.sampled_from([b"\xf4\x8f\xb8\x80", b"\xf4\x8f\xbb\xbf", b"\xf4\x8f", b"a", b"\xff"])).map(b"".join)


@settings(deadline=None)
@given(st.binary() | st.text().map(str.encode) | PIECES)
@example(b"\xf4\x8f\xba\x80")
def test_every_byte_string_comes_back(data: bytes) -> None:
    text = to_text(data)
    text.encode("utf-8")
    assert to_bytes(text) == data


@settings(deadline=None)
@given(st.lists(st.binary(max_size=8) | st.none()))
def test_arrays_are_as_their_values(values: list[bytes | None]) -> None:
    assert text_array(pa.array(values, pa.binary())).to_pylist() == [None if value is None else to_text(value) for value in values]


@pytest.mark.parametrize(("data", "text"), [
    ("ü☃😀\0".encode(), "ü☃😀\0"),
    (b"a\xffb", "a\U0010feffb"),
    (b"\x80", "\U0010fe80"),
    ("\U0010fe85".encode(), "\U0010fef4\U0010fe8f\U0010feba\U0010fe85"),
    (b"\xed\xa0\x80", "\U0010feed\U0010fea0\U0010fe80"),
])
def test_the_escape_is_the_documented_one(data: bytes, text: str) -> None:
    assert to_text(data) == text


def test_an_escape_that_is_never_made_has_its_byte_too() -> None:
    assert to_bytes("\U0010fe00a\U0010fe7f\U0010fe80") == b"\x00a\x7f\x80"


def test_genuine_code_points_of_a_string_array_are_escaped() -> None:
    assert text_array(pa.array(["\U0010fe85", None, "x"])).to_pylist() == [to_text("\U0010fe85".encode()), None, "x"]
    assert text_array(pa.array(["a", "\U0010fe85"]).slice(0, 1)).to_pylist() == ["a"]

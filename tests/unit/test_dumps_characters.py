"""The native reader of characters and its twin give the same for whatever bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.dumps import characters
from tests.shared import cannot_run, examples

PIECES = st.sampled_from([
    b"&lt;", b"&gt;", b"&amp;", b"&quot;", b"&apos;", b"&#039;", b"&", b"&am", b"&#10;", b"&foo;", b"<", b">", b"]]>", b"]",
    b"\r", b"\n", b"\t", b"\0", b"\x1f",
    b"a" * 17, "ä".encode(), "日本".encode(), "😀".encode(), b"\xc3", b"\xe3\x81", b"\xf0\x9f\x98", b"\xff", b"\xed\xa0\x80", b"\xef\xbf\xbe", b"\xef\xbf\xbd",
    b"\xc0\x80", b"\xf4\x90\x80\x80", b"plain text ",
])
BYTES = st.lists(PIECES, max_size=12).map(b"".join) | st.binary(max_size=40)


@pytest.fixture(autouse=True)
def native() -> None:
    if characters.compiled is None:
        cannot_run("the native reader of characters was not compiled")


@settings(max_examples=examples(100), deadline=None)
@given(BYTES, st.integers(0, 30))
def test_both_find_the_same_clean_part(data: bytes, start: int) -> None:
    start = min(start, len(data))
    while start < len(data) and data[start] & 0xC0 == 0x80:  # a place that the library stops at is never within a character
        start += 1
    assert characters.compiled.clean(data, start) == characters.clean_in_python(data, start)


@settings(max_examples=examples(100), deadline=None)
@given(BYTES)
def test_both_read_the_same_text(data: bytes) -> None:
    clean = data[: characters.clean_in_python(data, 0)]
    assert characters.compiled.text(clean) == characters.text_in_python(clean)


def test_what_is_clean_ends_before_what_only_the_exact_parser_may_read() -> None:
    for data, end in ((b"a<b>&lt;\n", 9), (b"a\rb", 1), (b"a]]>b", 3), (b"a&#10;b", 1),
                      (b"a&nbsp;", 1), (b"a\xff", 1), (b"a\xe3\x81", 1), (b"a&am", 1), (b"", 0)):
        assert characters.clean_in_python(data, 0) == end, data


def test_a_place_outside_is_an_error() -> None:
    with pytest.raises(ValueError, match="outside"):
        characters.compiled.clean(b"x", 2)

"""Rows of delimited files: what stands in them, however the file is cut, and what is held of it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.io import delimited
from carrel.io.delimited import Fields, Layout, blocks
from carrel.model.errors import LimitReached

CSV = Layout(terminated=b",", enclosed=b'"')
LAYOUTS = (
    Layout(), CSV, Layout(terminated=b",", enclosed=b'"', escaped=b""), Layout(terminated=b",", enclosed=b'"', escaped=b'"'),
    Layout(terminated=b"||", starting=b"xx", ended=b"@@"), Layout(terminated=b",", enclosed=b'"', ended=b"\r\n", skipped=1),
    Layout(terminated=b",", ended=b",\n"), Layout(terminated=b"\t\n", ended=b"\n", escaped=b""),
)  # fmt: skip


def rows(data: bytes, layout: Layout, width: int = 2, step: int = 1 << 20) -> list[Fields]:
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    return [row for block in blocks(pieces, layout, width) for row in block]


@pytest.mark.parametrize(("data", "layout", "found"), [
    (b"1\ta\n2\n", Layout(), [[b"1", b"a"], [b"2"]]),
    (b"1\ta\tb\n1\ta\t\n", Layout(), [[b"1", b"a", b""], [b"1", b"a"]]),
    (b"\\N\tx\\Ny\n\\t\\0\\q\t\\\\\n", Layout(), [[None, b"xNy"], [b"\t\0q", b"\\"]]),
    (b"a\\\nb\tc", Layout(), [[b"a\nb", b"c"]]),
    (b"\n\n", Layout(), [[b""], [b""]]),
    (b"", Layout(), []),
    (b'"a,b",NULL\n"x""y","NULL"\n', CSV, [[b"a,b", None], [b'x"y', b"NULL"]]),
    (b'"a\nb",z"z\n"a"b",c\n"open,\n', CSV, [[b"a\nb", b'z"z'], [b'a"b', b"c"], [b'"open,\n']]),
    (b'h\\\nstill\nr,s\n', Layout(terminated=b",", skipped=1), [[b"r", b"s"]]),
    (b"junkxxa||b@@none@@xxc|d||e@f@@xx@@", LAYOUTS[4], [[b"a", b"b"], [b"c|d", b"e@f"], [b""]]),
])  # fmt: skip
def test_fields_are_what_mariadb_reads(data: bytes, layout: Layout, found: list[Fields]) -> None:
    assert rows(data, layout) == found


SIGNS = [b"a", b"N", b"NULL", b"\\", b'"', b",", b"\t", b"\n", b"\r", b"|", b"@", b"x", b"\\N"]


@given(st.sampled_from(LAYOUTS), st.lists(st.sampled_from(SIGNS), max_size=25), st.integers(1, 4))
def test_it_makes_no_difference_where_a_file_is_cut(layout: Layout, parts: list[bytes], step: int) -> None:
    data = b"".join(parts)
    assert rows(data, layout, step=step) == rows(data, layout)


def test_a_row_without_an_end_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST", 1000)
    taken = 0

    def endless() -> Iterable[bytes]:
        nonlocal taken
        while True:
            taken += 100
            yield b"x" * 100

    with pytest.raises(LimitReached):
        list(blocks(endless(), Layout(), 1))
    assert taken <= 4000

"""Values that stay out of the tree: the text is checked with parameters in their places, and a value enters it as one constant."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from carrel.engines.duckdb.translate.bound import filled, marked, opened
from carrel.engines.duckdb.verify import verify
from carrel.model.errors import Internal
from carrel.model.queries import AuthorizedQuery
from tests.engine_queries import ASKER


def query(bound: dict[int, str | int]) -> AuthorizedQuery:
    return AuthorizedQuery(
        tree=exp.Select(), fragments={}, versions={}, outputs=(), influences=frozenset(), decisions={}, asker=ASKER, dialect="mysql", bound=bound,
    )


def test_a_mark_is_read_as_a_parameter() -> None:
    text = "SELECT \0000\0 AS a WHERE \00012\0 = 'x' AND \0000\0 > 1"
    assert marked(text) == {0, 12}
    assert opened(text) == "SELECT $1 AS a WHERE $13 = 'x' AND $1 > 1"
    assert filled(text, {0: 5, 12: "a'b"}) == "SELECT 5 AS a WHERE 'a''b' = 'x' AND 5 > 1"
    assert (opened("\0002'\0"), filled("\0002'\0", {2: 20180101000000})) == ("$3", "'20180101000000'")


@pytest.mark.parametrize("text", ["SELECT $1", "SELECT \0000\0, $2", "SELECT ?", "SELECT \0000\0, $x", "SELECT '\0000\0'", 'SELECT "\0000\0"'])
def test_a_parameter_that_is_no_mark_is_a_doubt(text: str) -> None:
    with duckdb.connect() as connection, pytest.raises(Internal):
        verify(connection, text, query({0: "x"}), {})


def test_a_text_with_marks_is_sound() -> None:
    with duckdb.connect() as connection:
        verify(connection, "SELECT (\0000\0 = lower('A')) AS x", query({0: "x"}), {})


@settings(max_examples=60)
@given(st.one_of(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40), st.integers(0, 2**63 - 1)))
def test_a_value_is_one_constant_whatever_it_holds(value: str | int) -> None:
    with duckdb.connect() as connection:
        assert connection.execute(filled("SELECT \0000\0", {0: value})).fetchall() == [(value,)]

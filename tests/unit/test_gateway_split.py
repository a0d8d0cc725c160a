"""A text is cut at its own semicolons and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.gateway.split import MAX_TEXT, split
from carrel.model.errors import LimitReached, SyntaxRefused


def texts(sql: str) -> list[str]:
    return [statement.text for statement in split(sql, "mysql")]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select 1", ["select 1"]),
        ("select 1; select 2;", ["select 1", "select 2"]),
        ("select ';' ; select `a;b` from t", ["select ';'", "select `a;b` from t"]),
        ('select "x;y"; -- z;\nselect 2', ['select "x;y"', "select 2"]),
        ("# only; a comment\n", []),
        ("/*!40101 SET NAMES utf8 */; select 'ü;ß'", ["select 'ü;ß'"]),
        (";;;", []),
        ("select 'it''s;', 'a\\';b'", ["select 'it''s;', 'a\\';b'"]),
    ],
)
def test_semicolons_inside_strings_names_and_comments_do_not_cut(sql: str, expected: list[str]) -> None:
    assert texts(sql) == expected


@pytest.mark.parametrize("sql", ["select 'abc", 'select "abc', "select `abc"])
def test_an_open_string_is_refused(sql: str) -> None:
    with pytest.raises(SyntaxRefused):
        texts(sql)


def test_a_nul_character_is_refused() -> None:
    with pytest.raises(SyntaxRefused):
        texts("select 1\0; select 2")


def test_a_text_beyond_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(LimitReached) as caught:
        texts("x" * (MAX_TEXT + 1))
    assert caught.value.code == "too_complex"


@given(st.lists(st.text(alphabet="abc 12,()=", min_size=1).filter(str.strip), min_size=1, max_size=5))
def test_statements_come_back_as_they_were_written(parts: list[str]) -> None:
    assert texts(";".join(parts)) == [part.strip() for part in parts]

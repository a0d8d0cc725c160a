"""What of a statement's length counts: words do, texts in quotes do not, and no text makes the count itself long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import Dialect
from sqlglot.errors import TokenError

from carrel.policy.guard.lengths import plain_length

LONG = 1_000_000


@pytest.mark.parametrize(("text", "plain"), [
    ("SELECT '" + "x" * LONG + "'", 9), ('SELECT "' + r"it's \" x" * LONG + '"', 9), ("SELECT '" + "\\'" * LONG + "', 1", 12),
    ("SELECT `" + "a" * LONG + "`", 9), ("SELECT '" + "-- # /*" * LONG + "'", 9),
])  # fmt: skip
def test_texts_do_not_count(text: str, plain: int) -> None:
    assert plain_length(text, "mysql", 100) == plain


@pytest.mark.parametrize("comment", ["-- it's\n", "# it's\n", "/* it's */"])
def test_beside_a_comment_each_character_counts(comment: str) -> None:
    text = f"SELECT {comment} '{'x' * LONG}'"
    assert plain_length(text, "mysql", 100) == len(text)


@pytest.mark.parametrize("text", ["1, " * LONG, "'a', " * LONG, "'' " * LONG, "`` " * LONG])
def test_words_count_however_they_are_quoted(text: str) -> None:
    assert plain_length(text, "mysql", 100) >= LONG


@pytest.mark.parametrize("piece", ["/*", "'\\", '"\\', "\\'", "`'\"", "'\\'", "/*/", "#'", "--"])
def test_what_is_never_closed_is_gone_through_once(piece: str) -> None:
    """A square of this would take hours."""
    assert 0 <= plain_length(piece * LONG, "mysql", 100) <= LONG * len(piece)


@pytest.mark.parametrize("dialect", ["hive", "duckdb"])
def test_in_other_dialects_each_character_counts(dialect: str) -> None:
    assert plain_length("'" + "x" * LONG + "'", dialect, 100) == LONG + 2


@given(st.lists(st.sampled_from(["'", '"', "`", "\\", "--", "#", "/*", "*/", "\n", "1", ",", " ", "ab", "''", "\\'", "x'"]), max_size=40).map("".join))
def test_no_word_hides_from_the_count(text: str) -> None:
    """Each token that the tokenizer finds outside of quotes has its characters in the count."""
    try:
        tokens = Dialect.get_or_raise("mysql").tokenize(text)
    except TokenError:
        return
    quoted = ("'", '"', "`")
    words = sum(token.end + 1 - token.start for token in tokens if not any(mark in text[token.start : token.end + 1] for mark in quoted))
    assert plain_length(text, "mysql", 0) >= words

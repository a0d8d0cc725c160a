"""The limits of a statement, where an error stands, and what is read otherwise than MariaDB would."""

from __future__ import annotations

import logging

import pytest

from carrel.model.errors import LimitReached, NotAllowed, SyntaxRefused
from carrel.model.queries import AuthorizedQuery, Query
from carrel.policy.guard import authorize
from carrel.policy.guard.parse import DEPTH, LENGTH, NESTING
from carrel.policy.load import default_text, load
from tests.policy_cases.catalog import Memory, asker

POLICY = load(default_text())
CATALOG = Memory()


def ask(text: str) -> AuthorizedQuery:
    return authorize(Query(text=text, dialect="mysql", database="enwiki", asker=asker("researchers")), CATALOG, POLICY)


DEEP = {
    "brackets": lambda n: "SELECT " + "(" * n + "1" + ")" * n,
    "functions": lambda n: "SELECT " + "ABS(" * n + "1" + ")" * n,
    "subqueries": lambda n: "SELECT " + "(SELECT " * n + "1" + ")" * n,
    "derived tables": lambda n: "SELECT 1 FROM " + "(SELECT 1 FROM " * n + "page" + ") t" * n,
    "cases": lambda n: "SELECT " + "CASE WHEN 1 THEN " * n + "1" + " END" * n,
    "minus": lambda n: "SELECT " + "- " * n + "1",
    "not": lambda n: "SELECT " + "NOT " * n + "1",
    "binary": lambda n: "SELECT " + "BINARY " * n + "1",
    "common tables": lambda n: "WITH a AS (" * n + "SELECT 1" + ") SELECT 1" * n,
    "open brackets": lambda n: "SELECT " + "(" * n,
    "interval": lambda n: "SELECT " + "INTERVAL " * n + "1 DAY",
    "between": lambda n: "SELECT 1" + " BETWEEN 1 AND 1" * n,
    "plus": lambda n: "SELECT 1" + " + 1" * n,
    "equals": lambda n: "SELECT 1" + " = 1" * n,
    "like": lambda n: "SELECT 1" + " LIKE 1" * n,
    "collate": lambda n: "SELECT 1" + " COLLATE utf8_bin" * n,
    "dots": lambda n: "SELECT a" + ".b" * n,
    "joins without conditions": lambda n: "SELECT 1 FROM page" + " JOIN page" * n,
    "joins half without conditions": lambda n: "SELECT 1 FROM page" + " JOIN page JOIN page ON 1" * n,
    "cross joins": lambda n: "SELECT 1 FROM page" + " CROSS JOIN page" * n,
    "natural joins": lambda n: "SELECT 1 FROM page" + " NATURAL JOIN page" * n,
    "joined subqueries": lambda n: "SELECT 1 FROM page" + " JOIN (SELECT 1 FROM page" * n + ")" * n,
    "left joins": lambda n: "SELECT 1 FROM page" + " LEFT JOIN page" * n,
    "joins with conditions at the end": lambda n: "SELECT 1 FROM page" + " JOIN page" * n + " ON 1" * n,
    "exists": lambda n: "SELECT " + "NOT EXISTS (SELECT " * n + "1" + ")" * n,
    "selects": lambda n: "SELECT " * n + "1",
    "windows": lambda n: "SELECT " + "SUM(1) OVER (ORDER BY " * n + "1" + ")" * n,
}  # fmt: skip


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("times", [NESTING, 60, 500, 5000])
def test_what_nests_too_deep_is_refused_before_it_can_overflow(kind: str, times: int) -> None:
    refusals = (LimitReached, SyntaxRefused, NotAllowed)
    try:
        tree = ask(DEEP[kind](times)).tree
    except refusals:
        return
    except Exception as error:  # noqa: BLE001
        pytest.fail(f"{type(error).__name__}: {error}"[:200])
    tree.copy().sql("duckdb")


def test_what_is_allowed_to_nest_goes_through() -> None:
    assert ask(DEEP["brackets"](NESTING)).tree.sql("mysql")
    assert ask(DEEP["subqueries"](NESTING // 2)).tree.sql("mysql")
    assert ask(DEEP["plus"](DEPTH - 10)).tree.sql("mysql")


@pytest.mark.parametrize("word", ["AND", "OR", "UNION SELECT"])
def test_long_chains_are_no_depth(word: str) -> None:
    assert ask("SELECT 1" + f" {word} 1" * 1000).tree.sql("mysql")


def test_long_lists_are_no_depth() -> None:
    assert ask(f"SELECT page_id FROM page WHERE page_id IN ({', '.join(map(str, range(5000)))})").tree.sql("mysql")


def test_a_statement_has_a_longest_length() -> None:
    with pytest.raises(LimitReached) as caught:
        ask("SELECT " + "x" * LENGTH)
    assert caught.value.code == "too_complex"
    assert ask("SELECT '" + "x" * LENGTH + "'").tree.sql("mysql")


def test_a_syntax_error_says_where_in_the_askers_own_words() -> None:
    with pytest.raises(SyntaxRefused) as caught:
        ask("SELECT page_id\nFROM page\nWHERE (page_id = 1 LIMIT 2")
    assert caught.value.line == 3
    assert caught.value.column == 20
    assert caught.value.near.startswith("LIMIT 2")


@pytest.mark.parametrize("text", ["SELECT 1 FROM page WHERE page_id = 1--1", "SELECT 1--1"])
def test_two_minus_signs_without_a_space_are_no_comment(text: str) -> None:
    assert "1 - -1" in ask(text).tree.sql("mysql")


@pytest.mark.parametrize("text", ["", " ", ";", "-- nothing", "/* nothing */"])
def test_nothing_is_not_a_query(text: str) -> None:
    with pytest.raises(NotAllowed):
        ask(text)


def test_the_parser_logs_nothing_of_the_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for text in ("CALL x('canary')", "PREPARE s FROM 'canary'", "REPLACE INTO page VALUES ('canary')", "SELECT 'canary' FROM page FOR UPDATE"):
        try:
            ask(text)
        except NotAllowed:
            continue
    assert "canary" not in caplog.text


def test_comments_do_not_reach_the_tree() -> None:
    query = ask("SELECT /* canary */ page_id -- canary\nFROM page # canary")
    assert "canary" not in query.tree.sql("mysql")
    assert query.outputs[0].heading == "page_id"

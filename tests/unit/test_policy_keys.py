"""Which columns a fragment keeps so that a group's first row, joined texts and ties come in the order of the table's key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carrel.model.names import TableName
from carrel.model.queries import Query
from carrel.model.tables import Table
from carrel.policy.guard import authorize
from carrel.policy.load import default_text, load
from tests.policy_cases.catalog import Memory, asker

POLICY = load(default_text())
KEYS = {"page": ("page_id",), "revision": ("rev_id",), "user": ("user_email",), "actor": ("actor_name",), "recentchanges": ("rc_new_col",)}


class Keyed(Memory):
    def table(self, name: TableName) -> Table | None:
        table = super().table(name)
        return replace(table, primary_key=KEYS.get(name.table, ())) if table is not None else None


def fragment_columns(sql: str, table: str, *, group: str = "researchers") -> list[str]:
    query = authorize(Query(text=sql, dialect="mysql", database="enwiki", asker=asker(group)), Keyed(), POLICY)
    return [item.alias for item in query.fragments[TableName("enwiki", table)].expressions]


@pytest.mark.parametrize("sql", [
    "SELECT page_title, COUNT(*) FROM page GROUP BY page_namespace",
    "SELECT page_title FROM page ORDER BY page_len",
    "SELECT GROUP_CONCAT(page_title) FROM page",
    "SELECT page_title, COUNT(*) FROM page",
    "SELECT x FROM (SELECT page_title AS x FROM page LIMIT 3) t",
    "SELECT page_title, ROW_NUMBER() OVER (PARTITION BY page_namespace) FROM page",
])  # fmt: skip
def test_the_key_is_kept_where_the_order_of_rows_can_be_seen(sql: str) -> None:
    assert "page_id" in fragment_columns(sql, "page")


@pytest.mark.parametrize("sql", [
    "SELECT page_title, COUNT(*) FROM page GROUP BY page_title",
    "SELECT COUNT(DISTINCT page_title) FROM page",
    "SELECT DISTINCT page_title FROM page ORDER BY page_title",
    "SELECT COUNT(*) FROM (SELECT page_title FROM page) t",
])
def test_the_key_is_not_read_where_it_changes_nothing(sql: str) -> None:
    assert "page_id" not in fragment_columns(sql, "page")


def test_a_key_that_hides_only_with_its_row_is_kept() -> None:
    assert "rev_id" in fragment_columns("SELECT rev_timestamp FROM revision ORDER BY rev_len", "revision")


@pytest.mark.parametrize(("sql", "table", "key"), [
    ("SELECT user_name FROM user ORDER BY user_editcount", "user", "user_email"),
    ("SELECT actor_user FROM actor ORDER BY actor_id", "actor", "actor_name"),
])
def test_a_key_that_is_closed_or_has_cells_that_hide_is_not(sql: str, table: str, key: str) -> None:
    assert key not in fragment_columns(sql, table)

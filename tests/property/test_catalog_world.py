"""A real wiki read whole as its researchers see it: nothing that the wiki hides comes out, and what it shows is all there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from carrel.catalog.tagfile import tagged, unclassified
from carrel.catalog.visibility import RULES, plans
from carrel.model.sensitivity import Hidden
from carrel.model.tables import Table
from tests.shared import shared_path
from tests.worlds import load

EQUAL = (
    "revisions_per_actor_public", "new_accounts_per_day_public", "pages_per_namespace", "change_tags", "user_groups", "categories", "moves", "uploads",
    "top_edit_summaries",
)
"""Questions whose answer hidden material does not touch, or whose public form is given."""

WORDS = (
    "hidden_text_tokens", "suppressed_text_tokens", "deleted_page_text_tokens", "hidden_comment_tokens", "deleted_page_comment_tokens", "hidden_user_names",
    "emails", "password_hash_prefixes",
)


@dataclass
class World:
    tables: dict[str, Table]
    expected: dict[str, Any]
    connection: duckdb.DuckDBPyConnection

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """On what researchers see."""
        self.connection.execute("SET schema = 'seen'")
        rows = self.connection.execute(sql).fetchall()
        self.connection.execute("SET schema = 'main'")
        return rows

    def whole(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()


def publish(tables: dict[str, Table], connection: duckdb.DuckDBPyConnection, left_out: frozenset[str] = frozenset()) -> None:
    """Computes the hidden bits as the lake does, then the schema `seen` as the default policy shows it."""
    for plan in plans(tables, [rule for rule in RULES if rule.name not in left_out]):
        connection.execute(f'CREATE TABLE "_new" AS SELECT t.*, CAST(({plan.expression}) AS UTINYINT) AS _hidden FROM "{plan.table}" t')
        connection.execute(f'DROP TABLE "{plan.table}"')
        connection.execute(f'ALTER TABLE "_new" RENAME TO "{plan.table}"')
    connection.execute("CREATE SCHEMA seen")
    for name, table in tables.items():
        ruled = any(row[0] == "_hidden" for row in connection.execute(f'DESCRIBE "{name}"').fetchall())
        cells = []
        for column in tagged(table).columns:
            cell = f'"{column.name}"'
            if column.tag != "public":
                cell = "NULL"
            elif ruled:
                cell = f'CASE WHEN (_hidden & {int(column.hidden_by | Hidden.ROW)}) = 0 THEN "{column.name}" END'
            cells.append(f'{cell} AS "{column.name}"')
        where = "WHERE (_hidden & 1) = 0" if ruled else ""
        connection.execute(f'CREATE TABLE seen."{name}" AS SELECT {", ".join(cells)} FROM "{name}" {where}')


def read(wiki: str, left_out: frozenset[str] = frozenset()) -> World:
    tables, connection = load(shared_path(f"world/dev/private/{wiki}-all-tables.sql.gz"), wiki)
    publish(tables, connection, left_out)
    return World(tables, json.loads(shared_path(f"world/dev/expected-{wiki}.json").read_text()), connection)


@pytest.fixture(scope="module", params=["enwiki", "dewiki"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    world = read(request.param)
    yield world
    world.connection.close()


def leaks(world: World) -> list[str]:
    hidden = world.expected["must_not_leak"]
    words = {word for kind in WORDS for word in hidden[kind]}
    for name in hidden["hidden_user_names"]:
        words |= {name.lower(), name.upper(), name.replace(" ", "_"), name.replace(" ", "%20"), name.replace(" ", "+")}
    addresses = {address for _, address in hidden["autoblock_ips"]}
    found = []
    for name in world.tables:
        said = "\n".join(str(row) for row in world.query(f'SELECT * FROM "{name}"'))
        found += [f"{name}: {word}" for word in words if word in said]
        if name in ("ipblocks", "recentchanges", "logging", "log_search", "comment"):
            found += [f"{name}: {word}" for word in addresses if f"'{word}'" in said]
    return found


def test_every_table_and_column_of_the_wiki_is_classified(world: World) -> None:
    assert unclassified(world.tables.values()) == []


def test_no_hidden_word_name_address_mail_or_hash_is_in_any_table(world: World) -> None:
    assert leaks(world) == []


@pytest.mark.parametrize("name", EQUAL)
def test_what_the_wiki_shows_is_all_there(world: World, name: str) -> None:
    answer = world.expected["answers"][name]
    sql = answer["sql"].replace(") day", ') "day"').replace("GROUP BY actor_id", "GROUP BY actor_id, actor_name")
    sql = sql.replace("GROUP BY ctd_id", "GROUP BY ctd_id, ctd_name, ctd_count").replace("rev_deleted & 4 = 0", "(rev_deleted & 4) = 0")
    sql = sql.replace("rev_deleted & 2 = 0", "(rev_deleted & 2) = 0")
    got = [[str(int(cell)) if isinstance(cell, int | float) else str(cell) for cell in row] for row in world.query(sql)]
    assert sorted(got) == sorted([str(cell) for cell in row] for row in answer["rows"])


def test_the_author_of_a_revision_whose_author_is_hidden_is_nowhere(world: World) -> None:
    for number, _ in world.expected["must_not_leak"]["revisions_with_hidden_user"]:
        assert world.query(f"SELECT rev_actor FROM revision WHERE rev_id = {number}") == [(None,)]
        assert world.query(f"SELECT * FROM ip_changes WHERE ipc_rev_id = {number}") == []
        assert {row[0] for row in world.query(f"SELECT rc_actor FROM recentchanges WHERE rc_this_oldid = {number}")} <= {None}
        assert {row[0] for row in world.query(f"SELECT ct_params FROM change_tag WHERE ct_rev_id = {number}")} <= {None}
        same = f"FROM logging JOIN revision ON log_page = rev_page AND log_timestamp = rev_timestamp WHERE rev_id = {number}"
        assert {row[0] for row in world.query(f"SELECT log_actor {same}")} <= {None}
        [(author,)] = world.whole(f"SELECT actor_name FROM main.revision JOIN main.actor ON actor_id = rev_actor WHERE rev_id = {number}")
        summary = "JOIN revision_comment_temp ON revcomment_rev = rev_id JOIN comment ON comment_id = revcomment_comment_id"
        assert all(author not in row[0] for row in world.query(f"SELECT comment_text FROM revision {summary} WHERE rev_id = {number}"))


def test_the_text_of_a_revision_whose_text_is_hidden_is_not_reached(world: World) -> None:
    for number, _ in world.expected["must_not_leak"]["revisions_with_hidden_text"]:
        assert world.query(f"SELECT rev_len, rev_sha1 FROM revision WHERE rev_id = {number}") == [(None, None)]
        assert {row[0] for row in world.query(f"SELECT slot_content_id FROM slots WHERE slot_revision_id = {number}")} <= {None}


def test_the_summary_of_a_revision_whose_summary_is_hidden_is_not_reached(world: World) -> None:
    for number, _ in world.expected["must_not_leak"]["revisions_with_hidden_comment"]:
        rows = world.query(f"SELECT revcomment_comment_id FROM revision_comment_temp WHERE revcomment_rev = {number}")
        rows += world.query(f"SELECT rc_comment_id FROM recentchanges WHERE rc_this_oldid = {number}")
        assert {row[0] for row in rows} <= {None}


def test_hidden_log_entries_show_nothing_of_what_is_hidden(world: World) -> None:
    for number, kind, _, bits in world.expected["must_not_leak"]["log_rows_hidden"]:
        rows = world.query(f"SELECT log_action, log_title, log_comment_id, log_actor, log_params FROM logging WHERE log_id = {number}")
        if kind == "suppress":
            assert rows == []
            continue
        [(action, title, comment, actor, params)] = rows
        assert params is None
        assert not bits & 1 or (action is None and title is None)
        assert not bits & 2 or comment is None
        assert not bits & 4 or actor is None
        mirrored = world.query(f"SELECT rc_title, rc_actor, rc_params FROM recentchanges WHERE rc_logid = {number}")
        assert all(row[2] is None and (not bits & 4 or row[1] is None) and (not bits & 1 or row[0] is None) for row in mirrored)


def test_addresses_of_automatic_blocks_are_not_shown(world: World) -> None:
    for number, _ in world.expected["must_not_leak"]["autoblock_ips"]:
        rows = world.query(f"SELECT ipb_address, ipb_range_start, ipb_range_end FROM ipblocks WHERE ipb_id = {number}")
        assert set(rows) <= {(None, None, None)}


def test_watchlists_and_private_settings_are_not_shown(world: World) -> None:
    assert set(world.query("SELECT wl_user, wl_title FROM watchlist")) == {(None, None)}
    assert {row[0] for row in world.query("SELECT up_property FROM user_properties")} <= {"gender", "nickname", "disablemail", "fancysig"}


def test_no_visible_row_disappears_from_pages_revisions_and_links(world: World) -> None:
    for name in ("page", "revision", "pagelinks", "categorylinks", "externallinks", "recentchanges", "change_tag"):
        assert world.query(f"SELECT count(*) FROM {name}") == world.whole(f"SELECT count(*) FROM main.{name}")


@pytest.mark.parametrize("rules", [
    ("deleted bits",), ("log types",), ("hidden users",), ("comments reached",), ("texts reached",), ("names in texts", "own names"), ("automatic blocks",),
], ids=", ".join)
def test_without_these_rules_something_comes_out(rules: tuple[str, ...]) -> None:
    found = []
    for wiki in ("enwiki", "dewiki"):
        world = read(wiki, left_out=frozenset(rules))
        found += leaks(world)
        found += [str(row) for row in world.query("SELECT log_id FROM logging WHERE log_type = 'suppress'")]
        world.connection.close()
    assert found

"""What hides a row or a cell, rule by rule, on tables small enough to label by hand."""

from __future__ import annotations

import duckdb
import pytest

from carrel.catalog.hiding.naming import names_in
from carrel.catalog.hiding.wiki import Wiki
from carrel.catalog.tagfile import tags
from carrel.catalog.visibility import RULES, plans
from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Table
from tests.hidden_wiki import COMMENT, CONTENT, DETAILS, HARASSER, NAMES, NONE, ROW, USER, Rows, actor, bits, block, log, revision


def test_each_bit_of_a_revision_hides_its_own_cells() -> None:
    found = bits({"revision": [revision(number, number) for number in range(16)]})["revision"]
    assert found == [(CONTENT if n & 1 else 0) | (COMMENT if n & 2 else 0) | (USER if n & 4 else 0) for n in range(16)]


def test_a_table_without_its_bit_field_is_hidden_whole() -> None:
    assert bits({"revision": [{"rev_id": 1}]})["revision"] == [ROW]


def test_a_row_without_a_number_in_its_bit_field_is_hidden_as_if_all_were_set() -> None:
    rows = [{"oi_name": "A", "oi_deleted": None}, {"oi_name": "B", "oi_deleted": 0}]
    assert bits({"oldimage": rows})["oldimage"] == [CONTENT | COMMENT | USER, NONE]


def test_logs_that_are_not_for_the_public_are_left_out() -> None:
    rows = [log(1, "move"), log(2, "suppress"), log(3, "abusefilterprivatedetails"), log(4, "spamblacklist"), log(5, ""), log(6, "newtype")]
    assert bits({"logging": rows})["logging"] == [NONE, ROW, ROW, ROW, ROW, ROW]


def test_anything_hidden_of_a_log_entry_hides_its_parameters() -> None:
    found = bits({"logging": [log(1, deleted=bit) for bit in (0, 1, 2, 4, 8)]})["logging"]
    assert found == [NONE, CONTENT | DETAILS, COMMENT | DETAILS, USER | DETAILS, DETAILS]


def test_recent_changes_follow_the_log_entry_and_the_revision() -> None:
    wiki = {
        "logging": [log(1), log(2, deleted=1), log(3, "suppress")],
        "revision": [revision(10), revision(11, 4), revision(12, 3), revision(13)],
        "recentchanges": [
            {"rc_id": n, "rc_deleted": 0, "rc_logid": logid, "rc_this_oldid": this, "rc_last_oldid": last, "rc_log_type": "move" if logid else None}
            for n, (logid, this, last) in enumerate([(1, 0, 0), (2, 0, 0), (3, 0, 0), (0, 10, 0), (0, 11, 10), (0, 12, 11), (0, 13, 12), (0, 14, 13)])
        ],
    }
    assert bits(wiki)["recentchanges"] == [NONE, CONTENT | DETAILS, ROW, NONE, USER, COMMENT | DETAILS, DETAILS, COMMENT]


def test_only_settings_that_the_wiki_shows_are_shown() -> None:
    names = ("gender", "nickname", "fancysig", "disablemail", "language", "watchcreations", None)
    wiki = {"ipblocks": [block(5, "Vic")], "user_properties": [{"up_user": 1, "up_property": name} for name in names]}
    assert bits(wiki)["user_properties"] == [NONE] * 4 + [ROW] * 3


def test_addresses_of_automatic_blocks_are_hidden_and_hiding_blocks_go_with_their_children() -> None:
    rows = [block(5, "Vic"), block(5, "10.0.0.1", auto=1, number=2, parent=1), block(7, "Hidden Harasser", hides=1, number=3),
            block(7, "10.0.0.2", auto=1, number=4, parent=3), block(0, "192.0.2.0/24", number=5)]
    found = bits({"ipblocks": rows, "ipblocks_restrictions": [{"ir_ipb_id": number} for number in range(1, 6)]})
    assert [bit & (ROW | CONTENT) for bit in found["ipblocks"]] == [NONE, CONTENT, ROW, ROW | CONTENT, NONE]
    assert found["ipblocks_restrictions"] == [NONE, NONE, ROW, ROW, NONE]


def test_the_newer_layout_of_blocks_hides_the_same() -> None:
    wiki = {
        "block": [
            {"bl_id": number, "bl_target": target, "bl_deleted": deleted, "bl_parent_block_id": parent}
            for number, target, deleted, parent in [(1, 1, 1, None), (2, 1, 0, None), (3, 2, 0, 1), (4, 3, 0, None)]
        ],
        "block_target": [
            {"bt_id": number, "bt_user": user, "bt_user_text": name, "bt_auto": auto}
            for number, user, name, auto in [(1, 7, "Hidden Harasser", 0), (2, None, None, 1), (3, 5, "Vic", 0)]
        ],
        "user": [{"user_id": 5, "user_name": "Vic"}, {"user_id": 7, "user_name": "Hidden Harasser"}],
        "page": [{"page_id": 1, "page_title": "Hidden_Harasser"}, {"page_id": 2, "page_title": "Vic"}],
    }
    found = bits(wiki)
    assert found["block"] == [ROW, ROW, ROW, NONE]
    assert found["block_target"] == [ROW, CONTENT, NONE]
    assert found["user"] == [NONE, ROW]
    assert found["page"] == [NAMES, NONE]


def test_a_hidden_user_is_gone_by_number_by_name_and_by_actor() -> None:
    wiki = {
        "ipblocks": HARASSER,
        "user": [{"user_id": 7, "user_name": "Hidden Harasser"}, {"user_id": 8, "user_name": "Ann"}],
        "actor": [actor(70, "Hidden Harasser", 7), actor(80, "Ann", 8), actor(90, "imported>Hidden Harasser")],
        "user_groups": [{"ug_user": 7, "ug_group": "bot"}, {"ug_user": 8, "ug_group": "bot"}],
        "revision": [revision(1, actor=70), revision(2, actor=80), revision(3, actor=90)],
        "logging": [log(1, actor=70), log(2, actor=80)],
        "image": [{"img_name": "A.png", "img_actor": 70, "img_description_id": 0}, {"img_name": "B.png", "img_actor": 80, "img_description_id": 0}],
    }
    found = bits(wiki)
    assert found["user"] == [ROW, NONE]
    assert found["actor"] == [ROW, NONE, ROW]
    assert found["user_groups"] == [ROW, NONE]
    assert found["revision"] == [USER, NONE, USER]
    assert found["logging"] == [USER, NONE]
    assert found["image"] == [USER, NONE]


def test_a_hidden_user_is_gone_in_the_layout_of_2018_too() -> None:
    wiki = {
        "ipblocks": HARASSER,
        "revision": [
            {"rev_id": 1, "rev_deleted": 0, "rev_user": 7, "rev_user_text": "Hidden Harasser", "rev_comment": "typo"},
            {"rev_id": 2, "rev_deleted": 0, "rev_user": 8, "rev_user_text": "Ann", "rev_comment": "Undid revision by [[User:Hidden_Harasser]]"},
            {"rev_id": 3, "rev_deleted": 4, "rev_user": 9, "rev_user_text": "Bob", "rev_comment": "Bob moved page A to B"},
            {"rev_id": 4, "rev_deleted": 4, "rev_user": 9, "rev_user_text": "Bob", "rev_comment": "typo"},
        ],
        "logging": [
            {"log_id": 1, "log_type": "block", "log_deleted": 0, "log_user": 8, "log_user_text": "Ann", "log_title": "Hidden_Harasser/sub", "log_params": ""},
            {"log_id": 2, "log_type": "block", "log_deleted": 0, "log_user": 7, "log_user_text": "Hidden Harasser", "log_title": "X", "log_params": ""},
        ],
    }
    found = bits(wiki)
    assert found["revision"] == [USER, NAMES, USER | COMMENT, USER]
    assert found["logging"] == [NAMES, USER]


def test_names_and_texts_without_a_visible_row_are_hidden() -> None:
    wiki = {
        "ipblocks": [block(5, "Vic", reason=6)],
        "revision": [revision(1, comment=1, actor=1), revision(2, 2, comment=2, actor=2), revision(3, 4, comment=3, actor=3)],
        "archive": [{"ar_id": 1, "ar_rev_id": 4, "ar_deleted": 0, "ar_actor": 4, "ar_comment_id": 4}],
        "logging": [log(1, "suppress", comment=5, actor=5)],
        "comment": [{"comment_id": number, "comment_text": f"text {number}"} for number in range(1, 8)],
        "actor": [*(actor(number, f"192.0.2.{number}") for number in range(1, 7)), actor(99, "Sam", 99), actor(100, "Idle", 100)],
    }
    found = bits(wiki)
    assert found["comment"] == [NONE, ROW, NONE, ROW, ROW, NONE, ROW]
    assert found["actor"] == [NONE, NONE, ROW, NONE, ROW, ROW, NONE, NONE]


def test_texts_are_reached_through_visible_revisions_only() -> None:
    wiki = {
        "revision": [revision(1), revision(2, 1), revision(3)],
        "archive": [{"ar_id": 1, "ar_rev_id": 4, "ar_deleted": 0}],
        "slots": [{"slot_revision_id": r, "slot_content_id": c, "slot_origin": r} for r, c in ((1, 11), (2, 12), (3, 13), (4, 14), (2, 11))],
        "content": [{"content_id": 10 + n, "content_address": f"tt:{20 + n}"} for n in range(1, 5)] + [{"content_id": 15, "content_address": "tt:25"}],
        "text": [{"old_id": 20 + n, "old_text": "words"} for n in range(1, 6)],
    }
    found = bits(wiki)
    assert found["slots"] == [NONE, CONTENT, NONE, ROW, CONTENT]
    assert found["content"] == [NONE, ROW, NONE, ROW, ROW]
    assert found["text"] == [NONE, ROW, NONE, ROW, ROW]


def test_texts_of_the_layout_of_2018_are_reached_through_the_revision_itself() -> None:
    wiki = {
        "revision": [{"rev_id": 1, "rev_deleted": 0, "rev_text_id": 1}, {"rev_id": 2, "rev_deleted": 1, "rev_text_id": 2}],
        "archive": [{"ar_id": 1, "ar_rev_id": 3, "ar_deleted": 0, "ar_text_id": 3}],
        "text": [{"old_id": n, "old_text": "words"} for n in range(1, 4)],
    }
    assert bits(wiki)["text"] == [NONE, ROW, ROW]


def test_rows_per_revision_follow_it_and_go_with_its_page() -> None:
    wiki = {
        "revision": [revision(1), revision(2, 2), revision(3, 4), revision(5, 1)],
        "revision_comment_temp": [{"revcomment_rev": n, "revcomment_comment_id": n} for n in range(1, 5)],
        "revision_actor_temp": [{"revactor_rev": n, "revactor_actor": 1} for n in range(1, 5)],
        "ip_changes": [{"ipc_rev_id": n, "ipc_hex": "0A000001"} for n in range(1, 5)],
        "export_slots": [{"es_rev_id": n, "es_text": "x"} for n in range(1, 6)],
    }
    found = bits(wiki)
    assert found["revision_comment_temp"] == [NONE, COMMENT, NONE, ROW]
    assert found["revision_actor_temp"] == [NONE, NONE, USER, ROW]
    assert found["ip_changes"] == [NONE, NONE, ROW, ROW]
    assert found["export_slots"] == [NONE, NONE, NONE, ROW, CONTENT]


def test_tags_stay_but_lose_what_they_say_of_hidden_changes() -> None:
    wiki = {
        "revision": [revision(1), revision(2, 4)],
        "logging": [log(1), log(2, "suppress")],
        "change_tag": [
            {"ct_id": n, "ct_rev_id": rev, "ct_log_id": log_id, "ct_params": ""} for n, (rev, log_id) in enumerate([(1, None), (2, None), (None, 1), (None, 2)])
        ],
    }
    assert bits(wiki)["change_tag"] == [NONE, DETAILS, NONE, DETAILS]


def test_a_summary_or_log_entry_that_names_its_own_hidden_author_is_hidden() -> None:
    wiki = {
        "ipblocks": [block(5, "Vic")],
        "actor": [actor(1, "Sue Smith", 1), actor(2, "Ann", 2), actor(99, "Sam", 99)],
        "revision": [revision(1, 4, actor=1, comment=1), revision(2, 4, actor=1, comment=2), revision(3, 0, actor=2, comment=3)],
        "comment": [{"comment_id": 1, "comment_text": "Sue Smith moved page A to B"}, {"comment_id": 2, "comment_text": "typo"},
                    {"comment_id": 3, "comment_text": "Ann moved page C to D"}],
        "logging": [log(1, "newusers", 4, actor=1, title="Sue_Smith"), log(2, "newusers", 0, actor=1, title="Sue_Smith")],
    }
    found = bits(wiki)
    assert found["comment"] == [ROW, NONE, NONE]
    assert found["logging"] == [USER | DETAILS | NAMES, NONE]


def test_a_short_name_met_by_chance_hides_no_summary() -> None:
    wiki = {"ipblocks": [block(5, "Vic")], "actor": [actor(1, "-", 1), actor(99, "Sam", 99)], "revision": [revision(1, 4, actor=1, comment=1)] + [
        revision(number, 4, actor=1, comment=number) for number in (2, 3)
    ], "comment": [{"comment_id": number, "comment_text": text} for number, text in ((1, "typo - again"), (2, "- moved page A"), (3, "by [[User:-|-]]"))]}
    assert bits(wiki)["comment"] == [NONE, ROW, ROW]


def test_the_log_entry_and_the_upload_of_a_revision_with_a_hidden_author_lose_their_person() -> None:
    wiki = {
        "revision": [revision(1, 4, actor=1, page=5, time="20180102030405"), revision(2, 0, actor=1, page=6)],
        "page": [{"page_id": 5, "page_namespace": 6, "page_title": "A.png"}, {"page_id": 6, "page_namespace": 6, "page_title": "B.png"}],
        "logging": [log(1, "upload", actor=1, page=5, time="20180102030405"), log(2, "upload", actor=2, page=5, time="20180102030405"),
                    log(3, actor=1, page=9, params='s:17:"associated_rev_id";i:1;}'), log(4, actor=1, page=9, params='s:17:"associated_rev_id";i:2;}')],
        "image": [{"img_name": "A.png", "img_actor": 1, "img_timestamp": "20180102030405", "img_description_id": 0},
                  {"img_name": "B.png", "img_actor": 1, "img_timestamp": "20180101000000", "img_description_id": 0}],
    }
    found = bits(wiki)
    assert found["logging"] == [USER, NONE, USER, NONE]
    assert found["image"] == [USER, NONE]


@pytest.mark.parametrize(("table", "column", "text"), [
    ("page", "page_title", "Hidden_Harasser/Archive_1"),
    ("categorylinks", "cl_sortkey", "HIDDEN HARASSER\nHIDDEN HARASSER"),
    ("externallinks", "el_to", "https://example.org/?user=Hidden%20Harasser&x=1"),
    ("externallinks", "el_to", "https://example.org/?user=Hidden+Harasser"),
    ("langlinks", "ll_title", "Benutzer:Hidden Harasser"),
    ("pagelinks", "pl_title", "Hidden_Harasser"),
    ("linktarget", "lt_title", "Hidden_Harassers_page"),
    ("page_props", "pp_value", "hidden harasser"),
    ("text", "old_text", "He wrote: [[User:hidden Harasser|me]]"),
    ("redirect", "rd_fragment", "Hidden Harasser"),
])
def test_titles_and_texts_that_name_a_hidden_user_are_hidden(table: str, column: str, text: str) -> None:
    wiki = {"ipblocks": HARASSER, table: [{column: text}, {column: "Hidden treasure of a harasser"}]}
    named, other = bits(wiki)[table]
    assert named & NAMES
    assert not other & NAMES


def test_a_page_whose_title_is_hidden_has_its_sort_keys_hidden() -> None:
    wiki = {"ipblocks": HARASSER, "page": [{"page_id": 1, "page_title": "Hidden_Harasser"}, {"page_id": 2, "page_title": "X"}],
            "categorylinks": [{"cl_from": 1, "cl_sortkey": "\x02\x03"}, {"cl_from": 2, "cl_sortkey": "\x04"}]}
    assert bits(wiki)["categorylinks"] == [NAMES, NONE]


@pytest.mark.parametrize(("name", "text", "hit"), [
    ("Al", "Al moved page", True), ("Al", "Also here", False), ("Al", "[[User:Al]]", True), ("Al", "final", False),
    ("-", "a - b", False), ("-", "[[User:-]]", True), ("Zoë Ångström", "user=Zo%C3%AB%20%C3%85ngstr%C3%B6m", True),
    ("隠された人", "これは隠された人です", True), ("O'Neil, \"Bob\"", "by O'Neil, \"Bob\" again", True), ("Back\\slash", "Back\\slash was here", True),
    ("100% sure", "he is 100%_sure", True), ("100% sure", "he is 100 sure", False), ("100% sure", "he is 100% sure", True),
    ("Hidden Harasser", "?u=Hidden%5FHarasser", True), ("Hidden Harasser", "User:Hidden&#32;Harasser", True), ("Hidden Harasser", "Hidden&nbsp;Harasser", True),
    ("Hidden Harasser", "Hidden%2520Harasser", True), ("Hidden Harasser", "x Hidden%C2%A0Harasser", True), ("Hidden Harasser", "%48idden%20Harasser", True),
    ("Hidden Harasser", "/M%FCller?u=Hidden%20Harasser", True), ("Percent%20User", "by Percent%20User", True), ("1+1=2, sir", "by 1+1=2, sir", True),
    ("Law & \"Order\"", "[[User:Law &amp; &quot;Order&quot;]]", True), ("%41%42", "the lab", False), ("%41%42", "%41%42 moved page", True),
])
def test_which_texts_name_somebody(name: str, text: str, hit: bool) -> None:
    condition = names_in("said", ["x"], "SELECT name FROM names")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE names (name VARCHAR)")
        connection.execute("INSERT INTO names VALUES (?)", [name])
        connection.execute("CREATE TABLE said (x VARCHAR)")
        connection.execute("INSERT INTO said VALUES (?), (NULL)", [text])
        assert connection.execute(f"SELECT {condition} FROM said t").fetchall() == [(hit,), (False,)]


@pytest.mark.parametrize(("wiki", "expected"), [
    ({"page": [{"page_id": 1, "page_title": "A"}]}, None),
    ({"categorylinks": [{"cl_from": 1, "cl_to": "A"}]}, None),
    ({"user_groups": [{"ug_user": 1, "ug_group": "bot"}]}, None),
    ({"change_tag": [{"ct_id": 1, "ct_rev_id": 1, "ct_log_id": None}]}, None),
    ({"revision": [revision(1)]}, NONE),
    ({"logging": [log(1)]}, NONE),
    ({"archive": [{"ar_id": 1, "ar_deleted": 0}]}, NONE),
    ({"comment": [{"comment_id": 1, "comment_text": "x"}]}, ROW),
    ({"actor": [actor(1, "Ann", 1)]}, ROW),
    ({"text": [{"old_id": 1, "old_text": "x"}]}, ROW),
    ({"content": [{"content_id": 1, "content_address": "tt:1"}]}, ROW),
    ({"slots": [{"slot_revision_id": 1, "slot_content_id": 1}]}, ROW),
    ({"ip_changes": [{"ipc_rev_id": 1, "ipc_hex": "0A"}]}, ROW),
    ({"export_slots": [{"es_rev_id": 1, "es_text": "x"}]}, ROW),
    ({"revision_comment_temp": [{"revcomment_rev": 1, "revcomment_comment_id": 1}]}, ROW),
    ({"user": [{"user_id": 1, "user_name": "Ann"}]}, ROW),
    ({"user_properties": [{"up_user": 1, "up_property": "gender"}]}, ROW),
    ({"block_target": [{"bt_id": 1, "bt_user": 1, "bt_auto": 0}]}, ROW),
], ids=lambda value: next(iter(value)) if isinstance(value, dict) else str(value))
def test_a_table_alone_is_usable_where_it_says_itself_what_is_hidden_and_closed_where_it_does_not(wiki: dict[str, Rows], expected: int | None) -> None:
    [name] = wiki
    assert bits(wiki).get(name) == (None if expected is None else [expected])


def test_an_export_without_blocks_shows_the_people_whom_visible_rows_name() -> None:
    wiki = {"revision": [revision(1, actor=1, comment=1), revision(2, 4, actor=2, comment=2)],
            "actor": [actor(1, "Ann", 1), actor(2, "Sue", 2)], "user": [{"user_id": 1, "user_name": "Ann"}, {"user_id": 2, "user_name": "Sue"}],
            "comment": [{"comment_id": 1, "comment_text": "x"}, {"comment_id": 2, "comment_text": "y"}]}
    found = bits(wiki)
    assert found["actor"] == [NONE, ROW]
    assert found["user"] == [NONE, ROW]
    assert found["comment"] == [NONE, NONE]


def test_filters_keep_their_secrets() -> None:
    wiki = {
        "abuse_filter": [{"af_id": 1, "af_hidden": 0, "af_pattern": "x"}, {"af_id": 2, "af_hidden": 1, "af_pattern": "y"}],
        "abuse_filter_history": [
            {"afh_filter": number, "afh_flags": flags} for number, flags in [(1, "enabled"), (1, "enabled,hidden"), (2, "enabled")]
        ],
        "abuse_filter_log": [{"afl_id": 1, "afl_deleted": 0}, {"afl_id": 2, "afl_deleted": 1}],
    }
    found = bits(wiki)
    assert found["abuse_filter"] == [NONE, CONTENT]
    assert found["abuse_filter_history"] == [NONE, ROW, ROW]
    assert found["abuse_filter_log"] == [NONE, ROW]


def test_central_accounts_that_are_hidden_are_left_out_everywhere() -> None:
    wiki = {
        "globaluser": [{"gu_id": 1, "gu_name": "Ann", "gu_hidden": ""}, {"gu_id": 2, "gu_name": "Hidden Harasser", "gu_hidden": "suppressed"}],
        "localuser": [{"lu_name": "Ann", "lu_global_id": 1}, {"lu_name": "Hidden Harasser", "lu_global_id": 2}],
        "global_user_groups": [{"gug_user": 1}, {"gug_user": 2}],
    }
    found = bits(wiki)
    assert found["globaluser"] == [NONE, ROW]
    assert found["localuser"] == [NONE, ROW]
    assert found["global_user_groups"] == [NONE, ROW]


NUMBERS = (
    "_id", "_user", "_actor", "_deleted", "_auto", "_page", "_namespace", "_logid", "_oldid", "_from", "_rev", "_hidden", "_level", "_target", "_filter", "_by",
    "_latest",
)


def every_layout() -> dict[str, Table]:
    """All columns that the tag files know, of all layouts at once."""
    return {
        name: Table(name=TableName("enwiki", name), kind=DatabaseKind.WIKI, columns=tuple(
            Column(name=column, type="BIGINT" if column.endswith(NUMBERS) and column not in ("gu_hidden", "gb_by") else "VARCHAR") for column in known.columns
        ))
        for name, known in tags().items()
    }


def test_a_plan_comes_after_those_whose_hidden_bits_it_reads_and_names_all_that_it_uses() -> None:
    tables = every_layout()
    made = plans(tables)
    order = {plan.table: place for place, plan in enumerate(made)}
    for rule in RULES:
        for finding in rule.find(Wiki(tables)):
            assert finding.uses >= finding.after
            assert all(order[before] < order[finding.table] for before in finding.after)
    with duckdb.connect() as connection:
        for name, table in tables.items():
            kinds = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
            connection.execute(f'CREATE TABLE "{name}" ({kinds})')
        for plan in made:
            for name in tables:
                shown = name in plan.uses or name == plan.table
                connection.execute(f'CREATE SCHEMA IF NOT EXISTS alone; DROP VIEW IF EXISTS alone."{name}"')
                if shown:
                    extra = ", 0::UTINYINT AS _hidden" if name in order and order[name] < order[plan.table] else ""
                    connection.execute(f'CREATE VIEW alone."{name}" AS SELECT *{extra} FROM main."{name}"')
            connection.execute("SET schema = 'alone'")
            names = {row[0] for row in connection.execute(
                f'EXPLAIN SELECT CAST(({plan.expression}) AS UTINYINT) FROM alone."{plan.table}" t'
            ).fetchall()}
            assert names
            connection.execute("SET schema = 'main'")


def test_rules_have_names_of_their_own_and_a_reason() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.reason for rule in RULES)

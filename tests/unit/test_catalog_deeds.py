"""Edits that stand in several tables, and summaries that the software writes, on tables small enough to label by hand."""

from __future__ import annotations

import pytest

from tests.hidden_wiki import COMMENT, CONTENT, DETAILS, NONE, ROW, USER, actor, bits, block, log, revision

TIME = "20180102030405"
LATER = "20180102030408"
IN_2018 = {"ar_rev_id": 1, "ar_page_id": 5, "ar_timestamp": TIME, "ar_user_text": "Sue Smith", "ar_comment": "summary", "ar_text_id": 1,
           "ar_namespace": 0, "ar_title": "Page"}


def test_the_log_entry_that_began_a_page_does_not_tell_the_hidden_summary_of_its_first_edit() -> None:
    wiki = {
        "revision": [revision(1, 2, comment=1, page=5, time=TIME), revision(2, 0, comment=2, page=6, time=TIME), revision(3, 2, comment=0, page=7, time=TIME)],
        "revision_comment_temp": [{"revcomment_rev": 3, "revcomment_comment_id": 3}],
        "logging": [log(1, "create", comment=1, page=5, time=TIME), log(2, "create", comment=2, page=6, time=TIME),
                    log(3, "create", comment=3, page=0, params='s:17:"associated_rev_id";i:3;}'), log(4, "move", comment=4, page=5, time=TIME)],
        "comment": [{"comment_id": number, "comment_text": f"text {number}"} for number in range(1, 5)],
        "recentchanges": [{"rc_id": 1, "rc_deleted": 0, "rc_logid": 1, "rc_this_oldid": 0, "rc_log_type": "create"}],
    }
    found = bits(wiki)
    assert found["logging"] == [COMMENT, NONE, COMMENT, NONE]
    assert found["comment"] == [ROW, NONE, ROW, NONE]
    assert found["recentchanges"] == [COMMENT]


def test_summaries_of_deleted_pages_are_not_told_by_the_log_either() -> None:
    wiki = {
        "archive": [{"ar_id": 1, "ar_rev_id": 1, "ar_deleted": 0, "ar_actor": 1, "ar_comment_id": 1, "ar_page_id": 5, "ar_timestamp": TIME}],
        "revision": [revision(2)],
        "logging": [log(1, "create", comment=1, page=5, time=TIME), log(2, "delete", comment=2, page=5, time="20180301000000")],
        "comment": [{"comment_id": 1, "comment_text": "x"}, {"comment_id": 2, "comment_text": "y"}],
    }
    found = bits(wiki)
    assert found["logging"] == [COMMENT, NONE]
    assert found["comment"] == [ROW, NONE]


@pytest.mark.parametrize("time", [TIME, LATER])
def test_the_log_entry_of_an_archived_revision_with_a_hidden_author_loses_its_person(time: str) -> None:
    wiki = {
        "archive": [{"ar_id": n, "ar_rev_id": n, "ar_deleted": 4 if n == 1 else 0, "ar_actor": 1, "ar_comment_id": 0, "ar_page_id": 4 + n, "ar_timestamp": TIME}
                    for n in (1, 2)],
        "logging": [log(1, "create", actor=1, page=5, time=time), log(2, "create", actor=1, page=6, time=time), log(3, "create", actor=2, page=5, time=time)],
        "change_tag": [{"ct_id": n, "ct_rev_id": n, "ct_log_id": 0} for n in (1, 2)],
    }
    found = bits(wiki)
    assert found["logging"] == [USER, NONE, NONE]
    assert found["change_tag"] == [DETAILS, NONE]


def test_revision_actor_temp_and_log_search_lead_to_a_hidden_authors_deeds_too() -> None:
    wiki = {
        "revision": [revision(1, 4, actor=0, page=5, time=TIME), revision(2, 4, actor=7, page=6, time="20170101000000")],
        "revision_actor_temp": [{"revactor_rev": 1, "revactor_actor": 3}],
        "logging": [log(1, "create", actor=3, page=5, time=TIME), log(2, actor=7, page=0)],
        "log_search": [{"ls_field": "associated_rev_id", "ls_value": "2", "ls_log_id": 2}],
    }
    assert bits(wiki)["logging"] == [USER, USER]


def test_what_belongs_to_a_hidden_edit_is_found_in_the_layout_of_2018() -> None:
    entry = {"log_type": "create", "log_deleted": 0, "log_page": 5, "log_timestamp": TIME, "log_params": ""}
    wiki = {
        "archive": [{**IN_2018, "ar_deleted": 4}],
        "logging": [{**entry, "log_id": 1, "log_user_text": "Sue Smith", "log_comment": "summary"},
                    {**entry, "log_id": 2, "log_user_text": "Ann", "log_comment": "another"}],
    }
    assert bits(wiki)["logging"] == [USER | COMMENT, NONE]


def test_uploads_do_not_tell_summary_and_author_of_the_edit_that_came_with_them() -> None:
    wiki = {
        "revision": [revision(1, 6, actor=1, comment=1, page=5, time=TIME)],
        "page": [{"page_id": 5, "page_namespace": 6, "page_title": "A.png"}],
        "image": [{"img_name": name, "img_actor": 1, "img_timestamp": LATER, "img_description_id": 1} for name in ("A.png", "B.png")],
        "archive": [{"ar_id": 1, "ar_rev_id": 9, "ar_deleted": 4, "ar_actor": 1, "ar_comment_id": 2, "ar_page_id": 8, "ar_timestamp": TIME,
                     "ar_namespace": 6, "ar_title": "C.png"}],
        "filearchive": [{"fa_name": "C.png", "fa_deleted": 0, "fa_actor": 1, "fa_timestamp": TIME, "fa_description_id": 2}],
        "file": [{"file_id": 1, "file_name": "A.png"}, {"file_id": 2, "file_name": "B.png"}],
        "filerevision": [{"fr_id": n, "fr_file": n, "fr_deleted": 0, "fr_actor": 1, "fr_timestamp": TIME, "fr_description_id": 1} for n in (1, 2)],
    }
    found = bits(wiki)
    assert found["image"] == [USER | COMMENT, NONE]
    assert found["filearchive"] == [USER | COMMENT]
    assert found["filerevision"] == [USER | COMMENT, NONE]


def test_a_filters_match_and_an_automatic_review_do_not_tell_who_made_the_edit() -> None:
    edits = ((1, 0), (2, 0), (3, 0), (0, 1), (0, 2))
    matches = [{"afl_id": n, "afl_deleted": 0, "afl_rev_id": rev, "afl_log_id": log_id} for n, (rev, log_id) in enumerate(edits)]
    wiki = {
        "revision": [revision(1, 4), revision(2)],
        "archive": [{"ar_id": 1, "ar_rev_id": 3, "ar_deleted": 4}],
        "logging": [log(1, deleted=4), log(2)],
        "abuse_filter_log": matches,
        "flaggedrevs": [{"fr_rev_id": 1, "fr_user": 1}, {"fr_rev_id": 2, "fr_user": 1}],
    }
    found = bits(wiki)
    assert found["abuse_filter_log"] == [USER, NONE, USER, USER, NONE]
    assert found["flaggedrevs"] == [USER, NONE]


def test_a_summary_that_quotes_a_hidden_text_is_hidden() -> None:
    texts = ["A long\nhidden text about things", "A long visible text", "xy", "O:0:gzipped"]
    said = ['Created page: "A long hidden text about..."', 'Created page: "A long visible..."', 'Replaced content with "xy"', "Neue: „whatever“", "xy"]
    wiki = {
        "revision": [revision(n, 0 if n == 2 else 1, comment=n) for n in range(1, 6)],
        "slots": [{"slot_revision_id": n, "slot_content_id": min(n, 4) if n < 5 else 3, "slot_origin": n} for n in range(1, 6)],
        "content": [{"content_id": n, "content_address": f"tt:{n}"} for n in range(1, 5)],
        "text": [{"old_id": n, "old_text": text, "old_flags": "utf-8,gzip" if n == 4 else "utf-8"} for n, text in enumerate(texts, 1)],
        "comment": [{"comment_id": n, "comment_text": text} for n, text in enumerate(said, 1)],
    }
    assert bits(wiki)["comment"] == [ROW, NONE, ROW, ROW, NONE]


def test_a_deletions_reason_that_quotes_the_deleted_text_is_hidden() -> None:
    reason = 'content was: "Jane lives at 1 Example St" (and the only contributor was "[[Special:Contributions/Sue|Sue]]")'
    entry = {"log_type": "delete", "log_deleted": 0, "log_page": 0, "log_namespace": 0, "log_title": "Page", "log_timestamp": TIME, "log_params": ""}
    wiki = {
        "archive": [{**IN_2018, "ar_deleted": 0}],
        "text": [{"old_id": 1, "old_text": "Jane lives\nat 1 Example St.", "old_flags": "utf-8"}],
        "logging": [{**entry, "log_id": 1, "log_comment": reason}, {**entry, "log_id": 2, "log_comment": "test page"},
                    {**entry, "log_id": 3, "log_comment": reason, "log_title": "Other"}],
    }
    assert bits(wiki)["logging"] == [COMMENT, NONE, NONE]


def test_a_revert_does_not_name_the_hidden_author_of_what_it_undid() -> None:
    wiki = {
        "ipblocks": [block(5, "Vic")],
        "actor": [actor(1, "Sue", 1), actor(2, "Ann", 2), actor(99, "Sam", 99)],
        "revision": [revision(1, 4, actor=1), revision(2, actor=2, comment=1), revision(3, actor=2, comment=2), revision(4, actor=2, comment=3, page=9),
                     revision(5, actor=2, comment=4)],
        "comment": [
            {"comment_id": 1, "comment_text": "Reverted edits by [[Special:Contributions/Sue|Sue]] ([[User talk:Sue|talk]])"},
            {"comment_id": 2, "comment_text": "Ask Sue"},
            {"comment_id": 3, "comment_text": "As [[User talk:Sue|Sue]] said"},
            {"comment_id": 4, "comment_text": "Undid revision 1 by Sue"},
        ],
    }
    assert bits(wiki)["comment"] == [ROW, NONE, NONE, ROW]


def test_a_revert_in_the_layout_of_2018_does_not_name_the_hidden_author() -> None:
    edit = {"rev_page": 1, "rev_timestamp": TIME, "rev_deleted": 0, "rev_user": 2, "rev_user_text": "Ann"}
    wiki = {"revision": [
        {**edit, "rev_id": 1, "rev_deleted": 4, "rev_user": 1, "rev_user_text": "192.0.2.7", "rev_comment": "typo"},
        {**edit, "rev_id": 2, "rev_comment": "Reverted edits by [[Special:Contributions/192.0.2.7|192.0.2.7]]"}, {**edit, "rev_id": 3, "rev_comment": "typo"},
    ]}
    assert bits(wiki)["revision"] == [USER, COMMENT, NONE]


def test_the_length_of_a_page_is_hidden_with_its_newest_text() -> None:
    wiki = {"revision": [revision(1, 1), revision(2)], "page": [{"page_id": n, "page_latest": n, "page_len": 9} for n in (1, 2)]}
    assert bits(wiki)["page"] == [CONTENT, NONE]


def test_lengths_around_an_archived_hidden_text_are_hidden_in_recent_changes() -> None:
    edits = ((8, 7), (9, 8), (7, 6))
    changes = [{"rc_id": n, "rc_deleted": 0, "rc_logid": 0, "rc_this_oldid": this, "rc_last_oldid": last} for n, (this, last) in enumerate(edits)]
    wiki = {"archive": [{"ar_id": 1, "ar_rev_id": 8, "ar_deleted": 1}], "recentchanges": changes}
    assert bits(wiki)["recentchanges"] == [DETAILS, DETAILS, NONE]

"""The tag files are well formed, and what they do not know stays closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from carrel.catalog.tagfile import read, secret_columns, tagged, tags, types, unclassified
from carrel.model.names import TableName
from carrel.model.sensitivity import TAGS, Hidden, is_personal
from carrel.model.tables import Column, DatabaseKind, Table

GOOD = """
[defaults]
retention = "mirror"
source = "https://example.org/{Table}"
[tables.thing]
description = "Things."
[tables.thing.columns]
th_id = ["public", "Number."]
"""


def table(name: str, *columns: str) -> Table:
    return Table(name=TableName("enwiki", name), kind=DatabaseKind.WIKI, columns=tuple(Column(name=column, type="VARCHAR") for column in columns))


@pytest.mark.parametrize("name", sorted(tags()))
def test_every_table_is_described_and_every_column_is_tagged(name: str) -> None:
    known = tags()[name]
    assert known.description.endswith(".")
    assert known.source.startswith("https://")
    assert known.columns
    for column in known.columns.values():
        assert column.tag in TAGS
        assert column.description.endswith(".")
        assert Hidden.ROW not in column.hidden_by
    if any(is_personal(column.tag) for column in known.columns.values()):
        assert known.retention is not None


def test_the_two_layouts_of_authors_are_both_known() -> None:
    columns = tags()["revision"].columns
    assert {"rev_user", "rev_user_text", "rev_actor", "rev_comment", "rev_comment_id", "rev_text_id"} <= set(columns)


def test_rows_of_checkuser_end_after_ninety_days() -> None:
    retention = tags()["cu_changes"].retention
    assert (retention.kind, retention.column, retention.limit) == ("age", "cuc_timestamp", timedelta(days=90))


def test_an_unknown_column_is_closed_and_listed() -> None:
    revision = table("revision", "rev_id", "REV_LEN", "rev_mystery")
    found = tagged(revision)
    assert [column.tag for column in found.columns] == ["public", "public", None]
    assert unclassified([revision]) == [("revision", "rev_mystery")]


def test_an_unknown_table_is_closed_undocumented_and_listed() -> None:
    mystery = table("mystery", "id")
    assert tagged(mystery).columns[0].tag is None
    assert not tagged(mystery).documented
    assert unclassified([mystery]) == [("mystery", None)]


def test_tags_that_a_definition_brings_along_are_not_trusted() -> None:
    brought = Table(name=TableName("enwiki", "mystery"), kind=DatabaseKind.WIKI, columns=(Column(name="id", type="VARCHAR", tag="public"),), documented=True)
    assert tagged(brought).columns[0].tag is None
    assert not tagged(brought).documented


def test_passwords_and_tokens_never_land() -> None:
    assert {"user_password", "user_newpassword", "user_token", "user_email_token"} == secret_columns("user")
    assert secret_columns("mw_user") >= {"user_password", "bp_password", "us_key"}


def test_binary_identifiers_keep_their_bytes() -> None:
    assert types("flow_workflow") == {"workflow_id": "BLOB"}
    assert types("text") == {}


@pytest.mark.parametrize(("line", "reason"), [
    ('th_id = ["public", "Number."]|th_id = ["pubic", "Number."]', "no tag `pubic`"),
    ('th_id = ["public", "Number."]|th_id = ["public", "Number.", "row"]', "nothing is hidden by `row`"),
    ('th_id = ["public", "Number."]|th_id = ["public", "Number"]', "a description is a sentence"),
    ('description = "Things."|description = "Things."\nowner = "me"', "unknown key `owner`"),
    ('retention = "mirror"|retention = "ever"', "no retention `ever`"),
])
def test_a_bad_tag_file_is_refused_with_its_reason(line: str, reason: str) -> None:
    before, after = line.split("|")
    assert read(GOOD, "good.toml")
    with pytest.raises(ValueError, match=reason):
        read(GOOD.replace(before, after), "bad.toml")

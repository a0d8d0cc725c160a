"""Our tags beside what Wikimedia's public replicas show: never more, save for the differences listed here with their reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from sqlglot import exp, parse_one

from carrel.catalog.hiding.bits import LOG_TYPES, PROPERTIES
from carrel.catalog.tagfile import tags
from carrel.model.sensitivity import PUBLIC, Hidden
from tests.shared import shared_path

BITS = {1: Hidden.CONTENT, 2: Hidden.COMMENT, 4: Hidden.USER}
FLOW = "Flow is not in the replicas at all: only what its boards show by their structure is public here, no text and nobody's name"
FILES = "layout of 1.44 and later, which the lists of Wikimedia at hand do not have: as the tables it replaces"
LINKS = "name or target of a public link table in a layout newer than the list"

SHOWN_HERE = {
    "revision.rev_text_id": "filtered, as texts are in other stores there; here a text has a rule of its own, and the bit that hides a text hides this cell",
    "text": "no view, as texts are in other stores there; here it is the text of visible revisions of pages that exist, which the wiki shows to everybody",
    "revision_comment_temp": "joined into the view of revisions there; here with the cell that the revision's bit hides",
    "revision_actor_temp": "joined into the view of revisions there; here with the cell that the revision's bit hides",
    "image_comment_temp": "joined into the view of files there",
    "export_slots": "a table of our own, made from public exports; it follows the revision, and the bit that hides a text hides its cells",
    "file": FILES, "filetypes": FILES, "filerevision": FILES,
    "collation": LINKS, "existencelinks": LINKS,
    "flow_workflow": FLOW, "flow_topic_list": FLOW, "flow_tree_revision": FLOW, "flow_revision": FLOW, "flow_tree_node": FLOW,
}
"""What is public here and not, or not without a condition, in every list of Wikimedia."""


LISTS = ("2018-06", "head")


def rows(name: str) -> list[list[str]]:
    with shared_path(f"data/12-tables/{name}").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))[1:]


def views(time: str) -> dict[str, Any]:
    text = shared_path(f"data/12-tables/maintain-views_{time}.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(re.sub(r"<%=.*?%>", "x", re.sub(r"(?m)^\s*<%-.*$", "", text)))
    assert isinstance(found, dict)
    return found


def public(table: str) -> set[str]:
    known = tags().get(table)
    return {name for name, column in known.columns.items() if column.tag == PUBLIC} if known else set()


@pytest.mark.parametrize("time", LISTS)
def test_a_column_that_is_filtered_before_the_replicas_is_not_public(time: str) -> None:
    filtered = {(table, column) for table, column, mark in rows(f"sanitarium_filtered_columns_{time}.tsv") if "F" in mark}
    assert len(filtered) > 25
    assert [f"{table}.{column}" for table, column in sorted(filtered) if column in public(table) and f"{table}.{column}" not in SHOWN_HERE] == []


def test_a_table_that_never_leaves_production_has_no_public_column() -> None:
    private = shared_path("data/12-tables/private_tables_2018-06.txt").read_text().split()
    assert len(private) > 60
    assert [table for table in private if public(table) and table not in SHOWN_HERE] == []


def selected(view: str) -> Iterator[tuple[str, exp.Expression]]:
    # `... asrev_content_format` is a slip of the list itself.
    tree = parse_one(view.replace(" asrev_", " as rev_"), dialect="mysql")
    for item in tree.expressions:
        yield item.alias_or_name.lower(), item.unalias()


def custom(time: str) -> Iterator[tuple[str, str]]:
    for name, view in views(time)["customviews"].items():
        if name in tags() and name in ([view["source"]] if isinstance(view["source"], str) else view["source"][:1]):
            yield name, view["view"]


def hiding(cell: exp.Expression) -> Hidden:
    """The bits of a `*_deleted` column that a view tests before it shows a cell."""
    found = Hidden.NOTHING
    for test in cell.find_all(exp.BitwiseAnd):
        if test.this.name.endswith("_deleted"):
            for number, bit in BITS.items():
                if int(test.expression.name) & number:
                    found |= bit
    return found


@pytest.mark.parametrize("time", LISTS)
def test_what_a_view_makes_null_or_leaves_out_is_not_public(time: str) -> None:
    found = []
    for table, view in custom(time):
        cells = dict(selected(view))
        for column in sorted(public(table)):
            if isinstance(cells.get(column), exp.Null) and f"{table}.{column}" not in SHOWN_HERE:
                found.append(f"{table}.{column}")
    assert found == []


@pytest.mark.parametrize("time", LISTS)
def test_what_a_view_shows_by_a_bit_is_hidden_by_that_bit(time: str) -> None:
    checked, found = 0, []
    for table, view in custom(time):
        for column, cell in selected(view):
            known = tags()[table].columns.get(column)
            bits = hiding(cell)
            if known is not None and known.tag == PUBLIC and bits:
                checked += 1
                if not bits <= known.hidden_by and bits & ~known.hidden_by:
                    found.append(f"{table}.{column}")
    assert checked > 20
    assert found == []


def test_a_table_that_never_had_a_view_is_not_public() -> None:
    shown = {table for time in LISTS for kind in ("fullviews", "customviews") for table in views(time)[kind]}
    assert sorted(table for table in tags() if table not in shown and public(table) and table not in SHOWN_HERE) == []


def test_logs_are_shown_only_where_a_list_allows_them() -> None:
    assert set(LOG_TYPES) <= {kind for time in LISTS for kind in views(time)["allowed_logtypes"]}
    assert set(views("2018-06")["allowed_logtypes"]) - set(LOG_TYPES) == {"spamblacklist"}  # named there both as shown and as left out on purpose
    assert not {"suppress", "spamblacklist", "titleblacklist", "abusefilterprivatedetails"} & set(LOG_TYPES)


def test_settings_are_shown_as_in_the_view() -> None:
    for time in LISTS:
        assert set(re.findall(r"'(\w+)'", views(time)["customviews"]["user_properties"]["where"])) == set(PROPERTIES)


def test_every_difference_is_one() -> None:
    shown = {table for time in LISTS for kind in ("fullviews", "customviews") for table in views(time)[kind]}
    private = set(shared_path("data/12-tables/private_tables_2018-06.txt").read_text().split())
    for name in SHOWN_HERE:
        table, _, column = name.partition(".")
        assert column in public(table) if column else public(table) and (table not in shown or table in private)

"""The values of a dump behave as those of mwtypes do where scripts rely on it."""

from __future__ import annotations

import json
import pickle
import time
import warnings
from datetime import UTC, datetime
from typing import Any

import mwtypes
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.dumps import Content, Deleted, LogItem, Namespace, Page, Revision, SiteInfo, Slots, Timestamp, User

MOMENT = 1234567890
SAME = [
    "2009-02-13T23:31:30Z", "20090213233130", b"20090213233130", MOMENT, float(MOMENT) + 0.7, datetime.fromtimestamp(MOMENT, UTC),
    datetime.fromtimestamp(MOMENT, UTC).replace(tzinfo=None), time.strptime("2009-02-13T23:31:30Z", "%Y-%m-%dT%H:%M:%SZ"),
]


@pytest.mark.parametrize("thing", SAME, ids=str)
def test_a_moment_is_made_of_whatever_tells_one(thing: Any) -> None:
    ours, theirs = Timestamp(thing), mwtypes.Timestamp(thing)
    for told in (str, repr, int, float, lambda moment: moment.short_format(), lambda moment: moment.long_format(), lambda moment: moment.to_json(),
                 lambda moment: f"{moment:%Y week %U, %A}", lambda moment: moment.strftime("%j %y %H")):
        assert told(ours) == told(theirs)
    assert ours == Timestamp(MOMENT)
    assert Timestamp(ours) is ours
    assert Timestamp.strptime("13/02/09 23:31:30", "%d/%m/%y %H:%M:%S") == ours


@given(st.integers(0, 4_000_000_000), st.integers(-100_000, 100_000))
def test_moments_are_reckoned_with_and_compared(moment: int, by: int) -> None:
    ours, theirs = Timestamp(moment), mwtypes.Timestamp(moment)
    assert str(ours + by) == str(theirs + by)
    assert str(ours - by) == str(theirs - by)
    assert (ours + by) - ours == by
    other = ours + by
    assert [ours < other, ours <= other, ours > other, ours >= other, ours == other, ours != other] == [by > 0, by >= 0, by < 0, by <= 0, by == 0, by != 0]
    assert hash(Timestamp(moment)) == hash(ours)


@pytest.mark.parametrize("wrong", [
    "", "2009", "2009-13-01T00:00:00Z", "2009-02-30T00:00:00Z", "2009-02-13 23:31:30", "20090213246000", "2009-02-13T23:31:62Z", None,
])
def test_what_is_no_moment_is_refused_by_both(wrong: Any) -> None:
    for kind in (Timestamp, mwtypes.Timestamp):
        with pytest.raises(ValueError, match="not a valid"):
            kind(wrong)


def test_moments_do_not_compare_with_other_things() -> None:
    assert Timestamp(MOMENT) != MOMENT
    with pytest.raises(TypeError):
        assert Timestamp(MOMENT) < MOMENT


OURS = type("Ours", (), {"Revision": Revision, "Timestamp": Timestamp, "User": User, "Page": Page})


def revisions(module: Any, slots: Any, content: Any) -> Any:
    return module.Revision(
        7, timestamp=module.Timestamp(MOMENT), user=module.User(3, "Ann"), page=module.Page(1, "A page", 0, None, ["sysop"]), minor=True, comment="why",
        slots=slots("abc", {"main": content(role="main", model="wikitext", format="text/x-wiki", deleted=False, bytes=4, sha1="abc", text="text")}),
        parent_id=6, deleted=module.Revision.Deleted(text=False, comment=False, user=True),
    )


def test_values_become_json_as_those_of_mwtypes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = revisions(mwtypes, mwtypes.Slots, mwtypes.Content)
    ours = revisions(OURS, Slots, Content)
    assert ours.to_json() == theirs.to_json()
    assert json.loads(json.dumps(ours.to_json())) == ours.to_json()
    for name in ("text", "sha1", "model", "format", "bytes"):
        assert getattr(ours, name) == getattr(theirs, name)


@pytest.mark.parametrize("value", [
    User(1, "Ann"), Deleted(text=True), Content(role="main", text="x", id="7"), Slots("s", {"main": Content()}), Namespace(4, "Project", aliases={"WP"}),
    Slots(None, {"main": None, "x": Content(role="x", origin=3, deleted=True)}),
    SiteInfo("A wiki", namespaces=[Namespace(0, "")]), Timestamp(MOMENT), LogItem(1, Timestamp(MOMENT), User(1, "Ann")), Page(1, "T", 0, None, []),
], ids=lambda value: type(value).__name__)
def test_values_are_compared_printed_and_sent_to_other_processes(value: Any) -> None:
    again = pickle.loads(pickle.dumps(value))
    assert again == value
    assert hash(again) == hash(value)
    assert value != object()
    assert repr(again) == repr(value)
    assert type(value).__name__ in repr(value)


def test_values_come_back_from_json_with_the_values_in_them() -> None:
    ours = revisions(OURS, Slots, Content)
    again = Revision.from_json(json.loads(json.dumps(ours.to_json())))
    assert again == ours
    assert (again.text, again.user, again.page, again.timestamp) == (ours.text, ours.user, ours.page, ours.timestamp)
    item = LogItem(1, Timestamp(MOMENT), User(1, "Ann"), LogItem.Page(0, "A"), deleted=LogItem.Deleted(action=True), params="x")
    assert LogItem.from_json(json.loads(json.dumps(item.to_json()))) == item
    for value in (
        SiteInfo("A wiki", namespaces=[Namespace(4, "Project", aliases=["WP"]), Namespace(0, "")]), Slots("s", {"main": Content(text="x"), "gone": None}),
        Page(1, "T", 0, "U", ["sysop"]), Deleted(text=True), User(),
    ):
        assert type(value).from_json(json.loads(json.dumps(value.to_json()))) == value
        assert type(value).from_json(value.to_json()).to_json() == value.to_json()


def test_bits_of_the_database_are_read() -> None:
    for bits in range(16):
        assert Deleted.from_int(bits).to_json() == mwtypes.revision.Deleted.from_int(bits).to_json()
        assert LogItem.Deleted.from_int(bits).to_json() == mwtypes.log_item.Deleted.from_int(bits).to_json()


def test_slots_are_found_by_role() -> None:
    slots = Slots("s", {"main": Content(text="x")})
    assert "main" in slots
    assert slots["main"].text == "x"  # type: ignore[union-attr]
    assert slots.get("mediainfo", 5) == 5

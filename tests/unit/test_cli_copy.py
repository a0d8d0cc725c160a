"""`carrel copy` as people run it: what is listed, what gets more time and what does not, and files that left the house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.state import copies
from carrel.state.store import State
from tests.shared import SAMPLE
from tests.unit.test_cli_administration import PEOPLE, Instance

NOW = datetime.now(UTC)
TODAY = NOW.date()


@pytest.fixture
def home(tmp_path: Path) -> Instance:
    instance = Instance(tmp_path / "home")
    instance.carrel("init")
    (tmp_path / "people.yaml").write_text(PEOPLE)
    instance.carrel("access", "import", tmp_path / "people.yaml")
    return instance


@pytest.fixture
def state(home: Instance) -> Iterator[State]:
    state = State(f"sqlite:///{home.home / 'state.sqlite'}")
    yield state
    state.close()


def enter(state: State, name: str, days: int, *tags: str, kind: CopyKind = CopyKind.TABLE, owner: str = "ann") -> str:
    """A copy that ends in so many days."""
    out = kind in {CopyKind.DOWNLOAD, CopyKind.FILE}
    copy = Copy(
        id=copies.new_id(), kind=kind, name=name, owner=owner, made=NOW, door="mysql", tags=frozenset(tags), ends=TODAY + timedelta(days=days),
        sources=("enwiki.user.user_name",), state=CopyState.OUT if out else CopyState.HERE,
    )
    with state.write() as connection:
        copies.register(connection, copy)
    return copy.id


def told(home: Instance, *args: object) -> Any:
    return json.loads(home.carrel("copy", *args, "--json").stdout)


def deeds(home: Instance) -> list[tuple[str, str]]:
    entries = json.loads(home.carrel("audit", "search", "--action", "copy", "--json").stdout)
    return [(entry["details"]["deed"], entry["finish"]["outcome"]) for entry in entries]


def test_list_and_show(home: Instance, state: State) -> None:
    assert home.carrel("copy", "list").stdout == "no copies\n"
    late, soon, other = enter(state, "staging.late", 40), enter(state, "staging.soon", 3, "personal.ip"), enter(state, "staging.b", 14, owner="bob")
    assert [each["id"] for each in told(home, "list")] == [soon, other, late]
    assert [each["name"] for each in told(home, "list", "--owner", "ann")] == ["staging.soon", "staging.late"]
    assert [(each["id"], each["warning"]) for each in told(home, "list", "--due")] == [(soon, 3), (other, 14)]
    assert [each["warning"] for each in told(home, "list", "--due", "--day", TODAY + timedelta(days=39))] == [0, 0, 1]
    found = told(home, "show", soon)
    assert (found["tags"], found["sources"], found["ends"]) == (["personal.ip"], ["enwiki.user.user_name"], str(TODAY + timedelta(days=3)))
    assert "staging.soon" in home.carrel("copy", "show", soon).stdout
    assert home.carrel("copy", "show", "c0", ok=False).returncode == 5


def test_more_time_is_for_copies_about_nobody(home: Instance, state: State) -> None:
    plain, personal = enter(state, "staging.a", 10, "public"), enter(state, "staging.p", 10, "public", "personal.ip")
    grant = date.fromisoformat(json.loads(home.carrel("user", "show", "ann", "--json").stdout)["memberships"][0]["ends"][:10])
    until = TODAY + timedelta(days=20)
    assert told(home, "extend", plain, "--until", until)["ends"] == str(until + timedelta(days=1))
    assert told(home, "extend", plain)["ends"] in {str(grant), str(grant + timedelta(days=1))}
    assert home.carrel("copy", "extend", plain, "--until", grant + timedelta(days=2), ok=False).returncode == 6
    refused = home.carrel("copy", "extend", personal, ok=False)
    assert refused.returncode == 6
    assert "personal.ip" in refused.stderr
    assert told(home, "show", personal)["ends"] == str(TODAY + timedelta(days=10))
    assert deeds(home) == [("extend", "access_refused")] * 2 + [("extend", "complete")] * 2


def test_clean_strikes_off_what_is_outside(home: Instance, state: State) -> None:
    file, table = enter(state, "edits.tsv", 10, kind=CopyKind.DOWNLOAD), enter(state, "staging.t", 10)
    assert told(home, "clean", file)["state"] == "gone"
    assert [each["id"] for each in told(home, "list")] == [table]
    assert {each["id"] for each in told(home, "list", "--gone")} == {file, table}
    for refused in (file, table):
        assert home.carrel("copy", "clean", refused, ok=False).returncode == 10
    assert home.carrel("copy", "extend", file, ok=False).returncode == 10


def test_a_file_that_left_by_other_ways(home: Instance, state: State, tmp_path: Path) -> None:
    home.carrel("load", "sql-dump", SAMPLE / "samplewiki-all-tables.sql.gz", "--wiki", "samplewiki")
    (tmp_path / "names.tsv").write_text("x" * 9)
    made = told(home, "register", tmp_path / "names.tsv", "--owner", "ann", "--of", "samplewiki.user")
    assert (made["state"], made["size"], made["kind"], made["name"]) == ("out", 9, "file", "names.tsv")
    assert "personal.email" in made["tags"]
    assert (made["ends"], made["oldest"]) == (str(TODAY + timedelta(days=90)), str(TODAY))
    assert "samplewiki.user.user_email" in made["sources"]
    short = enter(state, "staging.p", 10, "personal.ip")
    both = told(home, "register", "both.tsv", "--owner", "ann", "--of", "samplewiki.user", "--of", short)
    assert both["ends"] == told(home, "register", "b.tsv", "--owner", "ann", "--of", "staging.p")["ends"] == str(TODAY + timedelta(days=10))
    plain = enter(state, "staging.a", 1, "public")
    assert told(home, "register", "plain.tsv", "--owner", "ann", "--of", plain)["ends"] > str(TODAY + timedelta(days=90))
    for wrong in ("samplewiki.none", "c0", "staging.none"):
        assert home.carrel("copy", "register", "x", "--owner", "ann", "--of", wrong, ok=False).returncode == 5
    assert home.carrel("copy", "register", "x", "--owner", "nobody", "--of", "samplewiki.user", ok=False).returncode == 5

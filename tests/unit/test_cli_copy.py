"""`carrel copy` as people run it: what is listed, what gets more time and what does not, and files that left the house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
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


OPEN_POLICY = """
[groups.researchers]
description = "who may read names, for a test"
[[groups.researchers.permits]]
databases = ["wiki"]
tags = ["public", "restricted"]
personal = "clear"
[retention]
mirror_copies = 30
[[declassify]]
name = "crowds"
from = "personal.email"
by = "count_people"
people = 5
to = "restricted"
reason = "a count of five addresses names nobody"
"""


def test_an_answer_in_a_file_is_a_copy_with_the_clock_of_what_it_was_made_of(home: Instance, tmp_path: Path) -> None:
    home.carrel("load", "sql-dump", SAMPLE / "samplewiki-all-tables.sql.gz", "--wiki", "samplewiki")
    (home.home / "policy.toml").write_text(OPEN_POLICY)

    def asked(sql: str, name: str, form: str = "tsv") -> Path:
        home.carrel("query", "--as", "ann", "-d", "samplewiki", "-e", sql, "--output", tmp_path / name, "--format", form)
        return tmp_path / name

    plain = asked("SELECT page_id FROM page LIMIT 2", "pages.tsv")
    assert plain.read_text().count("\n") == 3
    file = asked("SELECT user_id, user_email FROM user", "names.parquet", "parquet")
    asked("SELECT COUNT(*) FROM user WHERE user_email LIKE 'a%'", "count.csv", "csv")
    asked("SHOW TABLES", "tables.tsv")
    asked("SELECT user_editcount, COUNT(DISTINCT user_email) FROM user GROUP BY user_editcount HAVING COUNT(DISTINCT user_email) >= 5", "crowds.tsv")
    found = {each["name"]: each for each in told(home, "list")}
    assert set(found) == {"pages.tsv", "names.parquet", "count.csv", "crowds.tsv"}
    names, pages = found["names.parquet"], found["pages.tsv"]
    assert (names["ends"], names["oldest"], names["state"], names["owner"]) == (str(TODAY + timedelta(days=30)), str(TODAY), "out", "ann")
    assert (names["tags"], names["sources"]) == (["personal.email", "public"], ["samplewiki.user.user_email", "samplewiki.user.user_id"])
    assert names["via"].startswith("owner:")
    assert names["rows"] == pq.read_metadata(file).num_rows > 0
    assert (found["count.csv"]["ends"], found["count.csv"]["tags"]) == (names["ends"], ["personal.email"])
    assert (pages["tags"], pages["rows"]) == (["public"], 2)
    assert pages["ends"] == found["crowds.tsv"]["ends"] > names["ends"]
    assert found["crowds.tsv"]["tags"] == ["public", "restricted"]
    said = json.loads(pq.read_schema(file).metadata[b"carrel"])
    assert (said["copy"], said["owner"], said["delete_by"]) == (names["id"], "ann", names["ends"])
    assert "a%" not in home.carrel("copy", "show", found["count.csv"]["id"]).stdout
    assert home.carrel("query", "--as", "ann", "-e", "SELECT 1", "--output", file, ok=False).returncode == 10
    assert home.carrel("copy", "extend", names["id"], ok=False).returncode == 6
    assert home.carrel("query", "--as", "bob", "-d", "samplewiki", "-e", "SELECT user_email FROM user", "--output", tmp_path / "b", ok=False).returncode != 0
    assert len(told(home, "list")) == 4

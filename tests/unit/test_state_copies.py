"""The registry of copies: a name once, an end each, and a row that stays as proof when its copy is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.errors import Conflict, NotFound
from carrel.state import copies, migrations
from carrel.state.store import State

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_copy(name: str = "staging.t", **facts: object) -> Copy:
    plain: dict[str, object] = {
        "id": copies.new_id(), "kind": CopyKind.TABLE, "name": name, "owner": "ann", "made": NOW, "door": "mysql", "ends": date(2027, 2, 22),
        "sources": ("enwiki.user.user_name",), "tags": frozenset({"personal.name"}), "oldest": date(2026, 11, 24), "size": 10, "rows": 2,
    }
    return Copy(**{**plain, **facts})  # type: ignore[arg-type]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    migrations.upgrade(state)
    yield state
    state.close()


def test_a_copy_comes_back_as_it_was_entered(state: State) -> None:
    one = a_copy(via="superset", last_use=date(2026, 11, 25), statement="CREATE TABLE staging.t AS SELECT ?")
    with state.write() as connection:
        copies.register(connection, one)
    with state.read() as connection:
        assert copies.find(connection, "staging.t") == copies.get(connection, one.id) == one


def test_a_table_has_one_row_and_files_may_share_a_name(state: State) -> None:
    with state.write() as connection:
        copies.register(connection, a_copy())
        for _ in range(2):
            copies.register(connection, a_copy("edits.tsv", kind=CopyKind.DOWNLOAD, state=CopyState.OUT))
        with pytest.raises(Conflict):
            copies.register(connection, a_copy(kind=CopyKind.VIEW))
        assert len(copies.of_owner(connection, "ann")) == 3


def test_what_is_gone_frees_its_name_and_stays_as_proof(state: State) -> None:
    one, two = a_copy(), a_copy()
    with state.write() as connection:
        copies.register(connection, one)
        copies.gone(connection, one.id, NOW)
        copies.gone(connection, one.id, datetime(2027, 1, 1, tzinfo=UTC))
        assert copies.find(connection, "staging.t") is None
        copies.register(connection, two)
        assert copies.get(connection, one.id) == replace(one, state=CopyState.GONE, gone_at=NOW)
        assert [copy.id for copy in copies.of_owner(connection, "ann")] == [two.id]
        assert len(copies.of_owner(connection, "ann", everything=True)) == 2
        with pytest.raises(NotFound):
            copies.replace(connection, one)


def test_a_transaction_that_fails_leaves_neither_table_nor_row(state: State) -> None:
    with suppress(RuntimeError), state.write() as connection:
        copies.register(connection, a_copy())
        raise RuntimeError
    with state.read() as connection:
        assert copies.all_of(connection) == []


def test_due_are_those_whose_day_has_come(state: State) -> None:
    with state.write() as connection:
        for name, day in (("staging.a", 1), ("staging.b", 2), ("staging.c", 3)):
            copies.register(connection, a_copy(name, ends=date(2027, 1, day)))
        assert [copy.name for copy in copies.due(connection, date(2027, 1, 2))] == ["staging.a", "staging.b"]


def test_rows_that_are_added_bring_their_tags_and_their_end() -> None:
    one = a_copy(tags=frozenset({"public"}), oldest=None, ends=date(2028, 1, 1))
    more = a_copy(sources=("log.e.ip",), tags=frozenset({"personal.ip"}), oldest=date(2026, 10, 1), ends=date(2026, 12, 30), size=5, rows=1)
    both = one.with_more(more)
    assert (both.id, both.tags, both.oldest, both.ends) == (one.id, {"public", "personal.ip"}, date(2026, 10, 1), date(2026, 12, 30))
    assert (both.sources, both.size, both.rows, both.personal) == (("enwiki.user.user_name", "log.e.ip"), 15, 3, True)


def test_a_use_is_noted_by_its_day(state: State) -> None:
    one = a_copy()
    with state.write() as connection:
        copies.register(connection, one)
        for day in (3, 1, 2):
            copies.used(connection, one.id, date(2027, 1, day))
        assert copies.get(connection, one.id).last_use == date(2027, 1, 3)

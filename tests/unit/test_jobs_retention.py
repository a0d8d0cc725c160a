"""The sweep: what is planned goes and nothing else, and no byte of it stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carrel.audit.log import AuditLog
from carrel.lake.locks import database_lock
from carrel.model.copies import CopyKind, CopyState
from carrel.model.errors import Conflict, NotAllowed
from carrel.model.names import TableName
from carrel.policy.limits import CopyRetention
from carrel.state import copies
from tests.copies_fixture import PRINCIPAL, TODAY, House

CANARY = "Kanarienvogel-7c1e"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.close()


def test_a_plan_says_what_goes_and_when(house: House) -> None:
    for name, days in (("now", 0), ("past", -3), ("later", 1)):
        house.plant(name, days)
    house.plant("edits.tsv", -1, kind=CopyKind.DOWNLOAD)
    plan = house.sweeper.plan()
    assert [item.copy.name for item in plan.items] == ["staging.past", "staging.now"]
    assert ([copy.name for copy in plan.outside], plan.copies) == (["edits.tsv"], 4)
    assert len(house.sweeper.plan(TODAY + timedelta(days=1)).items) == 3
    assert house.sweeper.plan().checksum == plan.checksum


def test_what_is_due_goes_with_its_row_and_what_is_not_stays(house: House) -> None:
    due, kept = house.plant("due", 0, CANARY), house.plant("kept", 1, "other")
    file = house.plant("edits.tsv", -1, kind=CopyKind.DOWNLOAD)
    assert house.found(CANARY)
    swept = house.sweeper.apply(house.sweeper.plan().checksum, PRINCIPAL)
    assert ([copy.id for copy in swept.gone], swept.left, swept.waiting) == ([due.id], [], 0)
    assert house.there() == {"staging.kept"}
    assert house.found(CANARY) == []
    assert ["staging.db/kept" in file for file in house.found("other")] == [True]
    with house.state.read() as connection:
        assert copies.get(connection, due.id).state is CopyState.GONE
        assert [copy.id for copy in copies.all_of(connection)] == [file.id, kept.id]


def test_another_plan_is_refused_and_nothing_goes(house: House) -> None:
    house.plant("due", 0)
    checksum = house.sweeper.plan().checksum
    house.plant("more", 0)
    with pytest.raises(Conflict, match="another one by now"):
        house.sweeper.apply(checksum, PRINCIPAL)
    assert house.there() == {"staging.due", "staging.more"}
    checksum = house.sweeper.plan().checksum
    house.publish("due", "written anew")
    with pytest.raises(Conflict):
        house.sweeper.apply(checksum, PRINCIPAL)


def test_more_than_is_allowed_goes_only_when_told(house: House) -> None:
    house.allowed = CopyRetention(sweep_percent=50, sweep_always=1)
    for name in ("a", "b", "c"):
        house.plant(name, 0)
    house.plant("d", 1)
    checksum = house.sweeper.plan().checksum
    with pytest.raises(NotAllowed, match="3 of 4 copies"):
        house.sweeper.apply(checksum, PRINCIPAL)
    assert len(house.there()) == 4
    assert len(house.sweeper.apply(checksum, PRINCIPAL, beyond=True).gone) == 3


def test_what_should_have_gone_long_ago_goes_only_when_told(house: House) -> None:
    house.plant("old", 0)
    house.today += timedelta(days=31)
    with pytest.raises(NotAllowed, match="what ended on 2026-11-24 would go"):
        house.sweeper.run(PRINCIPAL)
    with pytest.raises(NotAllowed):
        house.sweep()
    assert house.there() == {"staging.old"}
    assert len(house.sweeper.apply(house.sweeper.plan().checksum, PRINCIPAL, beyond=True).gone) == 1


def test_a_runner_takes_what_is_due_and_a_run_that_takes_nothing_leaves_no_row(house: House) -> None:
    house.plant("due", 1)
    assert len(house.sweeper.run(PRINCIPAL).gone) == 0
    assert AuditLog(house.state).search(action="retention") == []
    house.today += timedelta(days=1)
    assert len(house.sweeper.run(PRINCIPAL).gone) == 1
    assert house.there() == set()
    (entry,) = AuditLog(house.state).search(action="retention")
    assert entry.begin is not None
    assert entry.begin.tables == ("staging.due",)


def test_what_went_is_in_no_log_of_the_state(house: House) -> None:
    copy = house.plant("due", 0)
    for one in (replace(copy, name=f"staging.{CANARY}"), copy):
        with house.state.write() as connection:
            copies.replace(connection, one)
    assert CANARY.encode() in (house.home / "state.sqlite-wal").read_bytes()
    house.sweep()
    assert CANARY.encode() not in (house.home / "state.sqlite-wal").read_bytes()
    assert house.found(CANARY) == []


def test_what_is_read_is_unknown_at_once_and_its_files_go_with_the_last_reader(house: House) -> None:
    house.plant("due", 0, CANARY)
    (table,) = house.lake.tables("staging")
    assert table.version is not None
    with house.lake.open(TableName("staging", "due"), table.version) as files:
        assert house.sweeper.apply(house.sweeper.plan().checksum, PRINCIPAL).waiting == 1
        assert house.there() == set()
        assert all(file.exists() for file in files)
    assert house.found(CANARY) == []
    assert house.lake.finish_expiring() == 0


def test_what_is_being_written_is_left_for_the_next_run(house: House) -> None:
    house.plant("due", 0)
    with database_lock(house.lake.directory, "staging"):
        assert [copy.name for copy in house.sweeper.apply(house.sweeper.plan().checksum, PRINCIPAL).left] == ["staging.due"]
    assert house.there() == {"staging.due"}
    house.sweep()
    assert house.there() == set()


def test_a_kept_result_that_is_due_is_struck_off(house: House) -> None:
    one = house.plant("answer", 0, kind=CopyKind.RESULT)
    house.sweep()
    with house.state.read() as connection:
        assert copies.get(connection, one.id).gone_at == datetime(2026, 11, 24, 12, tzinfo=UTC)

"""Rows of tables of sources that have become too old, and wikis of which nobody has loaded a newer state: planned by day, gone with every byte."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import update

from carrel.audit.log import AuditLog
from carrel.catalog import tagfile, visibility
from carrel.lake import aging
from carrel.lake.aging import Age
from carrel.lake.files import snapshot_folder
from carrel.lake.locks import database_lock
from carrel.model.errors import NotAllowed, Unavailable
from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Table
from carrel.policy.limits import CopyRetention
from carrel.state.schema.lake import LAKE_TABLE
from tests.copies_fixture import CHANGES, LIMIT, PRINCIPAL, TODAY, House

CANARY = "Kanarienvogel-5b2d"
EDIT = TableName("log", "Edit_17541122")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    house.allowed = CopyRetention(sweep_percent=60, allowed_interval=400)
    yield house
    house.close()


def at(days: int, hour: int = 12) -> str:
    """The time so many days before TODAY."""
    return f"{TODAY - timedelta(days=days):%Y%m%d}{hour:02d}3000"


def told(house: House) -> list[tuple[str, str, dict[str, int]]]:
    return [(str(one.table), one.rule, {str(day): rows for day, rows in one.days.items()}) for one in house.sweeper.plan().tables]


@pytest.mark.parametrize("name", [CHANGES, EDIT], ids=str)
def test_rows_that_are_too_old_go_with_every_byte_and_the_others_stay(house: House, name: TableName) -> None:
    house.land([(at(92), CANARY), (at(90, 0), CANARY), (at(90, 23), CANARY), (at(89, 0), "kept"), (at(0), "kept")], name)
    day = TODAY - timedelta(days=90)
    assert house.found(CANARY) != []
    assert told(house) == [(str(name), "age", {str(day - timedelta(days=2)): 1, str(day): 2})]
    swept = house.sweeper.apply(house.sweeper.plan().checksum, PRINCIPAL)
    assert ([str(one.table) for one in swept.trimmed], swept.left, swept.waiting) == ([str(name)], [], 0)
    assert house.rows(name) == [at(89, 0), at(0)]
    assert house.found(CANARY) == []
    assert told(house) == []
    house.today += timedelta(days=1)
    assert told(house) == [(str(name), "age", {str(day + timedelta(days=1)): 1})]
    (entry,) = AuditLog(house.state).search(action="retention")
    assert entry.begin is not None
    assert (entry.begin.tables, entry.begin.details["rows"]) == ((str(name),), {str(name): 3})


def test_a_row_of_which_nobody_knows_when_goes_and_none_is_younger_than_its_landing(house: House) -> None:
    house.land([(None, CANARY), ("", CANARY), ("20261399000000", CANARY), ("99991231235959", "later"), (at(1), "kept")])
    assert told(house) == [(str(CHANGES), "age", {"None": 3})]
    house.sweep()
    assert house.rows() == ["99991231235959", at(1)]
    house.today += timedelta(days=90)
    house.allowed = CopyRetention(sweep_percent=100)
    assert [(one.table, one.going, one.rows) for one in house.sweeper.plan().tables] == [(CHANGES, 2, 2)]
    house.sweep()
    assert house.rows() == []


def test_files_of_which_no_row_goes_are_not_written_anew(house: House) -> None:
    table = house.land([(at(100 - number), CANARY if number < 6 else "kept") for number in range(40)], parts=4)
    folder = snapshot_folder(house.lake.directory, CHANGES, table.version or "")
    before = {file.name: file.stat().st_ino for file in folder.glob("*.parquet")}
    assert len(before) == 4
    house.sweep()
    (table,) = house.lake.tables(CHANGES.database)
    after = {file.name: file.stat().st_ino for file in snapshot_folder(house.lake.directory, CHANGES, table.version or "").glob("*.parquet")}
    assert {name for name in after if after[name] == before.get(name)} == {"part-00002.parquet", "part-00003.parquet"}
    assert not folder.exists()
    assert len(house.rows()) == 29


def test_more_rows_than_is_allowed_and_rows_of_long_ago_go_only_when_told_and_keep_nothing_else_back(house: House) -> None:
    house.allowed = CopyRetention(sweep_percent=50, sweep_always=1)
    house.land([(at(91), "x"), (at(91), "x"), (at(0), "x")])
    house.land([(at(150), "x"), *((at(0), "x") for _ in range(40))], EDIT)
    house.plant("due", 0)
    with pytest.raises(NotAllowed, match=r"rows of `log.Edit_17541122` that ended on .*; 2 of 3 rows of `samplewiki.cu_changes` would go"):
        house.sweeper.run(PRINCIPAL)
    assert house.there() == set()
    assert (len(house.rows()), len(house.rows(EDIT))) == (3, 41)
    with pytest.raises(NotAllowed):
        house.sweep()
    house.sweeper.apply(house.sweeper.plan().checksum, PRINCIPAL, beyond=True)
    assert (len(house.rows()), len(house.rows(EDIT))) == (1, 40)


@pytest.mark.parametrize("never", ["samplewiki", "samplewiki.cu_changes"])
def test_what_is_never_swept_stays_and_the_plan_says_so(house: House, never: str) -> None:
    house.allowed = CopyRetention(never=frozenset({never}))
    house.land([(at(91), "x"), (at(0), "x")])
    plan = house.sweeper.plan()
    assert ([one.kept for one in plan.aged], plan.tables) == (["the policy's `never`"], [])
    house.sweeper.run(PRINCIPAL)
    assert len(house.rows()) == 2


def test_a_wiki_that_nobody_loads_anew_goes_when_policy_says_so(house: House) -> None:
    user = Table(name=TableName("samplewiki", "cu_log"), kind=DatabaseKind.WIKI, columns=(Column(name="cul_target_text", type="VARCHAR"),))
    house.land([(at(0), "kept")])
    with house.lake.load(next(iter(house.lake.databases())), "told") as load:
        load.land(user, [pa.record_batch([[CANARY]], names=["cul_target_text"])], frozenset())
        load.publish(visibility.plans, {"cu_log": "2026-10-20"})
    assert house.sweeper.plan(TODAY + timedelta(days=80)).tables == []
    house.allowed = CopyRetention(mirror_days=30, sweep_percent=1)
    assert house.sweeper.plan(date(2026, 11, 18)).tables == []
    (one,) = house.sweeper.plan(date(2026, 11, 19)).tables
    assert (str(one.table), one.rule, one.days, one.since) == ("samplewiki.cu_log", "mirror", {date(2026, 10, 20): 1}, date(2026, 11, 19))
    house.sweeper.run(PRINCIPAL)
    assert [table.name for table in house.lake.tables("samplewiki")] == [CHANGES]
    assert house.found(CANARY) == []


def test_a_table_that_is_written_or_changed_is_left_and_one_that_is_read_goes_with_its_reader(house: House) -> None:
    table = house.land([(at(91), CANARY), (at(0), "x")])
    with database_lock(house.lake.directory, "samplewiki"):
        assert len(house.sweeper.run(PRINCIPAL).left) == 1
    assert len(house.rows()) == 2
    with house.lake.open(CHANGES, table.version or "") as files:
        assert house.sweeper.run(PRINCIPAL).waiting == 1
        assert house.rows() == [at(0)]
        assert all(file.exists() for file in files)
    assert house.found(CANARY) == []


def test_a_full_disk_leaves_everything_as_it_was_and_the_next_run_finishes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.land([(at(91), CANARY), (at(0), "x")])

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter, "write_table", full)
        with pytest.raises(Unavailable, match="the disk is full"):
            house.sweeper.run(PRINCIPAL)
    assert len(house.rows()) == 2
    assert list((house.lake.directory / ".writing").iterdir()) == list((house.lake.directory / ".expiring").iterdir()) == []
    house.sweeper.run(PRINCIPAL)
    assert house.found(CANARY) == []


def test_a_plan_reads_only_what_is_due(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.land([(at(1), "x")])
    house.land([(at(80), "x")], EDIT)
    assert told(house) == []
    opened: list[TableName] = []
    before = house.lake.open
    monkeypatch.setattr(house.lake, "open", lambda table, version: opened.append(table) or before(table, version))
    assert told(house) == []
    assert opened == []
    house.today += timedelta(days=10)
    assert len(told(house)) == 1
    assert opened == [EDIT]
    with house.state.write() as connection:
        connection.execute(update(LAKE_TABLE).values(rules="0" * 16))  # as when the rules of another version had been looked at by
    told(house)
    assert opened[1:3] == [EDIT, CHANGES] or opened[1:3] == [CHANGES, EDIT]


def test_no_table_whose_rows_have_an_age_depends_on_what_is_hidden_or_others_on_it() -> None:
    """It is written anew without those around it."""
    tables = {
        name: tagfile.tagged(Table(name=TableName("w", name), kind=DatabaseKind.WIKI, columns=tuple(Column(name=one, type="VARCHAR") for one in tags.columns)))
        for name, tags in tagfile.tags().items()
    }
    aged = {name for name, table in tables.items() if table.retention is not None and table.retention.kind == "age"}
    assert aged >= {"cu_changes"}
    assert [plan.table for plan in visibility.plans(tables) if plan.table in aged or plan.uses & aged] == []


@pytest.mark.parametrize(("values", "expected"), [
    (pa.array(["20261124010203", "2026-11-24 01:02:03", "2026-11-24T01:02:03Z", "20261124", "2026-02-31", "x", "", None, "20260024"]),
     [20261124, 20261124, 20261124, 20261124, 20260231, 0, 0, 0, 0]),
    (pa.array([20261124010203, 20261124, 17, None]), [20261124, 20261124, 0, 0]),
    (pa.array([date(2026, 11, 24), None]), [20261124, 0]),
    (pa.array([1.5]), [0]),
])
def test_times_are_read_as_sources_write_them(values: pa.Array, expected: list[int]) -> None:
    assert aging.days(values).to_pylist() == expected


def test_a_table_without_the_column_of_its_age_has_no_row_whose_time_is_known(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": [1, 2]}), tmp_path / "part-00000.parquet")
    files, age = [tmp_path / "part-00000.parquet"], Age(column="t", last=TODAY - LIMIT, landed=TODAY)
    assert (aging.oldest(files, "t"), aging.counted(files, age)) == (0, {0: 2})
    (tmp_path / "new").mkdir()
    assert aging.without(files, tmp_path / "new", age) == 0
    assert pq.read_table(tmp_path / "new" / "part-00000.parquet").num_rows == 0

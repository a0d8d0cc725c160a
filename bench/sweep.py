"""Rows `sweep`: how the cost of a sweep that takes one table grows with those that stay, for copies and for tables whose rows have an age."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from bench.frame import Amount, Result, seconds
from carrel.audit.log import AuditLog
from carrel.catalog import visibility
from carrel.jobs.retention import Sweeper
from carrel.lake import Lake, register
from carrel.lake.files import new_version, snapshot_folder
from carrel.lake.register import Published
from carrel.lake.snapshots import prepare
from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.model.tables import Column, Database, DatabaseKind, Retention, Table
from carrel.policy.limits import CopyRetention
from carrel.state import copies, migrations
from carrel.state.store import State

FEW, MANY = 10, 10_000
TODAY: Final = date(2026, 11, 24)
NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
WHO: Final = Principal(person="bench", service="cli")
AGE: Final = timedelta(days=90)
COLUMNS: Final = (Column(name="t", type="VARCHAR"), Column(name="ip", type="VARCHAR"))


def run(amount: Amount) -> list[Result]:
    many, runs = max(100, int(MANY * amount.scale)), max(15, amount.runs)
    found = []
    for row, kind in (("sweep: a copy whose day has come", DatabaseKind.WORK), ("sweep: a table with a row that is too old", DatabaseKind.LOG)):
        with _house(kind, many) as large, _house(kind, FEW) as few:
            large(), few()
            pairs = [(large(), few()) for _ in range(runs)]
        found.append(Result(
            row=row, ours_s=statistics.median(pair[0] for pair in pairs), peer_s=statistics.median(pair[1] for pair in pairs), goal=2.0, runs=pairs,
            peer=f"the same where {FEW} tables stay", version=f"carrel {version('carrel')}",
            note=f"plan and apply, where {many} tables stay",
        ))
    return found


@contextmanager
def _house(kind: DatabaseKind, count: int) -> Iterator[Callable[[], float]]:
    """A home with so many tables that stay; gives the seconds of a sweep of one more."""
    with tempfile.TemporaryDirectory(prefix="carrel-sweep-") as folder:
        state = State(f"sqlite:///{folder}/state.sqlite")
        migrations.upgrade(state)
        lake = Lake(state, Path(folder) / "lake")
        sweeper = Sweeper(state, lake, AuditLog(state), allowed=CopyRetention, now=lambda: NOW, planner=visibility.plans)
        _plant(state, lake, kind, (f"kept_{number}" for number in range(count)), kept=True)
        numbers = iter(range(10**9))

        def sweep() -> float:
            _plant(state, lake, kind, [f"due_{next(numbers)}"], kept=False)
            sweeper.plan()  # how old a new table's rows are is looked up once, whatever goes
            return seconds(lambda: sweeper.apply(sweeper.plan().checksum, WHO))

        yield sweep
        assert not sweeper.plan().items
        assert not sweeper.plan().tables
        state.close()


def _plant(state: State, lake: Lake, kind: DatabaseKind, names: Iterable[str], *, kept: bool) -> None:
    """Tables of ten rows each; of those that are not kept a copy is due, and of a table of a source one row."""
    days = [TODAY] * 9 + [TODAY if kept else TODAY - AGE]
    rows = pa.table({"t": [f"{day:%Y%m%d}120000" for day in days], "ip": [f"192.0.2.{number}" for number in range(10)]})
    pq.write_table(rows, file := lake.directory.parent / "rows.parquet", compression="zstd")
    database = Database(name="staging" if kind is DatabaseKind.WORK else "log", kind=kind)
    with state.write() as connection:
        for name in names:
            version = new_version()
            table = Table(
                name=TableName(database.name, name), kind=kind, columns=COLUMNS, version=version, rows=10, owner="ann" if kind is DatabaseKind.WORK else None,
                retention=Retention(kind="copy") if kind is DatabaseKind.WORK else Retention(kind="age", column="t", limit=AGE),
            )
            folder = snapshot_folder(lake.directory, table.name, version)
            folder.mkdir(parents=True)
            prepare(folder)
            shutil.copyfile(file, folder / "part-00000.parquet")
            register.put(connection, database, Published(table, None, "bench", 1))
            if kind is DatabaseKind.WORK:
                copies.register(connection, Copy(
                    id=copies.new_id(), kind=CopyKind.TABLE, name=str(table.name), owner="ann", made=NOW, door="mysql", tags=frozenset({"personal.ip"}),
                    ends=TODAY + timedelta(days=1 + len(name) % 80) if kept else TODAY, state=CopyState.HERE, rows=10,
                ))

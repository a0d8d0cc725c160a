"""Tables of people with a planted text in them, and a look through every file of a home for it, whatever the file's format."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import update

from carrel.audit.log import AuditLog
from carrel.catalog import visibility
from carrel.jobs.retention import Sweeper
from carrel.lake import Lake, aging, expire, register, snapshots, trim
from carrel.lake.files import new_version, snapshot_folder
from carrel.lake.register import Published
from carrel.lake.snapshots import prepare
from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.model.tables import Column, Database, DatabaseKind, Retention, Table
from carrel.policy.limits import CopyRetention
from carrel.state import copies, migrations
from carrel.state.schema.lake import LAKE_TABLE
from carrel.state.store import State

TODAY = date(2026, 11, 24)
PRINCIPAL = Principal(person="root", service="cli", via="owner:root")
CHANGES = TableName("samplewiki", "cu_changes")
LIMIT = timedelta(days=90)
STAGING = Database(name="staging", kind=DatabaseKind.WORK)


class House:
    """A home with people's tables, and a clock that is set."""

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self.home = home
        self.state = State(f"sqlite:///{home / 'state.sqlite'}")
        migrations.upgrade(self.state)
        self.lake = Lake(self.state, home / "lake")
        self.today = TODAY
        self.allowed = CopyRetention()
        self.sweeper = Sweeper(
            self.state, self.lake, AuditLog(self.state), allowed=lambda: self.allowed, planner=visibility.plans,
            now=lambda: datetime(*self.today.timetuple()[:3], 12, tzinfo=UTC),
        )

    def plant(self, name: str, days: int, text: str = "", kind: CopyKind = CopyKind.TABLE) -> Copy:
        """A copy that ends in so many days; a table has three rows, `text` in each."""
        out = kind in {CopyKind.DOWNLOAD, CopyKind.FILE}
        copy = Copy(
            id=copies.new_id(), kind=kind, name=name if out else f"staging.{name}", owner="ann", made=datetime(2026, 8, 1, tzinfo=UTC), door="mysql",
            tags=frozenset({"personal.name"}), ends=self.today + timedelta(days=days), state=CopyState.OUT if out else CopyState.HERE, rows=3,
        )
        if kind is CopyKind.TABLE:
            self.publish(name, text)
        with self.state.write() as connection:
            copies.register(connection, copy)
        return copy

    def publish(self, name: str, text: str) -> None:
        table = Table(name=TableName("staging", name), kind=DatabaseKind.WORK, columns=(Column(name="x", type="VARCHAR"),), version=new_version(), rows=3)
        assert table.version is not None
        folder = snapshot_folder(self.lake.directory, table.name, table.version)
        folder.mkdir(parents=True)
        prepare(folder)
        pq.write_table(pa.table({"x": [f"{text} {number}" for number in range(3)]}), folder / "part-00000.parquet", compression="zstd")
        expected = {one.table: version for one, version in register.versions(self.state).items() if one.database == "staging"}
        register.publish(self.state, STAGING, [Published(table, None, "work", 1)], expected)

    def land(self, rows: Sequence[tuple[str | None, str]], name: TableName = CHANGES, *, parts: int = 1, private: bool = False) -> Table:
        """A table of a source by the lake's own way of loading: times and texts, in the columns of CheckUser's changes. It has landed on TODAY."""
        columns = tuple(Column(name=column, type="VARCHAR", nullable=column != "cuc_ip") for column in ("cuc_timestamp", "cuc_ip", "cuc_agent"))
        kind, retention = (DatabaseKind.WIKI, None) if name == CHANGES else (DatabaseKind.LOG, Retention(kind="age", column="cuc_timestamp", limit=LIMIT))
        table = Table(name=name, kind=kind, columns=columns, retention=retention)
        with self.lake.load(Database(name=name.database, kind=kind, private=private), "told", {"parts": parts} if parts > 1 else None) as load:
            step = max(1, -(-len(rows) // parts))
            for number, start in enumerate(range(0, len(rows), step)):
                times, texts = zip(*rows[start : start + step], strict=True)
                load.land(table, [pa.record_batch([pa.array(times, pa.string()), texts, texts], names=[one.name for one in columns])], frozenset(), file=number)
                load.end_file(number)
            load.publish(visibility.plans)
        with self.state.write() as connection:
            landed = datetime(*TODAY.timetuple()[:3], 9, tzinfo=UTC)
            connection.execute(update(LAKE_TABLE).where(LAKE_TABLE.c.database == name.database).values(loaded=landed, rules=None, due=None))
        return next(one for one in self.lake.tables(name.database) if one.name == name)

    def rows(self, name: TableName = CHANGES) -> list[str | None]:
        """The times of the rows that are there."""
        (table,) = [one for one in self.lake.tables(name.database) if one.name == name]
        with self.lake.open(name, table.version or "") as files:
            found: list[str | None] = [time for file in files for time in pq.read_table(file)["cuc_timestamp"].to_pylist()]
        assert len(found) == table.rows
        return found

    def there(self) -> set[str]:
        """The tables that are published, which must be those that the registry says are here."""
        with self.state.read() as connection:
            known = {copy.name for copy in copies.all_of(connection) if copy.kind is CopyKind.TABLE and copy.state is CopyState.HERE}
        published = {str(name) for name in register.versions(self.state) if name.database == "staging"}
        assert published == known
        return published

    def found(self, text: str) -> list[str]:
        """The files of the home in which the text is: as bytes, in a cell of a Parquet file, or in a cell of an SQLite database."""
        self.state.close()  # closing a file that SQLite has open in the same process would void its locks
        files = sorted(file for file in self.home.rglob("*") if file.is_file())
        return [str(file.relative_to(self.home)) for file in files if any(text in part for part in texts(file))]

    def sweep(self) -> None:
        self.sweeper.apply(self.sweeper.plan().checksum, PRINCIPAL)

    def close(self) -> None:
        self.state.close()


def texts(file: Path) -> Iterator[str]:
    """Whatever can be read of a file: its bytes as text, and the cells of Parquet and of SQLite with its log."""
    yield file.read_bytes().decode("latin-1")
    if file.suffix == ".parquet":
        for column in pq.read_table(file).columns:
            yield from map(str, column.to_pylist())
    elif file.suffix == ".sqlite":
        yield from cells(file)


def cells(file: Path) -> Iterator[str]:
    """The cells of all tables of an SQLite database, with what its log says."""
    with closing(sqlite3.connect(file)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from map(str, row)


if __name__ == "__main__":  # a sweep that is killed before its step of this number
    left = iter(range(int(sys.argv[2])))

    def counted(function: object) -> object:
        def step(*args: object, **kwargs: object) -> object:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)  # type: ignore[operator]

        return step

    for place, name in ((expire, "noted"), (expire, "sync_file"), (expire, "delete"), (copies, "gone"), (expire, "finished"), (snapshots, "remove"),
                        (snapshots, "sync_file"), (Path, "unlink"), (os, "unlink"), (AuditLog, "finish"), (aging, "without"), (trim, "move"),
                        (Path, "rename"), (register, "trimmed"), (trim, "remove")):
        setattr(place, name, counted(getattr(place, name)))
    house = House(Path(sys.argv[1]))
    house.today = date.fromisoformat(sys.argv[3])
    house.sweep()
    print("whole")

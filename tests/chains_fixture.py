"""A home whose clock is set: a source of events whose personal values tell their own day, tables that are kept of them through the gateway, and sweeps."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import update

from carrel.app import App
from carrel.gateway.gateway import PolicyGateway
from carrel.identity import accounts
from carrel.jobs.retention import Sweeper
from carrel.lake.register import versions
from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.errors import CarrelError, NotAllowed
from carrel.model.names import TableName
from carrel.model.people import Origin, Principal
from carrel.model.ports import Catalog, LiveCatalog
from carrel.model.queries import Done
from carrel.model.tables import Column, Database, DatabaseKind, Retention, Table
from carrel.policy.limits import CopyRetention
from carrel.state import copies
from carrel.state.schema.lake import LAKE_TABLE
from tests.copies_fixture import PRINCIPAL, texts
from tests.mutants import stage

START = date(2026, 11, 24)
LIMIT = timedelta(days=90)
GRANT = START + timedelta(days=3650)
SOURCE = TableName("log", "Edit_1")
TAGS = {"id": "public", "timestamp": "public", "clientIp": "personal.ip", "event": "public"}
TOKEN = re.compile(r"ip-(\d{8})-\d+")
WHO = "pavel"
LOG = Database(name="log", kind=DatabaseKind.LOG)
ROOT = Path(__file__).parents[1]


class _Tagged:
    """Fills the port LiveCatalog: the instance's own, with the tags of the source, which no tag file knows."""

    def __init__(self, catalog: LiveCatalog) -> None:
        self._catalog = catalog

    def view(self) -> Catalog:
        return _View(self._catalog.view())

    def databases(self) -> Sequence[Database]:
        return self._catalog.databases()

    def tables(self, database: str) -> Sequence[Table]:
        return self.view().tables(database)

    def table(self, name: TableName) -> Table | None:
        return self.view().table(name)


class _View:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def databases(self) -> Sequence[Database]:
        return self._catalog.databases()

    def tables(self, database: str) -> Sequence[Table]:
        return [_tagged(table) for table in self._catalog.tables(database)]

    def table(self, name: TableName) -> Table | None:
        found = self._catalog.table(name)
        return None if found is None else _tagged(found)


def _tagged(table: Table) -> Table:
    if table.name != SOURCE:
        return table
    return replace(table, columns=tuple(replace(column, tag=TAGS[column.name]) for column in table.columns), documented=True)


class Chains:
    """`today` is what every part takes for the day."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.today = START
        stage.make_home(self.home)
        self.app = App(self.home)
        accounts.add_group(self.app.state, "statistics-privatedata-users", description="private data", now=self.now())
        accounts.add_person(self.app.state, WHO, realname=WHO, email="", ends=None, now=self.now())
        last = datetime(*GRANT.timetuple()[:3], tzinfo=UTC)
        accounts.add_member(self.app.state, "statistics-privatedata-users", WHO, ends=last, latest=last, sponsor="desk", by="test", now=self.now())
        self.gateway = PolicyGateway(replace(self.app.parts, catalog=_Tagged(self.app.catalog), now=self.now))
        self.sweeper = Sweeper(self.app.state, self.app.lake, self.app.audit, allowed=self.allowed, now=self.now, planner=lambda _: ())
        self._ids = itertools.count(1)

    def now(self) -> datetime:
        return datetime(*self.today.timetuple()[:3], 12, tzinfo=UTC)

    @staticmethod
    def allowed() -> CopyRetention:
        """Few tables: a sweep takes any part of them."""
        return CopyRetention(sweep_percent=100, allowed_interval=200)

    def land(self, days: Sequence[int]) -> None:
        """The source anew: an event of each of these days before today."""
        rows = []
        for days_ago in days:
            day, number = self.today - timedelta(days=days_ago), next(self._ids)
            rows.append({"id": str(number), "timestamp": f"{day:%Y%m%d}101010", "clientIp": f"ip-{day:%Y%m%d}-{number}", "event": f"e{number % 3}"})
        columns = tuple(Column(name=name, type="VARCHAR", native_type="varbinary(255)") for name in TAGS)
        table = Table(name=SOURCE, kind=DatabaseKind.LOG, columns=columns, retention=Retention(kind="age", column="timestamp", limit=LIMIT))
        with self.app.lake.load(LOG, "told") as load:
            load.land(table, [pa.RecordBatch.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in TAGS]))], frozenset())
            load.publish(lambda _: ())
        with self.app.state.write() as connection:
            connection.execute(update(LAKE_TABLE).where(LAKE_TABLE.c.name == SOURCE.table).values(loaded=self.now()))

    def ask(self, *statements: str) -> str:
        """What a new session gets for the last of these: `ok`, or the code of its refusal."""
        session = self.gateway.open(Principal(person=WHO, service="mysql"), Origin(door="mysql", address="127.0.0.1"), dialect="mysql", database="staging")
        try:
            for statement in statements:
                for answer in session.ask(statement):
                    if not isinstance(answer, Done):
                        with ExitStack() as closing:
                            closing.callback(answer.close)
                            for _ in answer.batches():
                                pass
        except CarrelError as error:
            return error.code
        finally:
            session.close()
        return "ok"

    def sweep(self) -> bool:
        """As the runner does; False where more is due than goes by itself."""
        try:
            self.sweeper.run(PRINCIPAL)
        except NotAllowed:
            return False
        return True

    def killed_sweep(self, step: int) -> None:
        """By another process, which dies at the step of this number, if it comes so far."""
        self.app.state.close()
        subprocess.run([sys.executable, "-m", "tests.copies_fixture", str(self.home), str(step), str(self.today)], cwd=ROOT, capture_output=True, check=False)

    def tables(self) -> list[Copy]:
        with self.app.state.read() as connection:
            return [copy for copy in copies.all_of(connection) if copy.kind is CopyKind.TABLE and copy.state is CopyState.HERE]

    def values(self, name: str) -> Iterator[str]:
        """Every cell of a published table."""
        table = TableName(*name.split("."))
        with self.app.lake.open(table, versions(self.app.state)[table]) as files:
            for file in files:
                for column in pq.read_table(file).columns:
                    yield from map(str, column.to_pylist())

    def days(self, name: str) -> set[date]:
        """Of the events whose personal values are in the table, by the values themselves."""
        return {date.fromisoformat(day) for value in self.values(name) for day in TOKEN.findall(value)}

    def days_on_disk(self) -> set[date]:
        """The same of everything in the home."""
        self.app.state.close()
        files = [Path(place) / name for place, _, names in os.walk(self.home) for name in names]
        return {date.fromisoformat(day) for file in files for text in texts(file) for day in TOKEN.findall(text)}

    def clear(self) -> None:
        """Back to the first day, without any table of a person's."""
        for copy in self.tables():
            assert self.ask(f"DROP TABLE {copy.name}") == "ok"
        self.today = START

    def close(self) -> None:
        self.app.close()

"""A lake with its state and a loader in a folder of its own, for tests; and rows of a published table as bytes, for comparing with a real MariaDB."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from carrel.audit.log import AuditLog
from carrel.catalog import visibility
from carrel.io.escape import to_bytes
from carrel.jobs.load import Loader, Report
from carrel.lake import Lake
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.model.sensitivity import HIDDEN_COLUMN
from carrel.model.tables import Table
from carrel.state import migrations
from carrel.state.store import State

ROOT = Principal(person="root", service="cli", via="owner:root")


class LakeFixture:
    """`home` holds `state.sqlite` and `lake/`, as in an instance."""

    def __init__(self, home: Path, *, planner: Any = visibility.plans) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.state = State(f"sqlite:///{home / 'state.sqlite'}")
        migrations.upgrade(self.state)
        self.lake = Lake(self.state, home / "lake", memory_mb=256)
        self.loader = Loader(self.lake, AuditLog(self.state), planner)

    def load(self, source: str, *files: Path, wiki: str = "testwiki", **options: Any) -> Report:
        return self.loader.load(source, files, wiki, principal=ROOT, **options)

    def tables(self, wiki: str = "testwiki") -> dict[str, Table]:
        return {table.name.table: table for table in self.lake.tables(wiki)}

    def rows(self, name: str, wiki: str = "testwiki", *, hidden: bool = False) -> list[dict[str, Any]]:
        """The rows of a published table, in the files' order."""
        version = self.tables(wiki)[name].version
        assert version is not None
        with self.lake.open(TableName(wiki, name), version) as files:
            rows: list[dict[str, Any]] = [row for file in files for row in pq.read_table(file).to_pylist()]
        return rows if hidden else [{column: value for column, value in row.items() if column != HIDDEN_COLUMN} for row in rows]

    def files(self) -> list[str]:
        """Every data file below the lake, relative to it."""
        return sorted(str(file.relative_to(self.lake.directory)) for file in self.lake.directory.rglob("*.parquet"))

    def close(self) -> None:
        self.state.close()


def as_bytes(value: Any) -> Any:
    """A value as MySQL's text protocol would send it, but floating point as a float."""
    if isinstance(value, str):
        return to_bytes(value)
    if isinstance(value, (int, Decimal)):
        return format(value, "f").encode() if isinstance(value, Decimal) else str(value).encode()
    if isinstance(value, (datetime.datetime, datetime.date)):
        return str(value).encode()
    return value

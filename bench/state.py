"""Rows `audit`, `login` and `listing`: writes of the audit against a bare insert and commit, logins, and how the cost of listings grows with tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from bench.frame import Amount, Result, compare
from bench.house import application
from carrel.app import App
from carrel.gateway.knowledge import Knower
from carrel.gateway.parts import Moment
from carrel.model.audit import Begin, Finish
from carrel.model.names import TableName
from carrel.model.people import Origin, Principal
from carrel.model.tables import Database, Table

ROWS = 200
SIZES = (10, 100_000)
INES = Principal(person="ines", service="bench")
HERE = Origin(door="mysql", address="127.0.0.1", tls=True)


def run(amount: Amount) -> list[Result]:
    rows = max(5, int(ROWS * amount.scale))
    with application() as (app, instance):
        bare = instance.home.parent / "bare.sqlite"
        return [*_audit(app, bare, rows, amount.runs, instance.credential("ines")["password"]), *_listings(app, amount)]


def _audit(app: App, file: Path, rows: int, runs: int, secret: str) -> list[Result]:
    deed = Begin(principal=INES, door="mysql", address="127.0.0.1", action="query", verdict="allowed", statement="SELECT rev_id FROM revision " * 4)
    bare = sqlite3.connect(file, isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE bare (number INTEGER PRIMARY KEY, body TEXT)")

    def insert() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO bare (body) VALUES (?)", ["x" * 600])
        bare.execute("COMMIT")

    deeds: dict[str, tuple[Callable[[], object], float | None]] = {
        "audit: a begin row": (lambda: app.audit.begin(deed), 3.0),
        "audit: begin and finish at once": (lambda: app.audit.record(deed, Finish(outcome="complete")), None),
        "login with an issued secret": (lambda: app.identity.verify_secret("ines", secret, HERE), None),
    }
    found = []
    for row, (work, goal) in deeds.items():
        ours, peer, pairs = compare(lambda work=work: _times(work, rows), lambda: _times(insert, rows), runs)
        found.append(Result(
            row=row, ours_s=ours / rows, peer_s=peer / rows, peer="one INSERT of 600 characters and COMMIT, WAL, synchronous = FULL",
            version=f"SQLite {sqlite3.sqlite_version}", note=f"{rows} in a row, on disk each", runs=pairs, goal=goal,
        ))
    bare.close()
    return found


def _times(work: Callable[[], object], count: int) -> None:
    for _ in range(count):
        work()


class _Long:
    """A catalog with one database of many tables, all like one."""

    def __init__(self, like: Table, count: int) -> None:
        self._database = Database(name="long", kind=like.kind)
        self._tables = [replace(like, name=TableName("long", f"table_{number}")) for number in range(count)]

    def databases(self) -> list[Database]:
        return [self._database]

    def tables(self, database: str) -> list[Table]:
        return self._tables

    def table(self, name: TableName) -> Table | None:
        return self._tables[int(name.table.removeprefix("table_"))]


def _listed(tables: Sequence[Table]) -> pa.Table:
    """What SHOW TABLES sends."""
    return pa.table({"Tables_in_long": sorted(table.name.table for table in tables)})


def _listings(app: App, amount: Amount) -> list[Result]:
    like = app.catalog.table(TableName("samplewiki", "page"))
    assert like is not None
    now = Moment(asker=app.people.asker(INES, "mysql", datetime.now(UTC)), origin=HERE, policy=app.policy())
    found = []
    for size in sorted({max(10, int(most * min(amount.scale, 1))) for most in SIZES}):
        catalog = _Long(like, size)

        def known(catalog: _Long = catalog) -> object:
            return _listed(Knower(catalog, now).tables("long"))

        def every(catalog: _Long = catalog) -> object:
            return _listed(catalog.tables("long"))

        ours, peer, pairs = compare(known, every, amount.runs)
        note = f"the names of a database's {size} tables that one may know; {1e6 * ours / size:.1f} µs a table"
        found.append(Result(
            row=f"listing, {size} tables", ours_s=ours, peer_s=peer, peer="the same list unfiltered", version=f"carrel {version('carrel')}", note=note,
            runs=pairs, goal=3.0,
        ))
    return found

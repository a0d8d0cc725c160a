"""Tables of sources of which rows have become too old: written anew without them, published in one transaction, and the files of before go.

As with a table that goes as a whole, what is about to go is noted first: what a killed sweep has left is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from carrel.lake import aging, expire, register, snapshots
from carrel.lake.aging import Age
from carrel.lake.files import disk_errors, move, new_version, remove, snapshot_folder
from carrel.lake.locks import database_lock, lease
from carrel.lake.register import Published
from carrel.lake.snapshots import LEASE, prepare
from carrel.model.errors import Conflict, Internal
from carrel.model.names import TableName
from carrel.state.store import State


def trim(state: State, lake: Path, name: TableName, age: Age, also: Callable[[Connection], None], *, version: str) -> bool:
    """Takes the rows out that are too old. Gives whether the files of before are gone; where somebody reads them they go with the last reader.

    Args:
        version: the snapshot that is meant.
        also: done in the transaction that publishes.

    Raises:
        Conflict: the database is being changed, or another snapshot has taken its place.
        Unavailable: the disk is full, or the state does not answer; everything is as it was.
    """
    with database_lock(lake, name.database):
        found = register.one(state, name)
        if found is None or found.table.version != version:
            raise Conflict(f"`{name}` was changed since the plan was made", help="carrel retention plan")
        if found.visibility is not None:
            raise Internal(f"`{name}` has hidden rows, and cannot be written anew without the tables that they depend on")
        note = expire.noted(lake, name)
        try:
            _write(state, lake, found, age, also)
        finally:
            # Whichever of the two the state does not name goes; where it does not answer, the next sweep finds the note.
            gone = expire.finished(state, lake, note)
        return gone


def _write(state: State, lake: Path, found: Published, age: Age, also: Callable[[Connection], None]) -> None:
    name, version = found.table.name, new_version()
    folder = lake / ".writing" / version
    with disk_errors(lake, f"`{name}`"):
        folder.mkdir(parents=True)
        prepare(folder)
    try:
        with lease(folder / LEASE):
            with disk_errors(lake, f"`{name}`"), snapshots.opened(snapshot_folder(lake, name, found.table.version or "")) as files:
                rows = aging.without(files, folder, age)
                size = sum(file.stat().st_size for file in folder.glob("*.parquet"))
                move(folder, snapshot_folder(lake, name, version))
            with state.write() as connection:
                if register.version_of(connection, name) != found.table.version:
                    raise Conflict(f"`{name}` was changed since the plan was made", help="carrel retention plan")
                register.trimmed(connection, replace(found, table=replace(found.table, version=version, rows=rows), size=size))
                also(connection)
    finally:
        remove(folder)


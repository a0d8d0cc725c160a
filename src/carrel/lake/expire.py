"""Tables whose day has come: unknown in one transaction with their rows in the registry of copies, then their files go.

What is about to go is written down first, in `<lake>/.expiring/`: a sweep that was killed in between is finished by the next one, and no sweep has to look
through the tables that stay.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from carrel.lake import snapshots
from carrel.lake.files import disk_errors, new_version, sync_file, table_folder
from carrel.lake.locks import database_lock
from carrel.model.errors import Conflict
from carrel.model.names import TableName
from carrel.state.schema.lake import LAKE_GENERATION, LAKE_TABLE
from carrel.state.store import State

FOLDER: Final = ".expiring"


def version_of(connection: Connection, table: TableName) -> str | None:
    """The published snapshot of a table; None where there is none."""
    return connection.execute(select(LAKE_TABLE.c.version).where(_is(table))).scalar()


def expire(state: State, lake: Path, table: TableName, version: str | None, also: Callable[[Connection], None]) -> bool:
    """Makes a table unknown, `also` in the same transaction, and deletes its files: now, or when its last reader has ended. Gives whether they are gone.

    Args:
        version: the snapshot that is meant; None: there is none, and `also` alone is done.

    Raises:
        Conflict: it is being written, or another snapshot has taken its place.
    """
    with database_lock(lake, table.database):
        note = noted(lake, table)
        with state.write() as connection:
            if version_of(connection, table) != version:
                raise Conflict(f"`{table}` was changed since the plan was made", help="carrel retention plan")
            if connection.execute(delete(LAKE_TABLE).where(_is(table))).rowcount:
                connection.execute(update(LAKE_GENERATION).values(number=LAKE_GENERATION.c.number + 1))
            also(connection)
        return finished(state, lake, note)


def finish(state: State, lake: Path) -> int:
    """Deletes what earlier sweeps, killed or ahead of their last reader, have left. Gives how many tables still have readers or writers."""
    left = 0
    for note in sorted((lake / FOLDER).glob("*@*")):
        try:
            with database_lock(lake, _read(note).database):
                left += note.exists() and not finished(state, lake, note)
        except Conflict:
            left += 1
    return left


def finished(state: State, lake: Path, note: Path) -> bool:
    """Under the database's lock: deletes every snapshot of the table that the state does not name, and the note when they are gone."""
    table = _read(note)
    with state.read() as connection:
        named = version_of(connection, table)
    others = [folder for folder in table_folder(lake, table).glob("*") if folder.name != named]
    for folder in others:
        snapshots.retire(folder)
    if any(folder.exists() for folder in others):
        return False
    note.unlink()
    return True


def noted(lake: Path, table: TableName) -> Path:
    """A note on disk that snapshots of the table are about to go."""
    # Its name says all, so that it is whole from the moment at which others may find it.
    note = lake / FOLDER / f"{new_version()}@{table}"
    with disk_errors(lake, "what is to go"):
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch()
        sync_file(note.parent)
    return note


def _read(note: Path) -> TableName:
    database, _, table = note.name.partition("@")[2].partition(".")
    return TableName(database, table)


def _is(table: TableName) -> ColumnElement[bool]:
    return and_(LAKE_TABLE.c.database == table.database, LAKE_TABLE.c.name == table.table)

"""The lake: published snapshots for engines, and loads that publish new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from carrel.lake import expire, register, snapshots
from carrel.lake.aging import Age
from carrel.lake.files import disk_errors, remove, snapshot_folder, table_folder
from carrel.lake.journal import Journal, started
from carrel.lake.load import Load, Planner
from carrel.lake.locks import database_lock
from carrel.lake.register import Published
from carrel.lake.trim import trim
from carrel.model.errors import Conflict, Unavailable
from carrel.model.names import TableName
from carrel.model.tables import Database, Table
from carrel.state.store import State


class Lake:
    """Fills the port `Storage`. Any number of processes may have one on the same folder.

    Args:
        directory: where the files are; made when the first load needs it.
        memory_mb: working memory of one load, in MiB.
    """

    def __init__(self, state: State, directory: Path, *, memory_mb: int = 1024) -> None:
        self.directory = directory
        self._state = state
        self._memory_mb = memory_mb

    def open(self, table: TableName, version: str) -> AbstractContextManager[Sequence[Path]]:
        """The Parquet files of a published snapshot; they stay on disk until the context ends.

        Raises:
            SnapshotReplaced: it is gone: a newer one has replaced it.
        """
        return snapshots.opened(snapshot_folder(self.directory, table, version))

    def databases(self) -> list[Database]:
        """Every database that something has been loaded into, in the order of their names."""
        return register.databases(self._state)

    def tables(self, database: str) -> list[Table]:
        """The published tables of a database as their sources declared them, without tags; empty where the database is not there."""
        return [each.table for each in register.published(self._state, database).values()]

    def published(self, database: str) -> list[Published]:
        """The published tables of a database with where and when they came from, in the order of their names."""
        return list(register.published(self._state, database).values())

    def generation(self) -> int:
        """A number that grows with every publication, by any process."""
        return register.generation(self._state)

    @contextmanager
    def load(self, database: Database, source: str, identity: Mapping[str, Any] | None = None) -> Iterator[Load]:
        """Begins a load. Until `Load.publish` has returned nothing of it is visible; without it nothing of it stays, unless it can be gone on with.

        Args:
            database: made or changed by the publication.
            source: name of the source plugin.
            identity: JSON that tells what is being loaded; a load of the same that was interrupted is gone on with, see `Load.reached`. None: never.

        Raises:
            Conflict: another load of the same database is running, in whatever process.
        """
        with disk_errors(self.directory):
            self.directory.mkdir(parents=True, exist_ok=True)
        with database_lock(self.directory, database.name):
            self._sweep(database.name)
            staging = self._staging(database.name)
            journal = Journal(staging, identity) if identity is not None else None
            interrupted = False
            load = Load(self._state, self.directory, database, source=source, staging=staging, memory_mb=self._memory_mb, journal=journal)
            try:
                yield load
            except KeyboardInterrupt:
                interrupted = journal is not None
                raise
            finally:
                load.close()
                if not interrupted:
                    remove(staging)
                # Where the state does not answer, the next load sweeps.
                with suppress(Unavailable):
                    self._sweep(database.name)

    def drop(self, database: str) -> None:
        """Makes a database unknown, and deletes its files: each table's now, or when its last reader has ended.

        Raises:
            Conflict: a load of the database is running.
        """
        with database_lock(self.directory, database):
            register.drop(self._state, database)
            remove(self._staging(database))
            self._sweep(database)

    def expire(self, table: TableName, version: str | None, also: Callable[[Connection], None]) -> bool:
        """See `lake.expire.expire`."""
        return expire.expire(self._state, self.directory, table, version, also)

    def trim(self, table: TableName, age: Age, also: Callable[[Connection], None], *, version: str) -> bool:
        """See `lake.trim.trim`."""
        return trim(self._state, self.directory, table, age, also, version=version)

    def recompute(self, database: str, planner: Planner) -> None:
        """Computes the visibility of a database's tables anew where tables have gone that it depends on. Raises as `load` and `Load.publish`."""
        found = next((one for one in self.databases() if one.name == database), None)
        if found is not None:
            with self.load(found, "retention") as load:
                load.publish(planner)

    def finish_expiring(self) -> int:
        """See `lake.expire.finish`."""
        return expire.finish(self._state, self.directory)

    def interrupted(self, database: str) -> bool:
        """Whether a load of the database was interrupted that may be gone on with."""
        return started(self._staging(database))

    def sweep(self) -> None:
        """Deletes what killed loads and writers have left behind and nobody will go on with. Databases that are being changed are left alone, and those in
        which nothing is left are not locked."""
        named = {str(table_folder(self.directory, table) / version) for table, version in register.versions(self._state).items()}
        left = {file.parent.parent.name.removesuffix(".db") for file in self.directory.glob("*.db/*/*") if str(file) not in named}
        for name in left | {folder.name for folder in (self.directory / ".staging").glob("*")}:
            try:
                with database_lock(self.directory, name):
                    self._sweep(name)
            except Conflict:
                continue

    def _staging(self, database: str) -> Path:
        return self.directory / ".staging" / database

    def _sweep(self, database: str) -> None:
        """Under the database's lock: deletes staging that is not to be gone on with, and snapshots that the state does not name and nobody reads."""
        if not started(self._staging(database)):
            remove(self._staging(database))
        named = {table: version for table, version in register.versions(self._state).items() if table.database == database}
        for folder in (self.directory / f"{database}.db").glob("*/*"):
            if named.get(TableName(database, folder.parent.name)) != folder.name:
                snapshots.retire(folder)

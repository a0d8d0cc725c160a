"""Tables that people make: written beside all others as snapshots, and published together with their row in the registry of copies.

Between the moving of files and the transaction that names them the database's lock is held, since a sweep deletes what the state does not name.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection

from carrel.lake import register, snapshots
from carrel.lake.files import disk_errors, move, new_version, remove, snapshot_folder, table_folder
from carrel.lake.fitting import require_fit
from carrel.lake.holder import Holder
from carrel.lake.landing import Writing
from carrel.lake.locks import database_lock, lease, sole_lease
from carrel.lake.register import Published
from carrel.lake.snapshots import LEASE, prepare
from carrel.model.copies import Copy, CopyKind, Receiver
from carrel.model.errors import Conflict, LimitReached
from carrel.model.names import TableName
from carrel.model.ports import Draft
from carrel.model.tables import FILE_ROWS, Database, Table
from carrel.state import copies, shares
from carrel.state.store import State

SOURCE: Final = "work"
MOST_PARTS: Final = 16
"""Files of one table; an INSERT that would add one more writes them all anew as one."""

_GROUP_ROWS: Final = 122_880
_BATCH_ROWS: Final = 1 << 16
_GROUP_BYTES: Final = 64 << 20
_PATIENCE_S: Final = 30.0
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV, errno.ENOSYS})


class WorkTables:
    """Fills the port Work. Any number of processes may have one on the same folder.

    Args:
        directory: the lake's.
        table_mb, person_mb: how much one table, and all of one person's together, may take on disk, in MiB.
        rows: of one table.
    """

    def __init__(self, state: State, directory: Path, *, table_mb: int, person_mb: int, rows: int) -> None:
        self._state = state
        self._directory = directory
        self._table_bytes = table_mb << 20
        self._person_bytes = person_mb << 20
        self._rows = rows
        self._holder = Holder(directory / ".sessions")

    @contextmanager
    def draft(self, table: Table) -> Iterator[ParquetDraft]:
        """Rows to be: nobody sees them until `publish` has returned, and nothing of them stays where it was not called.

        Raises:
            BadInput: the lake does not take such a table.
        """
        require_fit(self._directory, table, register.published(self._state, table.name.database))
        folder = self._directory / ".writing" / new_version()
        with disk_errors(folder.parent, "the rows"):
            folder.mkdir(parents=True)
            prepare(folder)
        writing = Writing()
        try:
            with lease(folder / LEASE):
                yield ParquetDraft(folder, writing)
        finally:
            writing.close()
            remove(folder)

    def find(self, name: TableName) -> Copy | None:
        """What the registry says of a table that is there."""
        with self._state.read() as connection:
            return copies.find(connection, str(name))

    def last_day(self, owner: str) -> date | None:
        """Of the owner's longest membership; None where none is in force."""
        with self._state.read() as connection:
            return copies.longest_grant(connection, owner, datetime.now(UTC).date())

    def check_room(self, owner: str, draft: Draft, *, size: int = 0, rows: int = 0) -> None:
        """Raises LimitReached for a table that is larger, or has more rows, than one may, and for more than a person may have."""
        with self._state.read() as connection:
            others = sum(copy.size for copy in copies.of_owner(connection, owner) if copy.kind is CopyKind.TABLE) - size
        if draft.size() > min(self._table_bytes, self._person_bytes - others):
            raise LimitReached("the table takes more room than yours may", code="row_limit", help="drop a table that you no longer need, or keep fewer rows")
        if rows + draft.rows > self._rows:
            raise LimitReached(f"a table may have {self._rows} rows", code="row_limit", help="keep fewer rows: aggregate first")

    def drop(self, table: Table, copy: Copy) -> None:
        """The table is unknown when this returns; its files go now, or with their last reader.

        Raises:
            Conflict: it has been changed meanwhile.
        """
        with self.changing(table.name.database):
            with self._state.write() as connection:
                _require(connection, table)
                register.remove(connection, table.name)
                copies.gone(connection, copy.id, datetime.now(UTC))
            self._retire(table)
            if table.session is not None:
                with suppress(OSError):  # not while somebody still reads it
                    table_folder(self._directory, table.name).rmdir()

    @contextmanager
    def rows(self, table: Table) -> Iterator[Iterator[tuple[int, pa.RecordBatch]]]:
        """The rows of a published table in their order, each batch with the place of its first."""
        assert table.version is not None
        with snapshots.opened(snapshot_folder(self._directory, table.name, table.version)) as files:
            yield _placed(files)

    def staged(self, draft: Draft) -> Iterator[tuple[int, pa.RecordBatch]]:
        return _placed(sorted(draft.folder.glob("*.parquet")))

    def share(self, copy: Copy, receivers: Collection[Receiver], now: datetime) -> None:
        with self._state.write() as connection:
            shares.give(connection, copy.id, receivers, now)

    def unshare(self, copy: Copy, receivers: Collection[Receiver]) -> None:
        with self._state.write() as connection:
            for receiver in receivers:
                shares.take(connection, copy.id, receiver)

    def shared(self, owner: str) -> Sequence[tuple[TableName, Receiver]]:
        with self._state.read() as connection:
            found = shares.of_owner(connection, owner)
        return [(TableName(*name.split(".", 1)), receiver) for name, receiver in found]

    def link(self, table: Table, folder: Path) -> int:
        """Puts the files of a published table into `folder`. Gives how many."""
        assert table.version is not None
        with snapshots.opened(snapshot_folder(self._directory, table.name, table.version)) as files:
            for file in files:
                linked(file, folder / file.name)
            return len(files)

    def publish(self, draft: Draft, table: Table, size: int, copy: Copy, *, before: Table | None) -> None:
        """Makes the draft the table, in one transaction with its row in the registry.

        Raises:
            Conflict: there is another than `before`.
        """
        published = replace(table, version=new_version(), copy=copy.id)
        assert published.version is not None
        target = snapshot_folder(self._directory, table.name, published.version)
        with self.changing(table.name.database):
            with disk_errors(self._directory, "the table"):
                (self._directory / f"{table.name.database}.db").mkdir(exist_ok=True)
                move(draft.folder, target)
            try:
                with self._state.write() as connection:
                    self._put(connection, Published(published, None, SOURCE if table.session is None else register.TEMPORARY, size), copy, before)
            except BaseException:
                remove(target)
                raise
            if before is not None:
                self._retire(before)

    def redefine(self, table: Table, copy: Copy, also: Callable[[Connection], None]) -> None:
        """Gives a published table, whose rows stay as they are, another definition and another row in the registry, `also` in the same transaction.

        Raises:
            Conflict: it has been changed meanwhile.
        """
        with self.changing(table.name.database), self._state.write() as connection:
            _require(connection, table)
            register.put(connection, Database(name=table.name.database, kind=table.kind), Published(table, None, SOURCE, copy.size))
            copies.replace(connection, copy)
            also(connection)

    @staticmethod
    def _put(connection: Connection, table: Published, copy: Copy, before: Table | None) -> None:
        name = table.table.name
        if before is not None:
            _require(connection, before)
        if before is None or before.name != name:
            _require_none(connection, name)
        if before is not None and before.name != name:
            register.remove(connection, before.name)
            shares.end(connection, copy.id)  # as in MariaDB, where privileges do not go along with a table to its new name
        register.put(connection, Database(name=name.database, kind=table.table.kind), table)
        (copies.register if before is None else copies.replace)(connection, copy)

    def _retire(self, table: Table) -> None:
        if table.version is not None:
            snapshots.retire(snapshot_folder(self._directory, table.name, table.version))

    @contextmanager
    def changing(self, database: str) -> Iterator[None]:
        """Holds the database's lock; waits for whoever has it, for some seconds. Raises Conflict where it does not come free."""
        with ExitStack() as held:
            end = time.monotonic() + _PATIENCE_S
            while True:
                try:
                    held.enter_context(database_lock(self._directory, database))
                    break
                except Conflict:
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.01)
            yield

    def session(self) -> str:
        return self._holder.token()

    def read(self, name: TableName) -> Table | None:
        with self._state.read() as connection:
            return register.table(connection, name)

    def sweep(self) -> None:
        """Deletes what killed writers, and processes that have ended with sessions open, have left behind. For the start of a server."""
        for table in register.temporary(self._state):
            copy = self.find(table.name)
            with self._holder.ended(str(table.session)) as ended:
                if ended and copy is not None:
                    self.drop(table, copy)
        self._holder.tidy()
        for folder in (self._directory / ".writing").glob("*"):
            with sole_lease(folder / LEASE) as alone:
                if alone:
                    remove(folder)


class ParquetDraft:
    """Fills the port Draft.

    Attributes:
        rows: written so far.
    """

    def __init__(self, folder: Path, writing: Writing) -> None:
        self.folder = folder
        self.rows = 0
        self._writing = writing
        self._writer: pq.ParquetWriter | None = None
        self._number = 0
        self._schema = pa.schema([])
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._held_bytes = 0

    def begin(self, schema: pa.Schema, number: int) -> None:
        """The next part, for batches of this schema."""
        self._schema, self._number = schema, number
        with disk_errors(self.folder, "the rows"):
            self._writer = pq.ParquetWriter(self.folder / f"part-{number:05d}.parquet", schema, compression="zstd", compression_level=1)

    def add(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        self._held_rows += batch.num_rows
        self._held_bytes += batch.nbytes
        self.rows += batch.num_rows
        if self._held_rows >= _GROUP_ROWS or self._held_bytes >= _GROUP_BYTES:
            self._flush()

    def size(self) -> int:
        """Bytes on disk so far, with what other parts take."""
        return folder_size(self.folder)

    def end(self) -> int:
        """Finishes the part; all is on its way to disk. Gives the bytes of the folder."""
        self._flush()
        assert self._writer is not None
        with disk_errors(self.folder, "the rows"):
            self._writing.wait()
            self._writer.close()
        if self._number >= MOST_PARTS:
            self._merge()
        return self.size()

    def _merge(self) -> None:
        """Makes one part of all that are there."""
        files = sorted(self.folder.glob("*.parquet"))
        whole = self.folder / "whole"
        with disk_errors(self.folder, "the rows"):
            with pq.ParquetWriter(whole, pq.read_schema(files[0]), compression="zstd", compression_level=1) as writer:
                for file in files:
                    with pq.ParquetFile(file) as part:
                        for number in range(part.num_row_groups):
                            writer.write_table(part.read_row_group(number))
            for file in files:
                file.unlink()
            whole.rename(files[0])

    def _flush(self) -> None:
        if not self._held:
            return
        rows, writer = pa.Table.from_batches(self._held, self._schema), self._writer
        assert writer is not None
        self._held, self._held_rows, self._held_bytes = [], 0, 0
        with disk_errors(self.folder, "the rows"):
            self._writing.do(lambda: writer.write_table(rows, row_group_size=_GROUP_ROWS))


def _placed(files: Sequence[Path]) -> Iterator[tuple[int, pa.RecordBatch]]:
    for number, file in enumerate(files):
        place = number * FILE_ROWS
        with pq.ParquetFile(file) as part:
            for batch in part.iter_batches(batch_size=_BATCH_ROWS):
                yield place, batch
                place += batch.num_rows


def folder_size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.parquet"))


def linked(file: Path, target: Path) -> None:
    """The same bytes under another name: nothing is copied where the file system has links."""
    try:
        os.link(file, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(file, target)


def _require(connection: Connection, table: Table) -> None:
    """Raises Conflict where the state names another version of the table than this."""
    if register.version_of(connection, table.name) != table.version:
        raise Conflict(f"`{table.name}` was changed by another statement meanwhile", help="do it again")


def _require_none(connection: Connection, name: TableName) -> None:
    if register.version_of(connection, name) is not None:
        raise Conflict(f"table `{name.table}` already exists", code="table_exists", help="DROP TABLE, or choose another name")

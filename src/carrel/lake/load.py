"""One load of one database: rows land in staging, visibility is computed, and everything is published at once or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from carrel.lake import register, snapshots, wide
from carrel.lake.compute import Computer, Input, Plan, affected, repeated_key, row_count, sort_key
from carrel.lake.files import PART, disk_errors, move, new_version, remove, snapshot_folder
from carrel.lake.fitting import require_fit
from carrel.lake.journal import Journal, Reached
from carrel.lake.landing import Landing, Writing
from carrel.lake.register import Published
from carrel.model.errors import BadInput, Internal
from carrel.model.tables import Database, Table
from carrel.state.store import State

_HELD: Final = 64 << 20
"""Bytes of rows that all landings together keep in memory."""

_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_STEP: Final = 64 << 20
_STEPS: Final = 32
"""A load notes how far it has come every `_STEP` bytes of rows; of a large one, once for each part in `_STEPS` of what has landed, so that files stay few."""

Planner = Callable[[Mapping[str, Table]], Sequence[Plan]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load has published: rows of each table that it brought; `recomputed` tables were there before, and have new visibility."""

    tables: Mapping[str, int]
    recomputed: tuple[str, ...]


class Load:
    """Made by `Lake.load`, which holds the database's lock for it and clears staging afterwards.

    Args:
        journal: None: the load cannot be gone on with when it is interrupted.

    Attributes:
        before: the database's published tables as the load found them.
        reached: how far an interrupted load of the same has come, whose rows are here already; None where there is none.
    """

    def __init__(self, state: State, lake: Path, database: Database, *, source: str, staging: Path, memory_mb: int, journal: Journal | None = None) -> None:
        self.before = register.published(state, database.name)
        self.reached: Reached | None = None
        self._state = state
        self._lake = lake
        self._database = database
        self._source = source
        self._staging = staging
        self._memory_mb = memory_mb
        self._journal = journal
        self._landings: dict[str, Landing] = {}
        self._writing = Writing()
        self._done: set[int] = set()
        self._marks: dict[int, Callable[[], str | None]] = {}
        self._noted = 0
        with disk_errors(lake):
            self._go_on()

    def _go_on(self) -> None:
        """Takes up what an interrupted load has left, or makes staging empty."""
        landed = self._staging / "landed"
        found = self._journal.read(landed, self._database.name) if self._journal is not None else None
        if found is None:
            remove(self._staging)
            self._staging.mkdir(parents=True, mode=0o700)
            if self._journal is not None:
                self._journal.begin()
            return
        self.reached, tables = found
        self._done, self._marks = set(self.reached.done), {file: partial(str, mark) for file, mark in self.reached.marks.items()}
        parts = {landed / name / part.name for name, table in tables.items() for part in table.parts}
        for left in [*(set(landed.glob("*/*")) - parts), *(self._staging / name for name in ("done", "work", "spill"))]:
            left.unlink() if left.is_file() else remove(left)
        self._landings = {name: Landing.restored(table, landed / name, self._writing) for name, table in tables.items()}
        self._noted = sum(landing.bytes for landing in self._landings.values())

    def close(self) -> None:
        """Ends the writing, finished or not."""
        self._writing.close()

    @property
    def landed(self) -> dict[str, tuple[Table, int]]:
        """The tables that have come so far, each with the number of the file that brought it first."""
        return {name: (landing.table, landing.file) for name, landing in self._landings.items()}

    @property
    def rows(self) -> int:
        return sum(landing.rows for landing in self._landings.values())

    def values(self, name: str, column: str) -> Iterator[pa.Array]:
        """The values of a column as far as they are on disk, in any order; nothing where the table has not come."""
        for file in self._landings[name].files if name in self._landings else ():
            for batch in pq.ParquetFile(file).iter_batches(columns=[column]):
                yield batch.column(0)

    def end_file(self, file: int) -> None:
        """Says that all rows of a file have landed."""
        self._done.add(file)
        self._marks.pop(file, None)
        with disk_errors(self._lake):
            self._note()

    def land(
        self, table: Table, batches: Iterable[pa.RecordBatch], secret: frozenset[str], mark: Callable[[], str | None] = lambda: None, *, file: int = 0,
    ) -> int:
        """Writes rows of a table to staging. May be called again for the same table: its rows add up.

        Args:
            table: with the types in which the lake is to keep its columns.
            batches: text columns as `binary` or `string`; `BLOB` columns as `binary`.
            secret: columns of which no value is written.
            mark: see `ports.SourceTable`.
            file: number of the load's file that the rows come from.

        Returns:
            The rows that this call brought.

        Raises:
            BadInput: a name that cannot be one here; or whatever `batches` raises.
            Unavailable: the disk is full.
        """
        with disk_errors(self._lake):
            landing = self._landing(table, secret, file)
            rows = landing.rows
            for batch in batches:
                landing.add([batch])
                self._after_batch(file, mark)
            return landing.rows - rows

    def _after_batch(self, file: int, mark: Callable[[], str | None]) -> None:
        if sum(each.held for each in self._landings.values()) > _HELD:
            for each in self._landings.values():
                each.flush()
        if self._journal is None:
            return
        self._marks[file] = mark
        landed = sum(each.bytes for each in self._landings.values())
        if landed - self._noted >= max(_STEP, landed // _STEPS):
            self._note()

    def _note(self) -> None:
        """Notes how far the load has come, if every file under way can be gone on with just where it is."""
        if self._journal is None:
            return
        marks = {file: text for file, mark in self._marks.items() if (text := mark()) is not None}
        if len(marks) == len(self._marks):
            self._journal.add(Reached(frozenset(self._done), marks), [landing.cut() for landing in self._landings.values()])
            self._noted = sum(each.bytes for each in self._landings.values())

    def publish(self, planner: Planner, snapshots: Mapping[str, str] = MappingProxyType({})) -> Loaded:
        """Computes visibility, sorts, and makes the tables visible in one transaction. What they replace goes when nobody reads it any more.

        Args:
            planner: from the tables that the database will have to their visibility plans, in an order in which each may use the `_hidden` of those before it.
            snapshots: for tables of this load the day on which the wiki was as they tell.

        Raises:
            Unavailable: the disk is full, or the state does not answer.
            Internal: a visibility expression failed. In every case nothing is published.
        """
        with disk_errors(self._lake):
            for landing in self._landings.values():
                landing.close()
            inputs = self._inputs()
            plans = planner({name: each.table for name, each in inputs.items()})
            order = affected(plans, frozenset(self._landings), {name: each.visibility for name, each in self.before.items()})
            expressions = {plan.table: plan.expression for plan in plans}
            done = [replace(each, snapshot=self._snapshot(each, snapshots)) for each in self._compute(inputs, order, expressions)]
            self._move(done)
            register.publish(self._state, self._database, done, {name: each.table.version or "" for name, each in self.before.items()})
            self._retire(done)
        loaded = {name: landing.rows for name, landing in self._landings.items()}
        return Loaded(loaded, tuple(name for name in order if name not in loaded))

    def _snapshot(self, done: Published, snapshots: Mapping[str, str]) -> str | None:
        name = done.table.name.table
        return snapshots.get(name) if name in self._landings else self.before[name].snapshot

    def _landing(self, table: Table, secret: frozenset[str], file: int) -> Landing:
        name = table.name.table
        landing = self._landings.get(name)
        if landing is None:
            require_fit(self._lake, table, (*self.before, *self._landings))
            landing = self._landings[name] = Landing(table, secret, file, self._staging / "landed" / name, self._writing)
        elif landing.table != table:
            raise BadInput(f"the table `{name}` comes twice, with different columns", help="load one of them")
        return landing

    def _inputs(self) -> dict[str, Input]:
        inputs = {}
        for name, each in self.before.items():
            files = sorted(snapshot_folder(self._lake, each.table.name, each.table.version or "").glob("*.parquet"))
            inputs[name] = Input(
                each.table, files, hidden=each.visibility is not None, ordered=True, wide=any(wide.is_wide(file) for file in files), size=each.size * 4,
                rows=each.table.rows,
            )
        for name, landing in self._landings.items():
            inputs[name] = Input(
                landing.table, landing.files, hidden=False, ordered=landing.order.kept, wide=landing.wide, size=landing.bytes, rows=landing.rows,
            )
        return inputs

    def _compute(self, inputs: Mapping[str, Input], order: Sequence[str], expressions: Mapping[str, str]) -> list[Published]:
        spill = self._staging / "spill"
        computer = Computer(spill, self._memory_mb)
        version = new_version()
        try:
            for name, source in inputs.items():
                computer.show(source, hidden=name not in order)
            return [self._write(computer, inputs[name], expressions.get(name), version) for name in order]
        finally:
            computer.close()

    def _write(self, computer: Computer, source: Input, expression: str | None, version: str) -> Published:
        name = source.table.name.table
        folder = self._staging / "done" / name
        folder.mkdir(parents=True)
        with disk_errors(self._lake, f"`{name}`"):
            files = self._written(computer, source, expression, folder)
        key = sort_key(source.table)
        if key and name in self._landings and not source.ordered and repeated_key(files[0], key):
            raise BadInput(f"two rows of `{name}` have the same key ({', '.join(key)})", help="see whether the load holds the table twice")
        rows = row_count(files)
        if rows != source.rows:
            raise Internal(f"`{name}` has {rows} rows after its visibility was computed, {source.rows} before")
        computer.show(replace(source, files=files, hidden=expression is not None), hidden=True)
        snapshots.prepare(folder)
        table = replace(source.table, version=version, rows=rows, visibility=expression is not None, private=self._database.private)
        origin = self._source if name in self._landings else self.before[name].source
        return Published(table, expression, origin, sum(file.stat().st_size for file in files))

    def _written(self, computer: Computer, source: Input, expression: str | None, folder: Path) -> list[Path]:
        if expression is None and source.ordered and not source.hidden:
            return _linked(source.files, folder)
        if source.wide:
            return [self._write_wide(computer, source, expression, folder)]
        return [computer.write(source, expression, folder)]

    def _write_wide(self, computer: Computer, source: Input, expression: str | None, folder: Path) -> Path:
        work = self._staging / "work"
        work.mkdir(exist_ok=True)
        outline, sizes = work / "outline.parquet", work / "sizes.parquet"
        computer.rest()
        if not source.ordered:
            wide.write_sizes(source.files, sizes)
        ordered = computer.outline(source, expression, None if source.ordered else sizes, outline)
        computer.rest()
        wide.write(source.files, outline, folder / PART, work, hidden=expression is not None, ordered=ordered)
        outline.unlink()
        return folder / PART

    def _move(self, done: Sequence[Published]) -> None:
        for each in done:
            assert each.table.version is not None
            move(self._staging / "done" / each.table.name.table, snapshot_folder(self._lake, each.table.name, each.table.version))

    def _retire(self, done: Sequence[Published]) -> None:
        for each in done:
            old = self.before.get(each.table.name.table)
            if old is not None and old.table.version is not None:
                snapshots.retire(snapshot_folder(self._lake, old.table.name, old.table.version))


def _linked(files: Sequence[Path], folder: Path) -> list[Path]:
    """The same files under another folder: nothing is copied where the file system has links, and the load can still be gone on with."""
    for file in files:
        try:
            os.link(file, folder / file.name)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            shutil.copyfile(file, folder / file.name)
    return [folder / file.name for file in files]

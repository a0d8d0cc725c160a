"""One load of one database: rows land in staging, visibility is computed, and everything is published at once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from carrel.lake import register, snapshots, wide
from carrel.lake.compute import Computer, Input, Plan, affected, repeated_key, sort_key
from carrel.lake.files import PART, disk_errors, move, new_version, remove, snapshot_folder, table_folder
from carrel.lake.landing import Landing
from carrel.lake.register import Published
from carrel.model.errors import BadInput, Internal
from carrel.model.sensitivity import HIDDEN_COLUMN
from carrel.model.tables import Database, Table
from carrel.state.store import State

_HELD: Final = 64 << 20
"""Bytes of rows that all landings together keep in memory."""

_COLUMNS: Final = 4096
"""As in MariaDB."""

Planner = Callable[[Mapping[str, Table]], Sequence[Plan]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load has published: rows of each table that it brought; `recomputed` tables were there before, and have new visibility."""

    tables: Mapping[str, int]
    recomputed: tuple[str, ...]


class Load:
    """Made by `Lake.load`, which holds the database's lock for it and clears staging afterwards.

    Attributes:
        before: the database's published tables as the load found them.
    """

    def __init__(self, state: State, lake: Path, database: Database, *, source: str, staging: Path, memory_mb: int) -> None:
        self.before = register.published(state, database.name)
        self._state = state
        self._lake = lake
        self._database = database
        self._source = source
        self._staging = staging
        self._memory_mb = memory_mb
        self._landings: dict[str, Landing] = {}

    def land(self, table: Table, batches: Iterable[pa.RecordBatch], secret: frozenset[str]) -> int:
        """Writes rows of a table to staging. May be called again for the same table: its rows add up.

        Args:
            table: with the types in which the lake is to keep its columns.
            batches: text columns as `binary` or `string`; `BLOB` columns as `binary`.
            secret: columns of which no value is written.

        Returns:
            The rows that this call brought.

        Raises:
            BadInput: a name that cannot be one here; or whatever `batches` raises.
            Unavailable: the disk is full.
        """
        with disk_errors(self._lake):
            landing = self._landing(table, secret)
            rows = landing.rows
            landing.add(batches)
            if sum(each.held for each in self._landings.values()) > _HELD:
                for each in self._landings.values():
                    each.flush()
            return landing.rows - rows

    def publish(self, planner: Planner) -> Loaded:
        """Computes visibility, sorts, and makes the tables visible in one transaction. What they replace goes when nobody reads it any more.

        Args:
            planner: from the tables that the database will have to their visibility plans, in an order in which each may use the `_hidden` of those before it.

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
            done = self._compute(inputs, order, expressions)
            self._move(done)
            register.publish(self._state, self._database, done, {name: each.table.version or "" for name, each in self.before.items()})
            self._retire(done)
        loaded = {name: landing.rows for name, landing in self._landings.items()}
        return Loaded(loaded, tuple(name for name in order if name not in loaded))

    def _landing(self, table: Table, secret: frozenset[str]) -> Landing:
        name = table.name.table
        landing = self._landings.get(name)
        if landing is None:
            self._check(table)
            folder = self._staging / "landed"
            folder.mkdir(exist_ok=True)
            landing = self._landings[name] = Landing(table, secret, folder / f"{name}.parquet")
        elif landing.table != table:
            raise BadInput(f"the table `{name}` comes twice, with different columns", help="load one of them")
        return landing

    def _check(self, table: Table) -> None:
        name = table.name.table
        table_folder(self._lake, table.name)
        twins = [other for other in (*self.before, *self._landings) if other.lower() == name.lower() and other != name]
        if twins:
            raise BadInput(f"two tables whose names differ in case only: `{name}` and `{twins[0]}`")
        for kept in (HIDDEN_COLUMN, wide.SIZE_COLUMN):
            if table.column(kept) is not None:
                raise BadInput(f"a column of `{name}` is called `{kept}`, which is kept for the lake")
        names = {column.name.lower() for column in table.columns}
        if len(table.columns) > _COLUMNS:
            raise BadInput(f"`{name}` has {len(table.columns)} columns, and a table has at most {_COLUMNS}")
        if len(names) < len(table.columns):
            raise BadInput(f"two columns of `{name}` have one name")
        if any(column.partition("(")[0].lower() not in names for key in (table.primary_key, *(index.columns for index in table.indexes)) for column in key):
            raise BadInput(f"a key of `{name}` is of a column that the table does not have")

    def _inputs(self) -> dict[str, Input]:
        inputs = {}
        for name, each in self.before.items():
            files = sorted(snapshot_folder(self._lake, each.table.name, each.table.version or "").glob("*.parquet"))
            inputs[name] = Input(
                each.table, files, hidden=each.visibility is not None, staged=False, wide=any(wide.is_wide(file) for file in files), size=each.size * 4,
                rows=each.table.rows,
            )
        for name, landing in self._landings.items():
            inputs[name] = Input(
                landing.table, [landing.file], hidden=False, staged=True, wide=landing.wide, size=landing.bytes, rows=landing.rows,
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
            file = self._write_wide(computer, source, expression, folder) if source.wide else computer.write(source, expression, folder)
        key = sort_key(source.table)
        if key and name in self._landings and repeated_key(file, key):
            raise BadInput(f"two rows of `{name}` have the same key ({', '.join(key)})", help="see whether the load holds the table twice")
        rows = computer.count(file)
        if rows != source.rows:
            raise Internal(f"`{name}` has {rows} rows after its visibility was computed, {source.rows} before")
        computer.show(replace(source, files=[file], hidden=expression is not None, staged=False), hidden=True)
        snapshots.prepare(folder)
        table = replace(source.table, version=version, rows=rows, visibility=expression is not None, private=self._database.private)
        origin = self._source if name in self._landings else self.before[name].source
        return Published(table, expression, origin, file.stat().st_size)

    def _write_wide(self, computer: Computer, source: Input, expression: str | None, folder: Path) -> Path:
        work = self._staging / "work"
        work.mkdir(exist_ok=True)
        outline = work / "outline.parquet"
        ordered = computer.outline(source, expression, outline)
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


def clear(staging: Path) -> None:
    """Deletes what a load has left in staging."""
    remove(staging)

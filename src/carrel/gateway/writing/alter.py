"""ALTER TABLE, CREATE INDEX, DROP INDEX: a definition's steps, all or none, and the rows written anew where a column of the files changes.

A column keeps what it carries whatever it is called and of whatever type it is. What a column that goes has carried goes with it; the clock stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Final

import pyarrow as pa

from carrel.gateway.columns import arrow_schema, declared_column, merged
from carrel.gateway.deeds import Deeds, exists, require_kind
from carrel.gateway.values import fitted, typed
from carrel.gateway.writing.counting import Counter
from carrel.gateway.writing.keys import check_unique, require_counter, unique_keys, with_key, without_key
from carrel.gateway.writing.whole import shares_that_end
from carrel.gateway.writing.writer import Writer
from carrel.model.copies import Copy
from carrel.model.errors import AccessRefused, CarrelError, NotAllowed, NotFound
from carrel.model.names import TableName
from carrel.model.provenance import Provenance
from carrel.model.queries import Done, Notice
from carrel.model.sensitivity import Mask
from carrel.model.tables import Column, Index, Table
from carrel.policy.guard.writing.forms import (
    AddColumn,
    AddKey,
    ChangeColumn,
    Deed,
    DropColumn,
    DropKey,
    Place,
    RenameColumn,
    RenameKey,
    RenameTable,
    SetDefault,
    Step,
)  # fmt: skip

_ZEROS: Final = {"date": "0000-00-00", "datetime": "0000-00-00 00:00:00", "timestamp": "0000-00-00 00:00:00", "time": "00:00:00"}


@dataclass(slots=True)
class _Cell:
    """A column to be. `was`: its place before; None: it is new. `anew`: its values are looked at."""

    column: Column
    was: int | None
    anew: bool = False


class _Plan:
    """The definition under way. Steps name columns and keys as they were before the statement; a place after another column, and new keys, as they are then."""

    def __init__(self, deeds: Deeds, table: Table) -> None:
        self.deeds = deeds
        self.table = table
        self.cells = [_Cell(column, place) for place, column in enumerate(table.columns)]
        self.names = {column.name.lower(): cell for column, cell in zip(table.columns, self.cells, strict=True)}
        self.keys: list[Index] = []
        self.called: dict[str, str | None] = {}
        self.to = table.name
        self.brought: Provenance | None = None
        self.notices: list[Notice] = []

    def take(self, step: Step) -> None:
        try:
            _STEPS[type(step)](self, step)
        except CarrelError as error:
            if not getattr(step, "quiet", False) or error.code not in {"unknown_key", "unknown_column", "duplicate_column", "duplicate_key_name"}:
                raise
            self.notices.append(Notice(code=error.code, text=error.text))

    # --- steps

    def add(self, step: AddColumn) -> None:
        column = declared_column(step.column, self.deeds.typed if step.column.default is None else self._written())
        if any(cell.column.name.lower() == column.name.lower() for cell in self.cells):
            raise NotAllowed(f"duplicate column name `{column.name}`", code="duplicate_column")
        self._put(_Cell(column, None), step.place)

    def change(self, step: ChangeColumn) -> None:
        cell = self._cell(step.name, "CHANGE")
        made = declared_column(step.column, frozenset())
        before = cell.column
        kept = replace(made, tag=before.tag, also=before.also, masked=before.masked, description=before.description)
        cell.column = self._told(kept) if made.default != before.default else kept
        cell.anew = (made.native_type, made.type) != (before.native_type, before.type) or (before.nullable and not made.nullable) or bool(made.extra)
        if cell.anew:
            self._require_seen(before)
        self.called[before.name.lower()] = made.name
        if step.place is not None:
            self.cells.remove(cell)
            self._put(cell, step.place)

    def drop(self, step: DropColumn) -> None:
        cell = self._cell(step.name, "DROP", code="unknown_key")
        self.cells.remove(cell)
        del self.names[step.name.lower()]
        if not self.cells:
            raise NotAllowed("you can't delete all columns with ALTER TABLE", help="DROP TABLE")
        self.called[step.name.lower()] = None

    def rename(self, step: RenameColumn) -> None:
        cell = self._cell(step.name, "RENAME")
        cell.column = replace(cell.column, name=step.to)
        self.called[step.name.lower()] = step.to

    def default(self, step: SetDefault) -> None:
        cell = self._cell(step.name, "ALTER")
        cell.column = self._told(replace(cell.column, default=step.default))

    def add_key(self, step: AddKey) -> None:
        names = {index.name.lower() for index in self.table.indexes}
        if step.quiet and step.key.name.lower() in names:
            raise NotAllowed(f"duplicate key name `{step.key.name}`", code="duplicate_key_name")
        self.keys.append(step.key)

    def drop_key(self, step: DropKey) -> None:
        self.table = without_key(self.table, step.name)

    def rename_key(self, step: RenameKey) -> None:
        without_key(self.table, step.name)
        if any(index.name.lower() == step.to.lower() for index in self.table.indexes):
            raise NotAllowed(f"duplicate key name `{step.to}`", code="duplicate_key_name")
        self.table = replace(self.table, indexes=tuple(
            replace(index, name=step.to) if index.name.lower() == step.name.lower() else index for index in self.table.indexes
        ))  # fmt: skip

    def move(self, step: RenameTable) -> None:
        self.to = step.to

    # --- the end of it

    def made(self) -> Table:
        """The table to be, without its rows."""
        names = [cell.column.name.lower() for cell in self.cells]
        for name in names:
            if names.count(name) > 1:
                raise NotAllowed(f"duplicate column name `{name}`", code="duplicate_column")
        self._call_keys()
        primary = {part.partition("(")[0].lower() for part in self.table.primary_key}
        columns = tuple(replace(cell.column, nullable=cell.column.nullable and cell.column.name.lower() not in primary) for cell in self.cells)
        table = reduce(with_key, self.keys, replace(self.table, columns=columns))
        for cell, column in zip(self.cells, table.columns, strict=True):
            cell.anew |= cell.was is not None and cell.column.nullable and not column.nullable
            cell.column = column
        require_counter(table)
        return table

    def _told(self, column: Column) -> Column:
        """With what its new default, which the client wrote, may hold."""
        return column if column.default is None else merged(column, self._written(), Mask.CLEAR)

    def _written(self) -> frozenset[str]:
        self.brought = self.deeds.asking.inherited.written
        return self.brought.tags

    def _cell(self, name: str, verb: str, code: str = "unknown_column") -> _Cell:
        cell = self.names.get(name.lower())
        if cell is None:
            raise NotFound(f"unknown column `{name}` in {verb}" if code == "unknown_column" else f"can't drop `{name}`", code=code)
        return cell

    def _put(self, cell: _Cell, place: Place) -> None:
        names = [other.column.name.lower() for other in self.cells]
        if place.after is not None and place.after.lower() not in names:
            raise NotFound(f"unknown column `{place.after}` in AFTER", code="unknown_column")
        at = 0 if place.first else len(names) if place.after is None else names.index(place.after.lower()) + 1
        self.cells.insert(at, cell)

    def _call_keys(self) -> None:
        """Keys follow their columns; a column that goes goes from its keys, and a key that has none left goes too."""

        def parts(columns: Sequence[str]) -> tuple[str, ...]:
            called = ((part, part.partition("(")[0]) for part in columns)
            named = ((part, name, self.called.get(name.lower(), name)) for part, name in called)
            return tuple(now + part[len(name) :] for part, name, now in named if now is not None)

        left = (replace(index, columns=parts(index.columns)) for index in self.table.indexes)
        self.table = replace(self.table, primary_key=parts(self.table.primary_key), indexes=tuple(index for index in left if index.columns))

    def _require_seen(self, column: Column) -> None:
        """Whether its values convert would tell of them."""
        if not self.deeds.sees(self.table, column):
            raise AccessRefused(f"you may not change the type of `{column.name}`, whose values you may not read", help="drop the column")


_STEPS: Final[dict[type, Callable[[_Plan, Any], None]]] = {
    AddColumn: _Plan.add, ChangeColumn: _Plan.change, DropColumn: _Plan.drop, RenameColumn: _Plan.rename, SetDefault: _Plan.default, AddKey: _Plan.add_key,
    DropKey: _Plan.drop_key, RenameKey: _Plan.rename_key, RenameTable: _Plan.move,
}


def planned(deeds: Deeds, table: Table) -> tuple[_Plan, Table]:
    """What is to be done, and the table that comes of it. Raises what the statement would be refused with, whatever the rows."""
    plan = _Plan(deeds, table)
    for step in deeds.what.steps:
        plan.take(step)
    made = plan.made()
    _require_free(deeds, table.name, plan.to)
    plan.notices += shares_that_end(deeds, table) if plan.to != table.name else ()
    return plan, made


def alter(writer: Writer) -> Done:
    table, copy = writer.own()
    plan, made = planned(writer, table)
    if plan.to != table.name:
        require_kind(table, Deed.RENAME)
    keys = [key for key in unique_keys(made) if key not in unique_keys(table)] if not any(cell.anew for cell in plan.cells) else unique_keys(made)
    moved = {} if plan.to == table.name else {"to": str(plan.to)}
    with writer.deed(writer.begin(writer.metadata(), copy.id, **moved)) as done:
        rows, size = _published(writer, (table, copy), made, plan, keys)
        affected = rows if any(cell.anew for cell in plan.cells) else 0  # as MariaDB says it, which adds and drops without a look at the rows
        told = f"Records: {affected}  Duplicates: 0  Warnings: {len(plan.notices)}" * any(type(step) is not RenameTable for step in writer.what.steps)
        return done(Done(affected=affected, info=told, notices=tuple(plan.notices)), rows, size)


def _published(writer: Writer, own: tuple[Table, Copy], made: Table, plan: _Plan, keys: Sequence[Index]) -> tuple[int, int]:
    """Gives the rows that were written anew, and the bytes of the whole."""
    table, copy = own
    same = [(cell.column.name, cell.column.type, cell.was) for cell in plan.cells] == [
        (column.name, column.type, place) for place, column in enumerate(table.columns)
    ]
    whole = same and not any(cell.anew for cell in plan.cells)
    made = replace(made, name=plan.to)
    counter = Counter(made)
    with writer.work.draft(made) as draft, writer.work.rows(table) as kept:
        if whole:
            writer.work.link(table, draft.folder)
            size = draft.size()
        else:
            draft.begin(arrow_schema(made.columns), 0)
            size = writer.fill(draft, (_converted(batch, plan.cells, counter) for _, batch in _watched(writer, kept)), copy.size)
        check_unique(writer, draft, writer.kept(made, made.columns, 0), keys)
        writer.again(None)
        tags = frozenset(tag for column in made.columns for tag in column.tags if tag is not None)
        more = copy if plan.brought is None else copy.with_more(writer.given(copy, {0: plan.brought}).copy)
        changed = counter.kept(writer.kept(made, made.columns, table.rows))
        writer.work.publish(draft, changed, size, replace(more, name=str(plan.to), rows=table.rows, size=size, tags=tags), before=table)
        return 0 if whole else draft.rows, size


def _watched(writer: Writer, kept: Iterator[tuple[int, pa.RecordBatch]]) -> Iterator[tuple[int, pa.RecordBatch]]:
    for one in kept:
        writer.asking.turn.require_not_cancelled()
        yield one


def _converted(batch: pa.RecordBatch, cells: Sequence[_Cell], counter: Counter) -> pa.RecordBatch:
    columns = [cell.column for cell in cells]
    arrays = [_values(batch, cell, counter) for cell in cells]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(columns))


def _values(batch: pa.RecordBatch, cell: _Cell, counter: Counter) -> pa.Array:
    column = cell.column
    if cell.was is None and not column.extra:
        return typed([_filling(column)] * batch.num_rows, column)
    array = pa.nulls(batch.num_rows, arrow_schema((column,)).field(0).type) if cell.was is None else batch.column(cell.was)
    if column.extra:
        return fitted(counter.numbered(fitted(array, replace(column, nullable=True))), column)
    return fitted(array, column) if cell.anew else array


def _filling(column: Column) -> str | int | None:
    """What rows get in a column that is added."""
    if column.default is not None or column.nullable:
        return column.default
    return _ZEROS.get(column.native_type.partition("(")[0], "" if column.type in {"VARCHAR", "BLOB"} else 0)


def _require_free(deeds: Deeds, name: TableName, to: TableName) -> None:
    if to != name and deeds.require(to, deeds.find(to)) is not None:
        raise exists(to)

"""Values of a client's file on their way into a column, as MariaDB's LOAD DATA takes them: what does not fit is bent and told, or, in strict mode, refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from carrel.gateway.bent import numbers, texts, times
from carrel.gateway.bent.told import Bent, Level, Told
from carrel.gateway.columns import arrow_schema
from carrel.model.errors import BadInput, Unsupported
from carrel.model.queries import Notice
from carrel.model.tables import Column

MOST: Final = 64
"""Warnings that are kept, as many as MariaDB's `max_error_count` says."""

Cell = bytes | None
ABSENT: Final = object()
"""What stands where a row has no field."""

_MISSING, _LONG, _NULL = 1261, 1262, 1263


@dataclass(slots=True)
class Sink:
    """What is told of a file. `total` counts all warnings, of which the first are kept. `strict`: the first one is a refusal."""

    strict: bool
    total: int = 0
    kept: list[Told] = field(default_factory=list)
    _block: list[Told] = field(default_factory=list)
    _of_place: Counter[tuple[int, Level]] = field(default_factory=Counter)

    def tell(self, told: Told) -> None:
        """Notes a warning of the block under way; of each column no more are kept than could ever be told."""
        self.total += 1
        self._of_place[told.place, told.level] += 1
        if self._of_place[told.place, told.level] <= MOST:
            self._block.append(told)

    def settle(self) -> None:
        """The end of a block: the first warnings, row by row. Raises BadInput in strict mode for the first that is more than a note."""
        self._block.sort(key=lambda told: (told.row, told.place))
        if self.strict:
            for told in self._block:
                if told.level is Level.WARNING:
                    raise BadInput(told.text, help="nothing of the file was kept; without REPLACE values are bent and warnings say so")
        self.kept = (self.kept + self._block)[:MOST]
        self._block = []
        self._of_place.clear()

    def notices(self) -> tuple[Notice, ...]:
        return tuple(Notice(code="value_bent", text=told.text, number=told.number) for told in self.kept)


@dataclass(frozen=True, slots=True)
class Bender:
    """One column's.

    Attributes:
        place: of the column in the table.
        charset: of the file.
        now: what a timestamp is that may not be NULL.
    """

    column: Column
    place: int
    charset: str
    now: datetime
    sink: Sink

    def require(self) -> None:
        """Raises Unsupported where a file's field cannot fill such a column."""
        if self._kind() is None:
            raise Unsupported(f"a file's fields cannot fill column `{self.column.name}` of type `{self.column.native_type}`", help="leave it out of the list")

    def array(self, cells: Sequence[Any], first: int) -> pa.Array:
        """The cells of some rows, of which the first is number `first` of the file, from 1."""
        kind = arrow_schema((self.column,)).field(0).type
        fast = self._fast(cells, kind)
        if fast is not None:
            return fast
        make = self._kind()
        assert make is not None, "it was required"
        return pa.array([self._cell(cell, row, make) for row, cell in enumerate(cells, first)], kind)

    def _fast(self, cells: Sequence[Any], kind: pa.DataType) -> pa.Array | None:
        if any(cell is ABSENT for cell in cells):
            return None
        found = pa.array(cells, pa.binary())
        if found.null_count and not self.column.nullable:
            return None
        return texts.fast(found, self.column, self.charset) if pa.types.is_string(kind) else numbers.fast(found, self.column, kind)

    def _cell(self, cell: Any, row: int, make: Callable[[bytes], Bent]) -> Any:
        if cell is ABSENT:
            self._tell(row, _MISSING, f"row {row} doesn't contain data for all columns")
            return None if self.column.default is None and self.column.nullable else self._zero()
        if cell is None:
            return None if self.column.nullable else self._null(row)
        bent = make(cell)
        for number, level, what in bent.told:
            self._tell(row, number, f"{what} for column `{self.column.name}` at row {row}", level)
        return bent.value

    def _null(self, row: int) -> Any:
        if self.column.native_type.startswith("timestamp"):
            return f"{self.now:%Y-%m-%d %H:%M:%S}"
        self._tell(row, _NULL, f"column set to default value; NULL supplied to NOT NULL column `{self.column.name}` at row {row}")
        return self._zero()

    def _tell(self, row: int, number: int, text: str, level: Level = Level.WARNING) -> None:
        self.sink.tell(Told(row, self.place, number, level, text))

    def _kind(self) -> Callable[[bytes], Bent] | None:
        return numbers.maker(self.column) or times.maker(self.column) or texts.maker(self.column, self.charset)

    def _zero(self) -> Any:
        return numbers.zero(self.column) if numbers.maker(self.column) else times.zero(self.column) if times.maker(self.column) else texts.zero(self.column)


def long(sink: Sink, row: int, width: int) -> None:
    """Tells that a row had more fields than are taken."""
    sink.tell(Told(row, width, _LONG, Level.WARNING, f"row {row} was truncated; it contained more data than there were input columns"))

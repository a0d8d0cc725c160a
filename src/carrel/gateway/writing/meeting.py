"""Which rows that come have a unique key in common with one that is there, or with each other: asked of the engine, as in a query of the table's owner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.gateway.writing.keys import NEW, expression, unique_keys
from carrel.gateway.writing.rows import Found, mask
from carrel.gateway.writing.writer import Writer
from carrel.model.errors import LimitReached
from carrel.model.names import TableName
from carrel.model.ports import Draft
from carrel.model.queries import Unpublished
from carrel.model.tables import ROW, Column, Index, Table
from carrel.policy.guard.changes import authorize_beside

MOST: Final = 500_000
"""Rows that are looked at one by one, where those that come meet each other or there are several unique keys."""
LEVELS: Final = 64
"""Rows of one key that come at once and change a row one after the other: each time the table is written anew."""

Id = tuple[int, str, int]
"""A key's value: the number of the key, and a row that has it, `old` or `new`."""


@dataclass(frozen=True, slots=True)
class Met:
    """Of one key: rows that come and the rows that are there which they meet; rows that come and have it in common, each with the first of its like."""

    new: pa.Array
    old: pa.Array
    among: pa.Array
    first: pa.Array


class Meeting:
    """Of the rows of a draft with the rows of a published table.

    Attributes:
        coming: what the draft is to a question.
    """

    def __init__(self, writer: Writer, table: Table, new: Draft, columns: tuple[Column, ...]) -> None:
        """`columns`: with what the rows that come bring."""
        self.coming = replace(writer.kept(table, columns, 0), name=TableName(table.name.database, NEW), version=None, primary_key=(), indexes=())
        self.keys = unique_keys(table)
        self.draft = new
        self._deeds = writer
        self._table = table
        self.met = [self._meet(key) for key in self.keys]

    @property
    def plain(self) -> bool:
        """Whether there is one key, and no two rows that come have it in common: then each meets one row at most, and none is met twice."""
        return len(self.keys) == 1 and not len(self.met[0].among)

    def simulated(self, *, stays: bool) -> tuple[pa.Array, pa.Array]:
        """The rows that go, and those that come and are not there in the end, as one row comes after the other. `stays`: what is there stays."""
        ids = self._ids()
        holder: dict[Id, int] = {}
        """Who has a key's value: a row that came, or `~row` of one that was there."""
        held: dict[int, list[Id]] = {}
        for one in {one for own in ids.values() for one in own if one[1] == "old"}:
            holder[one] = ~one[2]
            held.setdefault(~one[2], []).append(one)
        away: set[int] = set()
        for new in sorted(ids):
            others = {holder[one] for one in ids[new] if one in holder}
            if others and stays:
                away.add(new)
                continue
            for other in others:
                away.add(other)
                for one in held[other]:
                    holder.pop(one, None)
            holder.update(dict.fromkeys(ids[new], new))
            held[new] = ids[new]
        return _sorted(~row for row in away if row < 0), _sorted(row for row in away if row >= 0)

    def levels(self) -> list[pa.Array]:
        """The rows of the levels above the first: no two of a level meet one row, and each is above those that come before it and meet the same."""
        last: dict[object, int] = {}
        level_of: dict[int, int] = {}
        for new, own in sorted(self._ids().items()):
            tied = {*own, *(("old", row) for _, kind, row in own if kind == "old")}
            level_of[new] = 1 + max((last.get(one, -1) for one in tied), default=-1)
            last.update(dict.fromkeys(tied, level_of[new]))
        count = 1 + max(level_of.values(), default=0)
        if count > LEVELS:
            raise LimitReached(f"more than {LEVELS} rows of one key come at once", code="too_complex", help="aggregate them first: GROUP BY the key")
        return [_sorted(new for new, level in level_of.items() if level == number) for number in range(1, count)]

    def _ids(self) -> dict[int, list[Id]]:
        """Of each row that meets another: its keys' values."""
        if sum(len(met.new) + len(met.among) for met in self.met) > MOST:
            raise LimitReached("too many rows have a key in common", code="too_complex", help="bring them in parts, and each key once")
        found: dict[int, list[Id]] = {}
        for number, met in enumerate(self.met):
            first = dict(zip(met.among.to_pylist(), met.first.to_pylist(), strict=True))
            there = {first.get(new, new): old for new, old in zip(met.new.to_pylist(), met.old.to_pylist(), strict=True)}
            for new in {*first, *met.new.to_pylist()}:
                like = first.get(new, new)
                found.setdefault(new, []).append((number, "old", there[like]) if like in there else (number, "new", like))
        return found

    def _meet(self, key: Index) -> Met:
        database, parts = self._table.name.database, list(enumerate(key.columns))
        names = ", ".join(f"{expression(part)} AS k{number}" for number, part in parts)
        there = " AND ".join(f"{expression(part)} IS NOT NULL" for _, part in parts)
        listed = ", ".join(expression(part) for _, part in parts)
        both = " AND ".join(f"{expression(part, 'n.')} = {expression(part, 't.')}" for _, part in parts)
        own = " AND ".join(f"{expression(part, 'n.')} = d.k{number}" for number, part in parts)
        new, old = f"`{database}`.`{NEW}`", f"`{database}`.`{self._table.name.table}`"
        met = self._pairs(f"SELECT n.{ROW} AS a, t.{ROW} AS b FROM {new} n JOIN {old} t ON {both}")  # noqa: S608 - names are quoted
        twins = f"SELECT {names}, MIN({ROW}) AS f FROM {new} WHERE {there} GROUP BY {listed} HAVING COUNT(*) > 1"  # noqa: S608 - names are quoted
        among = self._pairs(f"SELECT n.{ROW} AS a, d.f AS b FROM {new} n JOIN ({twins}) d ON {own}")  # noqa: S608 - names are quoted
        plain = len(self.keys) == 1 and not len(among[0])
        first, second = map(_in_order, met) if plain else met
        return Met(first, second, *among)

    def _pairs(self, text: str) -> tuple[pa.Array, pa.Array]:
        new = self.coming
        query = self._deeds.asking.authorized(text, self._deeds.now, (), partial(authorize_beside, new=new, placed=self._table))
        with closing(self._deeds.asking.parts.engine.run(query, {new.name: files(self.draft)})) as running:
            batches = list(running.batches())
        if not batches:
            return none(), none()
        first, second = (pa.concat_arrays(column.chunks).cast(pa.int64()) for column in pa.Table.from_batches(batches).columns)
        return first, second


def files(draft: Draft) -> Unpublished:
    return Unpublished(tuple(sorted(draft.folder.glob("*.parquet"))))


def without(kept: Iterator[tuple[int, pa.RecordBatch]], places: pa.Array) -> Iterator[pa.RecordBatch]:
    """Rows but those at these places, which ascend."""
    found = Found(iter([pa.RecordBatch.from_arrays([places], names=["place"])]))
    for start, batch in kept:
        where, _ = found.within(start, batch.num_rows)
        yield batch.filter(pc.invert(mask(batch.num_rows, where))) if len(where) else batch


def only(kept: Iterator[tuple[int, pa.RecordBatch]], places: pa.Array) -> Iterator[pa.RecordBatch]:
    """The rows at these places, which ascend."""
    found = Found(iter([pa.RecordBatch.from_arrays([places], names=["place"])]))
    for start, batch in kept:
        yield batch.take(found.within(start, batch.num_rows)[0])


def none() -> pa.Array:
    return pa.array([], pa.int64())


def _sorted(rows: Iterable[int]) -> pa.Array:
    return pa.array(sorted(rows), pa.int64())


def _in_order(places: pa.Array) -> pa.Array:
    return places.take(pc.sort_indices(places))

"""Which cells flow into which, by trying: each cell of small tables is changed in turn, and what comes out is compared."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

import duckdb
import pyarrow as pa

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.model.names import ColumnName, TableName
from carrel.model.queries import AuthorizedQuery, Query
from carrel.model.tables import Column, Database, DatabaseKind, Retention, Table
from carrel.policy.guard import authorize
from carrel.policy.load import Policy
from tests.derivations import COLUMNS
from tests.policy_cases.catalog import asker

TAGS: Final = {"name": "personal.name", "ip": "personal.ip", "page": "personal.reading", "size": "restricted"}
ANSWERS: Final = {"INTEGER": pa.int32(), "VARCHAR": pa.string()}
VALUES: Final[dict[str, list[Any]]] = {"INTEGER": [0, 1, 2, 3, 4, None], "VARCHAR": ["a", "b", "0", "1", "2", "3", None]}
RARE: Final[dict[str, list[Any]]] = {"INTEGER": [9, -1, 5, 6, None], "VARCHAR": ["zz", "A", "", "5", "c", None]}
Cells = dict[str, list[dict[str, Any]]]
Pair = tuple[int, ColumnName]


def tables() -> dict[TableName, Table]:
    """The tables of derivations, in `log`, where some groups read personal columns in clear."""
    made = {}
    for name, columns in COLUMNS.items():
        described = tuple(Column(name=column, type=kind, tag=TAGS.get(column, "public")) for column, kind in columns.items())
        made[TableName("log", name)] = Table(
            name=TableName("log", name), kind=DatabaseKind.LOG, columns=described, documented=True, version="1", primary_key=(described[0].name,),
            retention=Retention(kind="age", column=described[0].name, limit=timedelta(days=90)),
        )  # fmt: skip
    return made


class Small:
    """Fills the port Catalog: the tables of derivations."""

    def __init__(self) -> None:
        self.by_name = tables()

    def databases(self) -> Sequence[Database]:
        return (Database(name="log", kind=DatabaseKind.LOG),)

    def tables(self, database: str) -> Sequence[Table]:
        return [table for name, table in self.by_name.items() if name.database == database]

    def table(self, name: TableName) -> Table | None:
        return self.by_name.get(name)


CATALOG: Final = Small()


def authorized(sql: str, policy: Policy, group: str = "statistics-privatedata-users") -> AuthorizedQuery:
    person = asker(group)
    return authorize(Query(text=sql, dialect="mysql", database="log", asker=person), CATALOG, policy)


@dataclass
class Found:
    """What trying has shown of one derivation: pairs of an output's place and a base column that flows into it, and tables whose rows do."""

    seen: set[Pair] = field(default_factory=set)
    rows: set[TableName] = field(default_factory=set)


class Tries:
    """Runs one derivation on many small sets of tables."""

    def __init__(self, engine: DuckDbEngine, query: AuthorizedQuery, seed: int) -> None:
        self._dice = random.Random(seed)
        self._query = query
        self._cursor: duckdb.DuckDBPyConnection = engine._connection.cursor()
        self._names = list(query.fragments)
        self._text = engine.explain(replace(query, memory={}), {name: given(name, []) for name in self._names})
        self._ordered = bool(query.tree.args.get("order"))
        self.found = Found()

    def run(self, least: int, most: int, claimed: set[Pair]) -> Found:
        """Tries `least` sets, and up to `most` while something that is claimed has not been seen."""
        for number in range(most):
            if number >= least and claimed <= self.found.seen:
                break
            cells = self._cells()
            before = self._answer(cells)
            for name in self._names:
                self._columns(cells, name, before)
                self._rows(cells, name, before)
        return self.found

    def close(self) -> None:
        self._cursor.close()

    def _columns(self, cells: Cells, name: TableName, before: list[Any]) -> None:
        everything = range(len(self._query.outputs))
        for column, kind in COLUMNS[name.table].items():
            source = ColumnName(name, column)
            for row in cells[name.table]:
                if all((place, source) in self.found.seen for place in everything):
                    break
                for value in self._others(kind, row[column]):
                    kept, row[column] = row[column], value
                    self.found.seen |= {(place, source) for place in _differ(before, self._answer(cells))}
                    row[column] = kept

    def _rows(self, cells: Cells, name: TableName, before: list[Any]) -> None:
        rows = cells[name.table]
        for place in range(len(rows)):
            fewer = {**cells, name.table: rows[:place] + rows[place + 1 :]}
            more = {**cells, name.table: [*rows, rows[place]]}
            if any(_differ(before, self._answer(other)) for other in (fewer, more)):
                self.found.rows.add(name)
                return

    def _answer(self, cells: Cells) -> list[Any]:
        """Per output its values, in order where the question gives one."""
        for name in self._names:
            self._cursor.register(f"{name}@given", given(name, cells[name.table]))
        rows = self._cursor.execute(self._text).fetchall()
        columns = [[row[place] for row in rows] for place in range(len(self._query.outputs))]
        return columns if self._ordered else [Counter(map(repr, column)) for column in columns]

    def _cells(self) -> Cells:
        """Two to six rows in each table; each column has a few values alone, so that some are alike."""
        cells: Cells = {}
        for table, columns in COLUMNS.items():
            count = self._dice.choice((2, 4, 5, 6))
            keys = sorted(self._dice.sample(range(7), count))
            key, *others = columns
            few = {column: self._dice.sample(VALUES[columns[column]], self._dice.choice((2, 3, 5))) for column in others}
            cells[table] = [{key: number, **{column: self._dice.choice(few[column]) for column in others}} for number in keys]
        return cells

    def _others(self, kind: str, value: Any) -> Iterator[Any]:
        """Two other values: one that may be elsewhere too, one that is rare."""
        yield self._dice.choice([one for one in VALUES[kind] if one != value])
        yield self._dice.choice([one for one in RARE[kind] if one != value])


def given(name: TableName, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows in the order of the key, as the lake keeps them."""
    columns = COLUMNS[name.table]
    key = next(iter(columns))
    ordered = sorted(rows, key=lambda row: (row[key] is not None, row[key] or 0))
    return pa.table({column: pa.array([row[column] for row in ordered], ANSWERS[kind]) for column, kind in columns.items()})


def claimed(query: AuthorizedQuery) -> set[Pair]:
    """What the guard says."""
    return {(place, source) for place, output in enumerate(query.outputs) for source in output.sources}


def _differ(before: list[Any], after: list[Any]) -> list[int]:
    return [place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]

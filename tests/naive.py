"""What a person sees of a wiki, worked out from tags and hidden bits alone, in the plainest way and without the code of policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from carrel.app import App
from carrel.model.names import TableName
from carrel.model.tables import Column, Table
from tests.questions import Known

WIKI_READERS = frozenset({"researchers", "statistics-privatedata-users", "analytics-privatedata-users", "analytics-wmde"})
"""Groups that may ask the wikis' databases, as the table of the groups has it."""

ROW = 1
"""The hidden bit of a whole row."""


def opens(table: Table, group: str) -> bool:
    """Whether a member reads anything of this wiki's table."""
    return group in WIKI_READERS and not table.private and any(column.tag == "public" for column in table.columns)


def shows(column: Column, bits: int) -> bool:
    """Whether a reader sees this column's cell in a row with these hidden bits."""
    return column.tag == "public" and bits & (ROW | int(column.hidden_by)) == 0


def rows_of(app: App, table: Table) -> pa.Table:
    """The table's rows as they are in the lake, with `_hidden` where it has that column."""
    assert table.version is not None
    with app.lake.open(table.name, table.version) as files:
        return pa.concat_tables([pq.read_table(file) for file in files])


def bits_of(rows: pa.Table) -> list[int]:
    return rows["_hidden"].to_pylist() if "_hidden" in rows.column_names else [0] * rows.num_rows


@dataclass(frozen=True)
class Lifted:
    """A column that a grant opens to the person in spite of its tag; `suppressed`: also where the wiki has hidden row or cell."""

    table: TableName
    column: str
    suppressed: bool


def seen(table: Table, rows: pa.Table, group: str, lifted: Sequence[Lifted] = ()) -> pa.Table:
    """The rows that a member sees, closed and hidden cells as NULL, without `_hidden`."""
    mine = {lift.column: lift.suppressed for lift in lifted if lift.table == table.name}
    bits = bits_of(rows) if opens(table, group) or mine else [ROW] * rows.num_rows
    kept = [number for number, hidden in enumerate(bits) if not hidden & ROW or any(mine.values())]
    arrays = []
    for position, column in enumerate(table.columns):
        values = rows[position].to_pylist()
        cells = [values[number] if _shows(column, bits[number], mine) else None for number in kept]
        arrays.append(pa.array(cells, rows.schema.field(position).type))
    return pa.table(arrays, names=[column.name for column in table.columns])


def _shows(column: Column, bits: int, mine: Mapping[str, bool]) -> bool:
    if column.name not in mine:
        return shows(column, bits)
    return mine[column.name] or bits & (ROW | int(column.hidden_by)) == 0


def all_seen(app: App, database: str, group: str) -> dict[str, pa.Table]:
    """What a member sees of each loaded table."""
    return {table.name.table: seen(table, rows_of(app, table), group) for table in app.catalog.tables(database) if table.version is not None}


def known(app: App, database: str, group: str) -> Mapping[str, Known]:
    """The tables for a generator of questions; one with rows is asked for more often."""
    found = {}
    for table in app.catalog.tables(database):
        public = tuple(column.name for column in table.columns if column.tag == "public") if opens(table, group) else ()
        closed = tuple(column.name for column in table.columns if column.name not in public)
        found[table.name.table] = Known(public, closed, 4.0 if table.rows else 1.0)
    return found


def hidden_literals(app: App, database: str) -> Iterator[str]:
    """Values that a guesser would try, as SQL: words of the rows that are hidden."""
    for table in app.catalog.tables(database):
        if table.version is not None and table.visibility:
            rows = rows_of(app, table)
            for bits, row in zip(bits_of(rows), rows.to_pylist(), strict=True):
                if bits & ROW:
                    yield from (f"'{value}'" for value in row.values() if isinstance(value, str) and value.isalnum() and len(value) < 60)

"""Two instances that agree on everything one person may see and differ in everything else: hidden rows and cells, closed columns, what is not known.

What the person may see is worked out by `naive`, tag by tag and bit by bit, not by the code under test.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import delete, update

from carrel.app import App
from carrel.model.names import TableName
from carrel.model.tables import Table
from carrel.state.schema.lake import LAKE_DATABASE, LAKE_GENERATION, LAKE_TABLE
from tests.naive import ROW, bits_of, opens, shows

Change = Callable[[pa.Table, Table, str], pa.Table]
"""Other rows of a table, in which a member of the group sees the same."""


def other_cells(rows: pa.Table, table: Table, group: str) -> pa.Table:
    """Every cell that may not be seen has another value."""
    hidden, read = bits_of(rows), opens(table, group)
    for position, column in enumerate(table.columns):
        seen = [read and shows(column, bits) for bits in hidden]
        if not all(seen):
            field = rows.schema.field(position)
            values = [value if keep else _other(value, field.type, row) for row, (value, keep) in enumerate(zip(rows[position].to_pylist(), seen, strict=True))]
            rows = rows.set_column(position, pa.field(field.name, field.type), pa.array(values, field.type))
    return rows


def fewer_rows(rows: pa.Table, table: Table, group: str) -> pa.Table:
    """Hidden rows are not there at all."""
    return other_cells(rows.filter(pa.array(_seen_rows(rows, table, group), pa.bool_())), table, group)


def more_rows(rows: pa.Table, table: Table, group: str) -> pa.Table:
    """Each hidden row is there three times more, with values that sort before and after all others."""
    extra = rows.filter(pa.array([not seen for seen in _seen_rows(rows, table, group)], pa.bool_()))
    return other_cells(pa.concat_tables([extra, rows, extra, extra]), table, group)


def make_twin(home: Path, twin: Path, change: Change, group: str) -> None:
    """A copy of the home in which the rows of each wiki's table went through `change`. No server may run on the home."""
    shutil.copytree(home, twin, ignore=shutil.ignore_patterns("*.sock", "tmp"))
    app = App(twin)
    try:
        for database in app.catalog.databases():
            for table in app.catalog.tables(database.name):
                if table.version is not None:
                    _rewrite(app, table, change, group)
    finally:
        app.close()


def make_ignorant_twin(home: Path, twin: Path, databases: Collection[str], tables: Collection[TableName]) -> None:
    """A copy of the home in which these databases and tables have never been."""
    shutil.copytree(home, twin, ignore=shutil.ignore_patterns("*.sock", "tmp"))
    app = App(twin)
    try:
        with app.state.write() as connection:
            for name in databases:
                connection.execute(delete(LAKE_TABLE).where(LAKE_TABLE.c.database == name))
                connection.execute(delete(LAKE_DATABASE).where(LAKE_DATABASE.c.name == name))
                shutil.rmtree(app.lake.directory / f"{name}.db")
            for table in tables:
                connection.execute(delete(LAKE_TABLE).where(LAKE_TABLE.c.database == table.database, LAKE_TABLE.c.name == table.table))
            connection.execute(update(LAKE_GENERATION).values(number=LAKE_GENERATION.c.number + 1))
    finally:
        app.close()


def _rewrite(app: App, table: Table, change: Change, group: str) -> None:
    count = 0
    with app.lake.open(table.name, table.version or "") as files:
        for file in files:
            rows = change(pq.read_table(file), table, group)
            count += rows.num_rows
            file.chmod(0o600)
            pq.write_table(rows, file, compression="zstd")
    with app.state.write() as connection:
        here = (LAKE_TABLE.c.database == table.name.database) & (LAKE_TABLE.c.name == table.name.table)
        connection.execute(update(LAKE_TABLE).where(here).values(rows=count, bytes=LAKE_TABLE.c.bytes + 7))


def _seen_rows(rows: pa.Table, table: Table, group: str) -> list[bool]:
    read = opens(table, group)
    return [read and not bits & ROW for bits in bits_of(rows)]


def _other(value: Any, kind: pa.DataType, row: int) -> Any:
    """A value of the type that is not this one; numbers and words in turn, so that casts that succeeded fail and the other way round."""
    if pa.types.is_string(kind):
        return f"{row * 7 + 1}" if isinstance(value, str) and not value.isdecimal() else f"not a number {row}"
    if pa.types.is_binary(kind):
        return f"other {row}".encode()
    if pa.types.is_integer(kind):
        return 1 if value != 1 else 100
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return 17 if value != 17 else 3
    return None if value is not None else value

"""Visibility: the column `_hidden` of each table that has rules, computed by DuckDB over all tables of the wiki, and the final sorted files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from carrel.io.memory import give_back
from carrel.lake.files import PART
from carrel.lake.wide import NUMBER, SIZE, bucket_bytes
from carrel.model.sensitivity import HIDDEN_COLUMN
from carrel.model.tables import Table

_LITTLE_MB: Final = 88
_RESTING_MB: Final = 8
_LITTLE: Final = 32 << 20
_ROW_GROUP_BYTES: Final = 64 << 20
_ROW_GROUP_ROWS: Final = 122_880


class Plan(Protocol):
    """How a table's hidden bits come about.

    Attributes:
        table: its name in the wiki.
        expression: DuckDB's SQL over the row alias `t` and the wiki's other tables by their bare names; of a value that fits UTINYINT.
        uses: the other tables that it names.
    """

    @property
    def table(self) -> str: ...
    @property
    def expression(self) -> str: ...
    @property
    def uses(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Input:
    """Rows of a table before its visibility is computed.

    Attributes:
        table: the definition.
        files: Parquet, with or without `_hidden`.
        hidden: whether they have it.
        ordered: whether they stand in the order of the table's key.
        wide: whether a row is so long that DuckDB is to see the keys only.
        size: of the uncompressed rows, in bytes, about.
        rows: how many.
    """

    table: Table
    files: Sequence[Path]
    hidden: bool
    ordered: bool
    wide: bool
    size: int
    rows: int


def affected(plans: Sequence[Plan], landed: frozenset[str], before: Mapping[str, str | None]) -> list[str]:
    """The tables to write anew: those that landed, those whose rule is another one than before, and those that look at one of these.

    Args:
        before: for each published table the expression that its files were computed with; None for one without visibility.

    Returns:
        Names in the order of computing.
    """
    now = {plan.table: plan.expression for plan in plans}
    changed = set(landed) | {table for table, expression in before.items() if now.get(table) != expression}
    while more := {plan.table for plan in plans if plan.uses & changed} - changed:
        changed |= more
    planned = [plan.table for plan in plans if plan.table in changed]
    return planned + sorted(changed - set(planned))


class Computer:
    """A DuckDB instance of its own with every table of one wiki as a view.

    Args:
        directory: where it spills; inside the home.
        memory_mb: working memory, in MiB. It begins with little, and takes more only for what cannot be done with that.
    """

    def __init__(self, directory: Path, memory_mb: int) -> None:
        # DuckDB has an allocator of its own.
        give_back()
        self._memory_mb = min(memory_mb, _LITTLE_MB)
        self._most_mb = memory_mb
        self._connection = duckdb.connect(config={
            "memory_limit": f"{self._memory_mb}MB", "temp_directory": str(directory), "threads": "2",
            "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
        })

    def _run(self, query: str, *, threads: int) -> None:
        """With as much memory as it takes, up to the most."""
        self._connection.execute(f"SET threads = {threads}")
        while True:
            try:
                self._connection.execute(query)
            except duckdb.OutOfMemoryException:
                if self._memory_mb >= self._most_mb:
                    raise
                self._memory_mb = min(2 * self._memory_mb, self._most_mb)
                self._connection.execute(f"SET memory_limit = '{self._memory_mb}MB'")
            else:
                return

    def show(self, source: Input, *, hidden: bool) -> None:
        """Makes a table visible to the expressions of others: with its hidden bits, or as its bare rows."""
        exclude = f" EXCLUDE ({HIDDEN_COLUMN})" if source.hidden and not hidden else ""
        self._connection.execute(f"CREATE OR REPLACE VIEW {_name(source.table.name.table)} AS SELECT *{exclude} FROM {_rows(source)}")  # noqa: S608 - names and paths are quoted

    def write(self, source: Input, expression: str | None, folder: Path) -> Path:
        """Writes the table sorted by its key, with `_hidden` where there is an expression. Gives the file."""
        file = folder / PART
        bits = f", CAST(({expression}) AS UTINYINT) AS {HIDDEN_COLUMN}" if expression is not None else ""
        order = "" if source.ordered else _order(source.table)
        query = f"SELECT t.*{bits} FROM {_name(source.table.name.table)} t{order}"  # noqa: S608 - the expression is our tag file's
        size = _group_rows(source)
        copy = f"COPY ({query}) TO {_literal(str(file))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {size})"
        # Each thread holds a row group; of rows that need no sorting, or are few, one thread writes nearly as many.
        self._run(copy, threads=1 if source.ordered or source.size < _LITTLE else 2)
        return file

    def outline(self, source: Input, expression: str | None, sizes: Path | None, file: Path) -> bool:
        """Writes the outline of a wide table; see `wide`. Says whether its rows are in the order of their key already.

        Args:
            sizes: a file with number and bytes of each row; None where the rows are known to be in order.
        """
        order = ", ".join(f"t.{_name(column)}" for column in sort_key(source.table)) or f"t.{NUMBER}"
        rows, rank, bucket = _numbered(source), f"t.{NUMBER}", "0"
        if sizes is not None:
            rows = f"(SELECT * FROM {rows} JOIN read_parquet({_literal(str(sizes))}) USING ({NUMBER}))"  # noqa: S608 - paths, quoted
            rank = f"row_number() OVER (ORDER BY {order}) - 1"
            bucket = f"CAST(sum(t.{SIZE}) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) // {bucket_bytes(source.size)} AS INTEGER)"
        facts = f"SELECT t.{NUMBER} AS number, {rank} AS rank, {bucket} AS bucket, CAST(({expression or 0}) AS UTINYINT) AS hidden FROM {rows} t"  # noqa: S608 - as above
        self._run(f"COPY ({facts} ORDER BY number) TO {_literal(str(file))} (FORMAT parquet)", threads=2)
        row = self._connection.execute(f"SELECT count(*) FROM read_parquet({_literal(str(file))}) WHERE rank <> number").fetchone()  # noqa: S608 - a path, quoted
        assert row is not None
        return not row[0]

    def rest(self) -> None:
        """Gives back what was needed so far and may be needed again, before others work."""
        with suppress(duckdb.OutOfMemoryException):  # what is in use stays
            self._connection.execute(f"SET memory_limit = '{_RESTING_MB}MB'")
        self._connection.execute(f"SET memory_limit = '{self._memory_mb}MB'")
        give_back()

    def close(self) -> None:
        self._connection.close()


def row_count(files: Sequence[Path]) -> int:
    return sum(pq.read_metadata(file).num_rows for file in files)


def repeated_key(file: Path, key: Sequence[str]) -> bool:
    """Whether two rows of a file that is sorted by `key` have the same one. Rows whose key holds a NULL are no matter, as in MySQL."""
    last: list[object] | None = None
    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(columns=list(key)):
            columns = [batch.column(name) for name in key]
            if last is not None and None not in last and [column[0].as_py() for column in columns] == last:
                return True
            same = pa.array([True] * (batch.num_rows - 1), pa.bool_())
            for column in columns:
                same = pc.and_(same, pc.equal(column[1:], column[:-1]))
            if pc.any(same).as_py():
                return True
            last = [column[-1].as_py() for column in columns]
    return False


def _rows(source: Input) -> str:
    """The rows of the files, in their order."""
    return f"read_parquet([{', '.join(_literal(str(file)) for file in source.files)}], hive_partitioning = false)"


def _numbered(source: Input) -> str:
    """The rows of the files with a number, which counts them from 0 on."""
    selects, before = [], 0
    for file in source.files:
        selects.append(
            f"SELECT *, file_row_number + {before} AS {NUMBER} FROM read_parquet({_literal(str(file))}, hive_partitioning = false, file_row_number = true)"  # noqa: S608 - a path, quoted
        )
        before += pq.read_metadata(file).num_rows
    return f"({' UNION ALL '.join(selects)})"


def _order(table: Table) -> str:
    columns = sort_key(table)
    return f" ORDER BY {', '.join(_name(column) for column in columns)}" if columns else ""


def sort_key(table: Table) -> tuple[str, ...]:
    """The columns that the files of the table are sorted by."""
    return table.sort_key


def _group_rows(source: Input) -> int:
    """Rows of a row group: fewer where rows are long, for DuckDB holds whole groups in memory."""
    average = max(1, source.size // max(1, source.rows))
    return max(2048, min(_ROW_GROUP_ROWS, _ROW_GROUP_BYTES // average))


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

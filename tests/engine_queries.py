"""Authorized queries made by hand, for tests of engines: names resolved by sqlglot, each base table in a fragment, every column clear unless told otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from carrel.model.decisions import Decision, TableDecision
from carrel.model.errors import Unavailable
from carrel.model.names import TableName
from carrel.model.people import Asker, PersonState, Principal
from carrel.model.queries import AuthorizedQuery, Limits, OutputColumn
from carrel.model.tables import Column, DatabaseKind, Table

OPEN = Decision(allowed=True)
NOW = datetime(2018, 6, 1, 12, 34, 56, tzinfo=UTC)
ASKER = Asker(
    principal=Principal(person="ann", service="test"), door="test", state=PersonState.ACTIVE, groups=frozenset({"researchers"}), now=NOW,
)


class FolderStorage:
    """Fills the port Storage: `<directory>/<database>.db/<table>/<version>/*.parquet`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.opened: dict[tuple[TableName, str], int] = {}

    def save(self, table: Table, rows: pa.Table) -> Table:
        """Publishes the rows as the table's next version, and gives the table with that version."""
        parent = self.directory / f"{table.name.database}.db" / table.name.table
        version = f"{len(list(parent.glob('*'))) + 1:04}"
        (parent / version).mkdir(parents=True)
        pq.write_table(rows, parent / version / "part-00000.parquet", compression="zstd")
        return Table(
            name=table.name, kind=table.kind, columns=table.columns, visibility=table.visibility, primary_key=table.primary_key, options=table.options,
            version=version,
        )

    @contextmanager
    def open(self, table: TableName, version: str) -> Iterator[Sequence[Path]]:
        files = sorted((self.directory / f"{table.database}.db" / table.table / version).glob("*.parquet"))
        if not files:
            raise Unavailable(f"snapshot `{version}` of `{table}` is gone")
        key = (table, version)
        self.opened[key] = self.opened.get(key, 0) + 1
        try:
            yield files
        finally:
            self.opened[key] -= 1


def table(database: str, name: str, *columns: tuple[str, str, str], primary_key: Sequence[str] = (), visibility: bool = False, **more: Any) -> Table:
    """A table of (name, DuckDB type, native type) columns."""
    return Table(
        name=TableName(database, name), kind=DatabaseKind.WIKI,
        columns=tuple(Column(name=column, type=kind, native_type=native, tag="public") for column, kind, native in columns),
        primary_key=tuple(primary_key), visibility=visibility, documented=True, **more,
    )


def authorized(
    sql: str, tables: Sequence[Table], *, database: str = "enwiki", dialect: str = "mysql", fragments: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> AuthorizedQuery:
    """What the guard would make of `sql`.

    Args:
        fragments: by `database.table`, the policy's SELECT where it is not every column, clear and unfiltered.
    """
    by_name = {str(one.name): one for one in tables}
    tree = parse_one(sql, read=dialect)
    headings = [projection.alias_or_name or projection.sql(dialect) for projection in tree.selects]
    tree = qualify(tree, schema=_schema(tables, dialect), db=database, dialect=dialect, validate_qualify_columns=False, quote_identifiers=True)
    used: dict[TableName, exp.Expression] = {}
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    for node in list(tree.find_all(exp.Table)):
        if node.db == database and node.name in ctes and f"{node.db}.{node.name}" not in by_name:
            continue
        if not node.db:
            continue
        base = by_name[f"{node.db}.{node.name}"]
        fragment = _fragment(base, (fragments or {}).get(str(base.name)))
        used[base.name] = fragment
        here = fragment.copy()
        here.meta["carrel_fragment"] = str(base.name)
        alias = node.alias_or_name
        node.replace(exp.Subquery(this=here, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)), joins=node.args.get("joins")))
    if len(headings) != len(tree.selects) or any(heading == "*" for heading in headings):
        headings = [projection.alias_or_name for projection in tree.selects]
    return AuthorizedQuery(
        tree=tree,
        fragments=used,
        versions={name: by_name[str(name)].version for name in used},
        outputs=tuple(OutputColumn(heading=heading, origin=None, sources=frozenset(), tags=frozenset()) for heading in headings),
        influences=frozenset(),
        decisions={
            name: TableDecision(table=by_name[str(name)], known=OPEN, read=OPEN, columns={column.name: OPEN for column in by_name[str(name)].columns})
            for name in used
        },
        asker=ASKER,
        dialect=dialect,
        limits=limits or Limits(),
    )


def _schema(tables: Sequence[Table], dialect: str) -> MappingSchema:
    mapping: dict[str, dict[str, dict[str, str]]] = {}
    for one in tables:
        mapping.setdefault(one.name.database, {})[one.name.table] = {column.name: "text" for column in one.columns}
    return MappingSchema(mapping, dialect=dialect, normalize=False)


def _fragment(base: Table, text: str | None) -> exp.Expression:
    columns = ", ".join(f'"{column.name}" AS "{column.name}"' for column in base.columns)
    return parse_one(text or f'SELECT {columns} FROM "{base.name.database}"."{base.name.table}"', read="duckdb")

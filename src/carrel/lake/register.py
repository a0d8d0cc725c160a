"""What the state says of the lake: databases, published tables, and the one transaction that publishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from carrel.model.errors import Conflict
from carrel.model.names import TableName
from carrel.model.tables import Database, DatabaseKind, Table
from carrel.state.definitions import from_json, to_json
from carrel.state.schema.lake import LAKE_DATABASE, LAKE_GENERATION, LAKE_TABLE
from carrel.state.store import State

_SNAPSHOT: Final = "snapshot"
TEMPORARY: Final = "temporary"
"""The source of tables that end with a session."""
_TABLES: Final = select(LAKE_TABLE, LAKE_DATABASE.c.private).join(LAKE_DATABASE, LAKE_DATABASE.c.name == LAKE_TABLE.c.database)


@dataclass(frozen=True, slots=True)
class Published:
    """A table as it is published.

    Attributes:
        table: its definition with version and rows, without tags.
        visibility: the expression that its `_hidden` was computed with; None where its files have none.
        source: name of the source plugin that it came by.
        size: of the files, in bytes.
        snapshot: the day on which the wiki was as the table tells, `2026-11-01`; None where nobody has said.
        loaded: when it was published; None: it has not been.
    """

    table: Table
    visibility: str | None
    source: str
    size: int
    snapshot: str | None = None
    loaded: datetime | None = None


def databases(state: State) -> list[Database]:
    """All of them, in the order of their names."""
    with state.read() as connection:
        rows = connection.execute(select(LAKE_DATABASE).order_by(LAKE_DATABASE.c.name)).all()
    return [Database(name=row.name, kind=DatabaseKind(row.kind), private=row.private) for row in rows]


def published(state: State, database: str) -> dict[str, Published]:
    """The tables of a database by name; empty where it is not there."""
    with state.read() as connection:
        rows = connection.execute(_TABLES.where(LAKE_TABLE.c.database == database).order_by(LAKE_TABLE.c.name)).all()
    return {row.name: _published(row) for row in rows}


def one(state: State, table: TableName) -> Published | None:
    """The table as it is published; None where it is not there."""
    with state.read() as connection:
        row = connection.execute(_TABLES.where(_is(table))).one_or_none()
    return None if row is None else _published(row)


def unlooked(connection: Connection, rules: str) -> list[Published]:
    """The tables of which nobody has found by these rules when rows of them are due."""
    # Said so, an index finds them among any number that have been looked at.
    others = or_(LAKE_TABLE.c.rules.is_(None), LAKE_TABLE.c.rules < rules, LAKE_TABLE.c.rules > rules)
    return [_published(row) for row in connection.execute(_TABLES.where(others))]


def looked(connection: Connection, table: Published, rules: str, due: date | None) -> None:
    """Notes on which day the first rows of a snapshot may not be there any more. Nothing happens where another has taken its place."""
    connection.execute(
        update(LAKE_TABLE).where(_is(table.table.name), LAKE_TABLE.c.version == table.table.version).values(rules=rules, due=due)
    )


def due(connection: Connection, day: date) -> list[Published]:
    """The tables of which rows may not be there any more on that day, in the order of their names."""
    return [_published(row) for row in connection.execute(_TABLES.where(LAKE_TABLE.c.due <= day).order_by(LAKE_TABLE.c.database, LAKE_TABLE.c.name))]


def versions(state: State) -> dict[TableName, str]:
    """The published snapshot of every table."""
    with state.read() as connection:
        rows = connection.execute(select(LAKE_TABLE.c.database, LAKE_TABLE.c.name, LAKE_TABLE.c.version)).all()
    return {TableName(row.database, row.name): row.version for row in rows}


def generation(state: State) -> int:
    """Grows with every publication."""
    with state.read() as connection:
        return connection.execute(select(LAKE_GENERATION.c.number)).scalar() or 0


def publish(state: State, database: Database, tables: Sequence[Published], expected: Mapping[str, str]) -> None:
    """Makes the snapshots visible, all at once.

    Args:
        expected: versions of the database's tables as they were when the work began.

    Raises:
        Conflict: another process has published to this database meanwhile.
        Unavailable: the state does not answer; nothing is published.
    """
    now = datetime.now(UTC)
    with state.write() as connection:
        found = connection.execute(select(LAKE_TABLE.c.name, LAKE_TABLE.c.version).where(LAKE_TABLE.c.database == database.name)).all()
        if {row.name: row.version for row in found} != dict(expected):
            raise Conflict(f"`{database.name}` was changed by another process during the load", help="load again")
        _put_database(connection, database, now)
        for item in tables:
            _put_table(connection, item, now)
        _count(connection)


def version_of(connection: Connection, table: TableName) -> str | None:
    """The published snapshot of a table; None where it is not there."""
    return connection.execute(select(LAKE_TABLE.c.version).where(_is(table))).scalar()


def table(connection: Connection, name: TableName) -> Table | None:
    """One table as it is published, without what the catalog adds."""
    row = connection.execute(select(LAKE_TABLE).where(LAKE_TABLE.c.database == name.database, LAKE_TABLE.c.name == name.table)).one_or_none()
    return None if row is None else from_json(name, row.definition, version=row.version, rows=row.rows)


def temporary(state: State) -> list[Table]:
    """The tables that end with a session."""
    with state.read() as connection:
        rows = connection.execute(select(LAKE_TABLE).where(LAKE_TABLE.c.source == TEMPORARY)).all()
    return [from_json(TableName(row.database, row.name), row.definition, version=row.version, rows=row.rows) for row in rows]


def put(connection: Connection, database: Database, table: Published) -> None:
    """Makes one snapshot visible in its caller's transaction.

    Raises:
        Conflict: the database is there and of another kind.
    """
    kind = connection.execute(select(LAKE_DATABASE.c.kind).where(LAKE_DATABASE.c.name == database.name)).scalar()
    if kind not in (None, database.kind.value):
        raise Conflict(f"`{database.name}` holds tables that were loaded", help="choose another database")
    now = datetime.now(UTC)
    if kind is None:
        _put_database(connection, database, now)
    _put_table(connection, table, now)
    _count(connection)


def trimmed(connection: Connection, item: Published) -> None:
    """Makes a snapshot with fewer rows visible in its caller's transaction. What the table came by and tells of, and when, stays as it was."""
    _put_table(connection, item, item.loaded or datetime.now(UTC))
    _count(connection)


def remove(connection: Connection, table: TableName) -> None:
    """Makes one table unknown in its caller's transaction."""
    connection.execute(delete(LAKE_TABLE).where(_is(table)))
    _count(connection)


def drop(state: State, database: str) -> None:
    """Makes a database and its tables unknown, in one transaction. Nothing happens where it is not there."""
    with state.write() as connection:
        connection.execute(delete(LAKE_TABLE).where(LAKE_TABLE.c.database == database))
        if connection.execute(delete(LAKE_DATABASE).where(LAKE_DATABASE.c.name == database)).rowcount:
            _count(connection)


def _published(row: Row[*tuple[Any, ...]]) -> Published:
    return Published(
        from_json(TableName(row.database, row.name), row.definition, private=row.private, version=row.version, rows=row.rows),
        row.visibility, row.source, row.bytes, row.definition.get(_SNAPSHOT), row.loaded,
    )


def _is(table: TableName) -> ColumnElement[bool]:
    return and_(LAKE_TABLE.c.database == table.database, LAKE_TABLE.c.name == table.table)


def _put_database(connection: Connection, database: Database, now: datetime) -> None:
    values = {"kind": database.kind.value, "private": database.private, "loaded": now}
    changed = connection.execute(update(LAKE_DATABASE).where(LAKE_DATABASE.c.name == database.name).values(**values))
    if not changed.rowcount:
        connection.execute(insert(LAKE_DATABASE).values(name=database.name, **values))


def _put_table(connection: Connection, item: Published, now: datetime) -> None:
    name = item.table.name
    connection.execute(delete(LAKE_TABLE).where(_is(name)))
    connection.execute(insert(LAKE_TABLE).values(
        database=name.database, name=name.table, version=item.table.version, rows=item.table.rows, bytes=item.size,
        definition={**to_json(item.table), _SNAPSHOT: item.snapshot}, visibility=item.visibility, source=item.source, loaded=now,
    ))


def _count(connection: Connection) -> None:
    if not connection.execute(update(LAKE_GENERATION).values(number=LAKE_GENERATION.c.number + 1)).rowcount:
        connection.execute(insert(LAKE_GENERATION).values(id=1, number=1))

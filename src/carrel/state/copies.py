"""The registry of copies as the rooms above ask it. Each function works in the transaction of its caller, so that a table and its row change together."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, true, update

from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.errors import Conflict, NotFound
from carrel.state import shares
from carrel.state.schema.copies import COPY
from carrel.state.schema.identity import MEMBERSHIP

_NOT_GONE = COPY.c.state.in_([CopyState.HERE.value, CopyState.OUT.value])
"""Said so, an index finds them among any number that are gone."""
_IN_THE_LAKE = and_(COPY.c.state == CopyState.HERE.value, COPY.c.kind.in_([CopyKind.TABLE.value, CopyKind.VIEW.value]))


def new_id() -> str:
    """An id that no copy has."""
    return f"c{secrets.token_hex(8)}"


def register(connection: Connection, copy: Copy) -> None:
    """Enters a new copy.

    Raises:
        Conflict: a table or view of its name is there.
    """
    if copy.state is CopyState.HERE and copy.kind in {CopyKind.TABLE, CopyKind.VIEW} and find(connection, copy.name) is not None:
        raise Conflict(f"`{copy.name}` is there already", help="drop it first, or choose another name")
    connection.execute(insert(COPY).values(id=copy.id, **_values(copy)))


def replace(connection: Connection, copy: Copy) -> None:
    """Writes what is now true of the copy of that id: its contents were changed, or it was renamed.

    Raises:
        NotFound: it is gone, or never was.
    """
    if not connection.execute(update(COPY).where(COPY.c.id == copy.id, _NOT_GONE).values(**_values(copy))).rowcount:
        raise _unknown(copy.id)


def gone(connection: Connection, id: str, when: datetime) -> None:
    """Notes that a copy is no more, and ends its shares. Its row stays. Nothing happens where it has gone before."""
    shares.end(connection, id)
    connection.execute(
        update(COPY).where(COPY.c.id == id, _NOT_GONE).values(state=CopyState.GONE.value, gone_at=when)
    )


def used(connection: Connection, id: str, day: date) -> None:
    """Notes a use; a day that is noted already costs no write."""
    connection.execute(update(COPY).where(COPY.c.id == id, or_(COPY.c.last_use.is_(None), COPY.c.last_use < day)).values(last_use=day))


def find(connection: Connection, name: str) -> Copy | None:
    """The table or view of that name, `staging.t`, that is there."""
    row = connection.execute(select(COPY).where(COPY.c.name == name, _IN_THE_LAKE)).one_or_none()
    return None if row is None else _copy(row)


def get(connection: Connection, id: str) -> Copy:
    """The copy of that id, gone or not. Raises NotFound."""
    row = connection.execute(select(COPY).where(COPY.c.id == id)).one_or_none()
    if row is None:
        raise _unknown(id)
    return _copy(row)


def of_owner(connection: Connection, owner: str, *, everything: bool = False) -> Sequence[Copy]:
    """A person's copies, those that end first before the others. `everything`: those that are gone too."""
    return _all(connection, COPY.c.owner == owner, true() if everything else _NOT_GONE)


def all_of(connection: Connection, *, everything: bool = False) -> Sequence[Copy]:
    """Everybody's copies, as `of_owner`."""
    return _all(connection, true() if everything else _NOT_GONE)


def due(connection: Connection, day: date) -> Sequence[Copy]:
    """Every copy that may not be there on that day and is not gone."""
    return _all(connection, _NOT_GONE, COPY.c.ends <= day)


def count(connection: Connection) -> int:
    """How many copies there are that are not gone."""
    return connection.execute(select(func.count()).select_from(COPY).where(_NOT_GONE)).scalar_one()


def longest_grant(connection: Connection, owner: str, day: date) -> date | None:
    """The last day on which a membership of the owner's is in force that is now; None where none is."""
    ends = connection.execute(
        select(MEMBERSHIP.c.ends).where(MEMBERSHIP.c.person == owner, MEMBERSHIP.c.closed.is_(None)).order_by(MEMBERSHIP.c.ends.desc())
    ).scalars().first()
    last = None if ends is None else (ends - timedelta(microseconds=1)).date()
    return last if last is not None and last >= day else None


def _all(connection: Connection, *conditions: ColumnElement[bool]) -> list[Copy]:
    return [_copy(row) for row in connection.execute(select(COPY).where(and_(*conditions)).order_by(COPY.c.ends, COPY.c.name, COPY.c.id))]


def _values(copy: Copy) -> dict[str, Any]:
    return {
        "kind": copy.kind.value, "name": copy.name, "owner": copy.owner, "made": copy.made, "door": copy.door, "via": copy.via,
        "sources": list(copy.sources), "tags": sorted(copy.tags), "oldest": copy.oldest, "ends": copy.ends, "size": copy.size, "rows": copy.rows,
        "last_use": copy.last_use, "state": copy.state.value, "gone_at": copy.gone_at, "statement": copy.statement,
    }


def _copy(row: Row[*tuple[Any, ...]]) -> Copy:
    return Copy(
        id=row.id, kind=CopyKind(row.kind), name=row.name, owner=row.owner, made=row.made, door=row.door, via=row.via, sources=tuple(row.sources),
        tags=frozenset(row.tags), oldest=row.oldest, ends=row.ends, size=row.size, rows=row.rows, last_use=row.last_use, state=CopyState(row.state),
        gone_at=row.gone_at, statement=row.statement,
    )


def _unknown(id: str) -> NotFound:
    return NotFound(f"there is no copy `{id}`", help="carrel copy list")

"""Exceptions from retention as the rooms above ask for them. Each function works in the transaction of its caller."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, insert, select, true, update

from carrel.model.errors import Conflict, NotFound
from carrel.model.exceptions import RetentionException
from carrel.state.schema.exceptions import RETENTION_EXCEPTION as EXCEPTION

_AT_ONCE: Final = 500
"""Names in one statement: SQLite takes no more than some thousands of values."""


def new_id() -> str:
    """An id that no exception has."""
    return f"x{secrets.token_hex(8)}"


def add(connection: Connection, exception: RetentionException, day: date) -> None:
    """Enters it.

    Raises:
        Conflict: one for the same holds already.
    """
    found = latest(connection, [exception.what]).get(exception.what)
    if found is not None and found.holds(day):
        raise Conflict(f"`{exception.name}` is kept by the exception {found.id} already", help=f"carrel retention except end {found.id}")
    connection.execute(insert(EXCEPTION).values(
        id=exception.id, what=exception.what, name=exception.name, owner=exception.owner, reason=exception.reason, approvers=list(exception.approvers),
        made=exception.made, made_by=exception.made_by, ends=exception.ends, ended=None, ended_by=None,
    ))


def end(connection: Connection, id: str, *, by: str, when: datetime) -> RetentionException:
    """Ends one that holds.

    Raises:
        NotFound: there is none of that id.
        Conflict: it has ended.
    """
    found = get(connection, id)
    if not found.holds(when.date()):
        raise Conflict(f"the exception {id} ended on {found.last}")
    connection.execute(update(EXCEPTION).where(EXCEPTION.c.id == id).values(ended=when, ended_by=by))
    return get(connection, id)


def end_of(connection: Connection, owner: str, *, by: str, when: datetime) -> int:
    """Ends all that hold and that the person answers for; gives how many."""
    held = and_(EXCEPTION.c.owner == owner, EXCEPTION.c.ended.is_(None), EXCEPTION.c.ends > when.date())
    return connection.execute(update(EXCEPTION).where(held).values(ended=when, ended_by=by)).rowcount


def get(connection: Connection, id: str) -> RetentionException:
    """Raises NotFound."""
    row = connection.execute(select(EXCEPTION).where(EXCEPTION.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no exception `{id}`", help="carrel retention except list")
    return _exception(row)


def all_of(connection: Connection, day: date | None) -> Sequence[RetentionException]:
    """Those that hold on the day, the first to end before the others; None: all that there ever were."""
    holds = true() if day is None else and_(EXCEPTION.c.ended.is_(None), EXCEPTION.c.ends > day)
    return [_exception(row) for row in connection.execute(select(EXCEPTION).where(holds).order_by(EXCEPTION.c.ends, EXCEPTION.c.id))]


def latest(connection: Connection, whats: Collection[str]) -> dict[str, RetentionException]:
    """For each table or copy the exception that ends last, whether it holds or has ended."""
    found: dict[str, RetentionException] = {}
    names = sorted(whats)
    for some in (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE)):
        for one in map(_exception, connection.execute(select(EXCEPTION).where(EXCEPTION.c.what.in_(some)))):
            if one.what not in found or found[one.what].last < one.last:
                found[one.what] = one
    return found


def _exception(row: Row[*tuple[Any, ...]]) -> RetentionException:
    return RetentionException(**{**row._mapping, "approvers": tuple(row.approvers)})

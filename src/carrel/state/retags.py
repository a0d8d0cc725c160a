"""Proposals of fewer tags as the rooms above ask for them. Each function works in the transaction of its caller."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from carrel.model.errors import Conflict, NotFound
from carrel.model.retags import Retag
from carrel.state.schema.retags import RETAG


def new_id() -> str:
    """An id that no proposal has."""
    return f"r{secrets.token_hex(8)}"


def propose(connection: Connection, retag: Retag) -> None:
    """Enters one, in the place of another for the column that still waits."""
    connection.execute(update(RETAG).where(_waits(retag.copy, retag.column)).values(outcome="replaced", decided=retag.proposed))
    connection.execute(insert(RETAG).values(
        id=retag.id, copy=retag.copy, column=retag.column, version=retag.version, before=sorted(retag.before), after=sorted(retag.after),
        reason=retag.reason, owner=retag.owner, proposed=retag.proposed,
    ))


def waiting(connection: Connection, copy: str, column: str) -> Retag:
    """Raises NotFound where nothing is proposed for the column."""
    row = connection.execute(select(RETAG).where(_waits(copy, column))).one_or_none()
    if row is None:
        raise NotFound(f"nothing is proposed for `{column}` of this copy", code="unknown_column", help="carrel copy show ID")
    return _retag(row)


def decide(connection: Connection, retag: Retag, *, steward: str, outcome: str, when: datetime) -> None:
    """Raises Conflict where it has been decided meanwhile."""
    decided = update(RETAG).where(RETAG.c.id == retag.id, RETAG.c.outcome.is_(None)).values(steward=steward, outcome=outcome, decided=when)
    if not connection.execute(decided).rowcount:
        raise Conflict("it has been decided meanwhile", help="carrel copy show ID")


def of_copy(connection: Connection, copy: str) -> Sequence[Retag]:
    """The oldest first."""
    return [_retag(row) for row in connection.execute(select(RETAG).where(RETAG.c.copy == copy).order_by(RETAG.c.proposed, RETAG.c.id))]


def _waits(copy: str, column: str) -> ColumnElement[bool]:
    return and_(RETAG.c.copy == copy, RETAG.c.column == column, RETAG.c.outcome.is_(None))


def _retag(row: Row[*tuple[Any, ...]]) -> Retag:
    return Retag(
        id=row.id, copy=row.copy, column=row.column, version=row.version, before=frozenset(row.before), after=frozenset(row.after), reason=row.reason,
        owner=row.owner, proposed=row.proposed, steward=row.steward, decided=row.decided, outcome=row.outcome,
    )

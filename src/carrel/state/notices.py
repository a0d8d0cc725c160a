"""The outbox of warnings: what is to be told of the ends of copies, and what has been. Each function works in the transaction of its caller."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from carrel.model.copies import Copy, CopyState
from carrel.state import copies
from carrel.state.schema.copies import COPY
from carrel.state.schema.identity import PERSON
from carrel.state.schema.notices import NOTICE


@dataclass(frozen=True, slots=True)
class Waiting:
    """A warning that nobody has been handed yet, with the copy and where its owner gets mail; empty where that is not known."""

    copy: Copy
    days: int
    address: str


def enter(connection: Connection, copy: Copy, days: int, now: datetime) -> bool:
    """Notes that a warning is due. Gives whether it was not before."""
    if connection.execute(select(NOTICE.c.copy).where(_is(copy, days))).first() is not None:
        return False
    connection.execute(insert(NOTICE).values(copy=copy.id, ends=copy.ends, days=days, made=now))
    return True


def waiting(connection: Connection, today: date) -> Sequence[Waiting]:
    """Warnings of copies that are there and have days left, by owner, the first to end before the others."""
    rows = connection.execute(
        select(NOTICE.c.copy, NOTICE.c.days, PERSON.c.email)
        .join(COPY, and_(COPY.c.id == NOTICE.c.copy, COPY.c.ends == NOTICE.c.ends))
        .join(PERSON, PERSON.c.name == COPY.c.owner)
        .where(NOTICE.c.handed.is_(None), COPY.c.state != CopyState.GONE.value, COPY.c.ends > today, PERSON.c.present)
        .order_by(COPY.c.owner, COPY.c.ends, COPY.c.name, NOTICE.c.copy, NOTICE.c.days)
    ).all()
    return [Waiting(copies.get(connection, row.copy), row.days, row.email) for row in rows]


def take(connection: Connection, found: Collection[Waiting], now: datetime) -> Sequence[Waiting]:
    """Marks them as handed over, before they are. Gives those that nobody else has taken meanwhile."""
    marked = update(NOTICE).values(handed=now)
    return [one for one in found if connection.execute(marked.where(_is(one.copy, one.days), NOTICE.c.handed.is_(None))).rowcount]


def give_back(connection: Connection, found: Collection[Waiting]) -> None:
    """They could not be handed over."""
    for one in found:
        connection.execute(update(NOTICE).where(_is(one.copy, one.days)).values(handed=None))


def _is(copy: Copy, days: int) -> ColumnElement[bool]:
    return and_(NOTICE.c.copy == copy.id, NOTICE.c.ends == copy.ends, NOTICE.c.days == days)

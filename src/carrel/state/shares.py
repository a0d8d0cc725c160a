"""Whom the owners of tables let read them. Each function works in the transaction of its caller."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Date, Select, String, and_, bindparam, delete, exists, insert, or_, select

from carrel.model.copies import CopyState, Receiver, ReceiverKind
from carrel.model.errors import Conflict, NotFound
from carrel.state.schema.base import UtcTime
from carrel.state.schema.copies import COPY
from carrel.state.schema.identity import MEMBERSHIP, PERSON
from carrel.state.schema.shares import SHARE


def give(connection: Connection, copy: str, receivers: Collection[Receiver], now: datetime) -> None:
    """Enters a share for each; one that is there stays as it is.

    Raises:
        Conflict: the copy is not there any more.
    """
    there = select(COPY.c.id).where(COPY.c.id == copy, COPY.c.state == CopyState.HERE.value)
    if connection.execute(there).first() is None:
        raise Conflict("the table has gone meanwhile", help="SHOW TABLES")
    for receiver in set(receivers) - set(of_copy(connection, copy)):
        connection.execute(insert(SHARE).values(copy=copy, kind=receiver.kind.value, name=receiver.name, given=now))


def take(connection: Connection, copy: str, receiver: Receiver) -> None:
    """Raises NotFound where there is no such share."""
    if not connection.execute(delete(SHARE).where(SHARE.c.copy == copy, _is(receiver))).rowcount:
        raise NotFound(f"there is no such grant for {receiver.kind} `{receiver.name}` on this table", code="unknown_grant", help="SHOW GRANTS FOR …")


def end(connection: Connection, copy: str) -> int:
    """Ends all shares of a copy. Gives how many there were."""
    return connection.execute(delete(SHARE).where(SHARE.c.copy == copy)).rowcount


def of_copy(connection: Connection, copy: str) -> Sequence[Receiver]:
    """In the order of their names."""
    rows = connection.execute(select(SHARE).where(SHARE.c.copy == copy))
    return sorted(Receiver(ReceiverKind(row.kind), row.name) for row in rows)


def of_owner(connection: Connection, owner: str) -> Sequence[tuple[str, Receiver]]:
    """The names of a person's tables, each with those who have a share of it, in order."""
    rows = connection.execute(select(COPY.c.name.label("table"), SHARE.c.kind, SHARE.c.name).join(COPY).where(COPY.c.owner == owner))
    return sorted((row.table, Receiver(ReceiverKind(row.kind), row.name)) for row in rows)


def everything(connection: Connection) -> Sequence[tuple[str, str, Receiver]]:
    """Each share: the table's name, its owner, and who has it; in order."""
    rows = connection.execute(select(COPY.c.name.label("table"), COPY.c.owner, SHARE.c.kind, SHARE.c.name).join(COPY))
    return sorted((row.table, row.owner, Receiver(ReceiverKind(row.kind), row.name)) for row in rows)


def held(connection: Connection, person: str, groups: Collection[str], now: datetime) -> frozenset[str]:
    """Ids of the copies that others share with a person or their groups: those whose owner's own access holds."""
    values = {"person": person, "groups": sorted(groups), "now": now, "today": now.date()}
    return frozenset(connection.execute(_HELD, values).scalars())


def _held() -> Select[str]:
    person, groups = bindparam("person", type_=String), bindparam("groups", type_=String, expanding=True)
    now, today = bindparam("now", type_=UtcTime), bindparam("today", type_=Date)
    receives = or_(
        and_(SHARE.c.kind == ReceiverKind.USER.value, SHARE.c.name == person), and_(SHARE.c.kind == ReceiverKind.GROUP.value, SHARE.c.name.in_(groups)),
    )
    access = exists().where(MEMBERSHIP.c.person == PERSON.c.name, MEMBERSHIP.c.closed.is_(None), MEMBERSHIP.c.begins <= now, MEMBERSHIP.c.ends > now)
    return (
        select(SHARE.c.copy)
        .join(COPY, COPY.c.id == SHARE.c.copy)
        .join(PERSON, PERSON.c.name == COPY.c.owner)
        .where(receives, COPY.c.state == CopyState.HERE.value, COPY.c.ends > today, PERSON.c.present, PERSON.c.suspended.is_(None))
        .where(or_(PERSON.c.ends.is_(None), PERSON.c.ends > now), access)
    )


def _is(receiver: Receiver) -> ColumnElement[bool]:
    return and_(SHARE.c.kind == receiver.kind.value, SHARE.c.name == receiver.name)


_HELD: Final = _held()
"""Made once: it is asked with each question."""

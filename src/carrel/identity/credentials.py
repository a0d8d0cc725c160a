"""Personal credentials: issued once, kept as verifiers, dead with the membership that they belong to."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from carrel.identity.local import MOST_CREDENTIALS
from carrel.identity.people import in_force, state_of
from carrel.identity.verifiers import Verifiers, new_secret
from carrel.model.errors import AccessRefused, Conflict, NotFound
from carrel.model.people import PersonState
from carrel.state.schema.identity import CREDENTIAL, MEMBERSHIP, PERSON
from carrel.state.store import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A new credential. `secret` is in no other place: show it once. `ends`: UTC, the end of its membership today."""

    id: str
    person: str
    group: str
    ends: datetime
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What is listed of one. `alive`: it opens the doors now."""

    id: str
    person: str
    group: str
    created: datetime
    created_by: str
    ends: datetime
    revoked: datetime | None
    alive: bool


def issue(state: State, person: str, group: str, *, by: str, now: datetime, keep: Callable[[Issued], None]) -> Issued:
    """A credential for a member of the group.

    Args:
        keep: called inside the transaction with the secret, to write it where its owner finds it; when it raises, nothing was issued.

    Raises:
        AccessRefused: the person is not a present, active member.
        Conflict: they have as many as one person may have.
    """
    with state.write() as connection:
        row = connection.execute(select(PERSON).where(PERSON.c.name == person)).one_or_none()
        membership = connection.execute(
            select(MEMBERSHIP).where(MEMBERSHIP.c.person == person, MEMBERSHIP.c.group_name == group, in_force(now))
        ).one_or_none()
        status = PersonState.ABSENT if row is None else state_of(row, now)
        if status is not PersonState.ACTIVE or membership is None:
            raise _refusal(person, group, status)
        if _count(connection, person, now) >= MOST_CREDENTIALS:
            raise Conflict(f"`{person}` has {MOST_CREDENTIALS} living credentials, the most that one person may have", help="carrel credential revoke ID")
        ends = membership.ends if row is None or row.ends is None else min(membership.ends, row.ends)
        issued = Issued(id=secrets.token_hex(8), person=person, group=group, ends=ends, secret=new_secret())
        verifiers = Verifiers.of(issued.secret)
        connection.execute(insert(CREDENTIAL), {
            "id": issued.id, "membership": membership.id, "native": verifiers.native.hex(), "sha2": verifiers.sha2.hex(), "created": now, "created_by": by,
        })
        keep(issued)
    return issued


def credentials(state: State, now: datetime, *, person: str | None = None) -> Sequence[Credential]:
    """Every credential ever issued, newest first."""
    found = (
        select(
            CREDENTIAL.c.id, MEMBERSHIP.c.person, MEMBERSHIP.c.group_name, CREDENTIAL.c.created, CREDENTIAL.c.created_by, CREDENTIAL.c.revoked,
            MEMBERSHIP.c.ends, in_force(now).label("in_force"), PERSON.c.present, PERSON.c.suspended, PERSON.c.ends.label("person_ends"),
        )
        .select_from(CREDENTIAL.join(MEMBERSHIP).join(PERSON))
        .order_by(CREDENTIAL.c.created.desc(), CREDENTIAL.c.id)
    )
    if person is not None:
        found = found.where(MEMBERSHIP.c.person == person)
    with state.read() as connection:
        rows = connection.execute(found).all()
    return [_credential(row, now) for row in rows]


def revoke(state: State, credential: str, *, by: str, now: datetime) -> None:
    """Closes one at once.

    Raises:
        NotFound: there is none with this id.
        Conflict: it is revoked.
    """
    with state.write() as connection:
        done = connection.execute(
            update(CREDENTIAL).where(CREDENTIAL.c.id == credential, CREDENTIAL.c.revoked.is_(None)).values(revoked=now, revoked_by=by)
        ).rowcount
        if done == 0:
            if connection.execute(select(CREDENTIAL.c.id).where(CREDENTIAL.c.id == credential)).first() is None:
                raise NotFound(f"there is no credential `{credential}`", help="carrel credential list")
            raise Conflict(f"credential `{credential}` has been revoked")


def _credential(row: Row[*tuple[Any, ...]], now: datetime) -> Credential:
    ends = row.ends if row.person_ends is None else min(row.ends, row.person_ends)
    return Credential(
        id=row.id, person=row.person, group=row.group_name, created=row.created, created_by=row.created_by, ends=ends, revoked=row.revoked,
        alive=bool(row.in_force) and row.revoked is None and row.present and row.suspended is None and ends > now,
    )


def _count(connection: Connection, person: str, now: datetime) -> int:
    found = select(func.count()).select_from(CREDENTIAL.join(MEMBERSHIP)).where(
        MEMBERSHIP.c.person == person, in_force(now), CREDENTIAL.c.revoked.is_(None)
    )
    return connection.execute(found).scalar_one()


def _refusal(person: str, group: str, status: PersonState) -> AccessRefused:
    reasons = {
        PersonState.ABSENT: (f"there is no person `{person}`", "carrel user list"),
        PersonState.SUSPENDED: (f"`{person}` is suspended", f"carrel user resume {person}"),
        PersonState.LAPSED: (f"the access of `{person}` has ended", f"carrel user show {person}"),
        PersonState.ACTIVE: (f"`{person}` is not a member of `{group}`", f"carrel group add-member {group} {person} --sponsor NAME --until DATE"),
    }
    text, help_ = reasons[status]
    return AccessRefused(f"no credential for `{group}`: {text}", help=help_)

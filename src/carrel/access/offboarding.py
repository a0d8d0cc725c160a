"""How somebody leaves: every door closes in one transaction, and what is left is listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from carrel.access.records import recorded
from carrel.identity import credentials
from carrel.identity.accounts import OFFBOARDED, close
from carrel.identity.people import state_of
from carrel.model.errors import NotFound
from carrel.model.people import PersonState, Principal
from carrel.model.ports import Audit
from carrel.state import exceptions
from carrel.state.schema.identity import CREDENTIAL, MEMBERSHIP, PERSON
from carrel.state.store import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Offboarded:
    """What was closed. `left`: what still stands of the person, in words; empty where nothing does."""

    person: str
    memberships: tuple[str, ...]
    credentials: int
    password: bool
    left: tuple[str, ...]


def offboard(state: State, audit: Audit, principal: Principal, person: str, *, now: datetime) -> Offboarded:
    """Closes the account, its memberships, credentials and password. Doing it again closes nothing more and lists anew.

    The exceptions from retention that the person answered for end. The account itself stays, absent: its name and uid are not given to anybody else. An import
    does not bring the person back; only `resume` may.

    Raises:
        NotFound: there is no such person.
    """
    with recorded(audit, principal, "offboard", details={"person": person}), state.write() as connection:
        row = connection.execute(select(PERSON).where(PERSON.c.name == person)).one_or_none()
        if row is None:
            raise NotFound(f"there is no person `{person}`", help="carrel user list")
        terms = connection.execute(select(MEMBERSHIP.c.id, MEMBERSHIP.c.group_name).where(MEMBERSHIP.c.person == person, MEMBERSHIP.c.closed.is_(None))).all()
        living = _living(connection, person)
        for term in terms:
            close(connection, term.id, by=principal.via or principal.person, now=now)
        connection.execute(update(PERSON).where(PERSON.c.name == person).values(
            present=False, password=None, suspended=now, suspended_by=principal.via or principal.person, suspended_reason=OFFBOARDED,
        ))
        exceptions.end_of(connection, person, by=principal.via or principal.person, when=now)
    return Offboarded(
        person=person, memberships=tuple(term.group_name for term in terms), credentials=living, password=row.password is not None,
        left=_left(state, person, now),
    )


def _living(connection: Connection, person: str) -> int:
    found = select(func.count()).select_from(CREDENTIAL.join(MEMBERSHIP)).where(
        MEMBERSHIP.c.person == person, MEMBERSHIP.c.closed.is_(None), CREDENTIAL.c.revoked.is_(None)
    )
    return connection.execute(found).scalar_one()


def _left(state: State, person: str, now: datetime) -> tuple[str, ...]:
    """Asked of the state anew, as a door would, not remembered from what was just done."""
    left = [f"credential {item.id} for {item.group}" for item in credentials.credentials(state, now, person=person) if item.alive]
    with state.read() as connection:
        row = connection.execute(select(PERSON).where(PERSON.c.name == person)).one()
        terms = connection.execute(select(MEMBERSHIP.c.group_name).where(MEMBERSHIP.c.person == person, MEMBERSHIP.c.closed.is_(None))).scalars()
        left += [f"membership of {group}" for group in terms]
    if row.password is not None:
        left.append("a password")
    if state_of(row, now) is not PersonState.ABSENT:
        left.append("an open account")
    return tuple(left)

"""What is known of people: facts for a question, and lists for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, select

from carrel.model.errors import NotFound
from carrel.model.people import Asker, PersonState, Principal
from carrel.state import shares
from carrel.state.schema.identity import ACCESS_GROUP, CREDENTIAL, MEMBERSHIP, PERSON
from carrel.state.schema.shares import SHARE
from carrel.state.store import State

_SHARES: Final = exists().select_from(SHARE).label("shares")
"""Whether anybody shares anything, for what is read with each question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One term. In force while `closed` is None and `ends` is ahead. Times are UTC."""

    person: str
    group: str
    source: str
    begins: datetime
    ends: datetime
    sponsor: str
    added_by: str
    closed: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account.

    Attributes:
        kind: `shell` and `web` are the two kinds of entry of Wikimedia's file, `system` runs programs, `local` was added by command.
        ends: the account lapses at this moment; None: only its memberships end.
        memberships: those in force.
    """

    name: str
    kind: str
    source: str
    state: PersonState
    uid: int | None
    realname: str
    email: str
    ends: datetime | None
    expiry_contact: str
    password: bool
    suspended_reason: str | None
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessGroup:
    name: str
    source: str
    gid: int | None
    description: str
    deprecated: bool
    members: tuple[str, ...]


def state_of(row: Row[*tuple[Any, ...]], now: datetime) -> PersonState:
    """Of a row of PERSON. Absent beats suspended beats lapsed."""
    if not row.present:
        return PersonState.ABSENT
    if row.suspended is not None:
        return PersonState.SUSPENDED
    return PersonState.LAPSED if row.ends is not None and row.ends <= now else PersonState.ACTIVE


def in_force(now: datetime) -> ColumnElement[bool]:
    """Condition on MEMBERSHIP."""
    return and_(MEMBERSHIP.c.closed.is_(None), MEMBERSHIP.c.begins <= now, MEMBERSHIP.c.ends > now)


class StoredPeople:
    """Port People, and the lists of the command line."""

    def __init__(self, state: State) -> None:
        self._state = state

    def asker(self, principal: Principal, door: str, now: datetime) -> Asker:
        """Facts of this moment. A credential that has died since the login makes its bearer LAPSED: an open session ends with it."""
        with self._state.read() as connection:
            row = connection.execute(select(PERSON, _SHARES).where(PERSON.c.name == principal.person)).one_or_none()
            groups = _groups(connection, principal.person, now)
            held = shares.held(connection, principal.person, groups, now) if row is not None and row.shares else frozenset()
            alive = principal.credential is None or _alive(connection, principal.credential, principal.person, now)
        state = PersonState.ABSENT if row is None else state_of(row, now)
        if state is PersonState.ACTIVE and not alive:
            state = PersonState.LAPSED
        if state is not PersonState.ACTIVE:
            held = frozenset()
        return Asker(principal=principal, door=door, state=state, groups=groups if state is PersonState.ACTIVE else frozenset(), shares=held, now=now)

    def people(self, now: datetime) -> Sequence[Person]:
        """All accounts in the order of their names."""
        with self._state.read() as connection:
            rows = connection.execute(select(PERSON).order_by(PERSON.c.name)).all()
            terms = _terms(connection, in_force(now))
        return [_person(row, terms, now) for row in rows]

    def person(self, name: str, now: datetime) -> Person:
        """Raises NotFound."""
        with self._state.read() as connection:
            row = connection.execute(select(PERSON).where(PERSON.c.name == name)).one_or_none()
            if row is None:
                raise NotFound(f"there is no person `{name}`", help="carrel user list")
            return _person(row, _terms(connection, and_(in_force(now), MEMBERSHIP.c.person == name)), now)

    def groups(self, now: datetime) -> Sequence[AccessGroup]:
        """All groups in the order of their names, with the members in force."""
        with self._state.read() as connection:
            rows = connection.execute(select(ACCESS_GROUP).order_by(ACCESS_GROUP.c.name)).all()
            terms = _terms(connection, in_force(now))
        return [
            AccessGroup(
                name=row.name, source=row.source, gid=row.gid, description=row.description, deprecated=row.deprecated,
                members=tuple(term.person for term in terms if term.group == row.name),
            )
            for row in rows
        ]

    def group(self, name: str, now: datetime) -> AccessGroup:
        """Raises NotFound."""
        for group in self.groups(now):
            if group.name == name:
                return group
        raise NotFound(f"there is no group `{name}`", help="carrel group list")

    def memberships(self, *, person: str | None = None, group: str | None = None) -> Sequence[Membership]:
        """Every term, ended ones too, by person, group and beginning."""
        wanted = [column == value for column, value in ((MEMBERSHIP.c.person, person), (MEMBERSHIP.c.group_name, group)) if value is not None]
        with self._state.read() as connection:
            return _terms(connection, and_(True, *wanted))


def _groups(connection: Connection, person: str, now: datetime) -> frozenset[str]:
    found = select(MEMBERSHIP.c.group_name).join(ACCESS_GROUP).where(MEMBERSHIP.c.person == person, in_force(now), ACCESS_GROUP.c.deprecated.is_(False))
    return frozenset(connection.execute(found).scalars())


def _alive(connection: Connection, credential: str, person: str, now: datetime) -> bool:
    found = (
        select(CREDENTIAL.c.id)
        .join(MEMBERSHIP)
        .where(CREDENTIAL.c.id == credential, CREDENTIAL.c.revoked.is_(None), MEMBERSHIP.c.person == person, in_force(now))
    )
    return connection.execute(found).first() is not None


def _terms(connection: Connection, condition: ColumnElement[bool]) -> list[Membership]:
    rows = connection.execute(
        select(MEMBERSHIP).where(condition).order_by(MEMBERSHIP.c.person, MEMBERSHIP.c.group_name, MEMBERSHIP.c.id)
    )
    return [
        Membership(
            person=row.person, group=row.group_name, source=row.source, begins=row.begins, ends=row.ends, sponsor=row.sponsor, added_by=row.added_by,
            closed=row.closed, closed_by=row.closed_by,
        )
        for row in rows
    ]


def _person(row: Row[*tuple[Any, ...]], terms: Sequence[Membership], now: datetime) -> Person:
    return Person(
        name=row.name, kind=row.kind, source=row.source, state=state_of(row, now), uid=row.uid, realname=row.realname, email=row.email, ends=row.ends,
        expiry_contact=row.expiry_contact, password=row.password is not None, suspended_reason=row.suspended_reason,
        memberships=tuple(term for term in terms if term.person == row.name),
    )

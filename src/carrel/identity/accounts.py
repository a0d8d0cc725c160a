"""Changes to accounts and memberships, one at a time and by hand. Imports from a file are `access`'s business. Each takes effect at the next statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from carrel.identity.names import checked_name
from carrel.identity.people import in_force
from carrel.identity.verifiers import Passwords, is_issued
from carrel.model.errors import BadInput, Conflict, NotFound
from carrel.state.schema.identity import ACCESS_GROUP, CREDENTIAL, MEMBERSHIP, PERSON
from carrel.state.store import State

LOCAL = "local"
OFFBOARDED = "offboarded"
"""Why a person is suspended who has left. A file that still names them must not bring them back."""

SHORTEST_PASSWORD = 12


def add_person(state: State, name: str, *, realname: str, email: str, ends: datetime | None, now: datetime) -> None:
    """Raises BadInput for a name that cannot be one, Conflict for one that is taken, also by somebody who has left."""
    checked_name(name)
    with state.write() as connection:
        if connection.execute(select(PERSON.c.name).where(PERSON.c.name == name)).first() is not None:
            raise Conflict(f"there is a person `{name}`", help=f"carrel user show {name}")
        connection.execute(insert(PERSON), {
            "name": name, "kind": LOCAL, "source": LOCAL, "present": True, "realname": realname, "email": email, "ends": ends, "facts": {}, "created": now,
        })


def set_password(state: State, name: str, password: str, passwords: Passwords) -> None:
    """Raises BadInput for a short password and for one of the form of an issued secret, NotFound."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"a password has at least {SHORTEST_PASSWORD} characters")
    if is_issued(password):
        raise BadInput("a password may not look like an issued secret", help="choose one that does not begin with `crl_`")
    kept = passwords.keep(password)
    with state.write() as connection:
        _require_person(connection, name)
        connection.execute(update(PERSON).where(PERSON.c.name == name).values(password=kept))


def suspend(state: State, name: str, *, by: str, reason: str, now: datetime) -> None:
    """Closes every door for the person until `resume`. Raises NotFound; Conflict when it is so already."""
    _set_suspension(state, name, {"suspended": now, "suspended_by": by, "suspended_reason": reason}, was=False)


def resume(state: State, name: str) -> None:
    """Ends a suspension. Somebody who was offboarded has an account again; their memberships, credentials and password stay closed.

    Raises:
        NotFound: there is no such person.
        Conflict: the person is not suspended.
    """
    _set_suspension(state, name, {"suspended": None, "suspended_by": None, "suspended_reason": None}, was=True)


def add_group(state: State, name: str, *, description: str, now: datetime) -> None:
    """A group by hand, as for those of a directory (`wmf`, `nda`). Raises BadInput for a name that cannot be one, Conflict for one that is taken."""
    checked_name(name)
    with state.write() as connection:
        if connection.execute(select(ACCESS_GROUP.c.name).where(ACCESS_GROUP.c.name == name)).first() is not None:
            raise Conflict(f"there is a group `{name}`", help=f"carrel group show {name}")
        connection.execute(insert(ACCESS_GROUP), {
            "name": name, "source": LOCAL, "description": description, "deprecated": False, "facts": {}, "created": now,
        })


def add_member(
    state: State, group: str, person: str, *, ends: datetime, latest: datetime, sponsor: str, by: str, now: datetime,
) -> None:
    """Begins a term.

    Args:
        ends: when it ends, UTC.
        latest: the policy's longest end from now.

    Raises:
        BadInput: the end is past, or later than `latest`.
        NotFound: no such group or person.
        Conflict: the person is a member, has left, or the group is deprecated.
    """
    if not now < ends <= latest:
        raise BadInput(f"the end {ends.date()} is not between now and {latest.date()}, the policy's longest end")
    with state.write() as connection:
        row = _require_person(connection, person)
        if not row.present:
            raise Conflict(f"`{person}` has left")
        if _require_group(connection, group).deprecated:
            raise Conflict(f"the group `{group}` is deprecated and takes no members")
        open_ = _open(connection, group, person)
        if open_ is not None and open_.ends > now:
            raise Conflict(f"`{person}` is a member of `{group}` until {open_.ends.date()}", help=f"carrel group remove-member {group} {person}")
        if open_ is not None:
            close(connection, open_.id, by="end of term", now=open_.ends)
        connection.execute(insert(MEMBERSHIP), {
            "person": person, "group_name": group, "source": LOCAL, "begins": now, "ends": ends, "sponsor": sponsor, "added_by": by,
        })


def remove_member(state: State, group: str, person: str, *, by: str, now: datetime) -> None:
    """Ends a term at once, and the credentials that belong to it. Raises NotFound when there is none."""
    with state.write() as connection:
        found = connection.execute(
            select(MEMBERSHIP.c.id).where(MEMBERSHIP.c.group_name == group, MEMBERSHIP.c.person == person, in_force(now))
        ).scalar()
        if found is None:
            raise NotFound(f"`{person}` is not a member of `{group}`", help=f"carrel group show {group}")
        close(connection, found, by=by, now=now)


def close(connection: Connection, membership: int, *, by: str, now: datetime) -> None:
    """Closes one membership and revokes its credentials, in the caller's transaction."""
    connection.execute(update(MEMBERSHIP).where(MEMBERSHIP.c.id == membership).values(closed=now, closed_by=by))
    connection.execute(
        update(CREDENTIAL).where(CREDENTIAL.c.membership == membership, CREDENTIAL.c.revoked.is_(None)).values(revoked=now, revoked_by=by)
    )


def _open(connection: Connection, group: str, person: str) -> Row[*tuple[Any, ...]] | None:
    return connection.execute(
        select(MEMBERSHIP).where(MEMBERSHIP.c.group_name == group, MEMBERSHIP.c.person == person, MEMBERSHIP.c.closed.is_(None))
    ).one_or_none()


def _set_suspension(state: State, name: str, values: dict[str, object], *, was: bool) -> None:
    with state.write() as connection:
        row = _require_person(connection, name)
        if (row.suspended is not None) is not was:
            raise Conflict(f"`{name}` is {'not suspended' if was else 'suspended'}")
        if was and row.suspended_reason == OFFBOARDED:
            values = {**values, "present": True}
        connection.execute(update(PERSON).where(PERSON.c.name == name).values(values))


def _require_person(connection: Connection, name: str) -> Row[*tuple[Any, ...]]:
    row = connection.execute(select(PERSON).where(PERSON.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"there is no person `{name}`", help="carrel user list")
    return row


def _require_group(connection: Connection, name: str) -> Row[*tuple[Any, ...]]:
    row = connection.execute(select(ACCESS_GROUP).where(ACCESS_GROUP.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"there is no group `{name}`", help="carrel group list")
    return row

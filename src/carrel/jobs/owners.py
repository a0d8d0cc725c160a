"""Whose deed a run is: the person of the definition or their group's system account, and whether they may act at this moment."""

from __future__ import annotations

from datetime import datetime

from carrel.identity.people import AccessGroup, Person, StoredPeople
from carrel.jobs.definition import Job
from carrel.model.errors import AccessRefused, NotFound
from carrel.model.people import PersonState


def owner_of(people: StoredPeople, job: Job, now: datetime) -> str:
    """The account.

    Raises:
        AccessRefused: it is not there, suspended or lapsed, or not in the group; no run begins then.
    """
    if job.house:
        assert job.owner is not None
        return job.owner
    try:
        group = people.group(job.group, now) if job.group else None
        person = people.person(job.owner or _system_account(people, group, now), now)
    except NotFound as error:
        raise AccessRefused(error.text, help=error.help) from None
    if person.state is not PersonState.ACTIVE:
        raise AccessRefused(f"`{person.name}` is {person.state.value}", help=f"carrel user show {person.name}")
    if group is not None and (group.deprecated or not _is_in(person, group)):
        raise AccessRefused(f"`{person.name}` is not in `{group.name}`", help=f"carrel group show {group.name}")
    return person.name


def _system_account(people: StoredPeople, group: AccessGroup | None, now: datetime) -> str:
    assert group is not None  # a definition without an owner has a group
    found = [person.name for person in people.people(now) if person.kind == "system" and _is_in(person, group)]
    if len(found) != 1:
        raise AccessRefused(
            f"`{group.name}` has {'no system account' if not found else f'{len(found)} system accounts'}", help="say which one: owner = \"NAME\"",
        )
    return found[0]


def _is_in(person: Person, group: AccessGroup) -> bool:
    return any(term.group == group.name for term in person.memberships)

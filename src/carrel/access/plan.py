"""What has to change so that the records say what the entries say: computed from the state, changing nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from carrel.access.checks import ABSENT_GROUPS
from carrel.access.entries import Entries, GroupEntry, UserEntry
from carrel.identity.accounts import OFFBOARDED
from carrel.model.errors import BadInput
from carrel.state.schema.identity import ACCESS_GROUP, MEMBERSHIP, PERSON

IMPORT: Final = "import"
"""The source of records that come from a file: an import ends these alone, never a term that was given by hand; except where the person or group is gone."""

_Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One membership to begin, move or end. `id`: of the record, where there is one; `ends`: the new end."""

    person: str
    group: str
    id: int | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Changes, in the order in which they are made: people and groups by name with their columns, then memberships."""

    add_people: Mapping[str, _Values]
    change_people: Mapping[str, _Values]
    add_groups: Mapping[str, _Values]
    change_groups: Mapping[str, _Values]
    end: tuple[Term, ...]
    move: tuple[Term, ...]
    begin: tuple[Term, ...]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "people_added": len(self.add_people), "people_changed": len(self.change_people), "groups_added": len(self.add_groups),
            "groups_changed": len(self.change_groups), "memberships_begun": len(self.begin), "memberships_moved": len(self.move),
            "memberships_ended": len(self.end),
        }


def plan(connection: Connection, entries: Entries, *, now: datetime, longest: timedelta) -> Plan:
    """The changes that the entries need.

    Raises:
        BadInput: an entry takes the uid of a record that is not in the file, or is of somebody who was offboarded.
    """
    people = {row.name: row for row in connection.execute(select(PERSON))}
    groups = {row.name: row for row in connection.execute(select(ACCESS_GROUP))}
    wanted_people = {entry.name: _person(entry) for entry in entries.people}
    wanted_groups = {entry.name: _group(entry) for entry in entries.groups}
    _check_uids(entries, people)
    _check_the_offboarded(entries, people)
    gone = {name: {"present": False, "password": None} for name, row in people.items() if row.source == IMPORT and row.present and name not in wanted_people}
    closed = {
        name: {"deprecated": True} for name, row in groups.items() if row.source == IMPORT and not row.deprecated and name not in wanted_groups
    }
    end, move, begin = _Terms(entries, people, now, longest).compare(connection)
    return Plan(
        add_people={name: values for name, values in wanted_people.items() if name not in people},
        change_people={**_changes(wanted_people, people), **gone},
        add_groups={name: values for name, values in wanted_groups.items() if name not in groups},
        change_groups={**_changes(wanted_groups, groups), **closed},
        end=end, move=move, begin=begin,
    )


def _person(entry: UserEntry) -> _Values:
    values = {
        "kind": entry.kind, "source": IMPORT, "present": entry.present, "uid": entry.uid, "gid": entry.gid, "realname": entry.realname, "email": entry.email,
        "ends": entry.ends, "expiry_contact": entry.expiry_contact, "facts": dict(entry.facts),
    }
    # Who comes back must not find an old password still good.
    return values if entry.present else {**values, "password": None}


def _group(entry: GroupEntry) -> _Values:
    return {
        "source": IMPORT, "gid": entry.gid, "description": entry.description, "deprecated": entry.deprecated, "facts": {**entry.facts, "system": entry.system},
    }


def _changes(wanted: Mapping[str, _Values], found: Mapping[str, Row[*tuple[Any, ...]]]) -> Mapping[str, _Values]:
    changes: dict[str, _Values] = {}
    for name, values in wanted.items():
        if name in found:
            record = found[name]._mapping
            differing = {key: value for key, value in values.items() if record[key] != value}
            if differing:
                changes[name] = differing
    return changes


def _check_uids(entries: Entries, people: Mapping[str, Row[*tuple[Any, ...]]]) -> None:
    """A uid is never given again: who had it before must stay in the file, if only as absent. A group may be renamed, and keep its gid."""
    users = {user.name for user in entries.users}
    uids = {row.uid: name for name, row in people.items() if row.uid is not None and name not in users}
    for user in entries.users:
        if user.uid in uids and not user.rename:
            raise BadInput(
                f"`{user.name}`: the number belonged to `{uids[user.uid]}`, who is not in this file", file=entries.file,
                line=user.lines.get("uid", user.line), help="numbers are not given twice: keep the old entry, with `ensure: absent`",
            )


def _check_the_offboarded(entries: Entries, people: Mapping[str, Row[*tuple[Any, ...]]]) -> None:
    for entry in entries.people:
        record = people.get(entry.name)
        if entry.present and record is not None and record.suspended_reason == OFFBOARDED:
            raise BadInput(
                f"user `{entry.name}` was offboarded on {record.suspended:%Y-%m-%d} and is present here", file=entries.file, line=entry.line,
                help=f"set `ensure: absent` and take them out of their groups; if they are back: carrel user resume {entry.name}",
            )


class _Terms:
    """Compares the memberships of the file with those that are not closed."""

    def __init__(self, entries: Entries, people: Mapping[str, Row[*tuple[Any, ...]]], now: datetime, longest: timedelta) -> None:
        self._entries = {entry.name: entry for entry in entries.people}
        self._people = people
        self._now = now
        self._longest = longest
        self._open_groups = {group.name for group in entries.groups if not group.deprecated}
        self._wanted = [
            (member, group.name) for group in entries.groups if group.name not in ABSENT_GROUPS and not group.deprecated for member in group.members
        ]

    def compare(self, connection: Connection) -> tuple[tuple[Term, ...], tuple[Term, ...], tuple[Term, ...]]:
        """What to end, to move to another end, and to begin."""
        rows = connection.execute(
            select(MEMBERSHIP, ACCESS_GROUP.c.source.label("group_source"))
            .join(ACCESS_GROUP, ACCESS_GROUP.c.name == MEMBERSHIP.c.group_name)
            .where(MEMBERSHIP.c.closed.is_(None))
            .order_by(MEMBERSHIP.c.id)
        ).all()
        wanted = set(self._wanted)
        end, move, kept = [], [], set()
        for row in rows:
            term = Term(person=row.person, group=row.group_name, id=row.id)
            if row.ends <= self._now or self._must_end(row, wanted):
                end.append(term)
                continue
            kept.add((row.person, row.group_name))
            ends = self._end(row.person, row.begins)
            if row.source == IMPORT and ends != row.ends:
                move.append(Term(person=row.person, group=row.group_name, id=row.id, ends=ends))
        begin = [
            Term(person=person, group=group, ends=self._end(person, self._now))
            for person, group in dict.fromkeys(self._wanted)
            if (person, group) not in kept and self._end(person, self._now) > self._now
        ]
        return tuple(end), tuple(move), tuple(begin)

    def _must_end(self, row: Row[*tuple[Any, ...]], wanted: set[tuple[str, str]]) -> bool:
        entry = self._entries.get(row.person)
        gone = self._people[row.person].source == IMPORT if entry is None else not entry.present
        if gone or (row.group_source == IMPORT and row.group_name not in self._open_groups):
            return True
        if self._end(row.person, row.begins) <= self._now:
            return True
        return row.source == IMPORT and (row.person, row.group_name) not in wanted

    def _end(self, person: str, begins: datetime) -> datetime:
        """The person's own end or the policy's longest, whichever comes first."""
        latest = begins + self._longest
        entry = self._entries.get(person)
        return latest if entry is None or entry.ends is None else min(latest, entry.ends)

"""Imports people and groups from a file: all of it or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, update

from carrel.access import checks, entries
from carrel.access.plan import IMPORT, Plan, plan
from carrel.access.records import recorded
from carrel.identity.accounts import close
from carrel.model.errors import Conflict
from carrel.model.people import Principal
from carrel.model.ports import Audit
from carrel.state.schema.identity import ACCESS_GROUP, MEMBERSHIP, PERSON
from carrel.state.store import State


def import_people(state: State, audit: Audit, principal: Principal, file: Path, *, now: datetime, longest_days: int, dry_run: bool = False) -> Plan:
    """Makes the records what the file says, in one transaction; memberships that are gone from it end at that moment, with their credentials.

    Args:
        longest_days: the term of a membership that the file gives no end, and the longest of any.
        dry_run: give the plan, and change nothing.

    Raises:
        BadInput: file, line and reason; nothing was changed.
        Conflict: somebody changed the same records in the meantime; nothing was changed.
    """
    read = entries.read(file)
    checks.check(read)
    longest = timedelta(days=longest_days)
    with state.read() as connection:
        planned = plan(connection, read, now=now, longest=longest)
    if dry_run:
        return planned
    with recorded(audit, principal, "import", details=_details(file, planned)), state.write() as connection:
        # The row on record must be what happens: the plan is made again under the lock.
        if plan(connection, read, now=now, longest=longest) != planned:
            raise Conflict("people or groups were changed by somebody else in the meantime: nothing was imported", help="import the file again")
        _apply(connection, planned, by=principal.via or principal.person, now=now)
    return planned


def _apply(connection: Connection, planned: Plan, *, by: str, now: datetime) -> None:
    for table, added, changed in ((PERSON, planned.add_people, planned.change_people), (ACCESS_GROUP, planned.add_groups, planned.change_groups)):
        for name, values in added.items():
            connection.execute(insert(table), {"name": name, "created": now, **values})
        for name, values in changed.items():
            connection.execute(update(table).where(table.c.name == name).values(values))
    for term in planned.end:
        assert term.id is not None
        close(connection, term.id, by=by, now=now)
    for term in planned.move:
        connection.execute(update(MEMBERSHIP).where(MEMBERSHIP.c.id == term.id).values(ends=term.ends))
    for term in planned.begin:
        connection.execute(insert(MEMBERSHIP), {
            "person": term.person, "group_name": term.group, "source": IMPORT, "begins": now, "ends": term.ends, "added_by": by,
        })


def _details(file: Path, planned: Plan) -> dict[str, object]:
    """Who gains and who loses: account and group names, and no other fact about anybody."""
    return {
        "file": file.name, **planned.counts,
        "began": [f"{term.group}:{term.person}" for term in planned.begin],
        "ended": [f"{term.group}:{term.person}" for term in planned.end],
        "moved": [f"{term.group}:{term.person}" for term in planned.move],
    }

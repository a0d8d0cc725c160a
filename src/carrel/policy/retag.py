"""Fewer tags for a column of a table that a person made: which, by whom, and what becomes of the table's clock. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from carrel.model.copies import Copy
from carrel.model.errors import AccessRefused, BadInput
from carrel.model.names import REFERENCE_DATABASE, TableName
from carrel.model.people import Asker, PersonState
from carrel.model.sensitivity import PUBLIC, RESTRICTED, SECRET, TAGS, Mask, is_personal
from carrel.model.tables import Column, Table
from carrel.policy.decide import candidate, may_write
from carrel.policy.load import Policy


def check(column: Column, after: Collection[str]) -> frozenset[str]:
    """The tags that are proposed for a column.

    Raises:
        AccessRefused: nothing makes less of what the column holds.
        BadInput: a tag that there is not, or that are not fewer.
    """
    new, before = frozenset(after), column.tags
    if SECRET in before or not before <= TAGS:
        why = "passwords, tokens and keys stay secret" if SECRET in before else "nobody has classified it"
        raise AccessRefused(f"`{column.name}` keeps its tags: {why}", reasons=("retag: what is closed to all is never opened",))
    unknown = sorted(new - (TAGS - {None, SECRET}))
    if unknown or not new:
        raise BadInput(f"`{unknown[0]}` is no tag that a column can be given" if unknown else "say which tags are left", help="--to restricted, --to public")
    dropped = {tag for tag in before if is_personal(tag)} - new
    more = {tag for tag in new - before if is_personal(tag) or (tag == RESTRICTED and not dropped)}
    if more or new - {PUBLIC} == before - {PUBLIC}:
        text = f"`{column.name}` carries {_listed(before)}: {_listed(new)} is not less"
        raise BadInput(text, help="leave tags out, or take `restricted` or `public` in their place")
    return new


def require_active(owner: Asker) -> None:
    """Raises AccessRefused for somebody whose access has ended."""
    if owner.state is not PersonState.ACTIVE:
        raise AccessRefused(f"the access of `{owner.principal.person}` has ended", reasons=(f"state: {owner.state.value}",))


def require_steward(policy: Policy, steward: Asker, owner: str) -> None:
    """Raises AccessRefused for whoever is no steward, and for the owner: two people agree."""
    if steward.principal.person == owner:
        raise AccessRefused("the owner of a table does not confirm what they proposed", reasons=("retag: two people agree",), help="ask a data steward")
    table = candidate(TableName(REFERENCE_DATABASE, "_"), steward.principal.person)
    if steward.state is not PersonState.ACTIVE or not may_write(policy, steward, table).allowed:
        raise AccessRefused(
            f"`{steward.principal.person}` is no data steward", reasons=("retag: stewards are those who may write `datasets`",), help="carrel policy matrix",
        )


def retagged(table: Table, column: str, after: Collection[str]) -> Table:
    """The table with these tags for a column."""
    columns = tuple(_with(one, after) if one.name == column else one for one in table.columns)
    personal = any(is_personal(tag) for one in columns for tag in one.tags)
    return replace(table, columns=columns, retention=table.retention if personal else None)


def clocked(copy: Copy, table: Table, grant: date) -> Copy:
    """What the registry says of the table then: one that has become about nobody ends with its owner's access."""
    lighter = replace(copy, tags=frozenset(tag for column in table.columns for tag in column.tags if tag is not None))
    return lighter if lighter.personal else replace(lighter, oldest=None, ends=grant + timedelta(days=1))


def _with(column: Column, after: Collection[str]) -> Column:
    first, *others = sorted(set(after) - {PUBLIC}, key=lambda tag: (not is_personal(tag), tag)) or [PUBLIC]
    masked = column.masked if any(map(is_personal, (first, *others))) else Mask.CLEAR
    return replace(column, tag=first, also=frozenset(others), masked=masked)


def _listed(tags: Collection[str | None]) -> str:
    return ", ".join(f"`{tag}`" for tag in sorted(str(tag) for tag in tags))

"""What a policy opens, as tables to read: the matrix of groups, and who gains and loses between two policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from carrel.model.decisions import Action, Decision
from carrel.model.people import Asker, PersonState, Principal
from carrel.model.sensitivity import Mask
from carrel.model.tables import MADE, DatabaseKind, Table
from carrel.policy.decide import decide
from carrel.policy.load import EVERYONE, Permission, Policy

DOORS: Final = ("mysql", "http")
_LEVELS: Final = ("unknown", "known", "null", "hashed", "truncated", "clear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What members of one group, and of no other, would see of one column: `before` and `after` are levels, weakest first in LEVELS."""

    group: str
    door: str
    table: str
    column: str
    before: str
    after: str

    @property
    def gain(self) -> bool:
        return _LEVELS.index(self.after) > _LEVELS.index(self.before)


def changes(before: Policy, after: Policy, tables: Iterable[Table], now: datetime) -> list[Change]:
    """Every difference between two policies over these tables, for each group alone and for people without a group."""
    groups = [EVERYONE, *sorted({*before.groups, *after.groups})]
    return [
        Change(group=group, door=door, table=str(table.name), column=column, before=old, after=new)
        for table in tables
        for group in groups
        for door in DOORS
        for column, (old, new) in _both(before, after, _asker(group, door, now), table)
        if old != new
    ]


def _both(before: Policy, after: Policy, asker: Asker, table: Table) -> Sequence[tuple[str, tuple[str, str]]]:
    old, new = decide(before, asker, table), decide(after, asker, table)
    return [
        (column.name, tuple(_level(side.known, side.read, side.columns[column.name]) for side in (old, new)))  # type: ignore[misc]
        for column in table.columns
    ]


def _level(known: Decision, read: Decision, column: Decision) -> str:
    if not known.allowed:
        return "unknown"
    if not read.allowed:
        return "known"
    return "null" if not column.allowed else column.mask.name.lower()


def _asker(group: str, door: str, now: datetime) -> Asker:
    groups = frozenset() if group == EVERYONE else frozenset({group})
    return Asker(principal=Principal(person="nobody", service="cli"), door=door, state=PersonState.ACTIVE, groups=groups, now=now)


def _of_sources(policy: Policy) -> list[str]:
    """Groups that open something which came from a source, or nothing at all: those of the page of the access groups."""
    return [group for group, items in policy.groups.items() if not items or any(item.databases - MADE for item in items)]


def host_matrix(policy: Policy) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: which hosts each group's members may use."""
    hosts = sorted({host for names in policy.hosts.values() for host in names})
    rows = [(group, *("X" if host in policy.hosts[group] else "" for host in hosts)) for group in _of_sources(policy)]
    return ("access group", *hosts), rows


def data_matrix(policy: Policy) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: the cluster without and with private data, and the option files of the MariaDB replicas."""
    files = list(dict.fromkeys(policy.credentials.values()))
    rows = []
    for group in _of_sources(policy):
        lake = [item for item in policy.groups[group] if DatabaseKind.LAKE in item.databases and Action.READ in item.actions and not item.doors]
        marks = [bool(lake), any(item.personal is Mask.CLEAR for item in lake), *(policy.credentials.get(group) == name for name in files)]
        rows.append((group, *("X" if mark else "" for mark in marks)))
    return ("access group", "Hadoop (no private data)", "Hadoop (private data)", *files), rows


def column_matrix(policy: Policy) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: what each group sees in each kind of database."""
    kinds = (DatabaseKind.WIKI, DatabaseKind.LOG, DatabaseKind.LAKE)
    rows = []
    for group in _of_sources(policy):
        cells = ("; ".join(_words(item) for item in policy.groups[group] if kind in item.databases and Action.READ in item.actions) for kind in kinds)
        rows.append((group, *cells))
    return ("access group", *(kind.value for kind in kinds)), rows


def writing_matrix(policy: Policy) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: who makes tables, and what of tables that people made each group reads, of one's own and of what others let them."""
    kinds = sorted(MADE, reverse=True)
    rows = []
    for group, permissions in policy.groups.items():
        cells = ("; ".join(_made_words(item) for item in permissions if kind in item.databases) for kind in kinds)
        rows.append((group, *cells))
    return ("access group", *(kind.value for kind in kinds)), [row for row in rows if any(row[1:])]


def _made_words(item: Permission) -> str:
    read = f"reads {_words(item)}" if Action.READ in item.actions else ""
    return ", ".join(word for word in ("writes" if Action.WRITE in item.actions else "", read) if word)


def _words(item: Permission) -> str:
    personal = "no table with personal columns" if item.personal is None else f"personal {item.personal.name.lower()}"
    doors = f" by {', '.join(sorted(item.doors))} only" if item.doors else ""
    return f"{', '.join(sorted(item.tags))}, {personal}{doors}"

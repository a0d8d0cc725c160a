"""Policy as data: what a policy file says, checked once and frozen."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final, TypeGuard

from carrel.model.decisions import Action, TableDecision
from carrel.model.errors import BadInput
from carrel.model.ports import Rule
from carrel.model.queries import Limits
from carrel.model.sensitivity import PUBLIC, RESTRICTED, Mask, is_personal
from carrel.model.tables import Column, DatabaseKind, Table
from carrel.policy import declassifiers
from carrel.policy.declassifiers import Declassifier
from carrel.policy.limits import KEYS, LEAST, MOST, RETENTION_KEYS, CopyRetention, GroupLimits, tightened

EVERYONE: Final = "everyone"
"""The name under which permits for every signed-in person appear in reasons."""

_DOORS: Final = ("mysql", "http", "cli", "job", "hive", "flight", "druid")
_PERSONAL: Final = {"clear": Mask.CLEAR, "hashed": Mask.HASHED, "null": Mask.NULL, "closed": None}
_TABLE: Final = re.compile(r"[^.\s]+(\.[^.\s]+)?")
_KEYS: Final = ("databases", "actions", "tags", "doors", "personal", "documented", "private", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One permit of a group, as data.

    Attributes:
        group: whose it is; EVERYONE for all who are signed in.
        databases: kinds of database that it opens.
        actions: what it opens them for.
        tags: column tags that it opens, besides the personal ones.
        doors: doors through which it counts; empty: all.
        personal: the mask on personal columns; None: a table with personal columns stays closed altogether.
        documented: only tables named in public documentation.
        private: private wikis too.
        reason: one sentence for whoever asks why.
    """

    group: str
    databases: frozenset[DatabaseKind]
    actions: frozenset[Action] = frozenset({Action.KNOW, Action.READ})
    tags: frozenset[str] = frozenset({PUBLIC})
    doors: frozenset[str] = frozenset()
    personal: Mask | None = Mask.NULL
    documented: bool = False
    private: bool = False
    reason: str = ""

    def covers(self, table: Table, action: Action, door: str) -> bool:
        """Whether it speaks about this action on this table at this door at all."""
        return (
            table.kind in self.databases
            and action in self.actions
            and (not self.doors or door in self.doors)
            and (table.documented or not self.documented)
            and (self.private or not table.private)
            and (action is not Action.READ or self._opens_something(table))
        )

    def mask(self, column: Column) -> Mask:
        """What it leaves of a column: NULL where it does not open the column."""
        return max(map(self.mask_of, column.tags))

    def mask_of(self, tag: str | None) -> Mask:
        """What it leaves of a column for one of its tags."""
        if is_personal(tag):
            return Mask.NULL if self.personal is None else self.personal
        return Mask.CLEAR if tag in self.tags else Mask.NULL

    def _opens_something(self, table: Table) -> bool:
        if self.personal is None and any(is_personal(tag) for column in table.columns for tag in column.tags):
            return False
        return any(self.mask(column) is not Mask.NULL for column in table.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that has been checked.

    Attributes:
        everyone: permits of every signed-in person.
        groups: permits by group.
        descriptions: of the groups.
        hosts: that a group's members may use, as the page of the access groups lists them.
        credentials: name of the option file that a group's members share, where it has one.
        limits: of the queries of a group's members, for each group.
        retention: until when copies stay, and how much goes at once.
        declassifiers: how tags fall off copies, by name.
        digest: SHA-256 of the text, in hexadecimal; the version that the audit records.
    """

    everyone: tuple[Permission, ...]
    groups: Mapping[str, tuple[Permission, ...]]
    descriptions: Mapping[str, str]
    hosts: Mapping[str, tuple[str, ...]]
    credentials: Mapping[str, str]
    limits: Mapping[str, GroupLimits]
    digest: str
    retention: CopyRetention = field(default_factory=CopyRetention)
    declassifiers: tuple[Declassifier, ...] = ()
    rules: list[Rule] = field(default_factory=list, init=False, repr=False, compare=False)
    memory: dict[Any, tuple[Table, TableDecision]] = field(default_factory=dict, init=False, repr=False, compare=False)
    known: dict[Any, dict[int, tuple[Table, bool]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def permissions(self, groups: frozenset[str]) -> tuple[Permission, ...]:
        """What members of these groups hold together, in an order that does not depend on the set's."""
        return self.everyone + tuple(permission for group in sorted(groups) for permission in self.groups.get(group, ()))

    def limits_of(self, groups: frozenset[str], limits: Limits) -> Limits:
        """The instance's limits, tightened for members of these groups."""
        return tightened(limits, (self.limits[group] for group in groups if group in self.limits))

    def openers(self, table: Table, door: str) -> tuple[str, ...]:
        """Groups whose members may read something of the table through this door."""
        return tuple(
            name for name, permissions in self.groups.items() if any(permission.covers(table, Action.READ, door) for permission in permissions)
        )


def default_text() -> str:
    """The policy that counts where the home has none."""
    return resources.files("carrel.policy").joinpath("default.toml").read_text()


def load(text: str) -> Policy:
    """The policy that a text describes.

    Raises:
        BadInput: not TOML, an unknown key or value, with the line where one can be found and the nearest known word.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not TOML: {error}") from error
    reader = _Reader(text)
    reader.keys(data, ("everyone", "groups", "retention", "declassify"), "the policy")
    groups = reader.table(data.get("groups", {}), "groups")
    for name, value in groups.items():
        reader.keys(reader.table(value, f"groups.{name}"), ("description", "hosts", "credentials", "limits", "permits"), f"group `{name}`")
    return Policy(
        everyone=reader.permissions(EVERYONE, data.get("everyone", [])),
        groups={name: reader.permissions(name, value.get("permits", [])) for name, value in groups.items()},
        descriptions={name: str(value.get("description", "")) for name, value in groups.items()},
        hosts={name: reader.hosts(value.get("hosts", [])) for name, value in groups.items()},
        credentials={name: str(value["credentials"]) for name, value in groups.items() if value.get("credentials")},
        limits={name: reader.limits(name, value.get("limits", {})) for name, value in groups.items()},
        declassifiers=declassifiers.read(data.get("declassify", []), reader.refuse),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        retention=reader.retention(data.get("retention", {})),
    )


class _Reader:
    """Turns parsed TOML into permissions; knows the text, to say on which line a wrong word stands."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def refuse(self, reason: str, word: str) -> BadInput:
        line = next((number for number, line in enumerate(self._lines, 1) if word in line), None)
        return BadInput(reason, line=line)

    def keys(self, value: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in value:
            if key not in known:
                raise self.refuse(f"unknown key `{key}` in {where}" + _near(key, known), key)

    def table(self, value: object, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.refuse(f"`{where}` must be a table", where.rsplit(".", 1)[-1])
        return value

    def permissions(self, group: str, values: object) -> tuple[Permission, ...]:
        if not isinstance(values, list):
            raise self.refuse(f"permits of `{group}` must be an array of tables", group)
        return tuple(self._permission(group, self.table(value, group)) for value in values)

    def hosts(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.refuse("`hosts` must be an array of names", "hosts")
        return tuple(value)

    def limits(self, group: str, value: object) -> GroupLimits:
        found = self.table(value, f"groups.{group}.limits")
        self.keys(found, KEYS, f"the limits of group `{group}`")
        for key, number in found.items():
            whole = isinstance(number, int) or (key == "time_s" and isinstance(number, float))
            if not whole or isinstance(number, bool) or not 0 < number <= 1e9:
                raise self.refuse(f"`{key}` must be a number above 0", key)
        return GroupLimits(**found)

    def retention(self, value: object) -> CopyRetention:
        found = self.table(value, "retention")
        self.keys(found, RETENTION_KEYS, "`retention`")
        numbers = {key: value for key, value in found.items() if key not in ("never", "approvers")}
        never, approvers = found.get("never", []), found.get("approvers", [])
        if not _names(never) or not all(_TABLE.fullmatch(name) for name in never):
            raise self.refuse("`never` must be an array of tables, `enwiki.cu_changes`, and databases", "never")
        if not _names(approvers):
            raise self.refuse("`approvers` must be an array of groups", "approvers")
        for key, number in numbers.items():
            least = LEAST.get(key, 1)
            if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= MOST[key]:
                raise self.refuse(f"`{key}` must be a whole number from {least} to {MOST[key]}", key)
        return CopyRetention(**numbers, never=frozenset(never), approvers=frozenset(approvers))

    def _permission(self, group: str, value: dict[str, Any]) -> Permission:
        self.keys(value, _KEYS, f"a permit of `{group}`")
        if "databases" not in value:
            raise self.refuse(f"a permit of `{group}` names no databases", group)
        personal = str(value.get("personal", "null"))
        self._known([personal], tuple(_PERSONAL), "personal")
        reason = value.get("reason", "")
        return Permission(
            group=group,
            databases=frozenset(DatabaseKind(kind) for kind in self._words(value["databases"], tuple(DatabaseKind), "databases")),
            actions=frozenset(Action(action) for action in self._words(value.get("actions", ["know", "read"]), tuple(Action), "actions")),
            tags=frozenset(self._words(value.get("tags", [PUBLIC]), (PUBLIC, RESTRICTED), "tags")),
            doors=frozenset(self._words(value.get("doors", []), _DOORS, "doors")),
            personal=_PERSONAL[personal],
            documented=self._flag(value, "documented"),
            private=self._flag(value, "private"),
            reason=reason if isinstance(reason, str) and reason else f"group `{group}`",
        )

    def _flag(self, value: dict[str, Any], key: str) -> bool:
        flag = value.get(key, False)
        if not isinstance(flag, bool):
            raise self.refuse(f"`{key}` must be true or false", key)
        return flag

    def _words(self, value: object, known: tuple[str, ...], key: str) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.refuse(f"`{key}` must be an array of words", key)
        self._known(value, known, key)
        return value

    def _known(self, words: list[str], known: tuple[str, ...], key: str) -> None:
        for word in words:
            if word not in known:
                raise self.refuse(f"unknown word `{word}` in `{key}`" + _near(word, known), f'"{word}"')


def _names(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _near(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, [str(item) for item in known], n=1)
    return f": did you mean `{near[0]}`?" if near else f": known are {', '.join(f'`{item}`' for item in known)}"

"""Entries of people and groups, in the shape of Wikimedia's `data.yaml` (operations-puppet, modules/admin/data/data.yaml)."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from carrel.access.marked_yaml import Marked, load, refusal, texts
from carrel.identity.names import RULE, is_name
from carrel.model.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEntry:
    """`members` maps each member, nested lists flattened, to the line that names it first. `facts` holds the keys that have no field of their own."""

    name: str
    line: int
    lines: Mapping[str, int]
    members: Mapping[str, int]
    gid: int | None
    description: str
    system: bool
    deprecated: bool
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEntry:
    """`kind` is `shell`, `system`, or `web` for one of `ldap_only_users`. `ends`: UTC, the midnight after `expiry_date`."""

    name: str
    kind: str
    line: int
    lines: Mapping[str, int]
    present: bool
    uid: int | None
    gid: int | None
    realname: str
    email: str
    ssh_keys: Mapping[str, int]
    ends: datetime | None
    expiry_contact: str
    rename: bool
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A file. `users` and `ldap_only_users` may both hold a name; at most one of the two is present."""

    file: str
    groups: tuple[GroupEntry, ...]
    users: tuple[UserEntry, ...]
    ldap_only_users: tuple[UserEntry, ...]

    @property
    def people(self) -> tuple[UserEntry, ...]:
        """One entry a name: the present one, else that of `users`."""
        chosen: dict[str, UserEntry] = {}
        for entry in (*self.users, *self.ldap_only_users):
            if entry.name not in chosen or (entry.present and not chosen[entry.name].present):
                chosen[entry.name] = entry
        return tuple(chosen.values())


def read(path: Path) -> Entries:
    """The file's entries, each by itself in order. What entries say of each other is `checks`' business.

    Raises:
        BadInput: file, line and reason.
    """
    return _Reader(str(path)).document(load(path))


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._checks: Final[Mapping[str, Callable[[Marked, str], Any]]] = {
            "text": self._text, "number": self._number, "flag": self._flag, "texts": self._texts, "ensure": self._ensure, "date": self._date,
        }

    def document(self, root: Marked) -> Entries:
        sections = self._fields(root, "the file", {"groups": "", "users": "", "ldap_only_users": ""}, ())
        return Entries(
            file=self._file,
            groups=tuple(self._group(*item) for item in self._named(sections, "groups", root)),
            users=tuple(self._user(*item, "users") for item in self._named(sections, "users", root)),
            ldap_only_users=tuple(self._user(*item, "ldap_only_users") for item in self._named(sections, "ldap_only_users", root)),
        )

    def _named(self, sections: Mapping[str, Marked], section: str, root: Marked) -> list[tuple[str, int, Marked]]:
        if section not in sections or sections[section].value is None:
            return []
        values = self._mapping(sections[section], f"`{section}`")
        lines = sections[section].keys
        for name in values:
            if not is_name(name):
                raise refusal(f"`{name}` cannot be a name: {RULE}", file=self._file, line=lines[name])
        return [(name, lines[name], value) for name, value in values.items()]

    def _group(self, name: str, line: int, marked: Marked) -> GroupEntry:
        what = f"group `{name}`"
        raw = self._fields(marked, what, _GROUP, ("members",))
        values = self._values(raw, what, _GROUP)
        return GroupEntry(
            name=name, line=line, lines=marked.keys, members=values.pop("members"), gid=values.pop("gid", None), description=values.pop("description", ""),
            system=values.pop("system", False), deprecated=values.pop("deprecated", False), facts=_plain(values),
        )

    def _user(self, name: str, line: int, marked: Marked, section: str) -> UserEntry:
        what = f"user `{name}`"
        shape, required = (_USER, ("ensure", "uid")) if section == "users" else (_LDAP_ONLY, ("ensure",))
        values = self._values(self._fields(marked, what, shape, required), what, shape)
        system = values.get("system", False)
        return UserEntry(
            name=name, kind="web" if section != "users" else "system" if system else "shell", line=line, lines=marked.keys,
            present=values.pop("ensure") == "present", uid=values.pop("uid", None), gid=values.pop("gid", None), realname=values.pop("realname", ""),
            email=values.pop("email", ""), ssh_keys=values.get("ssh_keys", {}), ends=values.pop("expiry_date", None),
            expiry_contact=values.pop("expiry_contact", ""), rename=values.get("rename", False), facts=_plain(values),
        )

    def _fields(self, marked: Marked, what: str, shape: Mapping[str, str], required: tuple[str, ...]) -> Mapping[str, Marked]:
        values = self._mapping(marked, what)
        for key in values:
            if key not in shape:
                near = difflib.get_close_matches(key, shape, n=1)
                hint = f": did you mean `{near[0]}`?" if near else ""
                raise refusal(f"{what}: unknown key `{key}`{hint}", file=self._file, line=marked.keys[key])
        for key in required:
            if key not in values:
                raise refusal(f"{what}: the key `{key}` is missing", file=self._file, line=marked.line)
        return values

    def _values(self, fields: Mapping[str, Marked], what: str, shape: Mapping[str, str]) -> dict[str, Any]:
        return {key: self._checks[shape[key]](value, f"{what}: `{key}`") for key, value in fields.items()}

    def _mapping(self, marked: Marked, what: str) -> Mapping[str, Marked]:
        if not isinstance(marked.value, dict):
            raise refusal(f"{what}: a mapping is expected, found {_found(marked)}", file=self._file, line=marked.line)
        return marked.value

    def _text(self, marked: Marked, what: str) -> str:
        if marked.kind != "text" or not isinstance(marked.value, str):
            raise self._wrong(marked, what, "a text")
        return marked.value

    def _number(self, marked: Marked, what: str) -> int:
        if marked.kind != "number" or not isinstance(marked.value, int):
            raise self._wrong(marked, what, "a whole number")
        if not 500 <= marked.value <= 65535:
            raise refusal(f"{what}: {marked.value} is not between 500 and 65535", file=self._file, line=marked.line)
        return marked.value

    def _flag(self, marked: Marked, what: str) -> bool:
        if not isinstance(marked.value, bool):
            raise self._wrong(marked, what, "true or false")
        return marked.value

    def _texts(self, marked: Marked, what: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for text, line in texts(marked, self._file, what):
            found.setdefault(text, line)
        return found

    def _ensure(self, marked: Marked, what: str) -> str:
        if marked.value not in ("present", "absent"):
            raise self._wrong(marked, what, "`present` or `absent`")
        return str(marked.value)

    def _date(self, marked: Marked, what: str) -> datetime:
        if marked.kind == "date":
            raise refusal(f"{what}: a date must be in quotes: \"{marked.value}\"", file=self._file, line=marked.line)
        text = self._text(marked, what)
        try:
            # strptime would take 2027-1-1; fromisoformat alone would take 20270101 and 2027-W01-1.
            day = date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") and "W" not in text else None
            if day is None:
                raise ValueError(text)
            return datetime.combine(day, time(), UTC) + timedelta(days=1)
        except (ValueError, OverflowError) as error:
            raise refusal(f"{what}: `{text}` is not a date YYYY-MM-DD", file=self._file, line=marked.line) from error

    def _wrong(self, marked: Marked, what: str, expected: str) -> BadInput:
        return refusal(f"{what}: {expected} is expected, found {_found(marked)}", file=self._file, line=marked.line)


_GROUP: Final = {
    "gid": "number", "description": "text", "members": "texts", "privileges": "texts", "posix_name": "text", "system_members": "texts",
    "approval": "texts", "system": "flag", "deprecated": "flag",
}
_USER: Final = {
    "ensure": "ensure", "uid": "number", "gid": "number", "realname": "text", "email": "text", "ssh_keys": "texts", "buster_ssh_keys": "texts",
    "expiry_date": "date", "expiry_contact": "text", "krb": "ensure", "name": "text", "shell": "text", "comment": "text", "home_dir": "text",
    "system": "flag", "rename": "flag",
}
_LDAP_ONLY: Final = {
    "ensure": "ensure", "name": "text", "realname": "text", "email": "text", "expiry_date": "date", "expiry_contact": "text", "comment": "text",
}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, dict) else value for key, value in values.items()}


def _found(marked: Marked) -> str:
    if isinstance(marked.value, tuple | dict) or marked.value is None:
        return f"a {marked.kind}" if marked.value is not None else "nothing"
    return f"the {marked.kind} `{str(marked.value)[:60]}`"

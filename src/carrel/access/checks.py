"""What the entries of one file must hold of each other: Wikimedia's own checks of its `data.yaml`, as a table of small functions."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Final

from carrel.access.entries import Entries, UserEntry
from carrel.model.errors import BadInput

ABSENT_GROUPS: Final = ("absent", "absent_ldap")
"""Groups that list who has left, in `users` and in `ldap_only_users`: their members must be absent, everybody else's present."""

_SYSTEM_IDS: Final = range(900, 951)
_LAST_HUMAN_UID: Final = 49999
_KEY_TYPES: Final = (
    "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)

_Finding = tuple[int, str]


def check(entries: Entries) -> None:
    """Raises BadInput for the first finding by line; its help names the lines of the others."""
    findings = sorted({finding for rule in _RULES for finding in rule(entries)})
    if findings:
        line, text = findings[0]
        others = ", ".join(str(other) for other, _ in findings[1:11])
        more = f"; {len(findings) - 1} more, in lines {others}" if others else ""
        raise BadInput(text, file=entries.file, line=line, help=f"correct the file and import it again; nothing was imported{more}")


def _gids_are_unique(entries: Entries) -> Iterator[_Finding]:
    yield from _unique((group.name, group.gid, group.lines.get("gid", group.line)) for group in entries.groups)


def _uids_are_unique(entries: Entries) -> Iterator[_Finding]:
    yield from _unique((user.name, user.uid, user.lines.get("uid", user.line)) for user in entries.users if not user.rename)


def _unique(numbers: Iterator[tuple[str, int | None, int]]) -> Iterator[_Finding]:
    owners: dict[int, str] = {}
    for name, number, line in numbers:
        if number is None:
            continue
        if number in owners:
            yield line, f"`{name}`: the number {number} belongs to `{owners[number]}`"
        owners.setdefault(number, name)


def _ids_are_in_their_ranges(entries: Entries) -> Iterator[_Finding]:
    for group in entries.groups:
        if group.gid is not None and (group.gid in _SYSTEM_IDS) is not group.system:
            yield group.lines["gid"], f"group `{group.name}`: gids 900 to 950 are for system groups, and for these alone"
    for user in entries.users:
        if user.uid is not None and (user.uid in _SYSTEM_IDS) is not (user.kind == "system"):
            yield user.lines["uid"], f"user `{user.name}`: uids 900 to 950 are for system users, and for these alone"
        if user.uid is not None and user.uid > _LAST_HUMAN_UID:
            yield user.lines["uid"], f"user `{user.name}`: a uid is at most {_LAST_HUMAN_UID}"


def _members_are_present_users(entries: Entries) -> Iterator[_Finding]:
    users = {user.name: user for user in entries.users}
    web = {user.name for user in entries.ldap_only_users}
    for group in entries.groups:
        for member, line in group.members.items() if group.name not in ABSENT_GROUPS else ():
            if member not in users and member in web:
                yield line, f"group `{group.name}`: `{member}` is one of `ldap_only_users`, who are in no group of this file"
            elif member not in users:
                yield line, f"group `{group.name}`: there is no user `{member}`"
            elif not users[member].present:
                yield line, f"group `{group.name}`: the user `{member}` is absent"


def _absent_groups_hold_the_absent(entries: Entries) -> Iterator[_Finding]:
    for name, section, users in (("absent", "users", entries.users), ("absent_ldap", "ldap_only_users", entries.ldap_only_users)):
        group = next((group for group in entries.groups if group.name == name), None)
        if group is None:
            continue
        absent = {user.name: user for user in users if not user.present}
        for member, line in group.members.items():
            if member not in absent:
                yield line, f"group `{name}`: `{member}` is not an absent user of `{section}`"
        for user in absent.values():
            if user.name not in group.members:
                yield user.line, f"user `{user.name}` is absent, and not in the group `{name}`"


def _nobody_is_absent_twice(entries: Entries) -> Iterator[_Finding]:
    first, second = ({**_group(entries, name)} for name in ABSENT_GROUPS)
    yield from ((line, f"`{member}` is in both `absent` and `absent_ldap`") for member, line in second.items() if member in first)


def _group(entries: Entries, name: str) -> dict[str, int]:
    return next((dict(group.members) for group in entries.groups if group.name == name), {})


def _nobody_is_here_twice(entries: Entries) -> Iterator[_Finding]:
    present = {user.name for user in entries.users if user.present}
    yield from ((user.line, f"`{user.name}` is in `users` and in `ldap_only_users`") for user in entries.ldap_only_users if user.name in present)


def _date_and_contact_come_together(entries: Entries) -> Iterator[_Finding]:
    for user in _everybody(entries):
        if user.ends is not None and not user.expiry_contact.strip():
            yield user.lines["expiry_date"], f"user `{user.name}`: an `expiry_date` needs an `expiry_contact`"
        if user.ends is None and "expiry_contact" in user.lines:
            yield user.lines["expiry_contact"], f"user `{user.name}`: an `expiry_contact` needs an `expiry_date`"


def _contractors_have_an_end(entries: Entries) -> Iterator[_Finding]:
    for user in _everybody(entries):
        if user.present and "-ctr@" in user.email and user.ends is None:
            yield user.lines["email"], f"user `{user.name}` is a contractor (`-ctr@`) and needs an `expiry_date`"


def _deprecated_groups_are_empty(entries: Entries) -> Iterator[_Finding]:
    for group in entries.groups:
        if group.deprecated and group.members:
            yield next(iter(group.members.values())), f"group `{group.name}` is deprecated and must have no members"


def _keys_are_keys(entries: Entries) -> Iterator[_Finding]:
    for user in entries.users:
        yield from ((line, f"user `{user.name}`: {reason}") for key, line in user.ssh_keys.items() if (reason := _wrong_key(key)) is not None)


def _wrong_key(key: str) -> str | None:
    kind, _, rest = key.partition(" ")
    data = rest.split(" ")[0]
    if kind not in _KEY_TYPES:
        return f"`{kind[:40]}` is not a type of SSH key that is taken"
    try:
        blob = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return "the SSH key is not base64"
    # RFC 4253, 6.6: the blob begins with the length, 4 bytes, and the text of its type.
    if blob[: 4 + len(kind)] != len(kind).to_bytes(4, "big") + kind.encode():
        return "the SSH key is damaged: it is not of the type that it names"
    return None


def _everybody(entries: Entries) -> tuple[UserEntry, ...]:
    return (*entries.users, *entries.ldap_only_users)


_RULES: Final[tuple[Callable[[Entries], Iterator[_Finding]], ...]] = (
    _gids_are_unique, _uids_are_unique, _ids_are_in_their_ranges, _members_are_present_users, _absent_groups_hold_the_absent, _nobody_is_absent_twice,
    _nobody_is_here_twice, _date_and_contact_come_together, _contractors_have_an_end, _deprecated_groups_are_empty, _keys_are_keys,
)

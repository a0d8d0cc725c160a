"""The owner of the home: the operating system's user to whom the folder belongs, known from the kernel and from nobody's word."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from carrel.model.errors import AccessRefused
from carrel.model.people import Principal


def owner(home: Path, *, person: str | None = None, service: str = "cli", uid: int | None = None) -> Principal:
    """The owner, as themself or speaking for a person.

    Args:
        person: the account spoken for; None: the owner as administrator, under the name of their operating system user.
        uid: of whoever acts; None: of this process.

    Raises:
        AccessRefused: the uid owns neither the home nor the machine.
    """
    actual = os.geteuid() if uid is None else uid
    if actual not in (home.stat().st_uid, 0):
        raise AccessRefused(f"`{home}` belongs to somebody else", help="run this as the owner of the home")
    name = user_name(actual)
    return Principal(person=person or name, service=service, via=f"owner:{name}")


def user_name(uid: int) -> str:
    """What the operating system calls the account."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # an account that only the kernel knows, as in a container
        return str(uid)

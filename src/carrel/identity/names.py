"""What people and groups may be called."""

from __future__ import annotations

import re
from typing import Final

from carrel.model.errors import BadInput

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")

RULE: Final = "1 to 80 of letters, digits, `_`, `.` and `-`, not beginning with `.` or `-`"


def is_name(text: str) -> bool:
    """Whether it can be a person's or a group's name: nothing that an option file, a path or a log would have to quote."""
    return _NAME.fullmatch(text) is not None


def checked_name(text: str) -> str:
    """The name. Raises BadInput."""
    if not is_name(text):
        raise BadInput(f"`{text}` cannot be a name: {RULE}")
    return text

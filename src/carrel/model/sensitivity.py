"""How sensitive a column is, what hides a row or a cell, and how a hidden cell is shown.

Tag: on a column: `public`, `restricted` (neither personal nor public), `personal.<kind>`, `secret`;
no tag at all means that nobody has classified the column, and it is closed.
Hidden: per row, in the column `HIDDEN_COLUMN` of tables that have visibility rules: which kinds of cell of this row the wiki has hidden.
Mask: what a person gets instead of a cell.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Final

PUBLIC: Final = "public"
RESTRICTED: Final = "restricted"
SECRET: Final = "secret"  # noqa: S105 - the name of a tag, not a secret
PERSONAL_KINDS: Final = ("ip", "user_agent", "email", "name", "location", "session", "search", "reading")
TAGS: Final = frozenset({PUBLIC, RESTRICTED, SECRET, *(f"personal.{kind}" for kind in PERSONAL_KINDS)})

HIDDEN_COLUMN: Final = "_hidden"
"""Physical column of type UTINYINT, last in the files of a table that has visibility rules. Never shown, never nameable by a person."""


class Hidden(IntFlag):
    """What of a row is hidden. ROW hides the row itself; each other bit hides the columns whose `hidden_by` holds it.

    CONTENT, COMMENT and USER are what the wiki's own `*_deleted` bits hide; DETAILS is what goes with any of them (parameters, lengths);
    NAMES hides titles and free text that name a hidden user.
    """

    NOTHING = 0
    ROW = 1
    CONTENT = 2
    COMMENT = 4
    USER = 8
    DETAILS = 16
    NAMES = 32


class Mask(IntEnum):
    """What a person gets for a cell, weakest first. The strongest mask that applies wins."""

    CLEAR = 0
    TRUNCATED = 1
    HASHED = 2
    NULL = 3


def is_personal(tag: str | None) -> bool:
    return tag is not None and tag.startswith("personal.")

"""The character sets and collations that clients may negotiate. Ids are MySQL's: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_character_set.html"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

_CHARACTER_SETS: Final = (
    ("ascii", "US ASCII", "ascii_general_ci", 1),
    ("binary", "Binary pseudo charset", "binary", 1),
    ("latin1", "cp1252 West European", "latin1_swedish_ci", 1),
    ("utf8mb3", "UTF-8 Unicode", "utf8mb3_general_ci", 3),
    ("utf8mb4", "UTF-8 Unicode", "utf8mb4_general_ci", 4),
)
_COLLATIONS: Final = (
    ("latin1_swedish_ci", "latin1", 8, True),
    ("ascii_general_ci", "ascii", 11, True),
    ("utf8mb3_general_ci", "utf8mb3", 33, True),
    ("utf8mb4_general_ci", "utf8mb4", 45, True),
    ("utf8mb4_bin", "utf8mb4", 46, False),
    ("latin1_bin", "latin1", 47, False),
    ("binary", "binary", 63, True),
    ("ascii_bin", "ascii", 65, False),
    ("utf8mb3_bin", "utf8mb3", 83, False),
    ("utf8mb4_unicode_ci", "utf8mb4", 224, False),
)


def default_collation(charset: str) -> str:
    """The collation of a charset as MariaDB names it; `utf8` is `utf8mb3`."""
    charset = "utf8mb3" if charset.lower() == "utf8" else charset.lower()
    return next((collation for name, _, collation, _ in _CHARACTER_SETS if name == charset), f"{charset}_general_ci")


def character_set_rows() -> Iterator[dict[str, Any]]:
    for name, description, collation, width in _CHARACTER_SETS:
        yield {"CHARACTER_SET_NAME": name, "DEFAULT_COLLATE_NAME": collation, "DESCRIPTION": description, "MAXLEN": width}


def collation_rows() -> Iterator[dict[str, Any]]:
    for name, charset, number, default in _COLLATIONS:
        yield {
            "COLLATION_NAME": name, "CHARACTER_SET_NAME": charset, "ID": number, "IS_DEFAULT": "Yes" if default else "", "IS_COMPILED": "Yes", "SORTLEN": 1,
        }

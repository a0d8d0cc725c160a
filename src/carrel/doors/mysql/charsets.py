"""Character sets that clients ask for: their numbers on the wire, and a statement's bytes as text.

A statement is UTF-8 in every one of them. Where the client says `latin1`, `ascii` or `binary`, MariaDB compares its bytes as they are with MediaWiki's binary
columns; so do we: bytes that are not UTF-8 are kept by the escape that the lake uses too, an invalid byte b as U+10FE00 + b.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from carrel.doors.mysql.stream import WireError

ESCAPE_BASE: Final = 0x10FE00


@dataclass(frozen=True, slots=True)
class Charset:
    """Attributes: number of its default collation; width: most bytes of one character."""

    name: str
    number: int
    width: int


UTF8MB4: Final = Charset("utf8mb4", 45, 4)
UTF8MB3: Final = Charset("utf8mb3", 33, 3)
LATIN1: Final = Charset("latin1", 8, 1)
ASCII: Final = Charset("ascii", 11, 1)
BINARY: Final = Charset("binary", 63, 1)
BY_NAME: Final = {"utf8mb4": UTF8MB4, "utf8mb3": UTF8MB3, "utf8": UTF8MB3, "latin1": LATIN1, "ascii": ASCII, "binary": BINARY}

_NUMBERS: Final = (
    (UTF8MB3, {33, 83, 223, *range(192, 216)}),
    (LATIN1, {5, 8, 15, 31, 47, 48, 49, 94}),
    (ASCII, {11, 65}),
    (BINARY, {63}),
)
_SET_NAMES = re.compile(
    r"""\s*set\s+(?:names|character\s+set|charset|(?:@@)?(?:session\.)?character_set_results\s*=)\s*['"]?(\w+)['"]?(?:\s+collate\s+\S+?)?\s*;?\s*\Z""",
    re.IGNORECASE,
)


def by_collation(number: int) -> Charset:
    """The character set of a collation, with that collation's number; utf8mb4 for those that we do not speak."""
    for charset, numbers in _NUMBERS:
        if number in numbers:
            return Charset(charset.name, number, charset.width)
    return Charset(UTF8MB4.name, number if number == 46 or 224 <= number <= 247 else UTF8MB4.number, UTF8MB4.width)


def chosen_by(statement: str) -> Charset | None:
    """What `SET NAMES` and its kin choose; None for any other statement."""
    found = _SET_NAMES.match(statement)
    return BY_NAME.get(found[1].lower(), UTF8MB4) if found else None


def decode(text: bytes, charset: Charset) -> str:
    """A statement's text.

    Raises:
        WireError: the client promised UTF-8, and this is not.
    """
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        if charset.width > 1:
            sample = "".join(chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02X}" for byte in text[error.start : error.start + 6])
            raise WireError(1300, "HY000", f"Invalid {charset.name} character string: '{sample}'") from error
        return text.decode("utf-8", "surrogateescape").translate(_ESCAPES)


_ESCAPES: Final = {0xDC00 + byte: chr(ESCAPE_BASE + byte) for byte in range(0x80, 0x100)}

"""Character sets that clients ask for: their numbers on the wire, and a statement's bytes as text.

A statement is UTF-8 in every one of them. Where the client says `latin1`, `ascii` or `binary`, MariaDB compares its bytes as they are with MediaWiki's binary
columns; so do we: bytes that are not UTF-8 are kept by the escape that the lake uses too, an invalid byte b as U+10FE00 + b.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors._texts import ESCAPE_BASE
from carrel.doors.mysql.stream import WireError


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
    r"""\s*(?:/\*M?!\d*)?\s*set\s+(?:names|character\s+set|charset|(?:@@)?(?:session[.\s]\s*|local\s+)?character_set_results\s*=)\s*['"]?(\w+)['"]?"""
    r"""(?:\s+collate\s+\S+?)?\s*;?\s*(?:\*/)?\s*;?\s*\Z""",
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


def narrowed(batch: pa.RecordBatch, columns: Sequence[int], charset: Charset) -> pa.RecordBatch:
    """The batch with these text columns in a client's smaller character set, `?` for what it has not."""
    for number in columns:
        column = batch.column(number)
        if pa.types.is_string(column.type) and pc.any(pc.match_substring_regex(column, _BEYOND[charset.name])).as_py():
            narrow = [None if value is None else _narrow(value, charset) for value in column.to_pylist()]
            batch = batch.set_column(number, batch.schema.field(number).name, pa.array(narrow, pa.binary()))
    return batch


def small(charset: Charset) -> bool:
    return charset.name in _BEYOND


def _narrow(value: str, charset: Charset) -> bytes:
    return b"".join(_narrow_character(character, charset.name) for character in value)


def _narrow_character(character: str, charset: str) -> bytes:
    code = ord(character)
    if ESCAPE_BASE <= code <= ESCAPE_BASE + 0xFF:  # a byte that was never UTF-8
        return bytes((code - ESCAPE_BASE,))
    if charset == "utf8mb3":
        return character.encode() if code <= 0xFFFF else b"?"
    if charset == "latin1" and code in _CONTROLS:
        return bytes((code,))
    return character.encode("ascii" if charset == "ascii" else "cp1252", "replace")


_BEYOND: Final = {"latin1": r"[^\x00-\x7f]", "ascii": r"[^\x00-\x7f]", "utf8mb3": r"[\x{10000}-\x{10FFFF}]"}
"""For each character set smaller than UTF-8: what must be looked at."""
_CONTROLS: Final = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
"""Bytes that cp1252 has no character for, and MariaDB's latin1 has."""


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


def encode(text: str) -> bytes:
    """The bytes that `decode` was given."""
    return text.translate(_UNESCAPES).encode("utf-8", "surrogateescape")


_ESCAPES: Final = {0xDC00 + byte: chr(ESCAPE_BASE + byte) for byte in range(0x80, 0x100)}
_UNESCAPES: Final = {ESCAPE_BASE + byte: chr(0xDC00 + byte) for byte in range(0x80, 0x100)}

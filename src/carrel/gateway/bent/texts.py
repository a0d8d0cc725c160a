"""Texts and bytes out of the bytes of a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.gateway.bent.told import INCORRECT, TRUNCATED, Bent, Level, truncated
from carrel.io.escape import text_array, to_text
from carrel.model.tables import Column

CHARSETS: Final = frozenset({"utf8mb4", "utf8mb3", "utf8", "latin1", "ascii", "binary"})
"""Of a file."""

_TYPE: Final = re.compile(r"(?P<base>[a-z]+)(?:\((?P<arguments>.*)\))?", re.DOTALL)
_MEMBER: Final = re.compile(r"'((?:[^']|'')*)'")
_BYTES: Final = frozenset({"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"})
_CHARACTERS: Final = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
_MOST_BYTES: Final = {"tinytext": 255, "tinyblob": 255, "text": 65_535, "blob": 65_535, "mediumtext": 16_777_215, "mediumblob": 16_777_215}
_BAD: Final = re.compile("[\U0010fe00-\U0010feff]")
_CONTROLS: Final = {code: chr(code) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def _base(column: Column) -> tuple[str, str]:
    found = _TYPE.match(column.native_type)
    return (found["base"], found["arguments"] or "") if found is not None else ("", "")


def maker(column: Column, charset: str) -> Callable[[bytes], Bent] | None:
    """What makes a file's bytes a text of this column; None where it holds none."""
    base, arguments = _base(column)
    if column.type != "VARCHAR":
        return None
    if base in _BYTES:
        most = int(arguments) if arguments else _MOST_BYTES.get(base)
        return partial(_bytes, most, int(arguments or "1") if base == "binary" else 0)
    if base in _CHARACTERS:
        most = int(arguments) if arguments else None
        return partial(_characters, charset, most, _MOST_BYTES.get(base), base == "char")
    if base in {"enum", "set"}:
        members = tuple(member.replace("''", "'") for member in _MEMBER.findall(arguments))
        return partial(_member if base == "enum" else _members, charset, members)
    return None


def zero(column: Column) -> Any:
    base, arguments = _base(column)
    return "\0" * int(arguments or "1") if base == "binary" else ""


def fast(found: pa.Array, column: Column, charset: str) -> pa.Array | None:
    """All at once, where nothing needs to be looked at; None where something may."""
    base, arguments = _base(column)
    if base in _BYTES - {"binary"}:
        return text_array(found) if _within(found, int(arguments) if arguments else _MOST_BYTES.get(base)) else None
    if base not in _CHARACTERS - {"char"} or charset not in {"utf8mb4", "utf8mb3", "utf8", "binary"}:
        return None
    try:
        text = found.cast(pa.string())
    except pa.ArrowInvalid:
        return None
    if not _within(found, _MOST_BYTES.get(base)) or (arguments and (pc.max(pc.utf8_length(text)).as_py() or 0) > int(arguments)):
        return None
    return text if text_array(found).equals(text) else None


def _within(found: pa.Array, most: int | None) -> bool:
    return most is None or (pc.max(pc.binary_length(found)).as_py() or 0) <= most


def _bytes(most: int | None, pad: int, data: bytes) -> Bent:
    if most is not None and len(data) > most:
        return truncated(to_text(data[:most]))
    return Bent(to_text(data.ljust(pad, b"\0")))


def _decoded(charset: str, data: bytes) -> tuple[str, bool]:
    """The characters, `?` for each byte that is none; and whether there was one."""
    if charset == "latin1":
        return "".join(_CONTROLS.get(byte) or bytes((byte,)).decode("cp1252") for byte in data), False
    if charset == "ascii":
        text = data.decode("ascii", "replace").replace("\ufffd", "?")
        return text, not data.isascii()
    try:
        return data.decode(), False
    except UnicodeDecodeError:
        return _BAD.sub("?", to_text(data)), True


def _characters(charset: str, most: int | None, most_bytes: int | None, fixed: bool, data: bytes) -> Bent:
    text, bad = _decoded(charset, data)
    told: tuple[tuple[int, Level, str], ...] = ((INCORRECT, Level.WARNING, "incorrect string value"),) if bad else ()
    kept = text if most is None else text[:most]
    if most_bytes is not None and len(kept.encode()) > most_bytes:
        kept = kept.encode()[:most_bytes].decode("utf-8", "ignore")
    if len(kept) < len(text) and not (fixed and not text[len(kept) :].strip(" ")):
        level = Level.WARNING if text[len(kept) :].strip(" ") else Level.NOTE
        told = (*told, (TRUNCATED, level, "data truncated"))
    return Bent(to_text((kept.rstrip(" ") if fixed else kept).encode()), told)


def _member(charset: str, members: Sequence[str], data: bytes) -> Bent:
    text = _decoded(charset, data)[0].rstrip(" ")
    for member in members:
        if member.casefold() == text.casefold():
            return Bent(member)
    if text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) <= len(members):
        return Bent(members[int(text) - 1])
    return truncated("")


def _members(charset: str, members: Sequence[str], data: bytes) -> Bent:
    text = _decoded(charset, data)[0].rstrip(" ")
    wanted = {part.casefold() for part in text.split(",")} if text else set()
    found = ",".join(member for member in members if member.casefold() in wanted)
    return Bent(found) if wanted <= {member.casefold() for member in members} else truncated(found)

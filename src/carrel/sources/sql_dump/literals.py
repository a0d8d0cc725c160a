"""SQL literals of a dump as bytes: strings with MySQL's escapes, hexadecimal and bit literals."""

from __future__ import annotations

import re
from typing import Final

_ESCAPES: Final = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a", b"%": b"\\%", b"_": b"\\_"}
"""MySQL manual, string literals: every other escaped byte stands for itself; `\\%` and `\\_` keep their backslash."""

_ESCAPED: Final = re.compile(rb"\\(.)|''", re.DOTALL)

STRING: Final = rb"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
"""A quoted string. Here and in all that follows quantifiers are possessive: no input may make a pattern try again piece by piece."""

QUOTED: Final = rb'"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"'
NUMBER: Final = rb"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?"
VALUE: Final = re.compile(
    rb"(?P<null>NULL)\b"
    rb"|(?P<hex>0x[0-9A-Fa-f]+|[xX]'(?:[0-9A-Fa-f]{2})*')"
    rb"|(?P<bits>0b[01]+|[bB]'[01]*')"
    rb"|(?P<number>" + NUMBER + rb")(?![\w.])"
    rb"|(?:_(?P<set>[A-Za-z0-9]+)\s*|[nN](?='))?(?:(?P<string>" + STRING + rb")|(?P<quoted>" + QUOTED + rb"))"
    rb"|(?:_[A-Za-z0-9]+\s+)(?P<introduced>0x[0-9A-Fa-f]+|[xX]'(?:[0-9A-Fa-f]{2})*')"
    rb"|(?P<bool>TRUE|FALSE)\b",
    re.DOTALL | re.IGNORECASE,
)
"""Any literal that a dump may hold as a value."""


def unescape(body: bytes) -> bytes:
    """The bytes that the inside of a quoted string stands for."""
    if b"\\" not in body and b"''" not in body:
        return body
    return _ESCAPED.sub(_one, body)


def escape(data: bytes) -> bytes:
    """A quoted string that stands for `data`."""
    return b"'" + data.replace(b"\\", b"\\\\").replace(b"'", b"\\'") + b"'"


class ForeignText(ValueError):
    """A string whose introducer says that it is in a character set that is not read; the argument is its name."""


_AS_IT_IS: Final = frozenset({b"", b"binary", b"utf8", b"utf8mb3", b"utf8mb4", b"ascii"})


def canonical(match: re.Match[bytes]) -> bytes:
    """A literal in the form that the row reader takes: `NULL`, a number, or a quoted string; hexadecimal and bits become strings."""
    kind = match.lastgroup
    text = match.group(kind or 0)
    charset = (match.group("set") or b"").lower()
    if charset not in _AS_IT_IS:
        raise ForeignText(charset.decode())
    if kind == "null":
        return b"NULL"
    if kind == "bool":
        return b"1" if text.upper() == b"TRUE" else b"0"
    if kind in {"hex", "introduced"}:
        return escape(from_hex(text))
    if kind == "bits":
        return escape(_from_bits(text))
    if kind == "quoted":
        return escape(unescape(text[1:-1].replace(b'""', b'"')))
    return text


def number_of(data: bytes) -> bytes:
    """A hexadecimal or bit literal's bytes as the number that they are in a column of numbers."""
    return str(int.from_bytes(data, "big")).encode()


def from_hex(text: bytes) -> bytes:
    """The bytes of `0x…` or `X'…'`."""
    digits = text[2:-1] if text[:1] in b"xX" else text[2:]
    return bytes.fromhex(("0" if len(digits) % 2 else "") + digits.decode())


def _from_bits(text: bytes) -> bytes:
    digits = text[2:-1] if text[:1] in b"bB" else text[2:]
    return int(digits or b"0", 2).to_bytes((len(digits) + 7) // 8 or 1, "big")


def _one(match: re.Match[bytes]) -> bytes:
    escaped = match.group(1)
    return b"'" if escaped is None else _ESCAPES.get(escaped, escaped)

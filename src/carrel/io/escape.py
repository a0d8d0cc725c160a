"""Bytes as text without loss: what MediaWiki keeps in binary columns is nearly always UTF-8, and must come back byte for byte where it is not.

A byte b that is not part of valid UTF-8 becomes the code point U+10FE00 + b, a private one that Unicode gives no meaning to.
The four bytes of a genuine code point U+10FE00 to U+10FEFF become four such escapes, so that the way back is never in doubt.
"""

from __future__ import annotations

import codecs
import re

import pyarrow as pa

_BASE = 0x10FE00
_GENUINE = re.compile(rb"\xf4\x8f[\xb8-\xbb][\x80-\xbf]")
_ESCAPED = re.compile("[\U0010fe00-\U0010feff]")
_GENUINE_PREFIX = b"\xf4\x8f"


def to_text(data: bytes) -> str:
    """The text of `data`; every byte string has exactly one."""
    if _GENUINE_PREFIX in data:
        parts = []
        end = 0
        for match in _GENUINE.finditer(data):
            # A match inside valid UTF-8 is a whole character: F4 begins a sequence of four and never continues one.
            parts.append(data[end:match.start()].decode("utf-8", "carrel.escape"))
            parts.append("".join(chr(_BASE + byte) for byte in match.group()))
            end = match.end()
        return "".join(parts) + data[end:].decode("utf-8", "carrel.escape")
    return data.decode("utf-8", "carrel.escape")


def to_bytes(text: str) -> bytes:
    """The bytes that `to_text` was given. Defined for every text: an escape of a byte below 0x80, which `to_text` never makes, is that byte."""
    if not _ESCAPED.search(text):
        return text.encode("utf-8")
    return _ESCAPED.sub(_escaped, text).encode("utf-8", "surrogateescape")


def _escaped(match: re.Match[str]) -> str:
    byte = ord(match.group()) - _BASE
    return chr(byte if byte < 0x80 else 0xDC00 + byte)


def text_array(array: pa.Array) -> pa.Array:
    """`to_text` of each value of a binary or string array; NULL stays NULL. At the speed of Arrow where nothing needs an escape."""
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        array = array.cast(pa.binary())
    try:
        text = array.cast(pa.string())
    except pa.ArrowInvalid:
        return _one_by_one(array)
    return _one_by_one(array) if _has_genuine(array) else text


def _one_by_one(array: pa.Array) -> pa.Array:
    return pa.array([None if value is None else to_text(value) for value in array.to_pylist()], pa.string())


def _has_genuine(array: pa.Array) -> bool:
    data = array.buffers()[2]
    return data is not None and _GENUINE.search(memoryview(data)) is not None


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(_BASE + byte) for byte in error.object[error.start:error.end]), error.end


codecs.register_error("carrel.escape", _escape)

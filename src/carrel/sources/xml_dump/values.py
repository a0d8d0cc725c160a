"""Values of an export's elements: titles, references to characters, numbers of texts, checksums. Texts are bytes in UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# `&amp;` last: what it gives is no reference.
_REFERENCES: Final = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&#039;", b"'"), (b"&apos;", b"'"), (b"&amp;", b"&"))
_DIGITS: Final = b"0123456789abcdefghijklmnopqrstuvwxyz"


def unescape(data: bytes | None) -> bytes | None:
    """Character data with the exporter's references replaced; None where it holds something else that begins with `&`, or `]]>`, which XML does not allow."""
    if data is None or (b">" in data and b"]]>" in data):
        return None
    if b"&" not in data:
        return data
    left = data.count(b"&")
    for reference, value in _REFERENCES:
        if left and (found := data.count(reference)):
            left -= found
            data = data.replace(reference, value)
    return None if left else data


def unescaped_length(data: bytes) -> int | None:
    """The length of what `unescape` gives; None where it gives None."""
    if b">" in data and b"]]>" in data:
        return None
    length = len(data)
    if b"&" not in data:
        return length
    left = data.count(b"&")
    for reference, _ in _REFERENCES:
        if left and (found := data.count(reference)):
            left -= found
            length -= found * (len(reference) - 1)
    return None if left else length


def split_text_id(told: bytes) -> tuple[int | None] | None:
    """The number in `tt:42` or `42`, in a tuple: None in it where there is none. None where the regular form does not have it."""
    if not told:
        return (None,)
    digits = told[3:] if told.startswith(b"tt:") else told
    if not digits.isdigit() or len(digits) > 10:
        return None
    number = int(digits)
    return None if number >= 1 << 32 else (number,)


def page_title(title: bytes, number: int, namespaces: Mapping[int, bytes]) -> bytes | None:
    """The title as the database has it: without its namespace's name, blanks as underscores. None where it is not of that namespace in plain form."""
    name = namespaces.get(number)
    if name is None or (not name and (number or b"Badtitle/NS" in title)):
        return None
    if name:
        if not title.startswith(name + b":") or len(title) == len(name) + 1:
            return None
        title = title[len(name) + 1:]
    return title.replace(b" ", b"_")


def base36(digest: bytes) -> bytes:
    """A SHA-1 as MediaWiki writes it: 31 digits of base 36."""
    number = int.from_bytes(digest, "big")
    found = bytearray()
    for _ in range(31):
        number, digit = divmod(number, 36)
        found.append(_DIGITS[digit])
    return bytes(reversed(found))

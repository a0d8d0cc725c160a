"""Values of an export's elements: titles, references to characters, numbers of texts, checksums. Texts are bytes in UTF-8."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_ENTITY: Final = re.compile(rb"&(?:(quot|amp|lt|gt|apos|#039);)?")
_VALUES: Final = {b"quot": b'"', b"amp": b"&", b"lt": b"<", b"gt": b">", b"apos": b"'", b"#039": b"'"}
_TEXT_ID: Final = re.compile(rb"(?:tt:)?([0-9]{1,10})")
_DIGITS: Final = b"0123456789abcdefghijklmnopqrstuvwxyz"


def unescape(data: bytes | None) -> bytes | None:
    """Character data with the exporter's references replaced; None where it holds something else that begins with `&`, or `]]>`, which XML does not allow."""
    if data is None or (b">" in data and b"]]>" in data):
        return None
    if b"&" not in data:
        return data
    try:
        return _ENTITY.sub(lambda found: _VALUES[found.group(1)], data)
    except KeyError:
        return None


def split_text_id(told: bytes) -> tuple[int | None] | None:
    """The number in `tt:42` or `42`, in a tuple: None in it where there is none. None where the regular form does not have it."""
    if not told:
        return (None,)
    found = _TEXT_ID.fullmatch(told)
    if found is None or int(found.group(1)) >= 1 << 32:
        return None
    return (int(found.group(1)),)


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

"""Characters of the regular form: up to where bytes have no others, and character data as text. By the native `_text` where it was compiled and
`CARREL_PURE` is not 1, else by its twin here.
"""

from __future__ import annotations

import os
import re
from typing import Final

try:
    from carrel.dumps import _text as compiled
except ImportError:
    compiled = None  # type: ignore[assignment]

LONGEST: Final = 6
"""Bytes that the end of a piece may lack: of a character, a reference, or `]]>`."""

_ALLOWED: Final = bytes(byte for byte in range(256) if byte >= 0x20 or byte in b"\t\n")
_ODD: Final = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]|(?<=\]\])>|&(?!(?:quot|amp|lt|gt|apos|#039);)")
_REFERENCE: Final = re.compile(rb"&(?!(?:quot|amp|lt|gt|apos|#039);)")
_CHARACTERS: Final = {b"quot": b'"', b"amp": b"&", b"lt": b"<", b"gt": b">", b"apos": b"'", b"#039": b"'"}


def clean_in_python(data: bytes, start: int) -> int:
    """The place in `data`, from `start` on, up to which it holds only UTF-8 of characters that XML allows, no \\r and no `]]>`, and references of the exporter.

    Where the end of `data` cuts a character or a reference, that is not clean yet.
    """
    end = len(data)
    if not data.isascii():
        try:
            str(memoryview(data)[start:], "utf-8")
        except UnicodeDecodeError as error:
            end = start + error.start
    # U+FFFE and U+FFFF begin with these two bytes, and so do U+FFFD and few others.
    odd = _ODD if data.translate(None, _ALLOWED) or b"]]>" in data or b"\xef\xbf" in data else _REFERENCE
    found = odd.search(data, start, end)
    return found.start() if found else end


def text_in_python(data: bytes) -> str:
    """Character data of the regular form as text."""
    first, *rest = data.split(b"&")
    if not rest:
        return first.decode()
    parts = [first]
    for part in rest:
        name, _, after = part.partition(b";")
        parts.append(_CHARACTERS[name])
        parts.append(after)
    return b"".join(parts).decode()


def available() -> bool:
    return compiled is not None and os.environ.get("CARREL_PURE") != "1"


clean = compiled.clean if available() else clean_in_python
text = compiled.text if available() else text_in_python

"""Executable comments, which drivers and mysqldump write: `SHOW /*!50002 FULL*/ TABLES`. What MariaDB would run is made plain text, and is read as such."""

from __future__ import annotations

import re
from typing import Final

VERSION: Final = 101100
"""Of the MariaDB that Carrel calls itself, 10.11.0."""

_PIECES: Final = re.compile(
    r"""
      (?P<quoted> '(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*" | `(?:[^`]|``)*` )
    | (?P<plain> --(?:[\s\x00-\x1f][^\n]*|\Z) | \#[^\n]* | /\*(?!M?!).*?\*/ )
    | (?P<open> /\*M?!(?P<version>\d{5,6})? )
    | (?P<close> \*/ )
    """,
    re.VERBOSE | re.DOTALL,
)


def unwrap(text: str) -> str:
    """The text with the marks of executable comments as spaces, so that everything else stands where it stood.

    MariaDB runs one whose version is not above its own, and none of 50700 to 99999, which are MySQL's. Those that it does not run stay comments. A comment that
    never ends is left as it is, and then refused.
    """
    if "/*!" not in text and "/*M!" not in text:
        return text
    marks: list[tuple[int, int]] = []
    opened: re.Match[str] | None = None
    at = 0
    while (found := _PIECES.search(text, at)) is not None:
        at = found.end()
        if found["open"] and opened is None:
            if _runs(found):
                opened = found
            else:
                end = text.find("*/", at)
                at = len(text) if end < 0 else end + 2
        elif found["close"] and opened is not None:
            marks += [opened.span(), found.span()]
            opened = None
    for start, end in reversed(marks):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _runs(opening: re.Match[str]) -> bool:
    version = int(opening["version"] or 0)
    mine = opening["open"].startswith("/*M!")
    return version <= VERSION and (mine or not 50700 <= version <= 99999)

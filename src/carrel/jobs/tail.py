"""The last lines that an attempt said, without what must not be kept."""

from __future__ import annotations

import re
import threading
from collections import deque
from typing import Final

LINES: Final = 40
WIDTH: Final = 500
_SECRETS: Final = (
    (re.compile(r"\bcrl_[A-Za-z0-9_-]+"), "(secret)"),
    (re.compile(r"(\w+://)[^\s/@]+@"), r"\1(secret)@"),
    (re.compile(r"(?i)\b(password|passwd|secret|token|key|authorization)(\s*[=:]\s*)(?:Bearer\s+|Basic\s+)?\S+"), r"\1\2(secret)"),
)


class Tail:
    """Keeps the newest `LINES` lines, each of at most `WIDTH` characters. For any thread."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=LINES)
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        with self._lock:
            self._lines.extend(clean(line) for line in text.splitlines())

    def text(self) -> str:
        with self._lock:
            return "\n".join(self._lines)


def clean(line: str) -> str:
    """The line without issued secrets, passwords in addresses and values that are named as secret, without control characters, shortened."""
    for pattern, instead in _SECRETS:
        line = pattern.sub(instead, line)
    return "".join(mark if mark.isprintable() else " " for mark in line)[:WIDTH]

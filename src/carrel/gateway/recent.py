"""What was made of texts that came lately, so that a text that is sent again is not cut up again. Made of the text alone: whoever sends it gets the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from carrel.gateway.comments import unwrap
from carrel.gateway.split import Statement, split

MOST: Final = 200_000
"""Characters of all texts that are kept; what is made of one character takes some 50 bytes."""
LONGEST: Final = 5_000
"""Characters of a text that is kept."""

T = TypeVar("T")


class Recent(Generic[T]):
    """Keeps what `make` gives for a text in a dialect; not what it raises. May be used from any thread."""

    def __init__(self, make: Callable[[str, str], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], T] = OrderedDict()
        self._characters = 0

    def __call__(self, text: str, dialect: str) -> T:
        key = text, dialect
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._make(text, dialect)
        if len(text) <= LONGEST:
            self._keep(key, made)
        return made

    def _keep(self, key: tuple[str, str], made: T) -> None:
        with self._lock:
            if key not in self._kept:
                self._characters += len(key[0])
            self._kept[key] = made
            while self._characters > MOST:
                (text, _), _ = self._kept.popitem(last=False)
                self._characters -= len(text)


def statements(text: str, dialect: str) -> tuple[Statement, ...]:
    """The statements of a client's text; raises as `split` does."""
    return tuple(split(unwrap(text) if dialect == "mysql" else text, dialect))

"""How many files people may be sending at once: each holds some rows in memory for as long as its client takes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from carrel.model.errors import LimitReached

PER_PERSON: Final = 4
TOTAL: Final = 32


class Slots:
    """May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, person: str) -> Iterator[None]:
        """Raises LimitReached where the person, or all together, have as many as there may be."""
        with self._lock:
            if self._taken[person] >= PER_PERSON or self._taken.total() >= TOTAL:
                raise LimitReached(f"{PER_PERSON} files of one person, and {TOTAL} in all, may come at once", code="too_many", help="try again later")
            self._taken[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= Counter((person,))

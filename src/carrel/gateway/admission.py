"""How many queries run at once: in all, and for one person."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from carrel.model.errors import LimitReached


class Admission:
    """Lets `total` queries run at once and `per_person` of one person; others wait for `patience_s` seconds, then are refused."""

    def __init__(self, *, total: int, per_person: int, patience_s: float = 60.0) -> None:
        self._total = total
        self._per_person = per_person
        self._patience_s = patience_s
        self._running: Counter[str] = Counter()
        self._changed = threading.Condition()

    @contextmanager
    def admit(self, person: str) -> Iterator[None]:
        """Holds a place while the block runs. Raises LimitReached when the person's places are taken or no place came free in time."""
        with self._changed:
            self._require_own_place(person)
            free = self._changed.wait_for(lambda: self._running.total() < self._total, self._patience_s)
            self._require_own_place(person)
            if not free:
                raise LimitReached(f"{self._total} queries are running and none has ended in {self._patience_s:.0f} s", code="too_many", help="try again later")
            self._running[person] += 1
        try:
            yield
        finally:
            with self._changed:
                self._running[person] -= 1
                self._changed.notify_all()

    def _require_own_place(self, person: str) -> None:
        if self._running[person] >= self._per_person:
            raise LimitReached(
                f"{self._per_person} of your queries are running already", code="too_many", help="end one of them: SHOW PROCESSLIST, then KILL QUERY"
            )

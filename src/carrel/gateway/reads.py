"""What each person was lately shown of people, in all sessions and through all doors: what they type may be that."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import date
from typing import Final

from carrel.model.provenance import NOTHING, Provenance
from carrel.state import reads
from carrel.state.store import State

MOST: Final = 10_000
"""Of readings that are remembered as entered."""


class Reads:
    """For all sessions of a gateway; the state has the same for all processes. May be used from any thread."""

    def __init__(self, state: State | None) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._entered: OrderedDict[tuple[str, date, Provenance], None] = OrderedDict()

    def note(self, person: str, day: date, read: Provenance) -> None:
        """Enters what a person is about to be shown; nothing where it is not about people, or entered already. Raises Unavailable."""
        if self._state is None or not read.personal:
            return
        key = (person, day, replace(read, tags=read.personal, sources=frozenset()))
        with self._lock:
            if key in self._entered:
                return
        with self._state.write() as connection:
            reads.note(connection, person, day, read)
        with self._lock:
            self._entered[key] = None
            while len(self._entered) > MOST:
                self._entered.popitem(last=False)

    def forget(self) -> None:
        """What is remembered as entered; the state has it still."""
        with self._lock:
            self._entered.clear()

    def lately(self, person: str, day: date) -> Provenance:
        """All that they were shown on this day and those before it that count."""
        if self._state is None:
            return NOTHING
        with self._state.read() as connection:
            return reads.lately(connection, person, day)

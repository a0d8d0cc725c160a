"""One clock for all queries: what is to be done when a query's time is over. A thread for each query would be one more that memory may fail."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from datetime import timedelta


class Deadlines:
    """A thread that does things at their time. An action must return at once and raise nothing."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int]] = []
        self._actions: dict[int, Callable[[], None]] = {}
        self._numbers = itertools.count()
        self._closed = False
        threading.Thread(target=self._run, name="deadlines", daemon=True).start()

    def after(self, wait: timedelta, action: Callable[[], None]) -> int:
        """Has `action` done when so much time has passed, unless it is forgotten; gives its number."""
        with self._changed:
            number = next(self._numbers)
            self._actions[number] = action
            heapq.heappush(self._heap, (time.monotonic() + wait.total_seconds(), number))
            self._changed.notify()
        return number

    def forget(self, number: int) -> None:
        with self._changed:
            self._actions.pop(number, None)
            while self._heap and self._heap[0][1] not in self._actions:
                heapq.heappop(self._heap)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while (due := self._next()) is not None:
            for action in due:
                action()

    def _next(self) -> list[Callable[[], None]] | None:
        """Waits for the next deadline; what is due then, which may be nothing. None when it is closed."""
        with self._changed:
            if not self._closed:
                self._changed.wait(self._heap[0][0] - time.monotonic() if self._heap else None)
            if self._closed:
                return None
            due = []
            while self._heap and self._heap[0][0] <= time.monotonic():
                action = self._actions.pop(heapq.heappop(self._heap)[1], None)
                if action is not None:
                    due.append(action)
            return due

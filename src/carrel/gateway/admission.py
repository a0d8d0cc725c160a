"""How many queries run at once, in all and for one person, and who comes next: a queue that is fair to people, not to whoever asks most."""

from __future__ import annotations

import threading
from collections import Counter
from types import TracebackType
from typing import Final, Self

from carrel.model.errors import Cancelled, LimitReached

END_ONE: Final = "end one of them: SHOW PROCESSLIST, then KILL QUERY"


class Place:
    """One query's: asked for when the block is entered, which may wait, and given back when it is left. Everything but the block is for any thread.

    Attributes:
        most: how many of the person's queries may run for this one to run beside them.
        woken: set when the waiting is over, one way or the other.
        waited: whether no place was free when it was asked for.
    """

    def __init__(self, admission: Admission, person: str, session: int, most: int) -> None:
        self.person = person
        self.session = session
        self.most = most
        self.woken = threading.Event()
        self.running = False
        self.waited = False
        self.cancelled = False
        self._admission = admission

    @property
    def position(self) -> int:
        """In the queue, from 1; 0 where it does not wait."""
        return self._admission.position(self)

    def cancel(self) -> None:
        """Ends the waiting with Cancelled."""
        self.cancelled = True
        self.woken.set()

    def __enter__(self) -> Self:
        """Raises LimitReached when no place came free in time or too many wait already, Cancelled when it was cancelled."""
        self._admission.enter(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._admission.leave(self)


class Admission:
    """Lets `total` queries run at once and `per_person` of one person; others wait for `patience_s` seconds, then are refused.

    First comes who has fewest queries running or waiting ahead of this one, then who has asked first. Whoever gives a place back hands it on, so nobody who
    has just come takes it. `queue`: how many queries of one person may wait.
    """

    def __init__(self, *, total: int, per_person: int, patience_s: float = 60.0, queue: int = 50) -> None:
        self._total = total
        self._per_person = per_person
        self._patience_s = patience_s
        self._queue = queue
        self._running: Counter[str] = Counter()
        self._held: Counter[int] = Counter()
        self._waiting: list[Place] = []
        self._lock = threading.Lock()

    def place(self, person: str, session: int, most: int | None = None) -> Place:
        """For one query of the person's. `session`: whose open cursors would be waited for in vain. `most`: where it is fewer than `per_person`."""
        return Place(self, person, session, self._per_person if most is None else min(most, self._per_person))

    def position(self, place: Place) -> int:
        with self._lock:
            return self._position(place)

    def enter(self, place: Place) -> None:
        with self._lock:
            if self._held[place.session] >= min(place.most, self._total):
                raise LimitReached("all places are taken by open cursors of this connection", code="too_many", help="close a cursor")
            if sum(other.person == place.person for other in self._waiting) >= self._queue:
                raise LimitReached(f"{self._queue} of your queries are waiting already", code="too_many", help=END_ONE)
            self._waiting.append(place)
            self._hand_out()
            place.waited = not place.running
        place.woken.wait(self._patience_s)
        with self._lock:
            if place.running and not place.cancelled:
                return
            error = self._refusal(place)
            self._forget(place)
        raise error

    def leave(self, place: Place) -> None:
        with self._lock:
            self._forget(place)

    def _forget(self, place: Place) -> None:
        if place.running:
            place.running = False
            self._running -= Counter((place.person,))  # which drops what is 0, so that sessions leave nothing behind
            self._held -= Counter((place.session,))
        elif place in self._waiting:
            self._waiting.remove(place)
        self._hand_out()

    def _hand_out(self) -> None:
        """Gives free places to those who are next."""
        while self._waiting and self._running.total() < self._total:
            following = next((place for place in self._ordered() if self._running[place.person] < place.most), None)
            if following is None:
                return
            self._waiting.remove(following)
            self._running[following.person] += 1
            self._held[following.session] += 1
            following.running = True
            following.woken.set()

    def _ordered(self) -> list[Place]:
        ahead = self._running.copy()
        ranked: list[tuple[int, Place]] = []
        for place in self._waiting:
            ranked.append((ahead[place.person], place))
            ahead[place.person] += 1
        return [place for _, place in sorted(ranked, key=lambda pair: pair[0])]

    def _position(self, place: Place) -> int:
        return self._ordered().index(place) + 1 if place in self._waiting else 0

    def _refusal(self, place: Place) -> Cancelled | LimitReached:
        if place.cancelled:
            return Cancelled("the query was stopped")
        own, position = self._running[place.person], self._position(place)
        if own >= place.most:
            who, way_out = f"{own} of your queries are running", END_ONE
        else:
            who, way_out = f"{self._total} queries are running", "try again later"
        return LimitReached(f"{who}, and none has ended in {self._patience_s:.0f} s: yours was number {position} in the queue", code="too_many", help=way_out)

"""How an attempt keeps its run, and how another process learns that nobody does any more.

The one who runs beats four times a lease, and stops by itself when three quarters of a lease have gone without a beat that was stored. Others give an attempt
up when they have watched its beat stand still for a whole lease. Both count with clocks that nobody sets.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

from carrel.jobs.ledger import Ledger, Run
from carrel.model.errors import Cancelled, CarrelError, LimitReached, Unavailable

BEATS: Final = 4


def awake() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps: whoever slept must know that others did not."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Held:
    """An attempt under way: beats in a thread of its own while the block runs.

    Args:
        timeout_s: of the attempt.
        stopping: set when the runner stops.
    """

    def __init__(self, ledger: Ledger, run: Run, *, lease_s: float, timeout_s: float, stopping: threading.Event) -> None:
        self._ledger = ledger
        self._run = run
        self._lease_s = lease_s
        self._timeout_s = timeout_s
        self._stopping = stopping
        self._over = threading.Event()
        self._lost = False
        self._begun = self._beaten = awake()
        self._callbacks: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._beat, name=f"job {run.job}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    @property
    def lost(self) -> bool:
        return self._lost or awake() - self._beaten > self._lease_s * (BEATS - 1) / BEATS

    def why(self) -> CarrelError | None:
        """Why the attempt must end; None where it may go on."""
        if self.lost:
            return Cancelled("the run was lost: no heartbeat could be stored for too long, or another process has it")
        if self._stopping.is_set():
            return Cancelled("the runner stops")
        if awake() - self._begun > self._timeout_s:
            return LimitReached(f"the attempt took longer than {self._timeout_s:.0f} seconds", help="set `timeout_s` in the job's definition")
        return None

    def check(self) -> None:
        """Raises Cancelled or LimitReached when the attempt must end."""
        error = self.why()
        if error is not None:
            raise error

    @contextmanager
    def on_stop(self, callback: Callable[[], None]) -> Iterator[None]:
        with self._lock:
            self._callbacks.append(callback)
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)

    def _beat(self) -> None:
        every = min(self._lease_s / BEATS, 1.0)
        due = 0.0
        while not self._over.wait(every):
            if awake() >= due and not self._lost:
                due = awake() + self._lease_s / BEATS - every / 2
                self._store()
            if self.why() is not None:
                with self._lock:
                    callbacks = list(self._callbacks)
                for callback in callbacks:
                    callback()

    def _store(self) -> None:
        begun = awake()
        try:
            if self._ledger.beat(self._run):
                self._beaten = begun
            else:
                self._lost = True
        except Unavailable:
            return  # a full disk, a database that restarts: `lost` tells when it has lasted too long


class Watch:
    """Tells which attempts of other processes nobody runs any more. For one thread."""

    def __init__(self, lease_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lease_s = lease_s
        self._clock = clock
        self._last = clock()
        self._seen: dict[tuple[int, int], tuple[int, float, bool]] = {}

    def still(self, runs: Sequence[Run]) -> list[Run]:
        """Those whose beat has stood still for the lease. A gap between two looks counts at most a quarter of it: whoever was stopped has watched nothing."""
        now = self._clock()
        gap, self._last = min(now - self._last, self._lease_s / BEATS), now
        seen: dict[tuple[int, int], tuple[int, float, bool]] = {}
        for run in runs:
            beat, stood, moved = self._seen.get((run.id, run.attempt), (run.beat, -gap, False))
            seen[run.id, run.attempt] = (run.beat, stood + gap, moved) if beat == run.beat else (run.beat, 0.0, True)
        self._seen = seen
        return [run for run in runs if seen[run.id, run.attempt][1] >= self._lease_s]

    def undecided(self) -> bool:
        """Whether one of them has neither moved nor stood still for long enough."""
        return any(not moved for _, _, moved in self._seen.values())

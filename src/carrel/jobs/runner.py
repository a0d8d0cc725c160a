"""The runner: looks what is due, begins as much of it as there are workers, and takes over what nobody runs any more."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from carrel.jobs import due
from carrel.jobs.definition import Job
from carrel.jobs.folder import Definitions
from carrel.jobs.lease import Watch, awake
from carrel.jobs.ledger import RUNNING, Ledger, Run
from carrel.jobs.waiting import Waiting
from carrel.jobs.worker import Ended, Worker
from carrel.model.errors import AccessRefused, CarrelError

JUMP_S: Final = 300.0
"""A clock that goes ahead of one that nobody sets by more than this has jumped."""

SETTLE_S: Final = 600.0
"""How long nothing new begins after that: who sets a clock wrong mostly sets it right soon."""

_LOG: Final = logging.getLogger("carrel.jobs")


class Runner:
    """Any number of processes may have one on the same state; each partition is run by one.

    Args:
        definitions: read anew at each look.
        worker: runs what was claimed; told to stop by the event `stopping`.
        workers: attempts at once.
        poll_s: from one look to the next.
        now: the time, UTC; `clock`: seconds on a clock that nobody sets.
        ended: told of each attempt.
    """

    def __init__(
        self, definitions: Callable[[], Definitions], ledger: Ledger, waiting: Waiting, worker: Worker, *, workers: int, lease_s: float, poll_s: float,
        now: Callable[[], datetime], stopping: threading.Event, clock: Callable[[], float] = awake,
        ended: Callable[[Job, Run, Ended], None] = lambda *_: None,
    ) -> None:
        self._definitions = definitions
        self._ledger = ledger
        self._waiting = waiting
        self._worker = worker
        self._workers = workers
        self._poll_s = poll_s
        self._now = now
        self._clock = clock
        self._ended = ended
        self._stopping = stopping
        self._woken = threading.Event()
        self._watch = Watch(lease_s)
        self._own: dict[int, threading.Thread] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._last: tuple[datetime, float] | None = None
        self._held_until: float | None = None

    def start(self) -> None:
        """Looks again and again, in a thread of its own, until `stop`."""
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
        self._thread.start()

    def stop(self, grace_s: float = 10.0) -> None:
        """Ends the attempts under way; what does not end in time is taken over, after the lease, by whoever runs then."""
        self._stopping.set()
        self._woken.set()
        deadline = awake() + grace_s
        for thread in [self._thread, *self._under_way()]:
            if thread is not None:
                thread.join(max(0.0, deadline - awake()))

    def run_due(self) -> None:
        """Runs all that is due, and ends when nothing is left that may run now. What another process seems to run is watched for at most the lease."""
        while not self._stopping.is_set():
            busy = bool(self._under_way())  # before the look: what ends meanwhile may let others begin
            if not self.tick() and not busy and not self._watch.undecided():
                return
            self._woken.wait(self._poll_s)
            self._woken.clear()

    def tick(self) -> int:
        """One look; gives how many attempts were begun."""
        definitions = self._definitions()
        if not definitions.jobs:
            return 0
        self._take_over(definitions.jobs)
        if self._has_jumped():
            return 0
        begun = 0
        for job in definitions.jobs.values():
            begun += self._look(job, definitions.jobs)
        return begun

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                self.tick()
            except CarrelError as error:
                _LOG.warning("no job could be begun: %s", error.text)
            except Exception:  # noqa: BLE001 - the runner outlives whatever a look stumbles on
                _LOG.exception("a look at the jobs failed")
            self._woken.wait(self._poll_s)
            self._woken.clear()

    def _look(self, job: Job, jobs: Mapping[str, Job]) -> int:
        now = self._now()
        record = self._ledger.record(job, now)
        settled = due.settled(job, record, now)
        if job.catch_up and settled != record.settled:
            self._ledger.settle(job, settled)
        if self._free() <= 0 or self._waiting.held_back(job, record.pause, now) is not None:
            return 0
        begun, room = 0, job.at_once - sum(run.state == RUNNING for run in record.runs.values())
        for since in due.due(job, record, now):
            if begun >= room or self._free() <= 0 or self._stopping.is_set():
                break
            if next(self._waiting.reasons(job, since, jobs), None) is None:
                begun += self._begin(job, since)
        return begun

    def _begin(self, job: Job, since: datetime) -> bool:
        now = self._now()
        try:
            person = self._waiting.owner(job, now)
        except AccessRefused:
            return False
        run = self._ledger.claim(job, since, person=person, holder=self._worker.holder, now=now)
        if run is None:
            return False
        thread = threading.Thread(target=self._work, args=(job, run, person), name=f"job {job.name}", daemon=True)
        with self._lock:
            self._own[run.id] = thread
        thread.start()
        return True

    def _work(self, job: Job, run: Run, person: str) -> None:
        try:
            self._ended(job, run, self._worker.run(job, run, person))
        finally:
            with self._lock:
                del self._own[run.id]
            self._woken.set()

    def _take_over(self, jobs: Mapping[str, Job]) -> None:
        with self._lock:
            own = set(self._own)
        others = [run for run in self._ledger.running() if run.id not in own]
        for run in self._watch.still(others):
            retries = jobs[run.job].retries if run.job in jobs else 0
            if self._ledger.give_up(run, retries=retries, now=self._now()):
                _LOG.warning("attempt %d of job %s %s by %s is lost", run.attempt, run.job, run.since, run.holder)

    def _has_jumped(self) -> bool:
        """Whether the clock went ahead by itself a short while ago."""
        now, clock = self._now(), self._clock()
        if self._last is not None:
            ahead = (now - self._last[0]).total_seconds() - (clock - self._last[1])
            if ahead > JUMP_S:
                _LOG.warning("the clock jumped ahead by %.0f s: no job begins for %.0f s", ahead, SETTLE_S)
                self._held_until = clock + SETTLE_S
            elif ahead < -JUMP_S:
                self._held_until = None
        self._last = (now, clock)
        return self._held_until is not None and clock < self._held_until

    def _free(self) -> int:
        return self._workers - len(self._under_way())

    def _under_way(self) -> list[threading.Thread]:
        with self._lock:
            return list(self._own.values())

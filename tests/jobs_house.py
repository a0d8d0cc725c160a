"""Jobs with a state of their own, a clock that tests set, and a kind that does what it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from carrel.audit.log import AuditLog
from carrel.identity import accounts
from carrel.identity.people import StoredPeople
from carrel.jobs.definition import Job
from carrel.jobs.folder import Definitions
from carrel.jobs.ledger import Ledger
from carrel.jobs.runner import Runner
from carrel.jobs.waiting import Waiting
from carrel.jobs.worker import Worker
from carrel.model.jobs import Every, Task
from carrel.state import migrations
from carrel.state.store import State

START = datetime(2026, 11, 20, tzinfo=UTC)
LEASE_S = 1.0


def job(name: str = "j", **facts: Any) -> Job:
    """A daily job of ann's from START on, of the kind `told`."""
    known = {"owner": "ann", "group": None, "every": Every.DAY, "kind": "told", "start": START, "parameters": {}, "options": {}}
    return Job(name=name, **{**known, **facts})


class Told:
    """A kind that notes its tasks and then does `deed`."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.deed: Callable[[Task], None] = lambda task: None

    def run(self, task: Task) -> None:
        self.tasks.append(task)
        self.deed(task)

    @property
    def done(self) -> list[tuple[str, str, int]]:
        return [(task.job, f"{task.since:%d}" if task.since.hour == 0 else f"{task.since:%dT%H}", task.attempt) for task in self.tasks]


class House:
    """`now` is what every part takes for the time; `clock` is the one that nobody sets, and goes on with `pass_`."""

    def __init__(self, state: State, *jobs: Job) -> None:
        migrations.upgrade(state)
        self.state = state
        self.now = START
        self.clock = 0.0
        self.jobs = {one.name: one for one in jobs}
        self.ledger = Ledger(state)
        self.people = StoredPeople(state)
        self.audit = AuditLog(state)
        self.kind = Told()
        self.published: list[Any] = []
        for name in ("ann", "bob"):
            accounts.add_person(state, name, realname="", email="", ends=None, now=START - timedelta(days=400))

    @classmethod
    def at(cls, folder: Path, *jobs: Job) -> House:
        return cls(State(f"sqlite:///{folder / 'state.sqlite'}"), *jobs)

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.clock += timedelta(**span).total_seconds()

    def waiting(self) -> Waiting:
        return Waiting(self.ledger, self.people, lambda database: self.published)

    def runner(self, *, workers: int = 4, lease_s: float = LEASE_S) -> Runner:
        stopping = threading.Event()
        worker = Worker(self.ledger, self.audit, {"told": self.kind}, lease_s=lease_s, now=lambda: self.now, stopping=stopping)
        return Runner(
            lambda: Definitions(self.jobs, {}), self.ledger, self.waiting(), worker, workers=workers, lease_s=lease_s, poll_s=0.02, now=lambda: self.now,
            stopping=stopping, clock=lambda: self.clock,
        )

    def run_due(self) -> list[tuple[str, str, int]]:
        """What a runner of its own does at this time, in the order of partitions."""
        before = len(self.kind.done)
        self.runner().run_due()
        return sorted(self.kind.done[before:])

    def outcomes(self, name: str = "j") -> list[tuple[int, str | None]]:
        return [(attempt.number, attempt.outcome) for attempt in reversed(self.ledger.attempts(job=name, limit=100))]

"""A process with a runner of its own on a state that others use too, and what several of them do together.

`python -m tests.jobs_process URL LOG SECONDS` runs all that is due of one hourly job; each attempt notes its beginning and its end in LOG and takes SECONDS.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from carrel.audit.log import AuditLog
from carrel.identity.people import StoredPeople
from carrel.jobs.folder import Definitions
from carrel.jobs.ledger import Ledger
from carrel.jobs.runner import Runner
from carrel.jobs.waiting import Waiting
from carrel.jobs.worker import Worker
from carrel.model.jobs import Every, Task
from carrel.state.store import State
from tests.jobs_house import START, House, job
from tests.shared import ROOT

HOURS = 16
LEASE_S = 2.0
NOW = START + timedelta(hours=HOURS, minutes=30)
HOURLY = job(every=Every.HOUR, at_once=9)


class Noting:
    def __init__(self, log: Path, seconds: float) -> None:
        self._log = log
        self._seconds = seconds

    def run(self, task: Task) -> None:
        self._note("begin", task)
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            task.check()
            time.sleep(0.01)
        self._note("end", task)

    def _note(self, what: str, task: Task) -> None:
        handle = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, f"{what} {task.since:%Y-%m-%dT%H} {task.attempt} {os.getpid()}\n".encode())
        os.close(handle)


def main(url: str, log: str, seconds: str) -> None:
    state, stopping = State(url), threading.Event()
    ledger = Ledger(state)

    def now() -> datetime:
        return NOW

    worker = Worker(ledger, AuditLog(state), {"told": Noting(Path(log), float(seconds))}, lease_s=LEASE_S, now=now, stopping=stopping)
    waiting = Waiting(ledger, StoredPeople(state), lambda database: [])
    (ready := Path(f"{log}.ready-{os.getpid()}")).touch()
    while not Path(f"{log}.go").exists() and ready.exists():
        time.sleep(0.01)
    Runner(
        lambda: Definitions({"j": HOURLY}, {}), ledger, waiting, worker, workers=3, lease_s=LEASE_S, poll_s=0.05, now=now, stopping=stopping,
    ).run_due()
    state.close()


def start(url: str, log: Path, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.jobs_process", url, str(log), str(seconds)], cwd=ROOT)


def together(log: Path, count: int) -> None:
    """Lets so many processes begin once all are there."""
    deadline = time.monotonic() + 60
    while len(list(log.parent.glob(f"{log.name}.ready-*"))) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    Path(f"{log}.go").touch()


def several_share_the_work(state: State, log: Path) -> None:
    """Three processes at once: each partition is begun once, and ended by who began it."""
    House(state)
    processes = [start(state.url, log, 0.2) for _ in range(3)]
    together(log, 3)
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    lines = [line.split() for line in log.read_text().splitlines()]
    for what in ("begin", "end"):
        assert Counter(line[1] for line in lines if line[0] == what) == {f"2026-11-20T{hour:02}": 1 for hour in range(HOURS)}
    assert {tuple(line[1:]) for line in lines if line[0] == "begin"} == {tuple(line[1:]) for line in lines if line[0] == "end"}
    assert len({line[3] for line in lines}) > 1


def what_a_killed_one_ran_is_taken_over(state: State, log: Path) -> None:
    """`kill -9` in the middle: whoever comes next watches for the lease, then runs the same partitions as their second attempt, and the others."""
    House(state)
    killed = start(state.url, log, 1000.0)
    together(log, 1)
    deadline = time.monotonic() + 60
    while (not log.exists() or len(log.read_text().splitlines()) < 3) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(30)
    ledger = Ledger(state)
    lost = ledger.running()
    assert len(lost) == 3
    assert start(state.url, log, 0.0).wait(120) == 0
    attempts = ledger.attempts(job="j", limit=100)
    assert Counter(one.outcome for one in attempts) == {"lost": 3, "complete": HOURS}
    assert {one.since for one in attempts if one.number == 2} == {run.since for run in lost}
    assert not any(ledger.beat(run) for run in lost)


if __name__ == "__main__":
    main(*sys.argv[1:])

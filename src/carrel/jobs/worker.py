"""One attempt at a partition: on record in the audit, kept alive, run by its kind, and ended in the state."""

from __future__ import annotations

import logging
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from carrel.audit.writer import this_process
from carrel.jobs import partitions
from carrel.jobs.definition import Job
from carrel.jobs.due import wait_after
from carrel.jobs.lease import Held
from carrel.jobs.ledger import DONE, FAILED, QUEUED, Ledger, Run
from carrel.jobs.tail import Tail
from carrel.model.audit import Begin, Finish
from carrel.model.errors import (
    AccessRefused,
    AuthenticationFailed,
    Cancelled,
    CarrelError,
    Internal,
    NotAllowed,
    SyntaxRefused,
    Unavailable,
    Unsupported,
)
from carrel.model.jobs import JobKind, Task
from carrel.model.people import Principal
from carrel.model.ports import Audit

SERVICE: Final = "job"
COMPLETE: Final = "complete"
_FINAL: Final = (SyntaxRefused, NotAllowed, AccessRefused, AuthenticationFailed, Unsupported)
"""Errors that another attempt would only repeat."""

_END_TRIES: Final = 5
_LOG: Final = logging.getLogger("carrel.jobs")


@dataclass(frozen=True, slots=True)
class Ended:
    """`state`: what the run is in now; None: it was lost to another process. `error`: None where it went well."""

    state: str | None
    error: CarrelError | None


class Worker:
    """Runs claimed attempts, in the thread that calls.

    Args:
        kinds: by name.
        now: the time, UTC.
        stopping: once it is set, attempts end as soon as their kind looks.
    """

    def __init__(
        self, ledger: Ledger, audit: Audit, kinds: Mapping[str, JobKind], *, lease_s: float, now: Callable[[], datetime], stopping: threading.Event,
    ) -> None:
        self._ledger = ledger
        self._audit = audit
        self._kinds = kinds
        self._lease_s = lease_s
        self._now = now
        self._stopping = stopping
        self.holder = this_process()

    def run(self, job: Job, run: Run, person: str) -> Ended:
        """The attempt from its begin row in the audit to its end in the state. Raises KeyboardInterrupt after it has ended."""
        tail = Tail()
        with Held(self._ledger, run, lease_s=self._lease_s, timeout_s=job.timeout.total_seconds(), stopping=self._stopping) as held:
            interrupted = None
            try:
                error = self._attempt(job, run, person, held, tail)
            except KeyboardInterrupt as interrupt:
                interrupted, error = interrupt, Cancelled("stopped by hand")
            ended = self._end(job, run, held, error, tail)
        if interrupted is not None:
            raise interrupted
        return ended

    def _attempt(self, job: Job, run: Run, person: str, held: Held, tail: Tail) -> CarrelError | None:
        principal = Principal(person=person, service=SERVICE, via=f"job:{job.name}")
        begin = Begin(
            principal=principal, door=SERVICE, address="local", action="job", verdict="allowed",
            details={"job": job.name, "partition": partitions.written(job.every, run.since), "attempt": run.attempt, "kind": job.kind},
        )
        task = Task(
            job=job.name, since=run.since, until=run.since + partitions.STEP[job.every], attempt=run.attempt, principal=principal,
            options=job.filled(run.since), say=tail.say, check=held.check, on_stop=held.on_stop,
        )
        try:
            number = self._audit.begin(begin)
        except CarrelError as unrecorded:
            return unrecorded
        outcome = "cancelled"
        try:
            error = self._work(job, task, held)
            outcome = COMPLETE if error is None else error.code
        finally:
            self._finish(number, outcome)
        return error

    def _work(self, job: Job, task: Task, held: Held) -> CarrelError | None:
        try:
            task.check()
            self._kinds[job.kind].run(task)
        except CarrelError as error:
            # What a kind raises when it was stopped says less than why it was.
            return held.why() or error
        except OSError as error:
            return Unavailable(f"the disk or a file does not take part: {(error.strerror or type(error).__name__).lower()}", help="see `carrel doctor`")
        except Exception as error:  # noqa: BLE001 - whatever went wrong in a kind, the runner goes on
            mark = secrets.token_hex(4)
            # Where, not with what: the text of an error may hold values.
            _LOG.error("job %s failed, %s: %s\n%s", job.name, mark, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
            return Internal(f"our fault: {mark} in the server's log")
        return None

    def _finish(self, number: int, outcome: str) -> None:
        try:
            self._audit.finish(number, Finish(outcome=outcome))
        except CarrelError:
            # The deed stays open in the audit, and is called lost when a server next starts.
            _LOG.warning("the end of deed %d is not on record", number)

    def _end(self, job: Job, run: Run, held: Held, error: CarrelError | None, tail: Tail) -> Ended:
        if error is not None:
            tail.say(f"{error.code}: {error.text}")
        now = self._now()
        cancelled = isinstance(error, Cancelled)
        state = DONE if error is None else QUEUED if cancelled or (run.tries <= job.retries and not isinstance(error, _FINAL)) else FAILED
        wait = now + wait_after(job, run.tries) if state == QUEUED and not cancelled else None
        for last in range(_END_TRIES):
            try:
                kept = self._ledger.end(
                    run, state=state, outcome=COMPLETE if error is None else error.code, tail=tail.text(), next_try=wait, now=now, counts=not cancelled,
                )
                return Ended(state if kept else None, error)
            except Unavailable as unstored:
                _LOG.warning("the end of job %s %s could not be stored: %s", job.name, run.since, unstored.text)
                if last + 1 == _END_TRIES or self._stopping.is_set() or held.lost:
                    break
                time.sleep(self._lease_s / 20)
        # The run stays as if it went on, without a heartbeat: after the lease another attempt begins.
        return Ended(None, error)

"""What the state keeps of jobs. Each change is one transaction that looks first: of two processes that want the same run, one gets it.

A running attempt is held by its number: whoever beats for it or ends it names the number, and fails once another attempt has begun or this one was given up.
No time decides who holds a run, so a clock that jumps gives none away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from carrel.jobs import partitions
from carrel.jobs.definition import Job
from carrel.state.schema.jobs import JOB, JOB_ATTEMPT, JOB_RUN
from carrel.state.store import State

QUEUED: Final = "queued"
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
ENDED: Final = frozenset({DONE, FAILED})
LOST: Final = "lost"
LONGEST_WAIT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A partition of a job, as `JOB_RUN` has it."""

    id: int
    job: str
    since: datetime
    state: str
    attempt: int
    tries: int
    beat: int
    holder: str | None
    next_try: datetime | None
    changed: datetime
    asked: str
    asked_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is kept of one job.

    Attributes:
        settled: every partition from `start` on and before this one has ended for good; `start` where missed ones are not caught up with.
        runs: of the partitions since then, or of the newest alone, and of older ones that are queued or running.
    """

    settled: datetime
    pause: Pause | None
    runs: Mapping[datetime, Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a partition, as it is shown."""

    run: int
    job: str
    since: datetime
    number: int
    person: str
    holder: str
    began: datetime
    ended: datetime | None
    outcome: str | None
    tail: str
    asked: str
    asked_by: str | None


class Ledger:
    """Any number of processes may have one on the same state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def record(self, job: Job, now: datetime) -> Record:
        """What is known of the job; for one whose first partition is another than before, counted anew."""
        with self._state.read() as connection:
            row = connection.execute(select(JOB).where(JOB.c.name == job.name)).one_or_none()
            settled = row.settled if row is not None and row.first == job.start and row.settled is not None else job.start
            lowest = settled if job.catch_up else max(job.start, partitions.newest(job.every, now))
            rows = connection.execute(select(JOB_RUN).where(
                JOB_RUN.c.job == job.name, or_(JOB_RUN.c.since >= lowest, JOB_RUN.c.state.in_((QUEUED, RUNNING))),
            )).all()
        return Record(settled=settled, pause=_pause(row), runs={run.since: run for run in map(_run, rows)})

    def settle(self, job: Job, settled: datetime) -> None:
        with self._state.write() as connection:
            _keep(connection, job.name, {"first": job.start, "settled": settled})

    def pause(self, name: str, *, by: str, reason: str, now: datetime) -> bool:
        """Whether it was not paused before."""
        with self._state.write() as connection:
            row = connection.execute(select(JOB).where(JOB.c.name == name)).one_or_none()
            if row is not None and row.paused is not None:
                return False
            _keep(connection, name, {"paused": now, "paused_by": by, "paused_reason": reason})
            return True

    def resume(self, name: str) -> bool:
        """Whether it was paused."""
        with self._state.write() as connection:
            changed = connection.execute(
                update(JOB).where(JOB.c.name == name, JOB.c.paused.is_not(None)).values(paused=None, paused_by=None, paused_reason=None)
            )
            return changed.rowcount == 1

    def queue(self, name: str, wanted: Iterable[datetime], *, by: str, now: datetime) -> int:
        """Asks for partitions again, those that are done too; gives how many are queued now. One that runs is left alone."""
        count = 0
        with self._state.write() as connection:
            _keep(connection, name, {})
            for since in wanted:
                values = {"state": QUEUED, "tries": 0, "next_try": None, "changed": now, "asked": "backfill", "asked_by": by}
                row = _locked(connection, name, since)
                if row is None:
                    connection.execute(insert(JOB_RUN), {"job": name, "since": since, "attempt": 0, "beat": 0, **values})
                elif row.state != RUNNING:
                    connection.execute(update(JOB_RUN).where(JOB_RUN.c.id == row.id).values(values))
                count += row is None or row.state != RUNNING
        return count

    def claim(self, job: Job, since: datetime, *, person: str, holder: str, now: datetime, by: str | None = None) -> Run | None:
        """Begins the next attempt; None where another process has it, or it has ended, or as many partitions of the job run as may.

        Args:
            by: who asks for it by hand, whatever became of it before; None: the schedule does.
        """
        try:
            with self._state.write() as connection:
                return self._claim(connection, job, since, person, holder, now, by)
        except IntegrityError:  # of two that insert the same partition at once, on PostgreSQL
            return None

    def _claim(  # noqa: PLR0917 - of `claim`
        self, connection: Connection, job: Job, since: datetime, person: str, holder: str, now: datetime, by: str | None,
    ) -> Run | None:
        name = job.name
        _keep(connection, name, {})
        running = select(func.count()).select_from(JOB_RUN).where(JOB_RUN.c.job == name, JOB_RUN.c.state == RUNNING)
        row = _locked(connection, name, since)
        if connection.execute(running).scalar_one() >= job.at_once or (row is not None and (row.state == RUNNING or (by is None and row.state in ENDED))):
            return None
        values: dict[str, Any] = {"state": RUNNING, "holder": holder, "next_try": None, "changed": now}
        if by is not None:
            values |= {"asked": "hand", "asked_by": by}
        if row is None:
            number, tries = 1, 1
            connection.execute(insert(JOB_RUN), {"job": name, "since": since, "asked": "schedule", **values, "attempt": 1, "tries": 1, "beat": 0})
        else:
            number, tries = row.attempt + 1, 1 if by is not None else row.tries + 1
            values |= {"attempt": number, "tries": tries, "beat": row.beat + 1}
            connection.execute(update(JOB_RUN).where(JOB_RUN.c.id == row.id).values(values))
        found = _locked(connection, name, since)
        assert found is not None
        connection.execute(insert(JOB_ATTEMPT), {
            "run": found.id, "number": number, "person": person, "holder": holder, "began": now, "asked": found.asked, "asked_by": found.asked_by,
        })
        return _run(found)

    def beat(self, run: Run) -> bool:
        """Whether the attempt is still held."""
        with self._state.write() as connection:
            return connection.execute(update(JOB_RUN).where(_held(run)).values(beat=JOB_RUN.c.beat + 1)).rowcount == 1

    def end(self, run: Run, *, state: str, outcome: str, tail: str, next_try: datetime | None, now: datetime, counts: bool = True) -> bool:
        """Ends the attempt; False where it is not held any more, and nothing is changed. `counts`: as one of its tries."""
        values = {"state": state, "holder": None, "next_try": next_try, "changed": now, "tries": run.tries if counts else run.tries - 1}
        with self._state.write() as connection:
            if connection.execute(update(JOB_RUN).where(_held(run)).values(values)).rowcount != 1:
                return False
            connection.execute(
                update(JOB_ATTEMPT).where(JOB_ATTEMPT.c.run == run.id, JOB_ATTEMPT.c.number == run.attempt).values(ended=now, outcome=outcome, tail=tail)
            )
            return True

    def give_up(self, run: Run, *, retries: int, now: datetime) -> bool:
        """Ends an attempt whose beat has stood still; False where it has moved since."""
        state = QUEUED if run.tries <= retries else FAILED
        with self._state.write() as connection:
            values = {"state": state, "holder": None, "next_try": None, "changed": now}
            if connection.execute(update(JOB_RUN).where(_held(run), JOB_RUN.c.beat == run.beat).values(values)).rowcount != 1:
                return False
            connection.execute(
                update(JOB_ATTEMPT).where(JOB_ATTEMPT.c.run == run.id, JOB_ATTEMPT.c.number == run.attempt).values(ended=now, outcome=LOST)
            )
            return True

    def running(self) -> Sequence[Run]:
        """All attempts under way, of every process."""
        with self._state.read() as connection:
            return [_run(row) for row in connection.execute(select(JOB_RUN).where(JOB_RUN.c.state == RUNNING))]

    def done(self, name: str, wanted: Sequence[datetime]) -> int:
        """How many of them are done."""
        with self._state.read() as connection:
            return connection.execute(
                select(func.count()).select_from(JOB_RUN).where(JOB_RUN.c.job == name, JOB_RUN.c.since.in_(wanted), JOB_RUN.c.state == DONE)
            ).scalar_one()

    def last(self, name: str, state: str) -> Run | None:
        """The newest partition that is in that state."""
        with self._state.read() as connection:
            row = connection.execute(
                select(JOB_RUN).where(JOB_RUN.c.job == name, JOB_RUN.c.state == state).order_by(JOB_RUN.c.since.desc()).limit(1)
            ).one_or_none()
        return None if row is None else _run(row)

    def failed(self, name: str) -> int:
        """How many partitions have failed for good."""
        with self._state.read() as connection:
            return connection.execute(select(func.count()).select_from(JOB_RUN).where(JOB_RUN.c.job == name, JOB_RUN.c.state == FAILED)).scalar_one()

    def attempts(self, *, job: str | None = None, run: int | None = None, limit: int) -> Sequence[Attempt]:
        """Newest first."""
        conditions = [column == value for column, value in ((JOB_RUN.c.job, job), (JOB_RUN.c.id, run)) if value is not None]
        query = select(JOB_ATTEMPT, JOB_RUN.c.job, JOB_RUN.c.since).join(JOB_RUN).where(and_(True, *conditions))
        with self._state.read() as connection:
            rows = connection.execute(query.order_by(JOB_ATTEMPT.c.began.desc(), JOB_ATTEMPT.c.run.desc(), JOB_ATTEMPT.c.number.desc()).limit(limit)).all()
        return [Attempt(**row._mapping) for row in rows]


def _held(run: Run) -> Any:
    return and_(JOB_RUN.c.id == run.id, JOB_RUN.c.state == RUNNING, JOB_RUN.c.attempt == run.attempt)


def _keep(connection: Connection, name: str, values: Mapping[str, Any]) -> None:
    """Makes sure of the job's row, and locks it: of the transactions that would begin a run of the job there is one at a time."""
    if connection.execute(select(JOB.c.name).where(JOB.c.name == name).with_for_update()).one_or_none() is None:
        connection.execute(insert(JOB), {"name": name, **values})
    elif values:
        connection.execute(update(JOB).where(JOB.c.name == name).values(values))


def _locked(connection: Connection, name: str, since: datetime) -> Row[*tuple[Any, ...]] | None:
    return connection.execute(select(JOB_RUN).where(JOB_RUN.c.job == name, JOB_RUN.c.since == since).with_for_update()).one_or_none()


def _run(row: Row[*tuple[Any, ...]]) -> Run:
    return Run(**row._mapping)


def _pause(row: Row[*tuple[Any, ...]] | None) -> Pause | None:
    if row is None or row.paused is None:
        return None
    return Pause(since=row.paused, by=row.paused_by or "", reason=row.paused_reason or "")

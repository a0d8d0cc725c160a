"""What is due, as a function of the definition, what is kept of it, and the time. Nothing here starts or stores anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from carrel.jobs import partitions
from carrel.jobs.definition import Job
from carrel.jobs.ledger import ENDED, LONGEST_WAIT, QUEUED, Record, Run

MOST: Final = 1000
"""Partitions of one job that are looked at in one go."""


def due(job: Job, record: Record, now: datetime) -> list[datetime]:
    """The partitions whose turn it is, oldest first: they have ended, nobody runs them, and they are new, asked for again, or to be tried again."""
    last = partitions.newest(job.every, now)
    ready = [since for since, run in record.runs.items() if run.state == QUEUED and since <= last and _waited(run, now)]
    fresh = partitions.between(job.every, max(record.settled, job.start), last + partitions.STEP[job.every])
    if not job.catch_up:
        fresh = iter([last] if max(record.settled, job.start) <= last else [])
    ready += [since for since in islice(fresh, MOST) if since not in record.runs]
    return sorted(ready)[:MOST]


def settled(job: Job, record: Record, now: datetime) -> datetime:
    """Up to where every partition has ended for good."""
    if not job.catch_up:
        # What was passed over will not be run; the newest one may be still to come.
        return max(record.settled, partitions.newest(job.every, now))
    moment = record.settled
    while (run := record.runs.get(moment)) is not None and run.state in ENDED:
        moment += partitions.STEP[job.every]
    return moment


def still_open(job: Job, record: Record, now: datetime) -> list[datetime]:
    """The partitions that have ended and are not done or failed, oldest first; at most `MOST` of those that nobody has begun."""
    last = partitions.newest(job.every, now)
    begun = [since for since, run in record.runs.items() if run.state not in ENDED and since <= last]
    fresh = partitions.between(job.every, settled(job, record, now), last + partitions.STEP[job.every])
    return sorted([*begun, *islice((since for since in fresh if since not in record.runs), MOST)])


def late(job: Job, record: Record, now: datetime) -> timedelta | None:
    """How long ago the oldest open partition should have been done; None where the job is in time."""
    undone = still_open(job, record, now)
    if not undone:
        return None
    behind = now - (undone[0] + partitions.STEP[job.every]) - job.late_after
    return behind if behind > timedelta() else None


def wait_after(job: Job, tries: int) -> timedelta:
    """How long to wait after so many tries that failed."""
    doubled: int = 2 ** min(tries - 1, 20)
    return min(job.back_off * doubled, LONGEST_WAIT)


def _waited(run: Run, now: datetime) -> bool:
    """Whether the wait is over; it is where the clock was set back behind its beginning, lest it last for ever."""
    return run.next_try is None or now >= run.next_try or now < run.changed

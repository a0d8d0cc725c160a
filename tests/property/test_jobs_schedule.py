"""Random schedules, with clocks that jump, runners that die, pauses and backfills, against a model that looks at every partition each time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from carrel.jobs import due, partitions
from carrel.jobs.definition import Job
from carrel.jobs.ledger import DONE, FAILED, QUEUED, Run
from carrel.model.jobs import Every
from tests.jobs_house import START, House, job
from tests.property.conftest import seeds

STEPS = 120


@dataclass
class Partition:
    state: str = "queued"
    tries: int = 0
    next_try: datetime | None = None
    changed: datetime = START


@dataclass
class Model:
    """What ought to be."""

    job: Job
    known: dict[datetime, Partition] = field(default_factory=dict)
    runs: list[tuple[datetime, str]] = field(default_factory=list)

    def due(self, now: datetime) -> list[datetime]:
        step, found = partitions.STEP[self.job.every], []
        since = self.job.start
        while since + step <= now:
            one = self.known.get(since)
            newest = since + 2 * step > now
            if one is None:
                if self.job.catch_up or newest:
                    found.append(since)
            elif one.state == "queued" and (one.next_try is None or now >= one.next_try or now < one.changed):
                found.append(since)
            since += step
        return found


def random_job(chance: random.Random) -> Job:
    every = chance.choice(list(Every))
    return job(
        every=every, at_once=10**6, catch_up=chance.random() < 0.7, retries=chance.randrange(3), back_off=timedelta(minutes=chance.choice([0, 5, 50])),
        start=START + chance.randrange(3) * partitions.STEP[every],
    )


@pytest.mark.parametrize("seed", [seed * 100 + number for seed in seeds() for number in range(12)])
def test_what_is_due_is_what_the_model_says(tmp_path: Path, seed: int) -> None:
    """Whatever happens: no partition runs before it has ended by the clock of that moment, none again that is done, and all are reached in the end."""
    chance = random.Random(seed)
    one = random_job(chance)
    house, model = House.at(tmp_path, one), Model(one)
    held: list[Run] = []
    for _ in range(STEPS):
        chance.choice([tick, tick, begin, begin, begin, end, end, lose, ask])(chance, house, model, held)
        record = house.ledger.record(one, house.now)
        assert due.due(one, record, house.now) == model.due(house.now)[: due.MOST]
        if one.catch_up and chance.random() < 0.5:
            house.ledger.settle(one, due.settled(one, record, house.now))
    for run in held:
        close(house, model, run, DONE)
    house.now = max(house.now, *(part.changed for part in model.known.values()), START) + timedelta(days=2)
    for _ in range(10):
        for since in due.due(one, house.ledger.record(one, house.now), house.now):
            close(house, model, take(house, model, since), DONE)
        house.now += timedelta(hours=1)
    if one.catch_up:
        done = {since for since, part in model.known.items() if part.state in (DONE, FAILED)}
        assert done >= set(partitions.between(one.every, one.start, partitions.newest(one.every, house.now)))
    times = [since for since, outcome in model.runs if outcome == "done unasked"]
    assert len(times) == len(set(times))


def tick(chance: random.Random, house: House, model: Model, held: list[Run]) -> None:
    jump = chance.choice([timedelta(minutes=3), timedelta(minutes=40), timedelta(hours=3), timedelta(days=1), timedelta(days=-1), timedelta(hours=-2)])
    house.now = max(START, house.now + jump)


def begin(chance: random.Random, house: House, model: Model, held: list[Run]) -> None:
    """Two runners that have seen the same want the same partition."""
    wanted = due.due(model.job, house.ledger.record(model.job, house.now), house.now)
    for since in wanted[: chance.randrange(1, 4)]:
        assert since + partitions.STEP[model.job.every] <= house.now
        held.append(take(house, model, since))
        assert house.ledger.claim(model.job, since, person="ann", holder="second", now=house.now) is None


def take(house: House, model: Model, since: datetime) -> Run:
    run = house.ledger.claim(model.job, since, person="ann", holder="first", now=house.now)
    assert run is not None
    part = model.known.setdefault(since, Partition())
    part.state, part.tries, part.changed, part.next_try = "running", part.tries + 1, house.now, None
    assert run.tries == part.tries
    return run


def end(chance: random.Random, house: House, model: Model, held: list[Run]) -> None:
    if held:
        close(house, model, held.pop(chance.randrange(len(held))), chance.choice([DONE, FAILED]))


def close(house: House, model: Model, run: Run, wish: str) -> None:
    part = model.known[run.since]
    again = wish == FAILED and part.tries <= model.job.retries
    part.state = "queued" if again else wish
    part.next_try = house.now + due.wait_after(model.job, part.tries) if again else None
    part.changed = house.now
    if wish == DONE:
        model.runs.append((run.since, "done unasked" if run.asked == "schedule" else "done"))
    assert house.ledger.end(run, state=QUEUED if again else wish, outcome=wish, tail="", next_try=part.next_try, now=house.now)
    assert not house.ledger.end(run, state=DONE, outcome="late", tail="", next_try=None, now=house.now)


def lose(chance: random.Random, house: House, model: Model, held: list[Run]) -> None:
    """Its process is killed, and another gives it up."""
    if held:
        run = held.pop(chance.randrange(len(held)))
        part = model.known[run.since]
        part.state, part.next_try, part.changed = "queued" if part.tries <= model.job.retries else FAILED, None, house.now
        assert house.ledger.give_up(run, retries=model.job.retries, now=house.now)
        assert not house.ledger.beat(run)


def ask(chance: random.Random, house: House, model: Model, held: list[Run]) -> None:
    """A backfill of what has ended."""
    if chance.random() < 0.5:
        return
    ended = list(partitions.between(model.job.every, model.job.start, partitions.newest(model.job.every, house.now) + timedelta(seconds=1)))
    wanted = ended[-chance.randrange(1, 5):]
    house.ledger.queue(model.job.name, wanted, by="root", now=house.now)
    for since in wanted:
        part = model.known.setdefault(since, Partition(changed=house.now))
        if part.state != "running":
            model.known[since] = Partition(changed=house.now)

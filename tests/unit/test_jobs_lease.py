"""Who holds a run: one process, until it ends it, or its heartbeat has stood still for the lease; and what happens when nothing can be stored."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from carrel.jobs.lease import Held, Watch
from carrel.jobs.ledger import Run
from carrel.jobs.runner import Runner
from carrel.model.errors import Cancelled, Unavailable
from tests.jobs_house import START, House, job


def after(house: House, days: float) -> None:
    house.now = START + timedelta(days=days)


def wait(runner: Runner) -> None:
    while runner._under_way():
        time.sleep(0.01)


def claimed(house: House, **more: Any) -> Run:
    run = house.ledger.claim(job(at_once=9), START, person="ann", holder="another:1:x", now=house.now, **more)
    assert run is not None
    return run


def test_two_never_hold_the_same_partition(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    run = claimed(house)
    assert house.ledger.claim(job(at_once=9), START, person="ann", holder="b", now=house.now) is None
    assert house.ledger.claim(job(at_once=9), START, person="ann", holder="b", now=house.now, by="root") is None
    assert house.ledger.queue("j", [START], by="root", now=house.now) == 0
    assert house.ledger.end(run, state="done", outcome="complete", tail="", next_try=None, now=house.now)
    assert house.ledger.claim(job(at_once=9), START, person="ann", holder="b", now=house.now) is None
    assert claimed(house, by="root").attempt == 2


def test_only_so_many_partitions_of_a_job_run_at_once(tmp_path: Path) -> None:
    house, two = House.at(tmp_path, job()), job(at_once=2)
    days = [START + timedelta(days=day) for day in range(3)]
    runs = [house.ledger.claim(two, since, person="ann", holder="a", now=house.now) for since in days]
    assert [run is not None for run in runs] == [True, True, False]
    assert runs[0] is not None
    house.ledger.end(runs[0], state="done", outcome="complete", tail="", next_try=None, now=house.now)
    assert house.ledger.claim(two, days[2], person="ann", holder="a", now=house.now) is not None


def test_a_lost_run_is_taken_over_after_its_lease_whatever_the_clock_says(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    after(house, 1)
    lost = claimed(house)
    house.now += timedelta(days=0.9)
    assert house.runner().tick() == 0
    house.now -= timedelta(days=0.9)
    assert house.run_due() == [("j", "20", 2)]
    assert house.outcomes() == [(1, "lost"), (2, "complete")]
    assert not house.ledger.beat(lost)
    assert not house.ledger.end(lost, state="done", outcome="complete", tail="", next_try=None, now=house.now)
    assert house.outcomes() == [(1, "lost"), (2, "complete")]


def test_a_run_that_is_lost_each_time_is_given_up(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(retries=1))
    for state in ("queued", "failed"):
        run = claimed(house)
        assert house.ledger.give_up(run, retries=1, now=house.now)
        assert house.ledger.record(house.jobs["j"], house.now).runs[START].state == state


def test_a_run_whose_holder_beats_is_left_alone(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    run, now = claimed(house), 0.0
    watch = Watch(60.0, lambda: now)
    assert watch.still(house.ledger.running()) == []
    for step in (15.0, 30.0, 45.0, 50.0):
        now = step
        assert watch.still(house.ledger.running()) == []
    assert house.ledger.beat(run)
    for _ in range(5):
        now += 1000.0  # as when the watcher itself was stopped: each gap counts a quarter of the lease
        still = watch.still(house.ledger.running())
    assert [one.id for one in still] == [run.id]
    assert house.ledger.beat(run)
    assert not house.ledger.give_up(still[0], retries=3, now=house.now)


def test_who_cannot_store_a_heartbeat_stops_before_another_takes_over(tmp_path: Path) -> None:
    """As on a full disk."""
    house = House.at(tmp_path, job())
    run = claimed(house)
    full = threading.Event()

    def refuse(*_: object) -> None:
        if full.is_set():
            raise Unavailable("the disk is full")

    with Held(house.ledger, run, lease_s=0.4, timeout_s=60, stopping=threading.Event()) as held:
        held.check()
        event.listen(house.state.engine, "before_cursor_execute", refuse)
        full.set()
        deadline = time.monotonic() + 20
        while held.why() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(Cancelled, match="the run was lost"):
            held.check()
    event.remove(house.state.engine, "before_cursor_execute", refuse)


def test_a_state_that_takes_nothing_more_stops_no_runner(tmp_path: Path) -> None:
    """The attempt that cannot be ended is taken over; what is not on record in the audit is not run."""
    house = House.at(tmp_path, job())
    full = threading.Event()

    def refuse(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        if full.is_set() and not statement.startswith("SELECT"):
            raise Unavailable("the disk is full")

    event.listen(house.state.engine, "before_cursor_execute", refuse)
    after(house, 1)
    house.kind.deed = lambda task: full.set()
    runner = house.runner()
    assert runner.tick() == 1
    wait(runner)
    assert house.outcomes() == [(1, None)]
    house.jobs["k"] = job("k")
    with pytest.raises(Unavailable):
        runner.tick()
    full.clear()
    house.kind.deed = lambda task: None
    runner.stop()
    assert house.run_due() == [("j", "20", 2), ("k", "20", 1)]

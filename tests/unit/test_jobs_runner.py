"""The runner with a clock that the tests set: what runs when, once each, again after what failed, and by whom no more."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from carrel.identity import accounts
from carrel.jobs import due
from carrel.jobs.definition import Need
from carrel.jobs.runner import Runner
from carrel.model.errors import BadInput, Cancelled, LimitReached, NotAllowed, Unavailable
from carrel.model.jobs import Every, Task
from carrel.model.names import TableName
from tests.jobs_house import START, House, job


def wait(runner: Runner) -> None:
    while runner._under_way():
        time.sleep(0.01)


def after(house: House, days: float) -> None:
    house.now = START + timedelta(days=days)


def fail(task: Task) -> None:
    raise Unavailable("the store does not answer")


def test_each_partition_runs_once_when_it_has_ended(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    assert house.run_due() == []
    after(house, 1)
    assert house.run_due() == [("j", "20", 1)]
    assert house.run_due() == []
    after(house, 3)
    assert house.run_due() == [("j", "21", 1), ("j", "22", 1)]


def test_hours_are_partitions_of_hourly_jobs(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(every=Every.HOUR))
    house.now = START + timedelta(hours=2, minutes=59)
    assert house.run_due() == [("j", "20", 1), ("j", "20T01", 1)]


def test_without_catching_up_only_the_newest_runs(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(catch_up=False))
    after(house, 9)
    assert house.run_due() == [("j", "28", 1)]
    assert house.run_due() == []
    after(house, 10)
    assert house.run_due() == [("j", "29", 1)]


def test_what_failed_is_tried_again_after_waits_that_double_and_then_given_up(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(retries=2, back_off=timedelta(minutes=1)))
    house.kind.deed = fail
    after(house, 1)
    assert house.run_due() == [("j", "20", 1)]
    for minutes, attempts in ((0.9, []), (0.2, [("j", "20", 2)]), (1.8, []), (0.3, [("j", "20", 3)]), (600, [])):
        house.pass_(minutes=minutes)
        assert house.run_due() == attempts
    assert house.outcomes() == [(number, "unavailable") for number in (1, 2, 3)]
    assert house.ledger.failed("j") == 1
    assert due.wait_after(job(back_off=timedelta(minutes=1)), 50) == timedelta(hours=1)


def test_what_another_attempt_would_only_repeat_is_not_tried_again(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())

    def refuse(task: Task) -> None:
        raise NotAllowed("no")

    house.kind.deed = refuse
    after(house, 1)
    house.run_due()
    assert (house.outcomes(), house.ledger.failed("j")) == ([(1, "not_allowed")], 1)


def test_an_error_of_ours_says_where_and_no_value(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = House.at(tmp_path, job(retries=0))

    def stumble(task: Task) -> None:
        raise ValueError(".".join(["203", "0", "113", "7"]))

    house.kind.deed = stumble
    after(house, 1)
    house.run_due()
    assert house.outcomes() == [(1, "internal")]
    assert "ValueError" in caplog.text
    assert "203.0.113.7" not in caplog.text + house.ledger.attempts(job="j", limit=1)[0].tail


def test_a_clock_that_goes_back_makes_nothing_run_twice_and_no_wait_last(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(back_off=timedelta(hours=1)))
    after(house, 4)
    assert len(house.run_due()) == 4
    after(house, 2)
    assert house.run_due() == []
    after(house, 5)
    house.kind.deed = fail
    assert house.run_due() == [("j", "24", 1)]
    house.now -= timedelta(minutes=5)
    assert house.run_due() == []  # the partition has not ended
    after(house, 5)
    house.now += timedelta(minutes=1)
    house.ledger.record(house.jobs["j"], house.now)
    assert house.run_due() == []
    house.now += timedelta(hours=1)
    assert house.run_due() == [("j", "24", 2)]


def test_a_wait_ends_where_the_clock_was_set_back_behind_its_beginning(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(every=Every.HOUR, back_off=timedelta(hours=1)))
    house.now = START + timedelta(hours=1, minutes=50)
    house.kind.deed = fail
    assert house.run_due() == [("j", "20", 1)]
    house.now -= timedelta(minutes=40)
    assert house.run_due() == [("j", "20", 2)]


def test_after_a_jump_ahead_nothing_begins_for_a_while(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    after(house, 1)
    runner = house.runner()
    assert runner.tick() == 1
    wait(runner)
    house.now += timedelta(days=3000)
    assert runner.tick() == 0
    house.pass_(seconds=599)
    assert runner.tick() == 0
    house.now -= timedelta(days=3000)
    assert runner.tick() == 0
    house.pass_(days=1)
    assert runner.tick() == 1
    wait(runner)
    assert sorted(house.kind.done) == [("j", "20", 1), ("j", "21", 1)]


def test_a_clock_that_is_right_after_its_jump_is_believed_in_the_end(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    runner = house.runner()
    assert runner.tick() == 0
    after(house, 1)
    assert runner.tick() == 0
    house.pass_(seconds=600)
    assert runner.tick() == 1
    wait(runner)


def test_a_job_waits_for_the_runs_of_others_of_the_same_time(tmp_path: Path) -> None:
    hourly = job("hourly", every=Every.HOUR)
    house = House.at(tmp_path, hourly, job("daily", after=("hourly",)), job("later", every=Every.HOUR, after=("daily",)))
    after(house, 1)
    house.kind.deed = lambda task: fail(task) if task.since.hour == 7 else None
    first = house.run_due()
    assert {name for name, _, _ in first} == {"hourly"}
    assert list(house.waiting().reasons(house.jobs["daily"], START, house.jobs)) == ["waits for `hourly`"]
    house.kind.deed = lambda task: None
    house.pass_(minutes=2)
    names = [name for name, _, _ in house.run_due()]
    assert (names.count("hourly"), names.count("daily"), names.count("later")) == (1, 1, 24)
    assert list(house.waiting().reasons(job("x", after=("gone",)), START, house.jobs)) == ["there is no job `gone`"]


def test_a_job_waits_for_tables_and_their_day(tmp_path: Path) -> None:
    page = TableName("w", "page")
    house = House.at(tmp_path, job("any", needs=(Need(table=page, day=None),)), job("fresh", needs=(Need(table=page, day="{day}"),)))
    after(house, 2)
    assert house.run_due() == []
    assert list(house.waiting().reasons(house.jobs["fresh"], START, house.jobs)) == ["waits for `w.page@{day}`"]
    house.published = [SimpleNamespace(table=SimpleNamespace(name=page), snapshot="2026-11-20", loaded=None)]
    assert house.run_due() == [("any", "20", 1), ("any", "21", 1), ("fresh", "20", 1)]
    house.published = [SimpleNamespace(table=SimpleNamespace(name=page), snapshot=None, loaded=START + timedelta(days=1, hours=3))]
    assert house.run_due() == [("fresh", "21", 1)]


def test_a_suspended_or_lapsed_owner_runs_nothing_and_the_list_says_so(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    after(house, 1)
    accounts.suspend(house.state, "ann", by="root", reason="r", now=house.now)
    assert house.run_due() == []
    assert house.waiting().held_back(house.jobs["j"], None, house.now) == "does not run: `ann` is suspended"
    accounts.resume(house.state, "ann")
    assert house.run_due() == [("j", "20", 1)]
    accounts.add_person(house.state, "eve", realname="", email="", ends=START + timedelta(days=1), now=START)
    assert house.waiting().held_back(job(owner="eve"), None, house.now) == "does not run: `eve` is lapsed"
    assert "no person `nobody`" in (house.waiting().held_back(job(owner="nobody"), None, house.now) or "")


def test_a_group_runs_by_its_one_system_account(tmp_path: Path) -> None:
    house = House.at(tmp_path)
    accounts.add_group(house.state, "etl", description="", now=START)
    of_group = job(owner=None, group="etl")
    assert house.waiting().held_back(of_group, None, START) == "does not run: `etl` has no system account"
    assert house.waiting().held_back(job(group="etl"), None, START) == "does not run: `ann` is not in `etl`"
    ends = START + timedelta(days=9)
    for name in ("ann", "bob"):
        accounts.add_member(house.state, "etl", name, ends=ends, latest=ends, sponsor="", by="root", now=START)
    with house.state.write() as connection:
        connection.exec_driver_sql("UPDATE person SET kind = 'system' WHERE name = 'bob'")
    house.now = START + timedelta(hours=1)
    assert house.waiting().owner(of_group, house.now) == "bob"
    assert house.waiting().owner(job(group="etl"), house.now) == "ann"
    assert house.waiting().held_back(of_group, None, ends) is not None


def test_a_paused_job_rests_and_catches_up(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    assert house.ledger.pause("j", by="root", reason="upstream is wrong", now=house.now)
    assert not house.ledger.pause("j", by="root", reason="again", now=house.now)
    after(house, 2)
    assert house.run_due() == []
    pause = house.ledger.record(house.jobs["j"], house.now).pause
    assert house.waiting().held_back(house.jobs["j"], pause, house.now) == "paused by root: upstream is wrong"
    assert house.ledger.resume("j")
    assert not house.ledger.resume("j")
    assert len(house.run_due()) == 2


def test_a_backfill_runs_again_what_is_done_and_what_failed(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(retries=0))
    house.kind.deed = lambda task: fail(task) if task.since.day == 21 else None
    after(house, 4)
    assert len(house.run_due()) == 4
    house.kind.deed = lambda task: None
    assert house.ledger.queue("j", [START + timedelta(days=day) for day in (0, 1)], by="root", now=house.now) == 2
    assert due.late(house.jobs["j"], house.ledger.record(house.jobs["j"], house.now), house.now) is not None
    assert house.run_due() == [("j", "20", 2), ("j", "21", 2)]
    assert (house.ledger.failed("j"), house.run_due()) == (0, [])


def test_lateness_is_counted_from_the_oldest_open_partition(tmp_path: Path) -> None:
    one = job(late_after=timedelta(hours=6))
    house = House.at(tmp_path, one)
    after(house, 1.25)
    assert due.late(one, house.ledger.record(one, house.now), house.now) is None
    after(house, 2.5)
    assert due.late(one, house.ledger.record(one, house.now), house.now) == timedelta(days=1, hours=6)
    house.run_due()
    assert due.late(one, house.ledger.record(one, house.now), house.now) is None


def test_an_attempt_is_on_record_as_its_owner_before_its_kind_does_anything(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())
    seen: list[Any] = []
    house.kind.deed = lambda task: seen.extend(house.audit.search(action="job"))
    after(house, 1)
    house.run_due()
    (entry,) = seen
    assert (entry.begin.principal.person, entry.begin.principal.service, entry.begin.principal.via) == ("ann", "job", "job:j")
    assert entry.begin.details == {"job": "j", "partition": "2026-11-20", "attempt": 1, "kind": "told"}
    (entry,) = house.audit.search(action="job")
    assert entry.finish is not None
    assert entry.finish.outcome == "complete"


def test_the_log_keeps_the_last_lines_and_no_secret(tmp_path: Path) -> None:
    house = House.at(tmp_path, job())

    def talk(task: Task) -> None:
        for number in range(100):
            task.say(f"line {number}")
        task.say("from https://ann:hunter2@example.org/x with password=hunter2, Authorization: Bearer hunter2 and crl_hunter2\x1b[2J")

    house.kind.deed = talk
    after(house, 1)
    house.run_due()
    tail = house.ledger.attempts(job="j", limit=1)[0].tail
    assert len(tail.splitlines()) == 40
    assert "line 99" in tail
    assert "example.org" in tail
    assert "hunter2" not in tail
    assert "\x1b" not in tail


def test_an_attempt_ends_when_its_time_is_over_and_when_the_runner_stops(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(timeout=timedelta(seconds=0.2), retries=0))
    stopped = threading.Event()

    def linger(task: Task) -> None:
        with task.on_stop(stopped.set):
            assert stopped.wait(30)
        raise Cancelled("as an engine says when it is stopped")

    house.kind.deed = linger
    after(house, 1)
    house.run_due()
    assert house.outcomes() == [(1, "time_limit")]
    stopped.clear()
    house.jobs["j"] = job(retries=0)
    after(house, 2)
    runner = house.runner()
    assert runner.tick() == 1
    runner.stop()
    assert house.outcomes()[1:] == [(1, "cancelled")]
    house.kind.deed = lambda task: None
    assert house.run_due() == [("j", "21", 2)]  # which the stop has not cost its only try


def test_the_wrong_deed_of_one_partition_keeps_no_other_from_running(tmp_path: Path) -> None:
    house = House.at(tmp_path, job(retries=0))

    def choose(task: Task) -> None:
        if task.since == START:
            raise BadInput("cut", file="x")
        if task.since.date() == date(2026, 11, 21):
            raise LimitReached("too much", code="memory_limit")

    house.kind.deed = choose
    after(house, 3)
    house.run_due()
    assert {outcome for _, outcome in house.outcomes()} == {"bad_input", "memory_limit", "complete"}
    assert due.still_open(house.jobs["j"], house.ledger.record(house.jobs["j"], house.now), house.now) == []

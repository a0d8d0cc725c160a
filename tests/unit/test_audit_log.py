"""The audit keeps what it was given, in order, and tells what was done to it."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from carrel.audit.log import AuditLog
from carrel.model.audit import Begin, Finish
from carrel.model.errors import Conflict, Unavailable
from carrel.model.people import Principal
from carrel.state import migrations
from carrel.state.store import State

KEY = "the key is elsewhere"


def deed(person: str = "ann", action: str = "query", **more: object) -> Begin:
    values: dict[str, object] = {"door": "mysql", "address": "192.0.2.7", "verdict": "allowed", **more}
    return Begin(principal=Principal(person=person, service="mysql", via="superset"), action=action, **values)  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


@pytest.fixture
def state(file: Path) -> State:
    state = State(f"sqlite:///{file}")
    migrations.upgrade(state)
    return state


@pytest.fixture
def log(state: State) -> AuditLog:
    return AuditLog(state, KEY)


def fill(log: AuditLog, number: int = 5) -> None:
    for _ in range(number):
        log.finish(log.begin(deed(tables=("enwiki.revision",))), Finish(outcome="complete", rows=3, bytes=40))


def run(state: State, *statements: str) -> None:
    with state.write() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_what_was_written_comes_back(log: AuditLog) -> None:
    given = deed(
        tables=("enwiki.revision",), columns=("enwiki.revision.rev_id",), tags=("public",), groups=("researchers",), reasons=("a: b",),
        statement="SELECT :s_1", policy="abc", reach={"enwiki.revision": {"since": "2018-03-01"}}, details={"lone": "\udc80", "zero": "\0", "n": 3},
    )
    number = log.begin(given)
    log.finish(number, Finish(outcome="complete", rows=7, bytes=100))
    (entry,) = log.search()
    assert (entry.number, entry.begin, entry.finish) == (1, given, Finish(outcome="complete", rows=7, bytes=100))
    assert abs(entry.time - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_search_filters_and_gives_the_newest_first(log: AuditLog) -> None:
    log.begin(deed("ann", tables=("enwiki.page",)))
    log.begin(deed("bob", tables=("enwiki.page_props",)))
    log.begin(deed("bob", "login"))
    assert [e.number for e in log.search()] == [3, 2, 1]
    assert [e.number for e in log.search(person="bob")] == [3, 2]
    assert [e.number for e in log.search(table="enwiki.page")] == [1]
    assert [e.number for e in log.search(table="enwiki_page")] == []
    assert [e.number for e in log.search(action="login")] == [3]
    assert [e.number for e in log.search(limit=1)] == [3]
    log.finish(2, Finish(outcome="time_limit"))
    assert [e.number for e in log.search(outcome="time_limit")] == [2]
    assert [e.number for e in log.search(outcome="time_")] == []
    assert [e.number for e in log.search(outcome="open")] == [3, 1]
    assert log.search(since=datetime.now(UTC) + timedelta(minutes=1)) == []
    assert len(log.search(until=datetime.now(UTC) + timedelta(minutes=1))) == 3


def test_who_can_have_read_a_row(log: AuditLog) -> None:
    bounds: list[dict[str, object]] = [{"since": "2018-03-01", "until": "2018-03-31"}, {"keys": [":k_7", ":k_8"]}, {"until": "2018-03-15", "keys": [":k_7"]}]
    for bound in bounds:
        log.begin(deed(tables=("enwiki.revision", "enwiki.page"), reach={"enwiki.revision": bound}))
    log.begin(deed(tables=("enwiki.revision",)))
    log.begin(deed(tables=("enwiki.page",)))

    def found(day: date | None = None, key: str | None = None, table: str = "enwiki.revision") -> list[int]:
        return sorted(entry.number for entry in log.search(table=table, row_day=day, row_key=key))

    assert found(date(2018, 3, 1)) == [1, 2, 3, 4]
    assert found(date(2018, 3, 16)) == [1, 2, 4]
    assert found(date(2018, 4, 1)) == [2, 4]
    assert found(key=":k_8") == [1, 2, 4]
    assert found(date(2018, 3, 16), ":k_7") == [1, 2, 4]
    assert found(date(2019, 1, 1), ":k_7", table="enwiki.page") == [1, 2, 3, 5]
    assert [entry.number for entry in log.search(table="enwiki.revision", row_day=date(2018, 4, 1), limit=1)] == [4]


def test_a_deed_is_closed_once(log: AuditLog) -> None:
    number = log.begin(deed())
    log.finish(number, Finish(outcome="complete"))
    with pytest.raises(Conflict, match="deed 1 has been closed"):
        log.finish(number, Finish(outcome="complete"))
    assert log.verify().ok


def test_many_threads_get_numbers_without_a_gap(state: State) -> None:
    logs = [AuditLog(state, KEY) for _ in range(2)]
    numbers: list[int] = []
    lock = threading.Lock()

    def work(log: AuditLog) -> None:
        for _ in range(20):
            number = log.begin(deed())
            with lock:
                numbers.append(number)

    threads = [threading.Thread(target=work, args=(logs[index % 2],)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 161))
    assert logs[0].verify().ok


def test_a_row_is_on_disk_when_begin_returns(log: AuditLog, file: Path) -> None:
    log.begin(deed())
    assert sqlite3.connect(file).execute("SELECT count(*) FROM audit_entry").fetchone() == (1,)


@pytest.mark.parametrize("key", [KEY, None], ids=["sealed", "unsealed"])
@pytest.mark.parametrize(("change", "broken", "reason"), [
    ("UPDATE audit_entry SET body = replace(body, 'ann', 'bob') WHERE number = 3", 3, "content of row 3 was changed"),
    ("UPDATE audit_entry SET time = '2020-01-01 00:00:00.000000' WHERE number = 3", 3, "content of row 3 was changed"),
    ("UPDATE audit_entry SET time = '' WHERE number = 3", 3, "row 3 cannot be read"),
    ("UPDATE audit_entry SET body = x'00' WHERE number = 3", 3, "row 3 cannot be read"),
    ("UPDATE audit_entry SET chain = 'é' WHERE number = 3", 3, "row 3 does not follow"),
    ("UPDATE audit_entry SET writer = 'x' WHERE number = 3", 3, "content of row 3 was changed"),
    ("UPDATE audit_entry SET \"of\" = 1 WHERE number = 4", 4, "content of row 4 was changed"),
    ("UPDATE audit_entry SET person = 'bob' WHERE number = 3", 3, "look-up columns of row 3"),
    ("UPDATE audit_entry SET action = 'login' WHERE number = 3", 3, "look-up columns of row 3"),
    ("UPDATE audit_entry SET body = NULL, person = NULL, action = NULL WHERE number = 3", 3, "no row says that it was destroyed"),
    ("DELETE FROM audit_entry WHERE number = 3", 3, "row 3 is missing"),
    ("DELETE FROM audit_entry WHERE number = 1", 1, "row 1 is missing"),
    ("DELETE FROM audit_entry WHERE number >= 9", 9, "rows 9 to 10 are missing at the end"),
    (
        "INSERT INTO audit_entry SELECT 11, time, NULL, writer, person, action, body, content, chain, seal FROM audit_entry WHERE number = 9",
        11, "row 11 was changed",
    ),
    ("UPDATE audit_head SET chain = (SELECT chain FROM audit_entry WHERE number = 3)", 10, "head does not fit"),
    ("DELETE FROM audit_head", 10, "head is missing"),
])
def test_a_change_is_found(state: State, key: str | None, change: str, broken: int, reason: str) -> None:
    log = AuditLog(state, key)
    fill(log)
    assert log.verify().ok
    run(state, "DROP INDEX audit_entry_of", change)
    result = log.verify()
    assert result.broken == broken
    assert reason in (result.reason or "")


def test_swapped_rows_are_found(log: AuditLog, state: State) -> None:
    fill(log)
    run(
        state, "UPDATE audit_entry SET number = 100 WHERE number = 3", "UPDATE audit_entry SET number = 3 WHERE number = 5",
        "UPDATE audit_entry SET number = 5 WHERE number = 100",
    )
    assert log.verify().broken == 3


def forge(state: State, keep: int) -> None:
    """What somebody does who can write the state and knows this code, but has no key: drops the tail and computes the head anew."""
    run(
        state, f"DELETE FROM audit_entry WHERE number > {keep}",
        f"UPDATE audit_head SET number = {keep}, chain = (SELECT chain FROM audit_entry WHERE number = {keep}), "
        f"seal = (SELECT seal FROM audit_entry WHERE number = {keep})",
    )


def test_without_a_key_a_recomputed_tail_is_found_by_a_witness_alone(state: State) -> None:
    log = AuditLog(state)
    fill(log)
    head = log.verify()
    forge(state, 6)
    assert log.verify().ok
    assert log.verify(witness=(head.head, head.digest)).broken == 7


def test_with_the_key_a_recomputed_tail_is_found(log: AuditLog, state: State) -> None:
    fill(log)
    forge(state, 6)
    assert log.verify().reason == "the seal of the head is not right"


def test_a_witness_finds_another_history(log: AuditLog) -> None:
    fill(log)
    assert log.verify(witness=(4, "0" * 64)).broken == 4


def test_with_a_wrong_key_or_none_nothing_is_written_to_a_sealed_audit(log: AuditLog, state: State) -> None:
    fill(log, 1)
    with pytest.raises(Unavailable, match="sealed with another key"):
        AuditLog(state, "another").begin(deed())
    with pytest.raises(Unavailable, match="no key is set"):
        AuditLog(state).begin(deed())
    assert AuditLog(state).verify().sealed is None
    assert AuditLog(state, "another").verify().broken == 1


def test_a_key_that_is_set_later_seals_from_there_on(state: State) -> None:
    fill(AuditLog(state), 2)
    log = AuditLog(state, KEY)
    assert "carries no seal" in (log.verify().reason or "")
    fill(log, 1)
    result = log.verify()
    assert (result.ok, result.sealed, result.sealed_from) == (True, True, 5)
    run(state, "UPDATE audit_entry SET seal = NULL WHERE number = 5")
    assert log.verify().reason == "the seal of row 5 is not right"


def test_a_failing_store_is_not_swallowed(log: AuditLog, state: State) -> None:
    run(state, "ALTER TABLE audit_entry RENAME TO gone")
    with pytest.raises(Unavailable):
        log.begin(deed())


def test_a_missing_head_stops_writing(log: AuditLog, state: State) -> None:
    fill(log, 1)
    run(state, "DELETE FROM audit_head")
    with pytest.raises(Unavailable, match="head is missing"):
        log.begin(deed())




def test_destroyed_content_is_gone_from_the_files_and_the_chain_still_verifies(log: AuditLog, file: Path) -> None:
    log.finish(log.begin(deed("canary-person", statement="CANARY")), Finish(outcome="complete"))
    fill(log, 2)
    files = [file, file.with_name(file.name + "-wal")]
    assert any(b"canary-person" in f.read_bytes() for f in files), "the look for bytes would not have found it"
    gone = log.destroy(datetime.now(UTC) + timedelta(seconds=1), Principal(person="root", service="cli", via="owner:root"))
    assert gone == 6
    assert not any(b"canary-person" in f.read_bytes() or b"CANARY" in f.read_bytes() for f in files)
    result = log.verify()
    assert (result.ok, result.destroyed, result.rows) == (True, 6, 8)
    assert [e.begin.action for e in log.search() if e.begin] == ["audit_destroy"]
    fill(log, 1)
    assert log.verify().ok


def test_only_older_rows_are_destroyed(log: AuditLog) -> None:
    fill(log, 1)
    assert log.destroy(datetime(2020, 1, 1, tzinfo=UTC), Principal(person="root", service="cli")) == 0
    assert log.verify().destroyed == 0


def test_recover_closes_what_dead_processes_left_open(state: State, log: AuditLog) -> None:
    mine = log.begin(deed())
    dead = AuditLog(state, KEY)
    dead._writer = log._writer.rsplit(":", 2)[0] + ":999999:0.1"
    lost = dead.begin(deed("bob"))
    elsewhere = AuditLog(state, KEY)
    elsewhere._writer = "another-host:1:0.1"
    theirs = elsewhere.begin(deed("eve"))
    assert log.recover() == 1
    outcomes = {e.number: e.finish and e.finish.outcome for e in log.search()}
    assert outcomes == {mine: None, lost: "lost", theirs: None}
    assert log.recover() == 0
    assert log.verify().ok


def test_a_deed_that_is_over_is_one_write(log: AuditLog) -> None:
    numbers: list[int] = []
    threads = [threading.Thread(target=lambda: numbers.append(log.record(deed(), Finish(outcome="refused")))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = {entry.number: entry.finish for entry in log.search()}
    assert sorted(found) == sorted(numbers) == list(range(1, 41, 2))
    assert all(finish is not None and finish.outcome == "refused" for finish in found.values())
    assert log.verify().rows == 40
    assert log.verify().ok
    with pytest.raises(Conflict):
        log.finish(numbers[0], Finish(outcome="complete"))


def test_one_bad_row_does_not_take_others_with_it(log: AuditLog) -> None:
    number = log.begin(deed())
    log.finish(number, Finish(outcome="complete"))
    errors: list[Exception] = []

    def spoil() -> None:
        try:
            log.finish(number, Finish(outcome="complete"))
        except Conflict as error:
            errors.append(error)

    threads: list[threading.Thread] = [threading.Thread(target=target) for target in [spoil, lambda: log.begin(deed())] * 10]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 10
    assert log.verify().rows == 12

"""As many questions, connections and attempts as there may be, and one more: a clear error for that one, and room again afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pymysql
import pytest

from tests.bad_days import LONG, WIKI, big_instance, eventually, is_idle
from tests.instance import Instance
from tests.mysql_wire import Wire
from tests.system.test_bad_days_vanishing import mysql

pytestmark = pytest.mark.system
OWN, ALL, WAIT_S = 2, 3, 10.0
CONNECTIONS, IDLE_S, WINDOW_S = 60, 6.0, 4


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with big_instance(
        tmp_path_factory.mktemp("limits"), 20_000, limits={"queries_per_person": OWN, "queries": ALL, "wait_s": WAIT_S},
        doors__mysql={"connections": CONNECTIONS, "idle_s": IDLE_S}, identity={"attempts": 3, "address_attempts": 8, "window_s": WINDOW_S},
    ) as instance:
        for who in ("ines", "mei", "greta"):
            instance.credential(who)
        yield instance


def long_question(instance: Instance, who: str) -> Wire:
    wire = mysql(instance, who)
    wire.command(b"\x03" + LONG.encode())
    return wire


def refused(instance: Instance, who: str, sql: str) -> tuple[int, str]:
    with pytest.raises(pymysql.MySQLError) as error:
        instance.rows(who, sql, WIKI)
    return error.value.args[0], error.value.args[1]


def test_one_question_more_than_a_person_may_have_waits(instance: Instance) -> None:
    with ExitStack() as stack:
        for _ in range(OWN):
            stack.enter_context(long_question(instance, "ines"))
        assert eventually(lambda: len(running(instance, "ines")) == OWN)
        last = stack.enter_context(mysql(instance, "ines"))
        last.command(b"\x03SELECT count(*) FROM category")
        assert eventually(lambda: "waiting, position 1" in states(instance, "ines"))
        assert instance.rows("mei", "SELECT count(*) FROM category", WIKI) == [(20_000,)]
        last.read()  # its time is over first
        number, text = refused(instance, "ines", "SELECT count(*) FROM category")
        assert number == 1226
        assert f"{OWN} of your queries are running, and none has ended in {WAIT_S:.0f} s: yours was number 1 in the queue" in text
        assert "KILL QUERY" in text
    assert eventually(lambda: is_idle(instance))
    assert instance.rows("ines", "SELECT count(*) FROM category", WIKI) == [(20_000,)]


def test_who_waits_can_be_stopped_and_is_let_in_with_the_rights_of_then_alone(instance: Instance) -> None:
    with ExitStack() as stack:
        first, *_ = [stack.enter_context(long_question(instance, "ines")) for _ in range(OWN)]
        assert eventually(lambda: len(running(instance, "ines")) == OWN)
        last = stack.enter_context(mysql(instance, "ines"))
        last.command(b"\x03SELECT count(*) FROM category")
        assert eventually(lambda: "waiting, position 1" in states(instance, "ines"))
        waiting = next(row[0] for row in instance.rows("ines", "SHOW PROCESSLIST") if row[6] == "waiting, position 1")
        instance.rows("ines", f"KILL QUERY {waiting}")
        assert int.from_bytes(last.read()[1:3], "little") == 1317
        last.command(b"\x03SELECT count(*) FROM category")
        assert eventually(lambda: "waiting, position 1" in states(instance, "ines"))
        instance.carrel("user", "suspend", "ines", "--reason", "a test")
        try:
            first.socket.close()
            assert b"your access has ended" in last.read()
        finally:
            instance.carrel("user", "resume", "ines")
    assert eventually(lambda: is_idle(instance))


def states(instance: Instance, who: str) -> list[str]:
    """Of the person's connections."""
    return [str(row[6]) for row in instance.rows(who, "SHOW PROCESSLIST")]


def running(instance: Instance, who: str) -> list[str]:
    """The long questions in the person's own process list; SHOW itself takes no place."""
    return [str(row[7]) for row in instance.rows(who, "SHOW FULL PROCESSLIST") if "category a" in str(row[7])]


def test_one_question_more_than_all_may_have_waits_and_then_is_refused_or_served(instance: Instance) -> None:
    with ExitStack() as stack:
        for who in ("ines", "ines", "mei"):
            stack.enter_context(long_question(instance, who))
        assert eventually(lambda: len(running(instance, "ines")) == 2 and len(running(instance, "mei")) == 1)
        begun = time.monotonic()
        number, text = refused(instance, "greta", "SELECT count(*) FROM category")
        assert number == 1226
        assert "queries are running, and none has ended" in text
        assert time.monotonic() - begun >= WAIT_S - 0.5
        last = stack.enter_context(ExitStack())
        waiting: list[object] = []
        asker = threading.Thread(target=lambda: waiting.extend(instance.rows("greta", "SELECT count(*) FROM category", WIKI)))
        asker.start()
        time.sleep(0.5)
        assert waiting == []
        instance.rows("mei", f"KILL {number_of(instance, 'mei')}")
        asker.join(10)
        assert waiting == [(20_000,)]
        last.close()
    assert eventually(lambda: is_idle(instance))


def number_of(instance: Instance, who: str) -> int:
    return next(int(row[0]) for row in instance.rows(who, "SHOW FULL PROCESSLIST") if "category a" in str(row[7]))


def test_who_waits_is_served_in_turn(instance: Instance) -> None:
    """Many short questions of all at once: each gets its answer, although few run at a time."""
    answers: list[object] = []

    def ask(who: str) -> None:
        with instance.connect(who, WIKI) as connection, connection.cursor() as cursor:
            for _ in range(5):
                cursor.execute("SELECT count(*), sum(cat_pages) FROM category")
                answers.append(cursor.fetchall())

    askers = [threading.Thread(target=ask, args=(who,)) for who in ("ines", "mei", "greta") for _ in range(OWN)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(30)
    assert len(answers) == 5 * len(askers)
    assert len(set(map(str, answers))) == 1


def test_one_connection_more_than_there_may_be(instance: Instance) -> None:
    assert eventually(lambda: connects(instance))
    with ExitStack() as stack:
        for _ in range(CONNECTIONS):
            stack.enter_context(mysql(instance, "ines"))
        with pytest.raises(pymysql.MySQLError) as error:
            instance.connect("mei")
        assert error.value.args == (1040, "Too many connections")
    assert eventually(lambda: connects(instance))


def connects(instance: Instance) -> bool:
    try:
        instance.connect("mei").close()
    except pymysql.MySQLError:
        return False
    return True


def test_a_connection_that_asks_nothing_is_closed(instance: Instance) -> None:
    with mysql(instance, "ines") as wire:
        wire.socket.settimeout(IDLE_S + 5)
        begun = time.monotonic()
        assert wire.socket.recv(1) == b""
        assert time.monotonic() - begun > IDLE_S - 1


def login(instance: Instance, who: str, password: str) -> int:
    """0, or the error's number."""
    with Wire(instance.port("mysql")) as wire:
        answer = wire.login(who, password)
        return 0 if answer[0] == 0 else int.from_bytes(answer[1:3], "little")


def test_attempts_are_exhausted_and_come_back(instance: Instance) -> None:
    right = instance.credential("greta")["password"]
    assert login(instance, "greta", right) == 0
    assert [login(instance, "greta", "wrong") for _ in range(3)] == [1045] * 3
    assert login(instance, "greta", right) == 1045
    assert login(instance, "mei", instance.credential("mei")["password"]) == 0
    for number in range(6):
        assert login(instance, f"nobody{number}", "wrong") == 1045
    assert login(instance, "mei", instance.credential("mei")["password"]) == 1045
    time.sleep(WINDOW_S + 0.5)
    assert login(instance, "greta", right) == 0
    assert login(instance, "mei", instance.credential("mei")["password"]) == 0

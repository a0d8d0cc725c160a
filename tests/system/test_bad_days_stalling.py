"""Clients that read a byte a second, or nothing: others are served at once, memory stays flat, and who takes nothing for too long is cut off."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.bad_days import WIKI, big_instance, deeds, eventually, is_running, memory_mb, outcome, reset_peak
from tests.instance import Instance
from tests.system.test_bad_days_vanishing import http, mysql

pytestmark = pytest.mark.system
STALL_S = 4.0
OPEN_MB = 70
"""Most that a query holds while its client reads nothing: a row group of its table, as read and as decoded. It does not grow with the table."""
ASK = "SELECT * FROM category"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    door = {"stall_s": STALL_S}
    with big_instance(tmp_path_factory.mktemp("stalling"), 500_000, doors__mysql=door, doors__http=door) as instance:
        instance.rows("tom", "SELECT 1")
        yield instance


@contextmanager
def by_mysql(instance: Instance, number: int = 1) -> Iterator[list[socket.socket]]:
    """Connections on which a long answer has begun to come."""
    with ExitStack() as stack:
        wires = [stack.enter_context(mysql(instance, "ines")) for _ in range(number)]
        for wire in wires:
            wire.command(b"\x03" + ASK.encode())
        yield [wire.socket for wire in wires]


@contextmanager
def by_http(instance: Instance, number: int = 1) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(http(instance, "ines", ASK)) for _ in range(number)]


Asked = Callable[..., AbstractContextManager[list[socket.socket]]]
each_door = pytest.mark.parametrize("asked", [by_mysql, by_http])


def outcomes(instance: Instance, count: int) -> set[str | None]:
    """How the newest queries of the one who reads nothing ended; None among them while one runs."""
    return {entry.finish.outcome if entry.finish else None for entry in deeds(instance, person="ines", action="query", limit=count)}


def is_cut(line: socket.socket) -> bool:
    """Whether what is left to read ends: what the kernel had taken, then the end of the connection."""
    line.settimeout(5.0)
    try:
        while line.recv(1 << 20):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def slowest_s(instance: Instance, seconds: float) -> float:
    """The longest that another person waits for an answer, asking for so many seconds."""
    took = []
    with instance.connect("tom") as connection, connection.cursor() as cursor:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            begun = time.monotonic()
            cursor.execute("SELECT 1")
            took.append(time.monotonic() - begun)
            time.sleep(0.05)
    return max(took)


@each_door
def test_who_reads_nothing_is_cut_off_and_hinders_nobody(instance: Instance, asked: Asked) -> None:
    instance.rows("ines", "SELECT count(*) FROM category", WIKI)
    before = reset_peak(instance)
    with asked(instance, 6) as lines:
        assert eventually(lambda: is_running(instance, "ines"))
        begun = time.monotonic()
        assert slowest_s(instance, STALL_S - 1.0) < 1.5
        assert eventually(lambda: outcome(instance, "ines") is not None, STALL_S + 6.0)
        assert time.monotonic() - begun >= STALL_S - 1.5
        assert eventually(lambda: outcomes(instance, len(lines)) <= {"disconnected", "cancelled"}, STALL_S + 6.0), outcomes(instance, len(lines))
        assert all(is_cut(line) for line in lines)
    assert memory_mb(instance, "VmHWM") - before < 6 * OPEN_MB


@each_door
def test_who_reads_a_little_at_a_time_is_served_and_hinders_nobody(instance: Instance, asked: Asked) -> None:
    instance.rows("ines", "SELECT count(*) FROM category", WIKI)
    before = reset_peak(instance)
    ended = threading.Event()
    alive: list[bool] = []

    def sip(line: socket.socket) -> None:
        got = True
        while got and not ended.wait(0.2):
            got = bool(line.recv(1))
        alive.append(got)

    with asked(instance, 4) as lines:
        readers = [threading.Thread(target=sip, args=(line,), daemon=True) for line in lines]
        for reader in readers:
            reader.start()
        assert slowest_s(instance, 1.0) < 1.5
        settled = memory_mb(instance)
        assert slowest_s(instance, 2.0) < 1.5
        assert memory_mb(instance) - settled < 20
        assert memory_mb(instance, "VmHWM") - before < 4 * OPEN_MB
        ended.set()
        for reader in readers:
            reader.join(5.0)
        assert alive == [True] * 4
    assert eventually(lambda: outcome(instance, "ines") is not None)


@each_door
def test_the_connection_of_who_stalls_is_free_for_others(instance: Instance, asked: Asked) -> None:
    """The socket itself goes too, with whatever the kernel still holds for the client."""
    with asked(instance) as (line,):
        port = line.getsockname()[1]
        assert eventually(lambda: is_running(instance, "ines"))
        assert eventually(lambda: outcome(instance, "ines") is not None, STALL_S + 6.0)
        assert eventually(lambda: not serves(instance, port), 3.0)


def serves(instance: Instance, port: int) -> bool:
    """Whether the server has a connection with a client's port that is not closed on its side."""
    established = 1
    doors = {instance.port("mysql"), instance.port("http")}
    for text in Path("/proc/net/tcp").read_text().splitlines():
        fields = text.split()
        if fields[3:4] == [f"{established:02X}"] and int(fields[1].rpartition(":")[2], 16) in doors and int(fields[2].rpartition(":")[2], 16) == port:
            return True
    return False

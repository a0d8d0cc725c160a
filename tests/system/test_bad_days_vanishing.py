"""Clients that go away: in the middle of a result, or while the engine still computes. Their query stops, and their place is free again."""

from __future__ import annotations

import base64
import json
import signal
import socket
import subprocess
from collections.abc import Iterator

import pytest

from tests.bad_days import LONG, WIKI, big_instance, deeds, eventually, is_idle, is_running, outcome
from tests.instance import Instance
from tests.mysql_wire import Wire
from tests.shared import program

pytestmark = pytest.mark.system
PLACES = 2


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with big_instance(tmp_path_factory.mktemp("vanishing"), 300_000, limits={"queries_per_person": PLACES}) as instance:
        yield instance


def mysql(instance: Instance, who: str) -> Wire:
    wire = Wire(instance.port("mysql"))
    assert wire.login(who, instance.credential(who)["password"], database=WIKI)[0] == 0
    return wire


def http(instance: Instance, who: str, sql: str) -> socket.socket:
    basic = base64.b64encode(f"{who}:{instance.credential(who)['password']}".encode()).decode()
    body = json.dumps({"sql": sql, "database": WIKI}).encode()
    line = socket.create_connection(("127.0.0.1", instance.port("http")), timeout=20)
    line.sendall((
        f"POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\nContent-Type: application/json\r\n"
        f"Accept: text/tab-separated-values\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body)
    return line


def assert_over(instance: Instance, who: str, *outcomes: str) -> None:
    """The newest query has ended so, the engine computes nothing, and every place is free."""
    assert eventually(lambda: outcome(instance, who) is not None, 5.0)
    assert outcome(instance, who) in outcomes
    assert eventually(lambda: is_idle(instance), 5.0)
    assert instance.rows(who, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("turn", range(PLACES + 1))
@pytest.mark.parametrize("sql", [LONG, "SELECT * FROM category"], ids=["no row yet", "in the middle"])
def test_a_mysql_client_that_vanishes(instance: Instance, sql: str, turn: int) -> None:
    """More often than there are places: a place that is not given back would be missed."""
    wire = mysql(instance, "ines")
    wire.command(b"\x03" + sql.encode())
    if sql != LONG:
        wire.receive(100_000)
    assert eventually(lambda: is_running(instance, "ines"))
    wire.socket.close()
    assert_over(instance, "ines", "disconnected", "cancelled")


@pytest.mark.parametrize("turn", range(PLACES + 1))
@pytest.mark.parametrize("sql", [LONG, "SELECT * FROM category"], ids=["no row yet", "in the middle"])
def test_an_http_client_that_vanishes(instance: Instance, sql: str, turn: int) -> None:
    line = http(instance, "mei", sql)
    if sql != LONG:
        assert line.recv(1000).startswith(b"HTTP/1.1 200")
    assert eventually(lambda: is_running(instance, "mei"))
    line.close()
    assert_over(instance, "mei", "disconnected", "cancelled")


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM])
def test_the_real_client_is_killed(instance: Instance, kind: signal.Signals) -> None:
    command = [program("mariadb"), f"--defaults-file={instance.cnf('greta')}", "-A", "--quick", WIKI, "-e", LONG]
    client = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert eventually(lambda: is_running(instance, "greta"))
    client.send_signal(kind)
    client.wait(10)
    assert_over(instance, "greta", "cancelled", "disconnected")


def test_ctrl_c_in_the_real_client_stops_the_query_and_keeps_the_connection(instance: Instance) -> None:
    """The client opens a second connection, which says KILL QUERY; a first Ctrl-C does no more than that."""
    command = [program("mariadb"), f"--defaults-file={instance.cnf('greta')}", "-A", "--batch", "--force", "--unbuffered", WIKI]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert client.stdin is not None
    client.stdin.write(f"SELECT CONNECTION_ID();\n{LONG};\nSELECT CONNECTION_ID();\n")
    client.stdin.flush()
    assert eventually(lambda: is_running(instance, "greta") and "category" in deeds(instance, person="greta", action="query", limit=1)[0].begin.statement)
    client.send_signal(signal.SIGINT)
    assert eventually(lambda: outcome(instance, "greta") is not None, 5.0)
    out, errors = client.communicate(timeout=20)
    assert "ERROR 1317 (70100)" in errors, (out, errors)
    numbers = [line for line in out.splitlines() if line.isdigit()]
    assert len(numbers) == 2, (out, errors)
    assert numbers[0] == numbers[1]
    assert eventually(lambda: is_idle(instance), 5.0)

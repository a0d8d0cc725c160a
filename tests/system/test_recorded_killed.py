"""Law 6 with a server that dies: whenever it is killed, each byte that a client got has its row in the audit, and the audit's chain is whole."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.bad_days import configure, deeds
from tests.instance import Instance
from tests.killing_server import COMMAND, environment
from tests.mysql_wire import Wire

pytestmark = pytest.mark.system
WIKI = "samplewiki"
FORMS = (
    "SELECT COUNT(*) AS {tag} FROM page", "SELECT page_title AS {tag} FROM page", "SELECT {tag} FROM page", "SELECT 1 AS {tag} FROM nothing",
    "SELECT rev_id AS {tag} FROM revision a, page b",
    "SELECT user_email AS {tag} FROM user WHERE user_email > 1", "EXPLAIN SELECT 1 AS {tag} FROM page", "SHOW COLUMNS FROM page LIKE `{tag}`",
    "SET @{tag} = (SELECT COUNT(*) FROM page)",
)  # fmt: skip
"""Each question has a name of its own, which stays in the audit's row when its values go."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One home, whose server dies again and again."""
    with Instance(tmp_path_factory.mktemp("recorded") / "home") as instance:
        instance.setup()
        instance.load_sample()
        instance.cnf("ines")
        configure(instance, jobs={"enabled": False})  # whose deeds would be counted
        yield instance


class Client(threading.Thread):
    """Asks until the server is gone, and keeps the names of the questions of whose answers it got a byte."""

    def __init__(self, instance: Instance, number: int, name: str) -> None:
        super().__init__(daemon=True)
        self._instance, self._number, self._name, self._dice = instance, number, name, random.Random(name)
        self.answered: list[str] = []
        self.logged_in = False

    def run(self) -> None:
        with contextlib.suppress(OSError, ConnectionError, httpx.HTTPError, IndexError):
            (self._mysql if self._number % 3 else self._http)()

    def _ask(self) -> Iterator[tuple[str, str]]:
        for count in range(10_000):
            tag = f"{self._name}x{count}x"
            yield tag, self._dice.choice(FORMS).format(tag=tag)

    def _mysql(self) -> None:
        credential = self._instance.credential("ines")
        with Wire(self._instance.port("mysql")) as wire:
            self.logged_in = wire.login(credential["user"], credential["password"], database=WIKI)[:1] == b"\0"
            receive = wire.receive
            for tag, sql in self._ask():
                def first(length: int, tag: str = tag) -> bytes:
                    data = receive(length)
                    if self.answered[-1:] != [tag]:
                        self.answered.append(tag)
                    return data

                wire.receive = first  # type: ignore[method-assign]
                if self._dice.random() < 0.3:
                    wire.prepare(sql)
                else:
                    wire.query(sql)

    def _http(self) -> None:
        credential = self._instance.credential("ines")
        with httpx.Client(base_url=f"http://127.0.0.1:{self._instance.port('http')}", auth=(credential["user"], credential["password"])) as client:
            for tag, sql in self._ask():
                with client.stream("POST", "/api/v1/query", json={"sql": sql, "database": WIKI}) as answer:
                    if answer.status_code != 204:
                        self.answered.append(tag)
                    for _ in answer.iter_raw():
                        pass


def logins(instance: Instance) -> int:
    return sum(entry.begin is not None and entry.begin.action == "login" for entry in deeds(instance, limit=1_000_000))


def check(instance: Instance, clients: list[Client], logins_before: int) -> int:
    """Gives how many answers were looked up. The server is dead."""
    said = "\n".join(entry.begin.statement for entry in deeds(instance, limit=1_000_000) if entry.begin is not None)
    answered = [tag for client in clients for tag in client.answered]
    assert [tag for tag in answered if tag not in said] == []
    assert logins(instance) - logins_before >= sum(client.logged_in for client in clients)
    assert instance.carrel("audit", "verify").stdout.startswith("whole")
    return len(answered)


def ask_until_dead(instance: Instance, count: int, name: str) -> list[Client]:
    clients = [Client(instance, number, f"{name}x{number}") for number in range(count)]
    for client in clients:
        client.start()
    return clients


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", [1, 2, 3, 5, 8, 13, 40])
def test_killed_at_a_write_of_the_audit(instance: Instance, point: int, when: str) -> None:
    before = logins(instance)
    instance.serve(command=COMMAND, environment=environment(point, when))
    clients = ask_until_dead(instance, 1 if point < 10 else 3, f"{when}{point}")
    assert instance.server is not None
    assert instance.server.wait(60) == -signal.SIGKILL
    for client in clients:
        client.join(30)
    found = check(instance, clients, before)
    assert found > 0 or point < 40


def test_killed_at_random_moments(instance: Instance) -> None:
    seed = os.environ.get("SEED", "1")
    moments, found = random.Random(seed), 0
    for turn in range(int(os.environ.get("CARREL_KILLS", "4"))):
        before = logins(instance)
        instance.serve()
        clients = ask_until_dead(instance, 4, f"seed{seed}turn{turn}")
        time.sleep(moments.uniform(0.3, 1.5))
        assert instance.server is not None
        os.kill(instance.server.pid, signal.SIGKILL)
        instance.server.wait(10)
        for client in clients:
            client.join(30)
        found += check(instance, clients, before)
    assert found > 20

"""Many clients at once on a real instance: nobody is told a wrong answer, and what they held is given back. CARREL_CLIENTS=1000 for the whole."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from carrel.doors.mysql.packets import Capability
from tests.instance import Instance
from tests.mysql_wire import CAPABILITIES, Wire

pytestmark = pytest.mark.system

WHO, WIKI = "mei", "samplewiki"
CLIENTS = int(os.environ.get("CARREL_CLIENTS", "80"))
AT_ONCE = 40
PAIRS = "SELECT a.rev_id FROM revision a, revision b"
ENDLESS = f"{PAIRS}, revision c, revision d WHERE a.rev_id + b.rev_id + c.rev_id + d.rev_id = 3"
TOO_MANY, MEMORY = 1226, 1038


class Crowd:
    """Connections of one person; `pages` is what each must count."""

    def __init__(self, instance: Instance) -> None:
        self.port = instance.port("mysql")
        self.secret = instance.credential(WHO)["password"]
        assert instance.server is not None
        self.pid = instance.server.pid
        with self.wire() as wire:
            self.pages = wire.query("SELECT count(*) FROM page")[0].cells()

    def wire(self, capabilities: Capability = CAPABILITIES) -> Wire:
        wire = Wire(self.port, capabilities=capabilities, timeout=150)  # a question may wait a minute for its turn
        try:
            answer = wire.login(WHO, self.secret, database=WIKI)
            assert answer[0] == 0, answer
        except BaseException:
            wire.socket.close()
            raise
        return wire

    def alone(self) -> bool:
        """Whether all other connections are gone, within some seconds."""
        with self.wire() as wire:
            for _ in range(100):
                if len(wire.query("SHOW PROCESSLIST")[0].rows) == 1:
                    return True
                time.sleep(0.1)
        return False

    def memory_mb(self) -> int:
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


def test_two_hundred_connections_at_once(sample_instance: Instance) -> None:
    crowd = Crowd(sample_instance)
    seen: Counter[str] = Counter()
    with contextlib.ExitStack() as stack:
        with ThreadPoolExecutor(200) as pool:  # nobody is turned away, although there are more than may be strangers at once
            wires = [stack.enter_context(wire) for wire in pool.map(lambda _: crowd.wire(), range(200))]

        def ask(wire: Wire) -> None:
            for _ in range(3):
                result = wire.query("SELECT count(*) FROM page")[0]
                seen["right" if result.cells() == crowd.pages else str((result.error or (0,))[0])] += 1

        threads = [threading.Thread(target=ask, args=(wire,)) for wire in wires]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert set(seen) <= {"right", str(TOO_MANY)}
        assert seen["right"]
        assert seen.total() == 600
    assert crowd.alone()


def counts(crowd: Crowd, dice: random.Random) -> None:
    with crowd.wire(CAPABILITIES | dice.choice((Capability(0), Capability.DEPRECATE_EOF))) as wire:
        for _ in range(dice.randint(1, 4)):
            result = wire.query("SELECT count(*) FROM page")[0]
            assert result.cells() == crowd.pages or (result.error or (0,))[0] in (TOO_MANY, MEMORY)


def leaves_in_the_middle(crowd: Crowd, dice: random.Random) -> None:
    wire = crowd.wire()
    wire.command(b"\x03" + PAIRS.encode())
    wire.socket.settimeout(2)  # it may have been told that too many run
    with contextlib.suppress(TimeoutError):
        wire.receive(dice.choice((0, 1, 100, 100_000)))
    wire.socket.close()


def holds_a_cursor(crowd: Crowd, dice: random.Random) -> None:
    with crowd.wire() as wire:
        number = int(wire.prepare(PAIRS)[0])
        opened = wire.open_cursor(number)
        if opened.error is not None:
            assert opened.error[0] in (TOO_MANY, MEMORY)
            return
        for _ in range(dice.randint(0, 3)):
            part = wire.fetch(number, 50)
            if part.error is not None:  # the others' questions took the engine's memory
                assert part.error[0] == MEMORY
                return
            assert len(part.rows) == 50
        if dice.random() < 0.5:
            wire.command(b"\x01")


def says_nonsense(crowd: Crowd, dice: random.Random) -> None:
    with crowd.wire() as wire:
        wire.command(dice.randbytes(dice.randint(1, 200)).replace(b"\x01", b"\xfe", 1))
        with contextlib.suppress(OSError, AssertionError, ValueError, IndexError):
            wire.socket.settimeout(1)
            wire.read()


def stops_another(crowd: Crowd, dice: random.Random) -> None:
    with crowd.wire() as wire, crowd.wire() as other:
        ended, how = threading.Event(), "QUERY " if dice.random() < 0.5 else ""

        def stop() -> None:  # again and again: the first may come before the statement
            with contextlib.suppress(OSError):
                while not ended.wait(dice.random() / 2) and other.query(f"KILL {how}{wire.number}")[0].error is None:
                    pass

        killer = threading.Thread(target=stop)
        killer.start()
        with contextlib.suppress(OSError):
            error = wire.query(ENDLESS)[0].error
            assert (error or (0,))[0] in (1317, TOO_MANY, MEMORY)
        ended.set()
        killer.join()


def stays_a_stranger(crowd: Crowd, dice: random.Random) -> None:
    with Wire(crowd.port) as wire, contextlib.suppress(AssertionError):  # it may be turned away
        if dice.random() < 0.5:
            wire.greet()


def begins_anew(crowd: Crowd, _dice: random.Random) -> None:
    with crowd.wire() as wire:
        wire.query("SET @a = 5")
        wire.command(b"\x1f")
        assert wire.read()[0] == 0
        assert wire.query("SELECT @a")[0].cells() in ([[None]], [])


ACTS: tuple[Callable[[Crowd, random.Random], None], ...] = (
    counts, counts, leaves_in_the_middle, holds_a_cursor, says_nonsense, stops_another, stays_a_stranger, begins_anew,
)


def live(crowd: Crowd, numbers: Sequence[int]) -> list[str]:
    """Lets a client act for each number, AT_ONCE together; what went wrong. None may be turned away."""
    seed = os.environ.get("SEED", "1")
    failures: list[str] = []

    def act(number: int) -> None:
        dice = random.Random(f"{seed}.{number}")
        chosen = dice.choice(ACTS)
        try:
            chosen(crowd, dice)
        except Exception as error:  # noqa: BLE001 - collected, and told by the test
            failures.append(f"client {number}, {chosen.__name__}: {error!r}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, numbers))
    return failures


def test_random_clients_leave_nothing_behind(sample_instance: Instance) -> None:
    crowd = Crowd(sample_instance)
    assert live(crowd, range(CLIENTS // 2)) == []
    warm = crowd.memory_mb()  # the engine keeps its working memory
    assert live(crowd, range(CLIENTS // 2, CLIENTS)) == []
    assert crowd.alone()
    assert crowd.memory_mb() - warm < 300


def test_one_sees_and_stops_ones_own_connections_alone(sample_instance: Instance) -> None:
    crowd = Crowd(sample_instance)
    assert crowd.alone()
    with crowd.wire() as wire, crowd.wire() as victim, Wire(crowd.port) as stranger:
        assert stranger.login("ines", sample_instance.credential("ines")["password"], database=WIKI)[0] == 0
        leaving: list[tuple[int, str, str] | None] = []
        running = threading.Thread(target=lambda: leaving.append(victim.query(ENDLESS)[0].error))
        running.start()
        deadline = time.monotonic() + 10
        listed: dict[bytes | None, list[bytes | None]] = {}
        while time.monotonic() < deadline and (listed.get(str(victim.number).encode()) or [None] * 5)[4] != b"Query":
            listed = {row[0]: row for row in wire.query("SHOW FULL PROCESSLIST")[0].cells()}
        assert {str(each.number).encode() for each in (wire, victim)} == set(listed)
        assert (listed[str(victim.number).encode()][7] or b"").startswith(PAIRS.encode())
        same = wire.query("SELECT id, command FROM information_schema.processlist ORDER BY id")[0].cells()
        assert {row[0] for row in same} == set(listed)
        assert (stranger.query(f"KILL QUERY {victim.number}")[0].error or (0,))[0] == 1094
        assert (stranger.query(f"KILL {wire.number}")[0].error or (0,))[0] == 1094
        assert wire.query(f"KILL QUERY {victim.number}")[0].error is None
        running.join(20)
        assert [(error or (0,))[0] for error in leaving] == [1317]
        assert victim.query("SELECT 1")[0].cells() == [[b"1"]]
        assert wire.query(f"KILL {victim.number}")[0].error is None
        with pytest.raises(ConnectionError):
            victim.query("SELECT 1")

"""Writers that are killed at any moment lose no row that they were told was written, and leave a chain that verifies."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from carrel.audit.log import AuditLog
from carrel.model.audit import Begin, Finish
from carrel.model.people import Principal
from carrel.state import migrations
from carrel.state.store import State

pytestmark = pytest.mark.system

WRITER = """
import os, sys, threading
from carrel.audit.log import AuditLog
from carrel.model.audit import Begin, Finish
from carrel.model.people import Principal
from carrel.state.store import State

log = AuditLog(State(sys.argv[1]), "key")

def work(name):
    while True:
        number = log.begin(Begin(principal=Principal(person=name, service="mysql"), door="mysql", address="192.0.2.1", action="query", verdict="allowed"))
        os.write(1, f"begun {number}\\n".encode())
        if number % 3:
            log.finish(number, Finish(outcome="complete"))
            os.write(1, f"finished {number}\\n".encode())

for index in range(4):
    threading.Thread(target=work, args=(f"writer{index}",)).start()
"""


@pytest.mark.parametrize("seed", range(4))
def test_killed_writers_lose_nothing_that_was_acknowledged(tmp_path: Path, seed: int) -> None:
    url = f"sqlite:///{tmp_path / 'state.sqlite'}"
    state = State(url)
    migrations.upgrade(state)
    wait_s = random.Random(seed)
    said = {"begun": set[int](), "finished": set[int]()}
    for _ in range(2):
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE) for _ in range(2)]
        for writer in writers:
            assert writer.stdout is not None
            first = writer.stdout.readline()
            assert first.startswith(b"begun ")
            said["begun"].add(int(first.split()[1]))
        for writer in writers:
            time.sleep(wait_s.uniform(0.0, 0.4))
            os.kill(writer.pid, signal.SIGKILL)
        for writer in writers:
            rest, _ = writer.communicate()
            for line in rest.splitlines():
                kind, number = line.decode().split()
                said[kind].add(int(number))

    log = AuditLog(state, "key")
    found = log.verify()
    assert found.ok, found.reason
    entries = {entry.number: entry for entry in log.search(limit=100_000)}
    assert said["begun"] <= entries.keys()
    assert all(entries[number].finish is not None for number in said["finished"])

    open_ = {number for number, entry in entries.items() if entry.finish is None}
    mine = log.begin(Begin(principal=Principal(person="x", service="cli"), door="cli", address="local", action="serve", verdict="allowed"))
    assert log.recover() == len(open_)
    after = {entry.number: entry.finish for entry in log.search(limit=100_000)}
    assert all(after[number] == Finish(outcome="lost") for number in open_)
    assert after[mine] is None
    assert log.verify().ok

"""An answer larger than the server's memory: it streams, the first rows come before the last are read, and the server does not grow with it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.bad_days import WIKI, big_instance, memory_mb, reset_peak
from tests.instance import Instance
from tests.shared import program
from tests.system.test_bad_days_vanishing import http

pytestmark = pytest.mark.system
ROWS = 5_000_000 if os.environ.get("CARREL_SOAK") else 1_000_000
ROW_BYTES = 40
"""At least, as text."""
GROWTH_MB = 150
"""Whatever the number of rows."""

ASK = "SELECT * FROM category"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with big_instance(tmp_path_factory.mktemp("large"), ROWS, limits={"memory_mb": 256}) as instance:
        assert instance.rows("ines", "SELECT count(*) FROM category", WIKI) == [(ROWS,)]
        yield instance


def assert_streamed(first_s: float, whole_s: float, rows: int) -> None:
    assert rows == ROWS
    assert first_s < max(0.5 * whole_s, 1.0), (first_s, whole_s)


def test_through_the_real_client(instance: Instance) -> None:
    before = reset_peak(instance)
    command = [program("mariadb"), f"--defaults-file={instance.cnf('ines')}", "-A", "--quick", "--batch", "-N", "--unbuffered", WIKI, "-e", ASK]
    begun = time.monotonic()
    rows, first = 0, 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        while chunk := client.stdout.read(1 << 16):
            first = first or time.monotonic() - begun
            rows += chunk.count(b"\n")
    assert client.returncode == 0
    assert_streamed(first, time.monotonic() - begun, rows)
    assert memory_mb(instance, "VmHWM") - before < GROWTH_MB


def test_through_http_as_tsv(instance: Instance) -> None:
    before = reset_peak(instance)
    begun = time.monotonic()
    rows, size, first = 0, 0, 0.0
    end = b""
    with http(instance, "ines", ASK) as line:
        while not end.endswith(b"0\r\n\r\n"):
            chunk = line.recv(1 << 16)
            assert chunk, "the answer is cut"
            first = first or time.monotonic() - begun
            rows += chunk.count(b"_of_many")
            size += len(chunk)
            end = (end + chunk)[-16:]
    assert ROWS - size // (1 << 10) <= rows <= ROWS
    assert size > ROWS * ROW_BYTES
    assert_streamed(first, time.monotonic() - begun, ROWS)
    assert memory_mb(instance, "VmHWM") - before < GROWTH_MB


def test_many_at_once_grow_by_what_each_may_hold(instance: Instance) -> None:
    before = reset_peak(instance)
    command = [program("mariadb"), f"--defaults-file={instance.cnf('ines')}", "-A", "--quick", "--batch", WIKI, "-e", ASK]
    clients = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [client.wait(250) for client in clients] == [0, 0, 0]
    assert memory_mb(instance, "VmHWM") - before < 3 * GROWTH_MB

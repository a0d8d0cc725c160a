"""The server and a load are killed at any moment: the next start finds a whole state, closes what was left open, and sweeps."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from tests.bad_days import LONG, WIKI, big_instance, deeds, eventually, temporary_files, write_dump
from tests.instance import Instance

pytestmark = pytest.mark.system
ROWS = 50_000


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with big_instance(tmp_path_factory.mktemp("killed"), ROWS) as instance:
        yield instance


def ask_until_killed(instance: Instance, sql: str) -> None:
    with contextlib.suppress(pymysql.MySQLError, OSError), instance.connect("ines", WIKI) as connection, connection.cursor() as cursor:
        while True:
            cursor.execute(sql)
            cursor.fetchall()


def kill(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)


@pytest.mark.parametrize("turn", range(2))
def test_killed_in_the_middle_of_queries_and_of_a_load(instance: Instance, tmp_path: Path, turn: int) -> None:
    moments = random.Random(int(os.environ.get("SEED", "1")) + turn)
    questions = [LONG, "SELECT * FROM category", "SELECT cat_title FROM category ORDER BY cat_title", "SHOW TABLES", "SELECT 1"]
    clients = [threading.Thread(target=ask_until_killed, args=(instance, sql), daemon=True) for sql in questions]
    instance.credential("ines")
    dump = write_dump(tmp_path / "new.sql.gz", 400_000, 5)
    for client in clients:
        client.start()
    assert eventually(lambda: any(entry.finish is None for entry in deeds(instance, action="query", limit=1000)), 30.0)
    load = subprocess.Popen(
        [str(Path(sys.executable).parent / "carrel"), "--home", str(instance.home), "load", "sql-dump",
         str(dump), "--wiki", WIKI], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    assert eventually((instance.home / "lake" / ".staging" / WIKI).exists, 30.0)
    time.sleep(moments.uniform(0.0, 0.2))
    assert instance.server is not None
    kill(instance.server)
    kill(load)
    for client in clients:
        client.join(20)
    left_open = [entry.number for entry in deeds(instance, limit=100_000) if entry.finish is None]
    assert left_open
    assert instance.carrel("doors", ok=False).returncode == 12

    instance.serve()
    after = {entry.number: entry.finish for entry in deeds(instance, limit=100_000)}
    assert {finish.outcome for number in left_open if (finish := after[number])} == {"lost"}
    assert all(after[number] is not None for number in left_open)
    assert [file for file in temporary_files(instance) if not file.startswith(f"lake/.staging/{WIKI}/")] == []  # the load may go on
    assert not list((instance.home / "tmp").glob("duckdb-*/*.tmp"))
    assert instance.carrel("audit", "verify").stdout.startswith("whole")
    assert "BAD" not in instance.carrel("doctor", ok=False).stdout.replace("BAD disk", "")
    (count, mark), = instance.rows("ines", "SELECT count(*), max(cat_subcats) FROM category", WIKI)
    assert (count, mark) in {(ROWS, 0), (400_000, 5)}
    assert len(list((instance.home / "lake").glob("*.db/**/*.parquet"))) == 1

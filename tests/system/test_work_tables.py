"""Tables that people make, through the real client: made, read, described as MariaDB describes them, and nothing of them after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import Instance
from tests.shared import program


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("work") / "home") as made:
        made.setup()
        made.load_sample()
        made.serve("mysql")
        yield made


def out(instance: Instance, sql: str, who: str = "ines") -> str:
    result = instance.mysql(who, sql, "samplewiki")
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode()


def test_a_result_is_kept_with_the_real_client(instance: Instance) -> None:
    answer = out(instance, "SELECT page_namespace, COUNT(*) AS n FROM page GROUP BY page_namespace ORDER BY 1")
    out(instance, "CREATE TABLE staging.kept AS SELECT page_namespace, COUNT(*) AS n FROM page GROUP BY page_namespace")
    assert out(instance, "SELECT * FROM staging.kept ORDER BY 1") == answer
    out(instance, "INSERT INTO staging.kept SELECT 99, 7; INSERT INTO staging.kept VALUES (100, 8)")
    assert out(instance, "SELECT n FROM staging.kept WHERE page_namespace >= 99 ORDER BY n") == "n\n7\n8\n"
    assert "kept" in out(instance, "SHOW TABLES FROM staging")
    other = instance.mysql("pavel", "SELECT * FROM staging.kept")
    assert b"1142" in other.stderr
    assert b"1050" in instance.mysql("ines", "CREATE TABLE staging.kept AS SELECT 1 AS a").stderr
    out(instance, "DROP TABLE staging.kept")
    assert b"1146" in instance.mysql("ines", "SELECT * FROM staging.kept").stderr


def test_a_killed_statement_leaves_nothing(instance: Instance) -> None:
    client = subprocess.Popen(
        [program("mariadb"), f"--defaults-file={instance.cnf('ines')}", "-e",
         "CREATE TABLE staging.half AS SELECT a.page_id AS a, b.page_title AS b, c.page_id AS c FROM samplewiki.page a, samplewiki.page b, samplewiki.page c"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    writing = instance.home / "lake" / ".writing"
    deadline = time.monotonic() + 30
    while not any(map(_written, writing.glob("*/*.parquet"))) and time.monotonic() < deadline and client.poll() is None:
        time.sleep(0.01)
    assert instance.server is not None
    os.kill(instance.server.pid, signal.SIGKILL)
    instance.server.wait()
    client.wait(30)
    assert list(writing.glob("*")), "it was killed in the middle"
    instance.serve("mysql")
    instance.cnf("ines").unlink()  # the port is another one now
    assert b"1146" in instance.mysql("ines", "SELECT * FROM staging.half").stderr
    assert not list(writing.glob("*"))
    found = instance.carrel("audit", "search", "--person", "ines", "--action", "create", "--json").stdout
    assert "staging.half" in found


def _written(file: Path) -> bool:
    return file.stat().st_size > 4

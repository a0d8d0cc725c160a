"""What the heavy parts of the bench work on: the sample wiki with a long `revision` table, in a MariaDB of our own, as a dump, and in an instance."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.frame import seconds
from carrel.app import App
from tests.instance import Instance
from tests.shared import SAMPLE

NEEDED = ("mariadbd", "mariadb-install-db", "mariadb", "mariadb-dump")
COLUMNS = "rev_id, rev_page, rev_timestamp, rev_sha1, rev_parent_id"
SQL = f"SELECT {COLUMNS} FROM revision"
FILL = """SET unique_checks = 0; DELETE FROM revision; ALTER TABLE revision DROP KEY rev_timestamp, DROP KEY rev_page_timestamp, DROP KEY rev_actor_timestamp;
SET @page = (SELECT MIN(page_id) FROM page), @actor = (SELECT MIN(actor_id) FROM actor), @comment = (SELECT MIN(comment_id) FROM comment);
INSERT INTO revision SELECT seq, @page, @comment, @actor, DATE_FORMAT('2010-01-01' + INTERVAL seq MINUTE, '%Y%m%d%H%i%s'), seq % 7 = 0, 0, seq % 90000,
  IF(seq % 11, seq - 1, NULL), CONCAT(MD5(seq), '') FROM seq_1_to_{rows}"""


@dataclass(frozen=True)
class House:
    """Attributes: `root` are the options that reach the MariaDB; `load_s` is what `carrel load sql-dump` took, `dump` its file."""

    folder: Path
    rows: int
    root: list[str]
    maria_pid: int
    maria_version: str
    dump: Path
    instance: Instance
    load_s: float


@contextmanager
def application() -> Iterator[tuple[App, Instance]]:
    """The parts of an instance with the sample wiki, in this process; all rows share the instance."""
    instance = _sample()[1]
    app = App(instance.home)
    try:
        yield app, instance
    finally:
        app.close()


@cache
def _sample() -> tuple[tempfile.TemporaryDirectory[str], Instance]:
    """The instance, with its folder, which goes when the bench ends."""
    folder = tempfile.TemporaryDirectory(prefix="carrel-bench-")
    instance = Instance(Path(folder.name) / "home")
    instance.setup()
    instance.load(SAMPLE / "samplewiki-all-tables.sql.gz", "samplewiki")
    return folder, instance


def missing() -> list[str]:
    return [name for name in NEEDED if shutil.which(name) is None]


@contextmanager
def house(rows: int) -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="carrel-bench-") as name, _mariadb(Path(name)) as (root, pid), Instance(Path(name) / "home") as instance:
        folder = Path(name)
        sql = gzip.decompress((SAMPLE / "samplewiki-all-tables.sql.gz").read_bytes())
        check(["mariadb", *root, "-e", "CREATE DATABASE bench"])
        check(["mariadb", *root, "bench"], sql)
        check(["mariadb", *root, "bench", "-e", FILL.format(rows=rows)])
        dump = folder / "bench.sql"
        with dump.open("wb") as out:
            subprocess.run(["mariadb-dump", *root, "--opt", "--quick", "bench"], check=True, stdout=out)
        instance.setup()
        load_s = seconds(lambda: instance.load(dump, "bench"))
        version = check(["mariadbd", "--version"]).decode().strip().partition("Ver ")[2]
        yield House(folder, rows, root, pid, version, dump, instance, load_s)


@contextmanager
def serving(home: House, *, pure: bool = False, **environment: str) -> Iterator[int]:
    """The instance's doors are open. Yields the server's pid."""
    home.instance.serve("mysql", "http", environment={"CARREL_PURE": "1" if pure else "0", **environment})
    try:
        assert home.instance.server is not None
        yield home.instance.server.pid
    finally:
        home.instance.stop()


@contextmanager
def _mariadb(folder: Path) -> Iterator[tuple[list[str], int]]:
    """A server of our own below the folder. Yields options that reach it by TCP, and its pid; it is stopped by that."""
    data, local = folder / "mariadb", folder / "mariadb.sock"
    user = ["--user=root"] if os.geteuid() == 0 else []
    check(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", *user])
    port = _free_port()
    options = [f"--datadir={data}", f"--socket={local}", "--bind-address=127.0.0.1", f"--port={port}", "--innodb-buffer-pool-size=1G"]
    server = subprocess.Popen(["mariadbd", "--no-defaults", *options, *user], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    root = ["--no-defaults", "--protocol=TCP", "--host=127.0.0.1", f"--port={port}", "--user=root", "--skip-ssl"]
    try:
        for _ in range(300):
            if subprocess.run(["mariadb", *root, "-e", "SELECT 1"], capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield root, server.pid
    finally:
        server.terminate()
        server.wait(60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def check(command: list[str], given: bytes | None = None) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, input=given).stdout

"""Homes that are not as they should be: taken, closed, damaged, locked, of another version, without room. Each is told in one line, and nothing is
answered without its row in the audit."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pymysql
import pytest

from tests.bad_days import configure, eventually
from tests.instance import Instance
from tests.shared import cannot_run

pytestmark = pytest.mark.system
ASK = "SELECT count(*) FROM page"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Without a server; the tests work on copies of it."""
    instance = Instance(tmp_path_factory.mktemp("homes") / "home")
    instance.setup()
    instance.load_sample()
    instance.cnf("ines")
    return instance


@pytest.fixture
def home(whole: Instance, tmp_path: Path) -> Iterator[Instance]:
    """A copy of the home, of one's own."""
    shutil.copytree(whole.home, tmp_path / "home")
    shutil.copy(whole.cnf("ines"), tmp_path / "home-ines.cnf")
    with Instance(tmp_path / "home") as instance:
        yield instance


def serve_fails(instance: Instance, code: int, text: str, *options: str) -> None:
    """The command ends at once, with one line and its help, and no trace of our code."""
    result = instance.carrel("serve", "--port", "mysql=0", "--port", "http=0", *options, ok=False, timeout=90)
    first, *rest = result.stderr.splitlines()
    assert result.returncode == code, result.stderr
    assert first.startswith("carrel: ")
    assert text in first, result.stderr
    assert all(line.startswith("  try: ") for line in rest), result.stderr
    assert not (instance.home / "doors.json").exists() or instance.server is not None


def test_a_port_in_use(home: Instance) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for door in ("mysql", "http"):
            port = taken.getsockname()[1]
            result = home.carrel("serve", "--port", f"{door}={port}", ok=False, timeout=90)
            assert result.returncode == 10
            assert result.stderr.startswith(f"carrel: port {port} of `127.0.0.1` ")
    home.serve()
    assert home.rows("ines", ASK, "samplewiki")


def test_a_second_server_on_one_home(home: Instance) -> None:
    home.serve()
    serve_fails(home, 10, "a server is running on this home already")
    assert home.rows("ines", ASK, "samplewiki")


def test_a_home_that_is_not_there_or_is_closed(home: Instance) -> None:
    result = Instance(home.home / "nothing").carrel("serve", ok=False)
    assert (result.returncode, result.stderr.splitlines()[0]) == (2, f"carrel: there is no Carrel in `{home.home / 'nothing'}`")
    if os.geteuid() == 0:
        shown = as_nobody(home, "doors")
        assert shown.returncode in {2, 12}
        assert shown.stderr.startswith("carrel: "), shown.stderr
        assert "Traceback" not in shown.stderr


def as_nobody(instance: Instance, *args: str) -> subprocess.CompletedProcess[str]:
    """The command as an account that may not enter the home."""
    code = "import os, sys; from carrel.cli import doors, main; os.setgid(65534); os.setuid(65534); sys.argv = ['carrel', *sys.argv[1:]]; main()"
    command = [sys.executable, "-c", code, "--home", str(instance.home), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def damage_header(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(4096) + path.read_bytes()[4096:])


def damage_all(path: Path) -> None:
    path.write_bytes(random.Random(2).randbytes(200_000))


@pytest.mark.parametrize("damage", [damage_header, damage_all])
def test_a_damaged_state_database(home: Instance, damage: Callable[[Path], None]) -> None:
    damage(home.home / "state.sqlite")
    for name in ("state.sqlite-wal", "state.sqlite-shm"):
        (home.home / name).unlink(missing_ok=True)
    serve_fails(home, 12, "the state database is damaged")
    doctor = home.carrel("doctor", ok=False)
    assert doctor.returncode == 12
    assert "BAD state: the state database is damaged" in doctor.stdout
    assert "Traceback" not in doctor.stderr


def test_a_state_database_of_a_newer_version(home: Instance) -> None:
    with contextlib.closing(sqlite3.connect(home.home / "state.sqlite")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'v9999'")
        database.commit()
    serve_fails(home, 12, "newer")


def test_a_state_database_that_another_process_locks_for_long(home: Instance) -> None:
    """Nothing is answered without its row in the audit; who asks is told, and served when the lock has gone."""
    configure(home, state={"busy_s": 2.0})
    home.serve()
    assert home.rows("ines", ASK, "samplewiki")
    with home.connect("ines", "samplewiki", read_timeout=90) as connection, connection.cursor() as cursor:
        with contextlib.closing(sqlite3.connect(home.home / "state.sqlite", timeout=30, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            with pytest.raises(pymysql.MySQLError) as refused:
                cursor.execute(ASK)
            assert refused.value.args[0] == 1429
            assert "the state database does not answer" in refused.value.args[1]
            assert database.in_transaction
            database.execute("ROLLBACK")
        cursor.execute(ASK)
        assert cursor.fetchall()


def test_a_policy_that_breaks_while_the_server_runs(home: Instance) -> None:
    home.serve()
    answer = home.rows("ines", ASK, "samplewiki")
    policy = home.home / "policy.toml"
    with home.connect("ines") as connection, connection.cursor() as cursor:
        policy.write_text("[groups\nthis is no policy")
        for sql in ("SELECT count(*) FROM samplewiki.page", "SHOW DATABASES", "SELECT 1", "DESCRIBE samplewiki.page"):
            with pytest.raises(pymysql.MySQLError) as refused:
                cursor.execute(sql)
            assert refused.value.args[0] == 1429
            assert "the policy cannot be read, so nothing is answered" in refused.value.args[1]
        check = home.carrel("policy", "check", policy, ok=False)
        assert check.returncode == 2
        policy.unlink()
        cursor.execute("SELECT count(*) FROM samplewiki.page")
        assert list(cursor.fetchall()) == answer


def test_a_start_with_a_broken_policy(home: Instance) -> None:
    (home.home / "policy.toml").write_text("[groups\nthis is no policy")
    serve_fails(home, 12, "the policy cannot be read")


def test_an_audit_that_cannot_be_written(home: Instance) -> None:
    """The files of the server may not grow, as on a full disk: the audit takes no row, so nothing is answered; when there is room again, it goes on."""
    home.serve()
    assert home.rows("ines", ASK, "samplewiki")
    assert home.server is not None
    with home.connect("ines", "samplewiki") as connection, connection.cursor() as cursor:
        before = resource.prlimit(home.server.pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
        for sql in (ASK, "SHOW TABLES", "SELECT 1"):
            with pytest.raises(pymysql.MySQLError) as refused:
                cursor.execute(sql)
            assert refused.value.args[0] == 1429, refused.value
        resource.prlimit(home.server.pid, resource.RLIMIT_FSIZE, before)
        assert eventually(lambda: asks(cursor), 10.0)
    assert home.carrel("audit", "verify").stdout.startswith("whole")


def asks(cursor: pymysql.cursors.Cursor) -> bool:
    try:
        cursor.execute(ASK)
    except pymysql.MySQLError:
        return False
    return bool(cursor.fetchall())


def test_a_disk_that_is_full(whole: Instance, tmp_path: Path) -> None:
    """The home on a small file system of its own, filled while the server runs."""
    small = tmp_path / "small"
    small.mkdir()
    size = sum(file.stat().st_size for file in whole.home.rglob("*") if file.is_file()) // 1024 + 4096
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", small], check=False, capture_output=True).returncode:
        cannot_run("a small file system cannot be mounted")
    try:
        shutil.copytree(whole.home, small / "home")
        shutil.copy(whole.cnf("ines"), small / "home-ines.cnf")
        with Instance(small / "home") as instance:
            instance.serve()
            assert instance.rows("ines", ASK, "samplewiki")
            with instance.connect("ines", "samplewiki") as connection, connection.cursor() as cursor:
                fill(small / "filler")
                assert eventually(lambda: not asks(cursor), 60.0)
                assert not asks(cursor)
                (small / "filler").unlink()
                assert eventually(lambda: asks(cursor), 10.0)
            assert instance.carrel("audit", "verify").stdout.startswith("whole")
    finally:
        subprocess.run(["umount", small], check=True)


def fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_certificate_without_its_key(home: Instance) -> None:
    (home.home / "tls" / "key.pem").write_text("no key at all")
    serve_fails(home, 12, "the certificate or its key cannot be read")
    (home.home / "tls" / "key.pem").unlink()
    home.serve("mysql")
    with home.connect("ines", "samplewiki", ssl_disabled=True) as connection, connection.cursor() as cursor:
        assert asks(cursor)
    doctor = home.carrel("doctor", ok=False).stdout
    assert "BAD certificate" in doctor


def test_where_the_doors_were_is_not_told_of_a_killed_server(home: Instance) -> None:
    home.serve()
    assert home.server is not None
    os.kill(home.server.pid, signal.SIGKILL)
    home.server.wait(10)
    assert (home.home / "doors.json").exists()
    told = home.carrel("doors", "--json", ok=False)
    assert (told.returncode, told.stdout) == (12, "")
    assert "no server is running" in told.stderr
    home.serve()
    assert home.rows("ines", ASK, "samplewiki")


def test_a_server_that_is_told_to_stop_ends_in_time_whatever_runs(home: Instance) -> None:
    home.serve()
    long = "SELECT count(*) FROM page a, page b, page c, page d, page e, page f WHERE a.page_id + b.page_id * c.page_id + d.page_id + e.page_id + f.page_id = 7"

    def ask() -> None:
        with contextlib.suppress(pymysql.MySQLError):
            home.rows("ines", long, "samplewiki")

    asker = threading.Thread(target=ask)
    asker.start()
    assert eventually(lambda: any("page a" in str(row) for row in home.rows("ines", "SHOW FULL PROCESSLIST")))
    assert home.server is not None
    home.server.send_signal(signal.SIGTERM)
    assert home.server.wait(20) == 0
    asker.join(5)
    assert not (home.home / "doors.json").exists()
    assert home.carrel("audit", "verify").stdout.startswith("whole")

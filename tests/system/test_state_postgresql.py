"""The state on PostgreSQL: the same schema, audit and people as on SQLite."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from carrel.access.importing import import_people
from carrel.audit.log import AuditLog
from carrel.identity import credentials
from carrel.identity.local import LocalIdentity
from carrel.identity.people import StoredPeople
from carrel.model.audit import Begin, Finish
from carrel.model.errors import AuthenticationFailed, Unavailable
from carrel.model.people import Origin, Principal
from carrel.state import migrations
from carrel.state.schema import METADATA
from carrel.state.store import State
from tests.shared import program

pytestmark = pytest.mark.system

PEOPLE = "groups:\n  researchers: {gid: 714, members: [ann]}\nusers:\n  ann: {ensure: present, uid: 4001}\n"


def as_user() -> dict[str, int]:
    """PostgreSQL refuses to run as root."""
    return {"user": pwd.getpwnam("postgres").pw_uid, "group": pwd.getpwnam("postgres").pw_gid} if os.geteuid() == 0 else {}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    initdb, postgres = program("initdb"), program("postgres")
    folder = Path(tmp_path_factory.mktemp("pg"))
    owner = as_user()
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    if owner:
        shutil.chown(data, owner["user"], owner["group"])
    subprocess.run([initdb, "-D", data, "-A", "trust", "-U", "carrel", "-E", "UTF8"], check=True, capture_output=True, **owner)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "log").open("w")
    process = subprocess.Popen([postgres, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", ""], stdout=log, stderr=log, **owner)
    url = f"postgresql+psycopg://carrel@127.0.0.1:{port}/postgres"
    try:
        wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def wait(url: str) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    while True:
        state = State(url)
        try:
            with state.read() as connection:
                connection.exec_driver_sql("SELECT 1")
            return
        except Unavailable:
            if datetime.now(UTC) > deadline:
                raise
        finally:
            state.close()


@pytest.fixture
def state(server: str) -> Iterator[State]:
    state = State(server)
    if migrations.current(state) is not None:
        migrations.downgrade(state, "base")
    migrations.upgrade(state)
    yield state
    state.close()


def test_the_migrated_schema_is_the_declared_one_forward_and_back(state: State) -> None:
    with state.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    migrations.downgrade(state, "base")
    assert migrations.current(state) is None
    with pytest.raises(Unavailable, match="missing or empty"):
        migrations.ensure(state)


def test_processes_that_upgrade_at_once_do_not_disturb_each_other(state: State, server: str) -> None:
    migrations.downgrade(state, "base")
    code = "import sys; from carrel.state import migrations; from carrel.state.store import State; migrations.upgrade(State(sys.argv[1]))"
    processes = [subprocess.Popen([sys.executable, "-c", code, server]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert migrations.current(state) == migrations.head()


def test_the_audit_is_gapless_under_many_writers_and_its_destroyed_part_verifies(state: State) -> None:
    logs = [AuditLog(state, "key") for _ in range(3)]
    deed = Begin(principal=Principal(person="ann\0", service="mysql"), door="mysql", address="a", action="query", verdict="allowed", details={"x": "\0"})

    def work(log: AuditLog) -> None:
        for _ in range(10):
            log.finish(log.begin(deed), Finish(outcome="complete"))

    logs[0].begin(deed)
    threads = [threading.Thread(target=work, args=(logs[index % 3],)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result = logs[0].verify()
    assert (result.ok, result.rows) == (True, 121)
    assert len(logs[0].search(person="ann?", limit=1000)) == 61
    assert logs[0].destroy(datetime.now(UTC) + timedelta(seconds=1), Principal(person="root", service="cli")) == 121
    assert logs[0].verify().ok


def test_people_are_imported_and_log_in(state: State, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(PEOPLE)
    now, log, owner = datetime.now(UTC), AuditLog(state), Principal(person="root", service="cli")
    import_people(state, log, owner, file, now=now, longest_days=365)
    assert not any(import_people(state, log, owner, file, now=now, longest_days=365).counts.values())
    issued = credentials.issue(state, "ann", "researchers", by="root", now=now, keep=lambda _: None)
    identity = LocalIdentity(state, log, attempts=3, window_s=60)
    origin = Origin(door="http", address="192.0.2.1")
    principal = identity.verify_secret("ann", issued.secret, origin)
    assert StoredPeople(state).asker(principal, "http", datetime.now(UTC)).groups == {"researchers"}
    for name in ("ann", "nul\0", "lone\udc80"):
        with pytest.raises(AuthenticationFailed):
            identity.verify_secret(name, "wrong", origin)
    assert log.verify().ok

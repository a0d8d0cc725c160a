"""The option file as real clients read it: they log in over TLS as its owner, and refuse a server that is not ours."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pymysql
import pytest

from carrel.access.option_file import Endpoint, OptionFile
from carrel.audit.log import AuditLog
from carrel.doors.mysql.door import MysqlDoor
from carrel.identity import accounts, credentials
from carrel.identity.local import LocalIdentity
from carrel.identity.tls import make_self_signed
from carrel.model.ports import Doors
from carrel.state import migrations
from carrel.state.store import State
from tests.mysql_corpus import strings
from tests.mysql_fakes import FakeGateway, table
from tests.shared import program

pytestmark = pytest.mark.system


@dataclass(frozen=True)
class World:
    state: State
    log: AuditLog
    folder: Path
    port: int

    def option_file(self, certificate: str = "ours.pem", host: str = "127.0.0.1") -> Path:
        """Ann's, for the authority and host given."""
        path = self.folder / f"{certificate}-{host}.cnf"
        endpoint = Endpoint(host=host, port=self.port, certificate=self.folder / certificate)
        file = OptionFile(path, force=True)
        credentials.issue(self.state, "ann", "researchers", by="root", now=datetime.now(UTC), keep=lambda issued: file.write(issued, endpoint))
        return path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = Path(tmp_path_factory.mktemp("cnf"))
    for name in ("ours", "other"):
        make_self_signed(folder / f"{name}.pem", folder / f"{name}.key")
    state = State(f"sqlite:///{folder / 'state.sqlite'}")
    migrations.upgrade(state)
    now = datetime.now(UTC)
    accounts.add_group(state, "researchers", description="", now=now)
    accounts.add_person(state, "ann", realname="", email="", ends=None, now=now)
    ends = now + timedelta(days=1)
    accounts.add_member(state, "researchers", "ann", ends=ends, latest=ends, sponsor="boss", by="root", now=now)
    log = AuditLog(state)
    gateway = FakeGateway()
    gateway.replies["select @@version_comment limit 1"] = table(strings({"@@version_comment": ["Carrel"]}))
    gateway.replies["select 'hello'"] = table(strings({"hello": ["hello"]}))
    identity = LocalIdentity(state, log, attempts=5, window_s=60)
    door = MysqlDoor(Doors(gateway=gateway, browser=None, identity=identity, tls_certificate=folder / "ours.pem", tls_key=folder / "ours.key"))  # type: ignore[arg-type]
    yield World(state, log, folder, door.start("127.0.0.1", 0))
    door.stop(0.2)
    state.close()


def mariadb(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("mariadb"), f"--defaults-file={file}", "-A", "--batch", "-N", "-e", "select 'hello'"], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_mariadb_client_logs_in_over_tls(world: World) -> None:
    result = mariadb(world.option_file())
    assert (result.returncode, result.stdout) == (0, "hello\n"), result.stderr
    login = world.log.search(action="login")[0].begin
    assert login is not None
    assert (login.principal.person, login.details["tls"]) == ("ann", True)
    assert login.principal.credential is not None


def test_pymysql_logs_in_over_tls(world: World) -> None:
    connection = pymysql.connect(read_default_file=str(world.option_file()))
    with connection, connection.cursor() as cursor:
        cursor.execute("select 'hello'")
        assert cursor.fetchall() == (("hello",),)
    login = world.log.search(action="login")[0].begin
    assert login is not None
    assert login.details["tls"] is True


def test_a_server_with_another_certificate_gets_no_login(world: World) -> None:
    before = len(world.log.search())
    file = world.option_file("other.pem")
    assert "certificate" in mariadb(file).stderr
    with pytest.raises(pymysql.err.OperationalError, match="certificate"):
        pymysql.connect(read_default_file=str(file))
    assert len(world.log.search()) == before


def test_a_revoked_credential_is_refused_by_both(world: World) -> None:
    file = world.option_file()
    for item in credentials.credentials(world.state, datetime.now(UTC)):
        if item.alive:
            credentials.revoke(world.state, item.id, by="root", now=datetime.now(UTC))
    assert "ERROR 1045 (28000)" in mariadb(file).stderr
    with pytest.raises(pymysql.err.OperationalError, match="1045"):
        pymysql.connect(read_default_file=str(file))
    assert world.log.search()[0].begin.action == "login_failed"  # type: ignore[union-attr]

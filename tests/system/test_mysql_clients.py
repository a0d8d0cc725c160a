"""One conversation, the same with each real client: log in, wrong password, select, several, denied, masked, cancel, disconnect in the middle."""

from __future__ import annotations

import contextlib
import datetime
import importlib
import os
import pty
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from carrel.doors.mysql.door import MysqlDoor
from carrel.model.errors import AccessRefused, Unsupported
from carrel.model.queries import Notice
from tests.mysql_certificate import make
from tests.mysql_fakes import PASSWORDS, FakeGateway, FakeIdentity, doors, table
from tests.shared import cannot_run, program

pytestmark = pytest.mark.system

USER, PASSWORD = "ann", PASSWORDS["ann"]
ROWS = (
    (1, "Zürich", b"\x00\xff", Decimal("1.50"), datetime.datetime(2018, 3, 1, 1, 2, 3), 0.25, None),
    (2**63, "", b"", Decimal("-0.01"), None, 1e300, "x"),
)
CHATTER = {
    "select @@version_comment limit 1": {"@@version_comment": ["Carrel"]},
    "SELECT @@session.time_zone": {"@@session.time_zone": ["SYSTEM"]},
}


class House:
    """A door over a fake gateway that knows the conversation's statements."""

    def __init__(self, folder: Path, *, fast: bool) -> None:
        self.gateway = FakeGateway()
        self.identity = FakeIdentity(fast=fast)
        kinds = (pa.uint64(), pa.string(), pa.binary(), pa.decimal128(10, 2), pa.timestamp("s"), pa.float64(), pa.string())
        data = pa.table({f"c{number}": pa.array([row[number] for row in ROWS], kind) for number, kind in enumerate(kinds)})
        self.gateway.replies.update({
            "SELECT rows": lambda: table(data),
            "SELECT 1": lambda: table(pa.table({"1": [1]})),
            "SELECT masked": lambda: table(pa.table({"a": pa.array([None], pa.string())}), notices=(Notice(code="column_masked", text="`a` is hidden"),)),
            "SELECT denied": AccessRefused("`enwiki.user` is not open to you", help="ask a data steward"),
            "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t": Unsupported("loading files is not supported"),
            **{text: (lambda columns=columns: table(pa.table(columns))) for text, columns in CHATTER.items()},
        })
        self.door = MysqlDoor(doors(self.gateway, self.identity, *make(folder)))
        self.port = self.door.start("127.0.0.1", 0)

    def all_gone(self) -> bool:
        deadline = time.monotonic() + 10
        while self.gateway.sessions and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.gateway.sessions


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    made = House(tmp_path, fast=getattr(request, "param", True))
    yield made
    made.door.stop(0.2)


def driver(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        cannot_run(f"the Python package of `{name}` is not installed")


def connect_pymysql(port: int, user: str, password: str) -> Any:
    return driver("pymysql").connect(host="127.0.0.1", port=port, user=user, password=password, charset="utf8mb4", client_flag=1 << 16)


def connect_mysqldb(port: int, user: str, password: str) -> Any:
    return driver("MySQLdb").connect(host="127.0.0.1", port=port, user=user, password=password, charset="utf8mb4", client_flag=1 << 16)


def _connector(port: int, user: str, password: str, **options: Any) -> Any:
    return driver("mysql.connector").connect(host="127.0.0.1", port=port, user=user, password=password, use_pure=True, **options)


def connect_connector(port: int, user: str, password: str) -> Any:
    return _connector(port, user, password)


def connect_connector_sha2(port: int, user: str, password: str) -> Any:
    return _connector(port, user, password, auth_plugin="caching_sha2_password")


CLIENTS: dict[str, Callable[[int, str, str], Any]] = {
    "PyMySQL": connect_pymysql, "MySQLdb": connect_mysqldb, "Connector/Python": connect_connector,
    "Connector/Python, caching_sha2_password": connect_connector_sha2,
}
every_client = pytest.mark.parametrize("connect", CLIENTS.values(), ids=list(CLIENTS))


def ask(connection: Any, text: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(text)
        return [tuple(row) for row in cursor.fetchall()]


def number_of(error: BaseException) -> int:
    return int(getattr(error, "errno", None) or error.args[0])


@every_client
def test_select_gives_values_of_their_types(house: House, connect: Callable[..., Any]) -> None:
    with contextlib.closing(connect(house.port, USER, PASSWORD)) as connection:
        got = ask(connection, "SELECT rows")
    assert [tuple(bytes(cell) if isinstance(cell, bytearray) else cell for cell in row) for row in got] == list(ROWS)
    assert house.all_gone()


@every_client
def test_a_wrong_password_is_1045(house: House, connect: Callable[..., Any]) -> None:
    with pytest.raises(Exception, match=r"Access denied for user .ann.@") as failure:
        connect(house.port, USER, "wrong")
    assert number_of(failure.value) == 1045
    assert house.gateway.opened == []


@every_client
def test_denied_is_1142_with_the_way_to_ask_and_the_connection_goes_on(house: House, connect: Callable[..., Any]) -> None:
    with contextlib.closing(connect(house.port, USER, PASSWORD)) as connection:
        with pytest.raises(Exception, match="ask a data steward") as failure:
            ask(connection, "SELECT denied")
        assert number_of(failure.value) == 1142
        assert ask(connection, "SELECT 1") == [(1,)]


@every_client
def test_masked_is_null_with_a_warning(house: House, connect: Callable[..., Any]) -> None:
    with contextlib.closing(connect(house.port, USER, PASSWORD)) as connection:
        assert ask(connection, "SELECT masked") == [(None,)]


@every_client
def test_a_file_is_never_asked_of_the_client(house: House, connect: Callable[..., Any]) -> None:
    with contextlib.closing(connect(house.port, USER, PASSWORD)) as connection:
        with pytest.raises(Exception, match="not supported") as failure:
            ask(connection, "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t")
        assert number_of(failure.value) == 1235


@every_client
def test_another_connection_stops_a_statement(house: House, connect: Callable[..., Any]) -> None:
    with contextlib.closing(connect(house.port, USER, PASSWORD)) as connection, contextlib.closing(connect(house.port, USER, PASSWORD)) as other:
        number = house.gateway.opened[0].id
        failures: list[BaseException] = []
        thread = threading.Thread(target=_collect, args=(failures, connection, "endless"))
        thread.start()
        assert house.gateway.running.wait(10)
        with contextlib.closing(other.cursor()) as cursor:
            cursor.execute(f"KILL QUERY {number}")
        thread.join(10)
        assert [number_of(failure) for failure in failures] == [1317]
        assert ask(connection, "SELECT 1") == [(1,)]


def _collect(failures: list[BaseException], connection: Any, text: str) -> None:
    try:
        ask(connection, text)
    except Exception as failure:  # noqa: BLE001 - each driver has its own
        failures.append(failure)


@pytest.mark.parametrize("house", [False], indirect=True, ids=["full exchange"])
def test_caching_sha2_password_sends_the_secret_over_tls(house: House) -> None:
    with contextlib.closing(connect_connector_sha2(house.port, USER, PASSWORD)) as connection:
        assert ask(connection, "SELECT 1") == [(1,)]
    assert [kind for kind, _, origin in house.identity.seen if origin.tls] == ["secret"]
    with pytest.raises(driver("mysql.connector").Error):
        _connector(house.port, USER, PASSWORD, auth_plugin="caching_sha2_password", ssl_disabled=True)


def test_mysqldb_changes_user_and_reads_the_defaults_file(house: House, tmp_path: Path) -> None:
    file = tmp_path / "my.cnf"
    file.write_text(f'[client]\nhost=127.0.0.1\nport={house.port}\nuser={USER}\npassword="{PASSWORD}"\n')
    with contextlib.closing(driver("MySQLdb").connect(read_default_file=str(file))) as connection:
        assert ask(connection, "SELECT 1") == [(1,)]
        connection.change_user("bob", PASSWORDS["bob"], "log")
        assert (house.gateway.opened[-1].principal.person, house.gateway.opened[-1].database) == ("bob", "log")
        connection.ping()
        assert "Uptime" in str(connection.stat())


def mariadb(port: int, *args: str, password: str = PASSWORD) -> list[str]:
    return [program("mariadb"), "--no-defaults", "-h127.0.0.1", f"-P{port}", f"-u{USER}", f"-p{password}", "--default-character-set=utf8mb4", *args]


def test_the_command_line_client_says_what_it_says_of_mariadb(house: House) -> None:
    wrong = subprocess.run(mariadb(house.port, "-e", "SELECT 1", password="wrong"), capture_output=True, timeout=30, check=False)
    assert wrong.stderr == b"ERROR 1045 (28000): Access denied for user 'ann'@'127.0.0.1' (using password: YES)\n"
    denied = subprocess.run(mariadb(house.port, "-B", "-e", "SELECT 1; SELECT denied; SELECT 1"), capture_output=True, timeout=30, check=False)
    assert denied.stdout == b"1\n1\n"
    assert denied.stderr.endswith(b"ERROR 1142 (42000) at line 1: `enwiki.user` is not open to you\nask a data steward\n")
    load = mariadb(house.port, "--local-infile=1", "-e", "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t")
    file = subprocess.run(load, capture_output=True, timeout=30, check=False)
    assert b"ERROR 1235" in file.stderr


def test_control_c_stops_the_statement(house: House) -> None:
    main, side = pty.openpty()
    client = subprocess.Popen(mariadb(house.port, "-A", "-e", "endless"), stdin=side, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    assert house.gateway.running.wait(20)
    time.sleep(0.2)
    client.send_signal(signal.SIGINT)
    output = client.communicate(timeout=20)[0]
    os.close(main)
    os.close(side)
    assert b"query killed" in output
    assert house.gateway.stopped.is_set()
    assert house.all_gone()


@pytest.mark.parametrize("flood", [False, True], ids=["while it waits", "while rows come"])
def test_a_client_that_is_killed_stops_its_statement(house: House, flood: bool) -> None:
    house.gateway.flood = flood
    client = subprocess.Popen(mariadb(house.port, "--quick", "-A", "-B", "-e", "endless"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert house.gateway.running.wait(20)
    time.sleep(0.3)
    client.kill()
    client.wait(10)
    assert house.gateway.stopped.wait(10)
    assert house.all_gone()


def test_connector_prepares_statements_and_reads_binary_rows(house: House) -> None:
    house.gateway.replies["SELECT rows, ?, ?, ?, ?"] = house.gateway.replies["SELECT rows"]
    with contextlib.closing(connect_connector(house.port, USER, PASSWORD)) as connection, contextlib.closing(connection.cursor(prepared=True)) as cursor:
        cursor.execute("SELECT rows, %s, %s, %s, %s", (1, "it's ?", datetime.datetime(2018, 3, 1, 1, 2, 3), None))
        got = [tuple(bytes(cell) if isinstance(cell, bytearray) else cell for cell in row) for row in cursor.fetchall()]
    assert got == list(ROWS)
    assert house.gateway.opened[0].asked[-1] == ("SELECT rows, ?, ?, ?, ?", (1, "it's ?", datetime.datetime(2018, 3, 1, 1, 2, 3), None))

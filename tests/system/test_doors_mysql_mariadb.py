"""The door's packets and the real client's files against those of a real MariaDB that holds the same tables."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from carrel.doors.mysql.door import MysqlDoor
from carrel.doors.mysql.packets import Capability
from tests import mysql_corpus, mysql_server
from tests.mysql_certificate import make
from tests.mysql_corpus import DATABASE, TABLES
from tests.mysql_fakes import PASSWORDS, FakeGateway, FakeIdentity, doors, table
from tests.mysql_server import MariaDb
from tests.mysql_wire import CAPABILITIES, Wire
from tests.shared import program

pytestmark = pytest.mark.system

NO_INDEX_USED = 0x20  # how MariaDB found the rows; we do not say


@pytest.fixture(scope="module")
def maria() -> Iterator[MariaDb]:
    with MariaDb() as server:
        with server.wire() as wire:
            for statement in mysql_corpus.SCHEMA:
                assert wire.query(statement)[0].error is None, statement
        yield server


@pytest.fixture(scope="module")
def port(maria: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of a door whose gateway answers `SELECT * FROM` each table, and what the client asks by itself."""
    gateway = FakeGateway()
    gateway.databases.add(DATABASE)
    with maria.wire(database=DATABASE) as wire:
        for name in TABLES:
            gateway.replies[f"SELECT * FROM {name}"] = mysql_corpus.answer(wire, name)
            shown = wire.query(f"SHOW COLUMNS FROM {name}")[0]
            cells = [[None if cell is None else cell.decode() for cell in row] for row in shown.cells()]
            data = {column.name: [row[number] for row in cells] for number, column in enumerate(shown.columns)}
            gateway.replies[f"SHOW COLUMNS FROM `{name}`"] = table(mysql_corpus.strings(data))
    gateway.replies["show databases"] = table(mysql_corpus.strings({"Database": [DATABASE]}))
    gateway.replies["show tables"] = table(mysql_corpus.strings({f"Tables_in_{DATABASE}": sorted(TABLES)}))
    gateway.replies["select @@version_comment limit 1"] = table(mysql_corpus.strings({"@@version_comment": ["Carrel"]}))
    gateway.replies["SELECT DATABASE()"] = table(mysql_corpus.strings({"DATABASE()": [DATABASE]}))
    door = MysqlDoor(doors(gateway, FakeIdentity(), *make(tmp_path_factory.mktemp("tls"))))
    yield door.start("127.0.0.1", 0)
    door.stop(0.2)


def ours(port: int, *, collation: int = 45, capabilities: Capability = CAPABILITIES) -> Wire:
    wire = Wire(port, capabilities=capabilities)
    assert wire.login("ann", PASSWORDS["ann"], database=DATABASE, collation=collation)[0] == 0
    return wire


@pytest.mark.parametrize("collation", [45, 8, 33, 63, 224], ids=["utf8mb4", "latin1", "utf8", "binary", "utf8mb4_unicode_ci"])
@pytest.mark.parametrize("name", TABLES)
def test_column_definitions_and_rows_are_mariadbs(maria: MariaDb, port: int, name: str, collation: int) -> None:
    with maria.wire(database=DATABASE, collation=collation) as theirs, ours(port, collation=collation) as mine:
        expected, got = theirs.query(f"SELECT * FROM {name}")[0], mine.query(f"SELECT * FROM {name}")[0]
    assert got.columns == expected.columns
    if collation != 63:  # `binary`: MariaDB sends each text in the column's own character set
        assert got.rows == expected.rows
        assert got.status == expected.status & ~NO_INDEX_USED
        assert got.end[1:3] == expected.end[1:3]


@pytest.mark.parametrize("deprecate_eof", [False, True], ids=["eof", "no eof"])
@pytest.mark.parametrize("name", TABLES)
def test_binary_rows_are_mariadbs(maria: MariaDb, port: int, name: str, deprecate_eof: bool) -> None:
    capabilities = CAPABILITIES | (Capability.DEPRECATE_EOF if deprecate_eof else Capability(0))
    with maria.wire(database=DATABASE, capabilities=capabilities) as theirs, ours(port, capabilities=capabilities) as mine:
        answers = []
        for wire in (theirs, mine):
            number, _, parameters = wire.prepare(f"SELECT * FROM {name}")
            assert parameters == 0
            answers.append([wire.execute(int(number))[0] for _ in range(2)])
    for expected, got in zip(*answers, strict=True):
        assert got.columns == expected.columns
        assert got.rows == expected.rows


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_for_completion_are_mariadbs(maria: MariaDb, port: int, name: str) -> None:
    with maria.wire(database=DATABASE) as theirs, ours(port) as mine:
        expected, got = theirs.fields(name), mine.fields(name)
    assert isinstance(expected, list)
    assert isinstance(got, list)
    assert [vars(field) | {"default": None} for field in got] == [vars(field) | {"default": None} for field in expected]
    if name == "page":
        assert [field.default for field in got][:2] == [field.default for field in expected][:2]


MODES = {
    "batch": ("--batch", "-A"), "with completion": ("--batch", "--auto-rehash"), "quick": ("--batch", "--quick"), "tls": ("--batch", "--ssl"),
    "in clear": ("--batch", "--skip-ssl"), "raw": ("--batch", "--raw"), "no names": ("-N", "-B"), "table": ("--table",), "html": ("--html",),
    "xml": ("--xml",), "vertical": ("--vertical",),
    "column types": ("--column-type-info", "--table"), "latin1": ("--batch", "--default-character-set=latin1"),
}


def client(port: int, user: str, password: str, *args: str) -> subprocess.CompletedProcess[bytes]:
    command = [program("mariadb"), "--no-defaults", "-h127.0.0.1", f"-P{port}", f"-u{user}", f"-p{password}"]
    if not any(arg.startswith("--default-character-set") for arg in args):
        command.append("--default-character-set=utf8mb4")
    return subprocess.run([*command, *args], capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TABLES)
def test_files_written_by_the_client_are_equal_byte_for_byte(maria: MariaDb, port: int, mode: str, name: str) -> None:
    args = (*MODES[mode], DATABASE, "-e", f"SELECT * FROM {name}")
    expected = client(maria.port, mysql_server.USER, mysql_server.PASSWORD, *args)
    got = client(port, "ann", PASSWORDS["ann"], *args)
    assert expected.returncode == 0, expected.stderr
    assert (got.returncode, got.stderr, got.stdout) == (0, b"", expected.stdout)


def test_several_statements_in_one_text_are_equal_too(maria: MariaDb, port: int, tmp_path: Path) -> None:
    args = ("--batch", DATABASE, "-e", "SELECT * FROM page; SELECT * FROM numbers; USE " + DATABASE + "; SELECT * FROM page")
    expected = client(maria.port, mysql_server.USER, mysql_server.PASSWORD, *args)
    assert client(port, "ann", PASSWORDS["ann"], *args).stdout == expected.stdout


@pytest.mark.parametrize("deprecate_eof", [False, True], ids=["eof", "no eof"])
@pytest.mark.parametrize("name", TABLES)
def test_prepare_and_cursors_are_told_as_mariadb_tells_them(maria: MariaDb, port: int, name: str, deprecate_eof: bool) -> None:
    capabilities = CAPABILITIES | (Capability.DEPRECATE_EOF if deprecate_eof else Capability(0))
    with maria.wire(database=DATABASE, capabilities=capabilities) as theirs, ours(port, capabilities=capabilities) as mine:
        told = []
        for wire in (theirs, mine):
            number, columns, parameters = wire.prepare(f"SELECT * FROM {name}")
            opened = wire.open_cursor(int(number))
            parts = [wire.fetch(int(number), 2)]
            while not parts[-1].status & 0x80:
                parts.append(wire.fetch(int(number), 2))
            # MariaDB tells a cursor's columns from its temporary table, which has no keys
            shapes = [(column.name, column.type, column.length, column.charset, column.decimals) for column in opened.columns]
            told.append((columns, parameters, wire.told, shapes, opened.status & 0x40, [row for part in parts for row in part.rows],
                         [part.status & ~NO_INDEX_USED for part in parts]))
    assert told[1][:6] == told[0][:6]
    assert told[1][6][-1] & 0xC0 == 0x80
    assert all(status & 0xC0 == 0x40 for status in told[1][6][:-1])


def test_placeholders_are_told_as_mariadb_tells_them(maria: MariaDb, port: int) -> None:
    with maria.wire(database=DATABASE) as theirs, ours(port) as mine:
        told = []
        for wire in (theirs, mine):
            wire.prepare("SELECT * FROM page WHERE page_id = ? AND page_title LIKE ?")
            told.append(wire.told[:2])
    assert told[1] == told[0]

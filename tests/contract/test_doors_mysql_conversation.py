"""The MySQL door's conversation after the login, packet by packet, over a fake gateway: several results, streams, cancels, hang-ups, limits."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.doors.mysql.connection import Limits
from carrel.doors.mysql.door import MysqlDoor
from carrel.doors.mysql.packets import Capability
from carrel.model.errors import AccessRefused, Conflict
from carrel.model.queries import Done, Notice
from tests.mysql_fakes import PASSWORDS, FakeGateway, FakeIdentity, doors, table
from tests.mysql_house import PASSWORD, House, closed, ended
from tests.mysql_wire import CAPABILITIES, Wire, native_response, parse_error


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.door.stop(0.2)


def test_several_statements_give_several_results(house: House) -> None:
    house.gateway.replies["masked"] = lambda: table(pa.table({"a": [None, "x"]}), notices=(Notice(code="column_masked", text="a is hidden"),))
    with house.ann() as wire:
        first, second, third = wire.query("masked; use log; select 1")
        assert first.cells() == [[None], [b"x"]]
        assert first.end[1:3] == b"\1\0"
        assert (first.status & 8, second.status & 8, third.status & 8) == (8, 8, 0)
        assert house.gateway.opened[0].database == "log"


def test_a_failure_after_a_result_ends_the_result_first(house: House) -> None:
    house.gateway.replies["no"] = AccessRefused("`revision` is not open to you", help="ask a data steward")
    with house.ann() as wire:
        first, second = wire.query("select 1; no; select 1")
        assert first.cells() == [[b"1"]]
        assert second.error == (1142, "42000", "`revision` is not open to you\nask a data steward")
        assert wire.query("select 1")[0].cells() == [[b"1"]]


def test_several_statements_need_the_flag(house: House) -> None:
    with house.ann(capabilities=CAPABILITIES & ~Capability.MULTI_STATEMENTS) as wire:
        assert wire.query("select 1; select 1")[0].error is not None
        assert [text for text, _ in house.gateway.opened[0].asked] == []
        wire.command(b"\x1b\0\0")  # COM_SET_OPTION: on
        assert wire.read()[0] == 0xFE
        assert len(wire.query("select 1; select 1")) == 2


def test_a_text_that_is_not_utf8_is_refused_and_the_connection_goes_on(house: House) -> None:
    with house.ann() as wire:
        assert wire.query(b"select '\xfc'")[0].error == (1300, "HY000", "Invalid utf8mb4 character string: '\\xFC''")
        assert wire.query("select 1")[0].error is None
        wire.query("set names latin1")
        wire.query(b"select '\xfc'")
        assert house.gateway.opened[0].asked[-1][0] == "select '\U0010fefc'"


def test_an_empty_text_is_named(house: House) -> None:
    with house.ann() as wire:
        assert wire.query("")[0].error == (1065, "42000", "Query was empty")


@pytest.mark.parametrize("command", [
    b"\x17\7\0\0\0\0\1\0\0\0", b"\x17", b"\x1a\7\0\0\0", b"\x1c\7\0\0\0\1\0\0\0", b"\x20", b"\xff", b"", b"\x05x", b"\x12", b"\x1d",
    b"\xfa\1\0\0\0\0\0",
])
def test_an_unknown_command_is_refused_and_the_connection_goes_on(house: House, command: bytes) -> None:
    with house.ann() as wire:
        wire.command(command)
        assert wire.read()[0] == 0xFF
        assert wire.query("select 1")[0].error is None


def test_small_commands(house: House) -> None:
    with house.ann() as wire:
        wire.command(b"\x0e")
        assert wire.read()[0] == 0
        wire.command(b"\x09")
        assert wire.read().startswith(b"Uptime: ")
        wire.command(b"\x02enwiki")
        assert wire.read()[0] == 0
        assert house.gateway.opened[0].database == "enwiki"
        wire.command(b"\x02elsewhere")
        assert parse_error(wire.read()) == (1049, "42000", "Unknown database 'elsewhere'")
        wire.command(b"\x1f")
        assert wire.read()[0] == 0
        assert house.gateway.opened[0].closed
        assert house.gateway.opened[1].database == "enwiki"
        assert house.gateway.opened[1].id == wire.number


def test_a_database_that_is_not_known_ends_the_login(house: House) -> None:
    with house.wire() as wire:
        assert parse_error(wire.login("ann", PASSWORD, database="secretwiki")) == (1049, "42000", "Unknown database 'secretwiki'")
        assert closed(wire)


def test_values_are_bound_to_placeholders_and_never_put_into_the_text(house: House) -> None:
    house.gateway.replies["select ? as a, ?"] = lambda: table(pa.table({"a": pa.array(["x", None]), "b": [7, 8]}))
    with house.ann() as wire:
        number, columns, parameters = wire.prepare("select ? as a, ?")
        assert (columns, parameters) == (2, 2)
        text = b"' or 1=1 -- "
        for _ in range(2):
            result = wire.execute(int(number), b"\0\1\xfd\0\3\0" + bytes((len(text),)) + text + b"\x2a\0\0\0")[0]
            assert result.rows == [b"\0\0\1x\7" + bytes(7), b"\0\4\x08" + bytes(7)]
        assert house.gateway.opened[0].asked == [("select ? as a, ?", (text.decode(), 42))] * 2
        wire.command(b"\x19" + int(number).to_bytes(4, "little"))  # COM_STMT_CLOSE has no answer
        assert wire.execute(int(number))[0].error == (1243, "HY000", f"Unknown prepared statement handler ({number}) given to mysqld_stmt_execute")
        assert wire.query("select 1")[0].error is None


def test_a_prepared_text_is_one_statement(house: House) -> None:
    with house.ann() as wire:
        number = int(wire.prepare("select 1; select 1")[0])
        assert wire.execute(number)[0].error is not None
        assert house.gateway.opened[0].asked == []


def change_user(wire: Wire, user: str, password: str) -> bytes:
    response = native_response(password, wire.salt)
    wire.command(b"\x11" + user.encode() + b"\0" + bytes([len(response)]) + response + b"log\0" + b"\x2d\0" + b"mysql_native_password\0")
    return wire.read()


def test_change_user_starts_a_session_of_the_other(house: House) -> None:
    with house.ann() as wire:
        assert change_user(wire, "bob", PASSWORDS["bob"])[0] == 0
        assert house.gateway.opened[0].closed
        assert (house.gateway.opened[1].principal.person, house.gateway.opened[1].database) == ("bob", "log")


def test_change_user_that_fails_leaves_nobody(house: House) -> None:
    with house.ann() as wire:
        assert parse_error(change_user(wire, "bob", "wrong"))[0] == 1045
        assert closed(wire)
        assert house.gateway.sessions == {}


@pytest.mark.parametrize("how", ["kill query {}", "KILL {};", "com"])
def test_a_statement_is_stopped_from_a_second_connection_of_the_same_person(house: House, how: str) -> None:
    with house.ann() as wire, house.ann() as other:
        wire.command(b"\x03endless")
        assert house.gateway.running.wait(5)
        if how == "com":
            other.command(b"\x0c" + wire.number.to_bytes(4, "little"))
            assert other.read()[0] == 0
        else:
            assert other.query(how.format(wire.number))[0].error is None
        assert house.gateway.stopped.wait(5)
        if "query" in how:
            assert wire.result().error == (1317, "70100", "Query execution was interrupted")
            assert wire.query("select 1")[0].error is None
        else:
            assert ended(wire)


def test_nobody_stops_what_is_not_theirs(house: House) -> None:
    with house.ann() as wire, house.wire() as other:
        assert other.login("bob", PASSWORDS["bob"])[0] == 0
        for number in (wire.number, 999999):
            assert other.query(f"kill query {number}")[0].error == (1094, "HY000", f"Unknown thread id: {number}")
        assert wire.query("select 1")[0].error is None


@pytest.mark.parametrize("flood", [False, True], ids=["while it waits", "while rows come"])
def test_a_client_that_vanishes_stops_its_statement(house: House, flood: bool) -> None:
    house.gateway.flood = flood
    wire = house.ann()
    wire.command(b"\x03endless")
    assert house.gateway.running.wait(5)
    wire.socket.close()
    deadline = time.monotonic() + 5
    while house.gateway.sessions and time.monotonic() < deadline:
        time.sleep(0.02)
    assert house.gateway.sessions == {}


def test_a_client_that_reads_nothing_is_let_go_and_holds_nobody_up(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(stall_s=0.5))
    house.gateway.flood = True
    with house.ann() as slow, house.ann() as other:
        slow.command(b"\x03endless")
        assert house.gateway.running.wait(5)
        assert other.query("select 1")[0].cells() == [[b"1"]]
        deadline = time.monotonic() + 8
        while slow.number in house.gateway.sessions and time.monotonic() < deadline:
            time.sleep(0.02)
        assert slow.number not in house.gateway.sessions
        assert other.query("select 1")[0].cells() == [[b"1"]]
    house.door.stop(0.2)


def test_a_stranger_who_says_nothing_is_let_go(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(handshake_s=0.3))
    with house.wire() as wire:
        wire.greet()
        wire.socket.sendall(b"\x20")
        assert closed(wire)
    house.door.stop(0.2)


def test_one_connection_too_many_is_told_so(tmp_path: Path) -> None:
    house = House(tmp_path, connections=1)
    with house.ann(), house.wire() as wire:
        assert parse_error(wire.read()) == (1040, "08004", "Too many connections")
        assert closed(wire)
    house.door.stop(0.2)


def test_packets_of_16_mib_and_more_go_both_ways(house: House) -> None:
    long = "x" * ((1 << 24) - 1 - 4)  # with its 4-byte length exactly the longest chunk, so that an empty one follows
    for value in (long[:-1], long, long + "x", long + long):
        house.gateway.replies["long"] = lambda value=value: table(pa.table({"a": ["s", value, None], "b": [1, 2, 3]}))
        with house.ann() as wire:
            assert wire.query("long")[0].cells() == [[b"s", b"1"], [value.encode(), b"2"], [None, b"3"]]
            answer = wire.query("set @a = '" + value + "'")[0]
            assert answer.error is None
            assert house.gateway.opened[-1].asked[-1][0] == "set @a = '" + value + "'"


def test_a_statement_beyond_the_limit_ends_the_connection(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(packet_bytes=1000))
    with house.ann() as wire:
        assert wire.query("select 1")[0].error is None
        wire.command(b"\x03" + b"x" * 1000)
        assert parse_error(wire.read())[:2] == (1153, "08S01")
        assert closed(wire)
    house.door.stop(0.2)


def test_a_failure_of_ours_tells_no_value(house: House, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Done:
        raise RuntimeError("secret value")

    house.gateway.replies["fail"] = fail
    with house.ann() as wire:
        number, _, text = wire.query("fail")[0].error or (0, "", "")
        assert number == 1105
        assert "secret" not in text + caplog.text
        assert text.split()[-1] in caplog.text
        assert wire.query("select 1")[0].error is None


def test_a_port_in_use_is_a_conflict(house: House) -> None:
    with pytest.raises(Conflict):
        MysqlDoor(doors(FakeGateway(), FakeIdentity())).start("127.0.0.1", house.port)


def test_stopping_ends_running_statements_and_threads(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.ann() as wire:
        wire.command(b"\x03endless")
        assert house.gateway.running.wait(5)
        house.door.stop(0.1)
        assert house.gateway.stopped.is_set()
        assert ended(wire)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mysql")]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", house.port), timeout=1)


@pytest.mark.parametrize("deprecate", [False, True])
def test_both_ways_of_ending_rows(house: House, deprecate: bool) -> None:
    capabilities = CAPABILITIES | (Capability.DEPRECATE_EOF | Capability.SESSION_TRACK if deprecate else Capability(0))
    with house.ann(capabilities=capabilities) as wire:
        assert [result.cells() for result in wire.query("select 1; use log; select 1")] == [[[b"1"]], [], [[b"1"]]]

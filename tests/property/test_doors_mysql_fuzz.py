"""Any bytes at the MySQL door: no crash, no answer before the login but a greeting and a refusal, a clean end, and the server alive for everybody else."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import time
import zlib
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carrel.doors.mysql.connection import Limits
from carrel.doors.mysql.door import MysqlDoor
from carrel.doors.mysql.packets import SERVER_CAPABILITIES, Capability, Command, parse_change_user, parse_login
from carrel.doors.mysql.stream import WireError
from tests.mysql_fakes import PASSWORDS, FakeGateway, FakeIdentity, doors, table
from tests.mysql_wire import CAPABILITIES, Wire

FUZZ = settings(max_examples=int(os.environ.get("CARREL_FUZZ", "150")), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class House:
    def __init__(self) -> None:
        self.gateway = FakeGateway()
        self.gateway.replies["select 1"] = lambda: table(pa.table({"1": [1]}))
        self.door = MysqlDoor(doors(self.gateway, FakeIdentity()), limits=Limits(handshake_s=1.0, idle_s=1.0, stall_s=1.0, packet_bytes=10_000))
        self.port = self.door.start("127.0.0.1", 0)
        self.files = len(os.listdir("/proc/self/fd"))
        self.memory_mb = memory_mb()


def memory_mb() -> int:
    """Resident, now."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    made = House()
    yield made
    made.door.stop(0.2)


@pytest.fixture(autouse=True)
def nothing_internal(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.ERROR)
    yield
    assert "internal error" not in caplog.text


def answers(wire: Wire, data: bytes) -> bytes:
    """All that the server sends until it closes."""
    got = b""
    with contextlib.suppress(OSError):  # the server may have closed already
        wire.socket.sendall(data)
        wire.socket.shutdown(socket.SHUT_WR)
    while True:
        try:
            chunk = wire.socket.recv(65536)
        except ConnectionResetError:
            return got
        if not chunk:
            return got
        got += chunk


def alive(house: House) -> bool:
    with Wire(house.port) as wire:
        return wire.login("ann", PASSWORDS["ann"])[0] == 0 and wire.query("select 1")[0].cells() == [[b"1"]]


def packet(payload: bytes, sequence: int) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes([sequence]) + payload


SEQUENCES = st.lists(st.tuples(st.binary(max_size=80), st.integers(0, 255) | st.none()), max_size=6)


def joined(parts: list[tuple[bytes, int | None]]) -> bytes:
    """Packets; a number that is None is the expected one."""
    return b"".join(packet(body, at + 1 if number is None else number) for at, (body, number) in enumerate(parts))


@FUZZ
@given(st.binary(max_size=300) | SEQUENCES.map(joined))
def test_a_stranger_gets_a_greeting_a_refusal_or_a_switch_and_nothing_else(house: House, data: bytes) -> None:
    with Wire(house.port) as wire:
        wire.greet()
        got = answers(wire, data)
    while got:
        length = int.from_bytes(got[:3], "little")
        assert got[4] in (0xFF, 0xFE) or got[4:6] == b"\1\4"
        got = got[4 + length :]
    assert not [session for session in house.gateway.opened if session.asked]


@FUZZ
@given(st.lists(st.tuples(st.sampled_from([*Command]) | st.integers(0, 255), st.binary(max_size=60)), max_size=8))
def test_any_commands_of_a_person_leave_the_server_alive(house: House, commands: list[tuple[int, bytes]]) -> None:
    with Wire(house.port) as wire:
        assert wire.login("ann", PASSWORDS["ann"])[0] == 0
        answers(wire, b"".join(packet(bytes([code]) + body, 0) for code, body in commands))
    house.gateway.opened.clear()


@FUZZ
@given(st.binary(max_size=300))
def test_raw_bytes_of_a_person_leave_the_server_alive(house: House, data: bytes) -> None:
    with Wire(house.port) as wire:
        assert wire.login("ann", PASSWORDS["ann"])[0] == 0
        answers(wire, data)
    house.gateway.opened.clear()


OF_STATEMENTS = (Command.STMT_EXECUTE, Command.STMT_SEND_LONG_DATA, Command.STMT_FETCH, Command.STMT_RESET)
PREPARED = b"parameters ? ? ?"
"""The fake session answers `parameters` with what was bound; the rest of the text is no statement of its."""


@FUZZ
@given(st.lists(st.tuples(st.sampled_from(OF_STATEMENTS), st.binary(max_size=60)), max_size=8))
def test_any_execution_of_a_statement_that_there_is_leaves_the_server_alive(house: House, commands: list[tuple[int, bytes]]) -> None:
    """The number of the statement is right, so that what follows is read."""
    house.gateway.replies["parameters ? ? ?"] = lambda: table(pa.table({"1": [1]}))
    with Wire(house.port) as wire:
        assert wire.login("ann", PASSWORDS["ann"])[0] == 0
        number = int(wire.prepare(PREPARED.decode())[0]).to_bytes(4, "little")
        answers(wire, b"".join(packet(bytes([code]) + number + body, 0) for code, body in commands))
    house.gateway.opened.clear()


@FUZZ
@given(st.lists(st.tuples(st.binary(max_size=120), st.booleans(), st.integers(0, 300) | st.none(), st.integers(0, 3)), max_size=6))
def test_any_packed_frames_leave_the_server_alive(house: House, frames: list[tuple[bytes, bool, int | None, int]]) -> None:
    """Each frame packed or not, its unpacked length right or not, its number right or not."""
    with Wire(house.port, capabilities=CAPABILITIES | Capability.COMPRESS) as wire:
        assert wire.login("ann", PASSWORDS["ann"])[0] == 0
        data = b""
        for at, (body, packed, size, skew) in enumerate(frames):
            sent = zlib.compress(body) if packed else body
            claimed = size if size is not None else len(body) if packed else 0
            data += len(sent).to_bytes(3, "little") + bytes([at + skew // 3]) + claimed.to_bytes(3, "little") + sent
        answers(wire, data)
    house.gateway.opened.clear()


def test_afterwards_everybody_else_is_served_and_nothing_is_left(house: House) -> None:
    assert alive(house)
    deadline = time.monotonic() + 10
    while (house.door._open or len(os.listdir("/proc/self/fd")) > house.files) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not house.door._open
    assert len(os.listdir("/proc/self/fd")) <= house.files
    assert memory_mb() - house.memory_mb < 200


@FUZZ
@given(st.binary(max_size=200), st.integers(0, 2**25 - 1))
def test_login_packets_parse_or_are_refused(payload: bytes, flags: int) -> None:
    for body in (payload, (flags | Capability.PROTOCOL_41).to_bytes(4, "little") + payload):
        try:
            parse_login(body, SERVER_CAPABILITIES)
            parse_change_user(body, Capability(flags))
        except WireError:
            continue

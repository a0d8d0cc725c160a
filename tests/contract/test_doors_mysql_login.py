"""The MySQL door's login, packet by packet, over a fake gateway: nothing is answered before it, and every failure has one answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from carrel.doors.mysql.door import MysqlDoor
from carrel.model.errors import BadInput
from tests.mysql_fakes import FakeGateway, FakeIdentity, doors
from tests.mysql_house import DENIED, PASSWORD, House, closed
from tests.mysql_wire import native_response, parse_error, sha2_response


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.door.stop(0.2)


def test_a_login_gets_the_id_that_the_session_has(house: House) -> None:
    with house.ann() as wire:
        assert wire.number == house.gateway.opened[0].id
        assert wire.query("select 1")[0].cells() == [[b"1"]]


@pytest.mark.parametrize("tls", [False, True], ids=["in clear", "tls"])
@pytest.mark.parametrize(("user", "password"), [("ann", "wrong"), ("nobody", PASSWORD), ("ann", "")], ids=["wrong", "unknown", "empty"])
def test_a_failed_login_says_one_thing_and_ends(house: House, tls: bool, user: str, password: str) -> None:
    with house.wire() as wire:
        answer = wire.login(user, password, tls=tls)
        said = "YES" if password else "NO"
        assert parse_error(answer) == (1045, "28000", f"Access denied for user '{user}'@'127.0.0.1' (using password: {said})")
        assert closed(wire)
    assert house.gateway.opened == []
    assert house.identity.seen[-1][2].tls is tls


@pytest.mark.parametrize("command", [b"\x03select 1", b"\x0e", b"\x01", b"\x09", b"\x04t\0", b"\x11ann\0\0\0", b"\x1f"])
def test_a_command_instead_of_a_login_gets_no_answer(house: House, command: bytes) -> None:
    with house.wire() as wire:
        wire.greet()
        wire.write(command)
        answer = wire.read()
        assert answer[0] == 0xFF
        assert closed(wire)
    assert house.gateway.opened == []


def test_commands_behind_a_failed_login_are_not_answered(house: House) -> None:
    with house.wire() as wire:
        wire.greet()
        wire.respond("ann", native_response("wrong", wire.salt))
        wire.socket.sendall(b"\x09\0\0\0\x03select 1")
        assert parse_error(wire.read()) == DENIED
        assert closed(wire)
    assert house.gateway.opened == []


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("tls", [True, False], ids=["tls", "in clear"])
def test_caching_sha2_password_takes_the_secret_only_when_encrypted(tmp_path: Path, fast: bool, tls: bool) -> None:
    house = House(tmp_path, fast=fast)
    with house.wire() as wire:
        wire.greet()
        if tls:
            wire.encrypt()
        wire.respond("ann", sha2_response(PASSWORD, wire.salt), plugin="caching_sha2_password")
        answer = wire.read()
        if fast:
            assert answer == b"\x01\x03"
            assert wire.read()[0] == 0
        elif tls:
            assert answer == b"\x01\x04"
            wire.write(PASSWORD.encode() + b"\0")
            assert wire.read()[0] == 0
        else:
            wire.write(b"\x02")  # asks for an RSA key
            assert parse_error(wire.read()) == DENIED
            assert closed(wire)
    house.door.stop(0.2)


@pytest.mark.parametrize("tls", [True, False], ids=["tls", "in clear"])
def test_a_password_in_clear_is_taken_only_when_encrypted(house: House, tls: bool) -> None:
    with house.wire() as wire:
        wire.greet()
        if tls:
            wire.encrypt()
        wire.respond("ann", PASSWORD.encode() + b"\0", plugin="mysql_clear_password")
        answer = wire.read()
        assert (answer[0] == 0) is tls
        if not tls:
            assert answer.startswith(b"\xfemysql_native_password\0")


@pytest.mark.parametrize("target", ["mysql_native_password", "caching_sha2_password"])
def test_an_unknown_plugin_is_switched(tmp_path: Path, target: str) -> None:
    house = House(tmp_path, plugin=target)
    with house.wire() as wire:
        wire.greet()
        wire.respond("ann", b"x", plugin="client_ed25519")
        switch = wire.read()
        assert switch.startswith(b"\xfe" + target.encode() + b"\0")
        salt = switch[2 + len(target) : -1]
        assert salt != wire.salt
        wire.write((native_response if target.startswith("mysql") else sha2_response)(PASSWORD, salt))
        answer = wire.read()
        assert (answer if answer[0] != 1 else wire.read())[0] == 0
    house.door.stop(0.2)


@pytest.mark.parametrize("tls", [True, False], ids=["tls", "in clear"])
@pytest.mark.parametrize("allowed", [True, False])
def test_nothing_crosses_a_network_in_clear(house: House, monkeypatch: pytest.MonkeyPatch, tls: bool, allowed: bool) -> None:
    """A password would not, but what is asked and answered would."""
    receive = house.door._receive
    monkeypatch.setattr(house.door, "_receive", lambda client, _: receive(client, "192.0.2.7"))
    house.door.allow_clear = allowed
    with house.wire() as wire:
        wire.greet()
        if tls:
            wire.encrypt()
        wire.respond("ann", native_response(PASSWORD, wire.salt), plugin="mysql_native_password")
        answer = wire.read()
        if tls or allowed:
            assert answer[0] == 0
        else:
            assert parse_error(answer)[0] == 3159
            assert closed(wire)
            assert house.identity.seen == []


@pytest.mark.parametrize("allowed", [True, False])
def test_without_a_certificate_no_other_machine_is_served(allowed: bool) -> None:
    door = MysqlDoor(doors(FakeGateway(), FakeIdentity(), None, None), allow_clear=allowed)
    if allowed:
        assert door.start("0.0.0.0", 0)
    else:
        with pytest.raises(BadInput, match="without a certificate"):
            door.start("0.0.0.0", 0)
    door.stop(0.1)


def test_strangers_take_nobodys_place(tmp_path: Path) -> None:
    made = House(tmp_path, connections=2, strangers=2)
    try:
        with made.ann() as first, made.wire() as stranger, made.wire() as other:
            stranger.greet()
            other.greet()
            with made.wire() as third:
                assert parse_error(third.read())[0] == 1040
            other.socket.close()
            deadline = time.monotonic() + 5
            while len(made.door._open) > 2 and time.monotonic() < deadline:
                time.sleep(0.05)
            with made.ann() as second:
                assert second.query("select 1")[0].error is None
                assert first.query("select 1")[0].error is None
    finally:
        made.door.stop(0.2)

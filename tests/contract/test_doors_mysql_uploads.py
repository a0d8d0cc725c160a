"""LOAD DATA LOCAL on the wire: the request, the file's packets, and a conversation that stays in step whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from carrel.doors.mysql.connection import Limits
from carrel.doors.mysql.packets import Capability
from carrel.model.errors import BadInput
from carrel.model.ports import Files
from carrel.model.queries import Done
from tests import mysql_fakes
from tests.mysql_house import House, closed
from tests.mysql_wire import CAPABILITIES, Wire, parse_error

OFFERS = CAPABILITIES | Capability.LOCAL_FILES


class Loading(mysql_fakes.FakeSession):
    """`load NAME` asks for that file and counts its bytes; `refuse NAME` refuses it after its first piece."""

    def ask(self, text: str, parameters: Any = (), *, single: bool = False, files: Files | None = None) -> Iterator[Any]:
        for statement in text.split(";"):
            verb, _, name = statement.strip().partition(" ")
            if verb not in {"load", "refuse"}:
                yield from super().ask(statement, parameters)
            elif files is None:
                raise BadInput("no files")
            else:
                yield self._taken(files(name), verb)

    @staticmethod
    def _taken(file: AbstractContextManager[Iterator[bytes]], verb: str) -> Done:
        size = 0
        with file as pieces:
            for piece in pieces:
                size += len(piece)
                if verb == "refuse":
                    raise BadInput("row 1")
        return Done(affected=size)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(mysql_fakes, "FakeSession", Loading)
    made = House(tmp_path, limits=Limits(stall_s=2.0, packet_bytes=1 << 20))
    yield made
    made.door.stop(0.0)


def send(wire: Wire, *pieces: bytes) -> None:
    for piece in pieces:
        wire.write(piece)
    wire.write(b"")


def test_the_file_that_was_named_is_asked_for_and_taken(house: House) -> None:
    with house.ann(capabilities=OFFERS) as wire:
        wire.command(b"\x03load /tmp/\xc3\xa9.txt")
        assert wire.read() == b"\xfb/tmp/\xc3\xa9.txt"
        send(wire, b"x" * 1000, b"y" * 300)
        assert wire.result().end[0] == 0
        assert wire.query("select 1")[0].error is None


def test_more_than_256_packets_and_a_file_between_other_statements(house: House) -> None:
    with house.ann(capabilities=OFFERS) as wire:
        wire.command(b"\x03select 1; load a; load b; select 1")
        assert wire.result().status & 8, "the answer before a request ends first, and says that more comes"
        for name in (b"a", b"b"):
            assert wire.read() == b"\xfb" + name
            send(wire, *[b"z"] * 600)
            assert wire.result().status & 8
        assert not wire.result().status & 8


def test_after_a_refusal_the_rest_of_the_file_is_passed_over(house: House) -> None:
    with house.ann(capabilities=OFFERS) as wire:
        wire.command(b"\x03refuse a")
        assert wire.read() == b"\xfba"
        send(wire, b"one", b"\x03select 1", b"\x01")
        assert parse_error(wire.read())[0] == 1210
        assert wire.query("select 1")[0].error is None


def test_an_empty_file_is_a_file(house: House) -> None:
    with house.ann(capabilities=OFFERS) as wire:
        wire.command(b"\x03load a")
        wire.read()
        send(wire)
        assert wire.result().error is None


def test_who_does_not_offer_files_is_not_asked(house: House) -> None:
    with house.ann() as wire:
        wire.command(b"\x03load a")
        assert parse_error(wire.read())[0] == 1210


@pytest.mark.parametrize("break_", ["order", "size", "silence", "gone"])
def test_a_file_in_disorder_ends_the_connection_and_no_other(house: House, break_: str) -> None:
    with house.ann(capabilities=OFFERS) as wire:
        wire.command(b"\x03load a")
        wire.read()
        if break_ == "order":
            wire.sequence += 1
            wire.write(b"x")
        elif break_ == "size":
            wire.write(b"x" * ((1 << 20) + 1))
        elif break_ == "gone":
            wire.write(b"x")
            wire.socket.close()
        assert break_ == "gone" or closed(wire)
    with house.ann() as other:
        assert other.query("select 1")[0].error is None

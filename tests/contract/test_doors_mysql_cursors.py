"""The MySQL door's prepared statements told in parts: columns at PREPARE, cursors, what closes them, and frames that are packed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.doors.mysql.connection import Limits
from carrel.doors.mysql.packets import Capability
from carrel.doors.mysql.squeezing import HEADER, Squeezed, length
from carrel.doors.mysql.stream import WireError
from carrel.model.errors import AccessRefused
from tests.mysql_fakes import FakeRows, table
from tests.mysql_house import House
from tests.mysql_wire import CAPABILITIES, Wire

CURSOR_EXISTS, LAST_ROW_SENT = 0x40, 0x80


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, limits=Limits(stall_s=1.0))
    made.gateway.replies["select n"] = lambda: table(pa.table({"n": pa.array(range(5), pa.int64())}))
    yield made
    made.door.stop(0.2)


def numbers(rows: list[bytes]) -> list[int]:
    return [int.from_bytes(row[2:], "little") for row in rows]


@pytest.mark.parametrize("more", [Capability(0), Capability.DEPRECATE_EOF])
def test_a_cursor_gives_its_rows_in_parts(house: House, more: Capability) -> None:
    with house.ann(capabilities=CAPABILITIES | more) as wire:
        number = int(wire.prepare("select n")[0])
        opened = wire.open_cursor(number)
        assert ([column.name for column in opened.columns], opened.status & (CURSOR_EXISTS | LAST_ROW_SENT)) == (["n"], CURSOR_EXISTS)
        parts = [wire.fetch(number, 2), wire.fetch(number, 2), wire.fetch(number, 2)]
        assert [numbers(part.rows) for part in parts] == [[0, 1], [2, 3], [4]]
        assert [part.status & (CURSOR_EXISTS | LAST_ROW_SENT) for part in parts] == [CURSOR_EXISTS, CURSOR_EXISTS, LAST_ROW_SENT]
        assert wire.fetch(number, 2).error == (1421, "HY000", f"The statement ({number}) has no open cursor.")


def test_an_open_cursor_lets_other_statements_run(house: House) -> None:
    with house.ann() as wire:
        number = int(wire.prepare("select n")[0])
        wire.open_cursor(number)
        assert numbers(wire.fetch(number, 1).rows) == [0]
        assert wire.query("select 1")[0].cells() == [[b"1"]]
        assert numbers(wire.fetch(number, 9).rows) == [1, 2, 3, 4]


@pytest.mark.parametrize("end", ["reset", "close", "again", "reset connection", "wait"])
def test_a_cursor_is_closed_with_its_statement_and_when_nobody_fetches(house: House, end: str) -> None:
    held: list[FakeRows] = []
    house.gateway.replies["select n"] = lambda: held.append(table(pa.table({"n": [1, 2]}))) or held[-1]  # type: ignore[func-returns-value]
    with house.ann() as wire:
        number = int(wire.prepare("select n")[0])
        wire.open_cursor(number)
        handle = number.to_bytes(4, "little")
        if end == "wait":
            wire.socket.settimeout(1.6)
            with pytest.raises(TimeoutError):
                wire.read()
            wire.socket.settimeout(20)
        elif end == "again":
            wire.execute(number)
        elif end == "close":
            wire.command(b"\x19" + handle)
            assert wire.query("select 1")[0].error is None
        else:
            wire.command(b"\x1a" + handle if end == "reset" else b"\x1f")
            assert wire.read()[0] == 0
        assert held[1].closed
        assert wire.fetch(number, 1).error is not None


def test_prepare_is_refused_as_an_answer_is(house: House) -> None:
    house.gateway.replies["select hidden"] = AccessRefused("`hidden` is not open to you")
    with house.ann() as wire:
        assert wire.prepare("select hidden") == (1142, "42000", "`hidden` is not open to you")
        assert wire.query("select 1")[0].error is None


class SqueezedWire(Wire):
    """Speaks in packed frames after the login."""

    def __init__(self, port: int) -> None:
        super().__init__(port, capabilities=CAPABILITIES | Capability.COMPRESS)
        self.frames: Squeezed | None = None

    def receive(self, length_: int) -> bytes:
        if self.frames is None:
            return super().receive(length_)
        while len(self.frames.held) < length_:
            header = super().receive(HEADER)
            self.frames.take(header, super().receive(length(header)))
        return self.frames.give(length_)

    def command(self, payload: bytes) -> None:
        self.sequence = 1
        self.frames = self.frames or Squeezed()
        self.frames.sequence = 0
        self.socket.sendall(self.frames.wrap(memoryview(len(payload).to_bytes(3, "little") + b"\0" + payload)))


def test_packed_frames_carry_the_same_conversation(house: House) -> None:
    house.gateway.replies["select long"] = lambda: table(pa.table({"a": ["x" * 3_000_000] * 3}))
    with SqueezedWire(house.port) as wire:
        assert wire.login("ann", "open sesame")[0] == 0
        assert wire.query("select 1")[0].cells() == [[b"1"]]
        assert wire.query("select long")[0].cells() == [[b"x" * 3_000_000]] * 3
        assert wire.query("select 1")[0].cells() == [[b"1"]]


ELEVEN = zlib.compress(b"x" * 11)


@pytest.mark.parametrize(("size", "data"), [(10, b"not packed"), (10, ELEVEN), (12, ELEVEN), (11, ELEVEN[:-1])])
def test_a_frame_that_is_not_what_it_says_is_refused(size: int, data: bytes) -> None:
    with pytest.raises(WireError):
        Squeezed().take(len(data).to_bytes(3, "little") + b"\0" + size.to_bytes(3, "little"), data)

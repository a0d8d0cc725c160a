"""A MySQL door over a fake gateway, for tests of its conversation."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from carrel.doors.mysql.connection import Limits
from carrel.doors.mysql.door import MysqlDoor
from tests.mysql_certificate import make
from tests.mysql_fakes import PASSWORDS, FakeGateway, FakeIdentity, doors, table
from tests.mysql_wire import Wire

PASSWORD = PASSWORDS["ann"]
DENIED = (1045, "28000", "Access denied for user 'ann'@'127.0.0.1' (using password: YES)")


class House:
    """A door with what stands behind it."""

    def __init__(
        self, folder: Path, *, limits: Limits | None = None, connections: int = 250, strangers: int = 50, fast: bool = True,
        plugin: str = "mysql_native_password",
    ) -> None:
        self.gateway = FakeGateway()
        self.identity = FakeIdentity(fast=fast)
        self.gateway.replies["select 1"] = lambda: table(pa.table({"1": [1]}))
        self.door = MysqlDoor(doors(self.gateway, self.identity, *make(folder)), limits=limits, connections=connections, strangers=strangers, plugin=plugin)
        self.port = self.door.start("127.0.0.1", 0)

    def wire(self, **options: object) -> Wire:
        return Wire(self.port, **options)  # type: ignore[arg-type]

    def ann(self, **options: object) -> Wire:
        wire = self.wire(**options)
        assert wire.login("ann", PASSWORD)[0] == 0
        return wire


def closed(wire: Wire) -> bool:
    try:
        wire.socket.settimeout(5)
        return wire.socket.recv(1) == b""
    except ConnectionError:
        return True


def ended(wire: Wire) -> bool:
    try:
        while True:
            wire.read()
    except ConnectionError:
        return True

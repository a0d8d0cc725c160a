"""The door for MySQL clients: the client/server protocol as MariaDB 10.11 speaks it."""

from __future__ import annotations

from typing import Final

from carrel.model.capabilities import DoorCapabilities

NAME: Final = "mysql"
CAPABILITIES: Final = DoorCapabilities(dialect="mysql", several_statements=True, cancel=True, parameters=True, tls=True)

"""The HTTP door: a JSON API under `/api/v1` and pages for the browser."""

from __future__ import annotations

from typing import Final

from carrel.model.capabilities import DoorCapabilities

NAME: Final = "http"
CAPABILITIES: Final = DoorCapabilities(dialect="mysql", several_statements=False, cancel=True, parameters=False, tls=True)

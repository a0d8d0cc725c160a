"""Begin and finish rows as JSON and back."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, fields
from typing import Any, Final

from carrel.model.audit import Begin, Finish
from carrel.model.people import Principal

_LISTS: Final = frozenset(field.name for field in fields(Begin) if str(field.type).startswith("tuple"))


def encode(deed: Begin | Finish) -> str:
    """Canonical JSON: sorted keys, no spaces, with a nonce of 128 bits.

    Raises:
        TypeError: `details` holds something that JSON cannot hold.
    """
    kind = "begin" if isinstance(deed, Begin) else "finish"
    body: dict[str, Any] = {kind: _plain(deed), "nonce": secrets.token_hex(16)}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False)


def decode(body: str) -> Begin | Finish:
    """What `encode` was given. Raises ValueError, KeyError or TypeError for text that it did not write."""
    value = json.loads(body)
    if "finish" in value:
        return Finish(**value["finish"])
    begin: dict[str, Any] = {name: tuple(part) if name in _LISTS else part for name, part in value["begin"].items()}
    begin["principal"] = Principal(**begin["principal"])
    return Begin(**begin)


def mentions(table: str) -> str:
    """How a body holds the name of a table: a JSON string of its own."""
    return json.dumps(table)


def ends_with(outcome: str) -> str:
    """How a finish row's body holds its outcome."""
    return f'"outcome":{json.dumps(outcome)}'


def index_text(name: str) -> str:
    """A name as the look-up column holds it: at most 80 characters, and none that a database's text type refuses."""
    return name.encode("utf-8", "replace").decode().replace("\0", "?")[:80]


def _plain(deed: Begin | Finish) -> dict[str, Any]:
    if isinstance(deed, Finish):
        return asdict(deed)
    # asdict would copy `details` deep and fail on read-only mappings.
    plain = {field.name: getattr(deed, field.name) for field in fields(deed)}
    return {**plain, "principal": asdict(deed.principal), "reach": {table: dict(part) for table, part in deed.reach.items()}, "details": dict(deed.details)}

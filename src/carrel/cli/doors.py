"""`carrel doors`: where the doors of the running server are."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import click

from carrel.cli._context import Context, json_option, show
from carrel.model.errors import Unavailable
from carrel.settings import load

DOORS_FILE = "doors.json"
LOCK_FILE = "serve.lock"


@click.command()
@json_option
@click.pass_obj
def doors(context: Context, as_json: bool) -> None:
    """Say where each open door is."""
    where = read_doors(context.home)
    if where is None:
        load(context.home)
        raise Unavailable("no server is running on this home", help="carrel serve")
    show(where, "\n".join(f"{name}\t{entry['host']}:{entry['port']}" for name, entry in where.items()), as_json)


def read_doors(home: Path) -> dict[str, dict[str, Any]] | None:
    """Where the doors of the running server are: `{"mysql": {"host": "127.0.0.1", "port": 3307}}`; None when none runs."""
    if not (home / DOORS_FILE).is_file() or not _is_locked(home / LOCK_FILE):
        return None
    found: dict[str, dict[str, Any]] = json.loads((home / DOORS_FILE).read_text())
    return found


def _is_locked(path: Path) -> bool:
    if not path.is_file():
        return False
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False

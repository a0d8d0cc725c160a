"""Where sorts and joins spill: a folder of each engine's own, gone with the engine. What a killed process left is removed by the next one that starts."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

PREFIX = "duckdb"


def make(directory: Path) -> Path:
    """A new folder below `directory` that names its process."""
    directory.mkdir(parents=True, exist_ok=True)
    sweep(directory)
    own = directory / f"{PREFIX}-{os.getpid()}-{secrets.token_hex(4)}"
    own.mkdir(mode=0o700)
    return own


def sweep(directory: Path) -> None:
    """Deletes the folders of processes that are gone."""
    for folder in directory.glob(f"{PREFIX}-*-*"):
        process = folder.name.split("-")[1]
        if process.isdigit() and not _alive(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

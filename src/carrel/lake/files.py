"""Where the lake's files lie, and how they get to disk for good.

    <lake>/<database>.db/<table>/<version>/part-00000.parquet   a snapshot; visible when the state says so
    <lake>/.staging/<database>/                                 what a load has made so far
    <lake>/.locks/<database>                                    held by the process that loads
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import duckdb

from carrel.model.errors import BadInput, Internal, Unavailable
from carrel.model.names import TableName

PART: Final = "part-00000.parquet"
_NAME: Final = re.compile(r"[A-Za-z0-9_$-]{1,64}")
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_TEXTS: Final = ("No space left", "File too large", "Disk quota", "max_temp_directory_size", "failed to offload")
"""How DuckDB says that a disk is full: it keeps the system's sentence and drops its number."""


def table_folder(lake: Path, table: TableName) -> Path:
    """The folder of all snapshots of a table.

    Raises:
        BadInput: its name cannot be a folder's.
    """
    for name in (table.database, table.table):
        if not _NAME.fullmatch(name):
            raise BadInput(f"a name that the lake does not take: `{name}`", help="letters, digits, `_`, `$` and `-`, at most 64")
    return lake / f"{table.database}.db" / table.table


@lru_cache(maxsize=4096)
def snapshot_folder(lake: Path, table: TableName, version: str) -> Path:
    """Where a snapshot's files lie. Raises BadInput as `table_folder` does."""
    return table_folder(lake, table) / version


def new_version() -> str:
    """A name for snapshots that nothing else has; in the order of time (UTC) when sorted."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def sync_file(path: Path) -> None:
    """Returns when the bytes of a file or the entries of a folder are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(source: Path, target: Path) -> None:
    """Moves a finished folder to its place, with its bytes and names on disk when it returns. `target` must not be there."""
    for file in source.iterdir():
        sync_file(file)
    sync_file(source)
    for folder in (target.parent.parent, target.parent):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            sync_file(folder.parent)
    source.rename(target)
    sync_file(target.parent)


def remove(folder: Path) -> None:
    """Deletes a folder and what is in it; nothing happens where there is none."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def disk_errors(where: Path, what: str = "the tables") -> Iterator[None]:
    """Turns what the system and DuckDB say into our errors.

    Args:
        what: was being written, for the message.

    Raises:
        Unavailable: the disk is full, a limit on files is reached, or it cannot be written.
        Internal: DuckDB refuses what we told it.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full(where) from None
        raise Unavailable(f"the lake cannot be written: {(error.strerror or type(error).__name__).lower()}", help=f"see the disk of `{where}`") from error
    except duckdb.Error as error:
        if any(text in str(error) for text in _FULL_TEXTS):
            raise _full(where) from None
        # DuckDB's text may quote values: only the kind of its error is passed on.
        raise Internal(f"{what} could not be computed and written: {type(error).__name__}") from None


def _full(where: Path) -> Unavailable:
    return Unavailable("the disk is full: nothing of this load is kept", help=f"make room under `{where}` and load again")

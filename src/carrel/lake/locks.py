"""Locks between processes, held by an open file and let go by the kernel when their holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carrel.model.errors import Conflict, SnapshotReplaced


@contextmanager
def database_lock(lake: Path, database: str) -> Iterator[None]:
    """Held by the one process that changes a database's tables.

    Raises:
        Conflict: another one holds it; at once.
    """
    folder = lake / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / database, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"another load of `{database}` is running", help="wait until it has ended, then load again") from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def lease(file: Path) -> Iterator[None]:
    """Held by each reader of a snapshot, together with any number of others.

    Raises:
        SnapshotReplaced: the snapshot is gone.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        raise _gone() from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        # Whoever deletes holds the lock alone meanwhile: a reader that had to wait for it finds a file without a name.
        if os.fstat(descriptor).st_nlink == 0:
            raise _gone()
        yield
    finally:
        os.close(descriptor)


@contextmanager
def sole_lease(file: Path) -> Iterator[bool]:
    """Whether nobody reads the snapshot; nobody can begin to until the context ends. True also where there is no lease file."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        yield True
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


def _gone() -> SnapshotReplaced:
    return SnapshotReplaced("the table has been replaced while the question was on its way", help="ask again")

"""Published snapshots: opened by readers, retired when a newer one is published, deleted when their last reader has ended."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from carrel.lake.files import remove, sync_file
from carrel.lake.locks import lease, sole_lease
from carrel.model.errors import Unavailable

# Names that begin with a full stop or an underscore are no data to Hive, Spark and Trino.
LEASE: Final = ".lease"
_RETIRED: Final = ".retired"


def prepare(folder: Path) -> None:
    """Makes a new snapshot's folder one that readers can hold."""
    (folder / LEASE).touch()


@contextmanager
def opened(folder: Path) -> Iterator[Sequence[Path]]:
    """The files of a snapshot. Raises SnapshotReplaced when a newer one has taken its place, Unavailable when they are not there."""
    try:
        with lease(folder / LEASE):
            files = [folder / name for name in sorted(os.listdir(folder)) if name.endswith(".parquet")]
            if not files:
                raise Unavailable(f"the files of `{folder.parent.parent.stem}.{folder.parent.name}` are gone", help="load the wiki again")
            yield files
    finally:
        if os.path.exists(f"{folder}/{_RETIRED}"):
            _delete(folder)


def retire(folder: Path) -> None:
    """Deletes a snapshot that a newer one has replaced: now, or when its last reader has ended."""
    try:
        (folder / _RETIRED).touch()
    except FileNotFoundError:
        # A reader that ended has deleted it: it was retired before.
        return
    _delete(folder)


def _delete(folder: Path) -> None:
    with sole_lease(folder / LEASE) as alone:
        if alone:
            # The lease goes first: from then on nobody can begin to read what is about to go.
            (folder / LEASE).unlink(missing_ok=True)
            remove(folder)
            if folder.parent.is_dir():
                sync_file(folder.parent)

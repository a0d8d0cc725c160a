"""A file on its way to disk: `NAME.part` beside its place until it is right, with what is needed to go on with it in `NAME.part.json`.

One process at a time works on it (flock). What is on disk is hashed again when the work goes on, so that nothing is believed of what an interrupted
process has left.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from carrel.io.dumps.index import DIGESTS, DumpFile
from carrel.model.errors import BadInput, Conflict

SUFFIX: Final = ".part"
NOTES: Final = ".part.json"
_BLOCK: Final = 1 << 20
_MODE: Final = 0o644


class Hashes:
    """The digests of what it has been fed with, for each kind that is asked for."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._wanted = {kind: digest for kind, digest in kinds.items() if kind in DIGESTS}
        self._hashes = {kind: hashlib.new(kind, usedforsecurity=False) for kind in self._wanted}

    def update(self, data: bytes) -> None:
        for one in self._hashes.values():
            one.update(data)

    def wrong(self) -> list[str]:
        """The kinds whose digest is not the one that is wanted."""
        return [kind for kind, one in self._hashes.items() if one.hexdigest() != self._wanted[kind]]


def read_into(hashes: Hashes, file: int, limit: int | None = None, told: Callable[[int], None] = lambda _: None) -> int:
    """Hashes an open file from its beginning, at most `limit` bytes; gives the number of bytes. `told` gets each further number of bytes."""
    position = 0
    while limit is None or position < limit:
        data = os.pread(file, _BLOCK if limit is None else min(_BLOCK, limit - position), position)
        if not data:
            break
        hashes.update(data)
        position += len(data)
        told(len(data))
    return position


class Part:
    """`with Part(target, file) as part`: what has been fetched of `file` so far, if it still is that file; else nothing.

    Attributes:
        size: bytes that have been fetched.
        validators: per site, what it said by which it will know whether its file is still the same (ETag or Last-Modified).

    Raises:
        Conflict: another process fetches the same file.
    """

    def __init__(self, target: Path, file: DumpFile) -> None:
        self.size = 0
        self.validators: dict[str, str] = {}
        self._target = target
        self._path = target.with_name(target.name + SUFFIX)
        self._notes = target.with_name(target.name + NOTES)
        self._file = file
        self._fd = -1
        self._finished = False
        self._hashes = Hashes(file.sums)

    def __enter__(self) -> Self:
        self._fd = self._locked()
        try:
            self.validators = self._noted()
            self.size = read_into(self._hashes, self._fd, self._file.size)
            os.ftruncate(self._fd, self.size)
        except BaseException:
            os.close(self._fd)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self.size and not self._finished:
            self._path.unlink(missing_ok=True)
            self._notes.unlink(missing_ok=True)
        os.close(self._fd)

    def _locked(self) -> int:
        """The open, locked file; opened anew where another process has moved it away in the meantime."""
        while True:
            try:
                fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
            except OSError as error:
                raise BadInput(f"cannot be written: {(error.strerror or 'failed').lower()}", file=str(self._path)) from None
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(fd)
                raise Conflict(f"another process fetches `{self._target.name}`", help="wait until it is done") from None
            try:
                if os.stat(self._path, follow_symlinks=False).st_ino == os.fstat(fd).st_ino:
                    return fd
            except FileNotFoundError:
                pass
            os.close(fd)

    def _noted(self) -> dict[str, str]:
        """The validators, where the notes are of this very file; else the part is begun anew."""
        try:
            notes = json.loads(self._notes.read_bytes())
            if notes["sums"] == dict(self._file.sums) and notes["size"] == self._file.size:
                return {str(site): str(validator) for site, validator in notes["validators"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            notes = None
        os.ftruncate(self._fd, 0)
        return {}

    def note(self, site: str, validator: str | None) -> None:
        """Remembers what a site said of its file, before bytes of it are written."""
        if validator is None:
            self.validators.pop(site, None)
        else:
            self.validators[site] = validator
        text = json.dumps({"sums": dict(self._file.sums), "size": self._file.size, "validators": self.validators})
        fresh = self._notes.with_name(self._notes.name + "~")
        fresh.write_text(text)
        fresh.replace(self._notes)

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.pwrite(self._fd, rest, self.size + len(data) - len(rest)):]
        self._hashes.update(data)
        self.size += len(data)

    def clear(self) -> None:
        """Throws away what has been fetched."""
        os.ftruncate(self._fd, 0)
        self.size = 0
        self.validators = {}
        self._hashes = Hashes(self._file.sums)

    def wrong(self) -> list[str]:
        """The kinds of checksum that what has been fetched does not have."""
        return self._hashes.wrong()

    def finish(self) -> None:
        """Puts the file in its place, for good."""
        os.fsync(self._fd)
        os.replace(self._path, self._target)
        self._finished = True
        self._notes.unlink(missing_ok=True)
        folder = os.open(self._target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

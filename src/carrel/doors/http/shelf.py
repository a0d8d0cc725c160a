"""Answers that are kept for a while, each in a file without a name: nobody can open it by a path, and it ends with the process whatever happens to it."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from carrel.doors.http.problems import Rejected
from carrel.model.errors import LimitReached, NotAllowed, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

PER_PERSON: Final = 8
"""Answers of one person that are kept at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A whole answer in a file.

    Attributes:
        headers: what an answer that is streamed would have.
        fingerprint: of its statement's standing before it was run.
    """

    file: IO[bytes]
    size: int
    etag: str
    headers: dict[str, str]
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One that is on the shelf. `ends` is by `time.monotonic()`."""

    name: str
    person: str
    sql: str
    database: str | None
    dialect: str
    answered: Answered
    ends: float


class Writing:
    """An answer on its way into its file. Raises LimitReached when it becomes too large."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the shelf closes it
        self._most = most_bytes
        self._ours = True
        self._size = 0
        self._digest = hashlib.sha256()

    def write(self, piece: bytes | memoryview) -> None:
        self._size += len(piece)
        if self._size > self._most:
            raise LimitReached(f"the answer is larger than the {self._most >> 20} MiB that are kept", code="row_limit", help="stream it: POST /api/v1/query")
        self._digest.update(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            raise no_room() from error

    def whole(self, headers: dict[str, str], fingerprint: str) -> Answered:
        try:
            self._file.flush()
        except OSError as error:
            raise no_room() from error
        return Answered(file=self._file, size=self._size, etag=f'"{self._digest.hexdigest()[:32]}"', headers=headers, fingerprint=fingerprint)

    def handed_over(self) -> None:
        """The file is somebody else's to close."""
        self._ours = False

    def close(self) -> None:
        if self._ours:
            self._file.close()


class Shelf:
    """What one door keeps. May be used from any thread.

    Args:
        folder: for the files; None: nothing can be kept.
        keep_s: how long; 0: nothing is kept.
        most_mb: largest answer, in MiB.
        most: answers of all people.
    """

    def __init__(self, folder: Path | None = None, *, keep_s: float = 0, most_mb: int = 1, most: int = 1) -> None:
        self.keep_s = keep_s
        self._folder = folder
        self._most_bytes = most_mb << 20
        self._most = most
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}

    def begin(self, person: str) -> Writing:
        """Raises LimitReached where there is no room, NotAllowed where nothing is kept."""
        if self._folder is None or not self.keep_s:
            raise NotAllowed("answers are not kept here", help="stream it: POST /api/v1/query")
        self.sweep()
        with self._lock:
            self._require_room(person)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            return Writing(self._folder, self._most_bytes)
        except OSError as error:
            raise no_room() from error

    def put(self, person: str, sql: str, database: str | None, dialect: str, answered: Answered) -> Kept:
        """Raises LimitReached where there is no room any more."""
        kept = Kept(
            name=secrets.token_urlsafe(24), person=person, sql=sql, database=database, dialect=dialect, answered=answered, ends=time.monotonic() + self.keep_s,
        )
        with self._lock:
            self._require_room(person)
            self._kept[kept.name] = kept
        return kept

    def _require_room(self, person: str) -> None:
        own = sum(kept.person == person for kept in self._kept.values())
        if own >= PER_PERSON or len(self._kept) >= self._most:
            whose = f"{own} answers of yours are" if own >= PER_PERSON else f"{self._most} answers are"
            raise LimitReached(f"{whose} kept already", code="too_many", help="DELETE one of yours, or wait until it ends")

    def find(self, name: str, person: str) -> Kept:
        """Raises Rejected, the same for one that ended, never was, or is another's."""
        self.sweep()
        with self._lock:
            kept = self._kept.get(name)
        if kept is None or kept.person != person:
            raise no_such()
        return kept

    def part(self, kept: Kept, start: int, size: int) -> bytes:
        """Raises Rejected where it has ended meanwhile."""
        with self._lock:
            if self._kept.get(kept.name) is not kept:
                raise no_such()
            return os.pread(kept.answered.file.fileno(), size, start)

    def drop(self, kept: Kept) -> None:
        with self._lock:
            if self._kept.pop(kept.name, None) is not None:
                kept.answered.file.close()

    def sweep(self, *, everything: bool = False) -> None:
        """Ends what is over."""
        now = time.monotonic()
        with self._lock:
            over = [kept for kept in self._kept.values() if everything or kept.ends <= now]
        for kept in over:
            self.drop(kept)


def no_room() -> Unavailable:
    return Unavailable("there is no room for an answer to be kept", help="stream it: POST /api/v1/query")


def no_such() -> Rejected:
    return Rejected("no such answer is kept", code="unknown_page", help="it ended, or what it was made of has changed: ask again")

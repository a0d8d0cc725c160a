"""What a process holds for its temporary tables: an open file, which the kernel lets go of when the process ends, however it ends."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from carrel.lake.locks import lease, sole_lease
from carrel.model.errors import SnapshotReplaced


class Holder:
    """May be used from any thread. `folder`: of these files, by token."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._held = ExitStack()
        self._token: str | None = None

    def token(self) -> str:
        """This process's own, held from here on."""
        with self._lock:
            while self._token is None:
                token = secrets.token_hex(16)
                self._folder.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self._folder / token, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
                try:
                    self._held.enter_context(lease(self._folder / token))
                except SnapshotReplaced:
                    continue  # tidied away in the moment before it was held
                self._token = token
            return self._token

    def ended(self, token: str) -> AbstractContextManager[bool]:
        """Whether nobody holds it any more."""
        return sole_lease(self._folder / Path(token).name)

    def tidy(self) -> None:
        """Deletes the files that nobody holds."""
        for file in self._files():
            with sole_lease(file) as ended:
                if ended:
                    file.unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("*") if self._folder.is_dir() else iter(())

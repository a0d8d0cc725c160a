"""The policy in force: the home's `policy.toml` if it is there, else the packaged default. A change takes effect on the next statement."""

from __future__ import annotations

import threading
from pathlib import Path

from carrel.model.errors import BadInput, Unavailable
from carrel.policy.load import Policy, default_text, load


class PolicyFile:
    """Reads the policy again when the file has changed.

    Args:
        path: of the home's policy; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | str | None = "unread"
        self._policy: Policy | None = None

    def current(self) -> Policy:
        """The policy of this moment.

        Raises:
            Unavailable: the file cannot be read or is not a policy; until it is mended nothing is answered.
        """
        with self._lock:
            try:
                seen = self._stamp()
                if self._policy is None or seen != self._seen:
                    self._policy = None
                    self._policy = load(default_text() if seen is None else self._path.read_text(encoding="utf-8"))
                    self._seen = seen
            except (OSError, UnicodeDecodeError, BadInput) as error:
                raise Unavailable("the policy cannot be read, so nothing is answered", help="an administrator runs `carrel policy check`") from error
            return self._policy

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            if self._path.is_symlink():  # it leads nowhere now: a policy is meant, and it is not the packaged one
                raise
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

"""`carrel` in a process that kills itself at one of the audit's writes: KILL_AT counts them, KILL_WHEN says `before` or `after` the write is on disk."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "tests.killing_server")


def killing(write: Callable[..., Any], point: int, when: str) -> Callable[..., Any]:
    """The audit's write, and the end of this process at the `point`-th time."""
    count = 0

    def killed(self: object, batch: Sequence[Any]) -> Any:
        nonlocal count
        count += 1
        if count == point and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        written = write(self, batch)
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)
        return written

    return killed


def environment(point: int, when: str) -> dict[str, str]:
    return {"KILL_AT": str(point), "KILL_WHEN": when, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}


if __name__ == "__main__":
    from carrel.audit.log import AuditLog
    from carrel.cli import main

    AuditLog._write = killing(AuditLog._write, int(os.environ["KILL_AT"]), os.environ["KILL_WHEN"])  # type: ignore[method-assign]
    main()

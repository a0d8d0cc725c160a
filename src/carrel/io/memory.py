"""A ceiling on this process's memory, kept by the kernel: a value that would not fit fails in the query that makes it, and the machine stays alive.

DuckDB's own limit counts its buffers, not the texts that an expression is about to make: one `repeat` over a vector of rows may ask for gigabytes at once.
"""

from __future__ import annotations

import resource
import threading
from pathlib import Path
from typing import Final

_EVERY_S: Final = 0.1
_SPARE: Final = 8
"""Threads that may begin before the ceiling is looked at again."""

_STATUS: Final = Path("/proc/self/status")


class Ceiling:
    """Keeps the process below `mb` MiB of private memory beside what it has when the ceiling is put up. Does nothing where the kernel tells no figures.

    The kernel counts what is reserved: of each thread the whole stack, of which little is ever used. So the ceiling rises and sinks with the number of threads.
    """

    def __init__(self, mb: int) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._before = resource.getrlimit(resource.RLIMIT_DATA)
        self._stack = _stack_bytes()
        self._mb = mb
        self._bytes = 0

    def start(self) -> None:
        if not _STATUS.exists():
            return
        reserved, threads = _figures()
        self._bytes = reserved - threads * self._stack + (self._mb << 20)
        self._adjust()
        self._thread = threading.Thread(target=self._follow, name="memory-ceiling", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Takes the ceiling away."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            resource.setrlimit(resource.RLIMIT_DATA, self._before)

    def _follow(self) -> None:
        while not self._stop.wait(_EVERY_S):
            try:
                self._adjust()
            except (MemoryError, OSError):  # the ceiling is reached, and the query that reached it is about to fail
                continue

    def _adjust(self) -> None:
        _, hard = self._before
        soft = self._bytes + (_figures()[1] + _SPARE) * self._stack
        resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _stack_bytes() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return 2 << 20 if soft == resource.RLIM_INFINITY else soft


def _figures() -> tuple[int, int]:
    """Bytes of private memory that are reserved, and the number of threads."""
    found = {line.partition(":")[0]: line for line in _STATUS.read_text().splitlines()}
    return int(found["VmData"].split()[1]) << 10, int(found["Threads"].split()[1])

"""A ceiling on this process's memory, kept by the kernel: a value that would not fit fails in the query that makes it, and the machine stays alive.

DuckDB's own limit counts its buffers, not the texts that an expression is about to make: one `repeat` over a vector of rows may ask for gigabytes at once.
"""

from __future__ import annotations

import ctypes
import resource
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa

EVERY_S: Final = 0.1
"""How often the ceiling is set anew."""

FORGIVEN_S: Final = 5.0
"""After this time, room that is reserved and not touched is taken for what it mostly is: what an allocator keeps of freed memory, or for later."""

_SPARE: Final = 16
"""Threads that may begin before the ceiling is looked at again."""

_STATUS: Final = Path("/proc/self/status")


class Ceiling:
    """Keeps the process below `mb` MiB of private memory beside what it has when the ceiling is put up. Does nothing where the kernel tells no figures.

    The kernel's limit counts what is reserved: the whole stack of each thread, of which little is ever used, and what allocators keep with no page beneath
    it. So the limit follows: it is what may be touched, and over that the stacks, and the least that was reserved and untouched within `FORGIVEN_S`.
    What a query reserves counts from that moment on, what it has given back no longer.
    """

    def __init__(self, mb: int) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._before = resource.getrlimit(resource.RLIMIT_DATA)
        self._stack = _stack_bytes()
        self._mb = mb
        self._touched = 0
        self._untouched: deque[int] = deque(maxlen=max(1, round(FORGIVEN_S / EVERY_S)))

    def start(self) -> None:
        if not _STATUS.exists():
            return
        self._touched = _figures().touched + (self._mb << 20)
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
        while not self._stop.wait(EVERY_S):
            try:
                self._adjust()
            except (MemoryError, OSError):  # the ceiling is reached, and the query that reached it is about to fail
                continue

    def _adjust(self) -> None:
        now = _figures()
        self._untouched.append(now.reserved - now.touched - now.threads * self._stack)
        soft = max(0, self._touched + min(self._untouched) + (now.threads + _SPARE) * self._stack)
        _, hard = self._before
        resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


class _Figures(NamedTuple):
    """Bytes of private memory: reserved, and with a page beneath it, in memory or swapped out; and the number of threads."""

    reserved: int
    touched: int
    threads: int


def _stack_bytes() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return 2 << 20 if soft == resource.RLIM_INFINITY else soft


def _figures() -> _Figures:
    found = {name: value.split() for name, _, value in (line.partition(":") for line in _STATUS.read_text().splitlines())}
    kib = {name: int(found[name][0]) << 10 for name in ("VmData", "RssAnon", "VmSwap") if name in found}
    return _Figures(kib["VmData"], kib.get("RssAnon", 0) + kib.get("VmSwap", 0), int(found["Threads"][0]))


def give_back() -> None:
    """Returns to the system what has been freed, by Arrow and by everything else, where the allocators know how."""
    pa.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError):  # no glibc
        ctypes.CDLL(None).malloc_trim(0)

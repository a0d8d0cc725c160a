"""A ceiling fails what would not fit, and lets the rest go on, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import threading, time
from carrel.io.memory import Ceiling

ceiling = Ceiling(256)
ceiling.start()
waits = [threading.Thread(target=time.sleep, args=(1,)) for _ in range(40)]
for thread in waits:
    thread.start()
    time.sleep(0.02)
kept = bytearray(100 << 20)
try:
    bytearray(300 << 20)
    print("no ceiling")
except MemoryError:
    print("refused")
for thread in waits:
    thread.join()
ceiling.stop()
print(len(bytearray(300 << 20)) >> 20)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel tells no figures")
def test_what_does_not_fit_fails_and_threads_do_not_count() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["refused", "300"], done.stderr


RETURNED = """
import mmap, time
from carrel.io import memory

memory.FORGIVEN_S = 0.5
ceiling = memory.Ceiling(256)
ceiling.start()
kept = []
for _ in range(8):
    room = mmap.mmap(-1, 150 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for place in range(0, len(room), 4096):
        room[place] = 1
    room.madvise(mmap.MADV_DONTNEED)  # as allocators give memory back
    kept.append(room)
    time.sleep(1)
touched = bytearray(b"x") * (150 << 20)
try:
    mmap.mmap(-1, 300 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    print("no ceiling")
except OSError:
    print("refused")
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel tells no figures")
def test_what_was_given_back_does_not_count_and_what_is_touched_or_just_reserved_does() -> None:
    done = subprocess.run([sys.executable, "-c", RETURNED], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["refused"], done.stderr

"""Which process wrote a row, and whether it still lives: open deeds of a dead process are lost."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_process() -> str:
    """`host:pid:start`; the start tells apart two processes that had the same pid."""
    return f"{_host()}:{os.getpid()}:{_start(os.getpid())}"


def is_dead(writer: str) -> bool:
    """Whether the process has ended. Of another host's process nothing is known: it counts as alive, as does a text that names none."""
    host, pid, start = [*writer.rsplit(":", 2), "", ""][:3]
    return host == _host() and pid.isdigit() and _start(int(pid)) != start


def _host() -> str:
    return socket.gethostname()[:40]


def _start(pid: int) -> str:
    """Boot and start time of a running process; empty where none runs under this pid."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    except OSError:
        return ""
    # The name of the program, in parentheses, may itself hold spaces and parentheses. proc_pid_stat(5): field 3 is the state, field 22 the start time.
    fields = stat.rsplit(")", 1)[1].split()
    return "" if fields[0] in "ZX" else f"{boot}.{fields[19]}"

"""What a row of the bench is: our time and a peer's for the same work, in one run on one machine, and their ratio."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

RUNS = 5
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much is measured: the work as a multiple of what a row's text says, and how many times each side does it."""

    scale: float
    runs: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """Attributes:
        row: what is measured.
        ours_s, peer_s: median wall seconds of several runs, taken in turn; None where it was not run. Rows that say so in their note have processor seconds.
        peer: the peer's command line, as run, without folders of this machine.
        version: what the peer says of itself.
        note: how much work, or why it was not run.
        goal: the ratio that we want to stay below; None: none is set.
        unit: of `ours_s` and `peer_s`, where they are no seconds.
    """

    row: str
    ours_s: float | None = None
    peer_s: float | None = None
    peer: str
    version: str = ""
    note: str = ""
    goal: float | None = None
    unit: str = "s"
    runs: list[tuple[float, float]] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """How many times the peer's time we take; below 1 we are faster."""
        return self.ours_s / self.peer_s if self.ours_s and self.peer_s else None

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}


def compare(
    ours: Callable[[], object], peer: Callable[[], object], runs: int = RUNS, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, float, list[tuple[float, float]]]:
    """Median seconds of each and all pairs. Both run once before, unmeasured, and then in turn, so that a busy machine is as busy for both."""
    ours()
    peer()
    pairs = [(seconds(ours, clock), seconds(peer, clock)) for _ in range(runs)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs), pairs


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    before = clock()
    work()
    return clock() - before


def processor_s(pid: int) -> float:
    """User and system seconds of a running process, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def peak_mib(pid: int) -> int:
    """The most memory that a running process has held."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024

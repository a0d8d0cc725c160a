"""What a row of the bench is: our time and a peer's for the same work, in one run on one machine, and their ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

RUNS = 5


@dataclass(frozen=True, kw_only=True)
class Result:
    """Attributes:
        row: what is measured.
        ours_s, peer_s: median wall seconds of `RUNS` runs, taken in turn; None where it was not run.
        peer: the peer's command line, as run, without folders of this machine.
        version: what the peer says of itself.
        note: how much work, or why it was not run.
    """

    row: str
    ours_s: float | None = None
    peer_s: float | None = None
    peer: str
    version: str = ""
    note: str = ""
    runs: list[tuple[float, float]] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """How many times the peer's time we take; below 1 we are faster."""
        return self.ours_s / self.peer_s if self.ours_s and self.peer_s else None

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}


def compare(ours: Callable[[], object], peer: Callable[[], object], runs: int = RUNS) -> tuple[float, float, list[tuple[float, float]]]:
    """Median seconds of each and all pairs. Both run once before, unmeasured, and then in turn, so that a busy machine is as busy for both."""
    ours()
    peer()
    pairs = [(_seconds(ours), _seconds(peer)) for _ in range(runs)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs), pairs


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before

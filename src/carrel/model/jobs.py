"""Jobs that run by the clock: how often, what a kind of job says of itself, and what one attempt is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from carrel.model.people import Principal


class Every(StrEnum):
    """How long a partition is. Partitions begin at midnight, or at the full hour, UTC."""

    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOption:
    """Something that a kind of job is told in the `[options]` of a definition.

    Attributes:
        type: `str`, `bool`, or `list` for a list of texts.
        help: a sentence.
    """

    name: str
    type: type
    required: bool = False
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One attempt at one partition.

    Attributes:
        since, until: the partition, UTC; `until` is not in it.
        attempt: counts from 1, over all times that the partition was run.
        principal: whose deed it is.
        options: as the definition has them, with the partition's values put in.
        say: a line for the log of the attempt. Never a row, a value from the data or a secret.
        check: raises CarrelError when the attempt must end: its time is over, the runner stops, or another process has taken it over. To be called often,
            and before anything becomes visible.
        on_stop: while the context is open, the function is called, from another thread, when `check` would begin to raise.
    """

    job: str
    since: datetime
    until: datetime
    attempt: int
    principal: Principal
    options: Mapping[str, Any]
    say: Callable[[str], None]
    check: Callable[[], None]
    on_stop: Callable[[Callable[[], None]], AbstractContextManager[None]]


class JobKind(Protocol):
    """What a job does: class `Kind` of each module below `carrel.jobs.kinds`, which also holds `OPTIONS`, and whose name is the kind's.

    Runs may be repeated: after a kill, and by hand. A kind sees to it that a second run leaves what one run would have left.
    """

    def run(self, task: Task) -> None:
        """Raises CarrelError; `retry` and the error's class tell whether another attempt may help."""
        ...

"""`sweep`: deletes what killed loads and replaced tables have left in the lake and the kept results that have come to their end; closes lost deeds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from carrel.jobs.kept import delete_due
from carrel.jobs.parts import JobParts
from carrel.model.jobs import JobOption, Task

OPTIONS: Final[tuple[JobOption, ...]] = ()


class Kind:
    """Fills the port `JobKind`."""

    def __init__(self, parts: JobParts) -> None:
        self._parts = parts

    def run(self, task: Task) -> None:
        self._parts.lake().sweep()
        task.check()
        task.say(f"{delete_due(self._parts, task, datetime.now(UTC).date())} kept results deleted")
        task.say(f"{self._parts.audit().recover()} open deeds of ended processes closed")

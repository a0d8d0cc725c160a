"""`retention`: makes the plan of what goes today and does it, as `carrel retention` does; and deletes what killed writers, loads and queries have left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from carrel.engines.duckdb import spill
from carrel.jobs.kept import delete_due, delete_unfinished
from carrel.jobs.parts import JobParts
from carrel.model.errors import Conflict
from carrel.model.jobs import JobOption, Task

OPTIONS: Final[tuple[JobOption, ...]] = ()


class Kind:
    """Fills the port `JobKind`."""

    def __init__(self, parts: JobParts) -> None:
        self._parts = parts

    def run(self, task: Task) -> None:
        parts = self._parts
        parts.lake().sweep()
        parts.work().sweep()
        delete_unfinished(parts.home)
        spill.sweep(parts.home / "tmp")
        task.check()
        files = delete_due(parts, task, datetime.now(UTC).date())
        task.check()
        try:
            told = parts.notifier().run(task.principal)
            task.say(f"{told.entered} warnings of ends; mails to {len(told.handed)} owners" + (f", {len(told.failed)} not taken" if told.failed else ""))
        finally:  # a warning that cannot be given keeps nothing from going
            self._sweep(task, files)

    def _sweep(self, task: Task, files: int) -> None:
        task.check()
        swept = self._parts.sweeper().run(task.principal)
        for one in swept.trimmed:
            task.say(f"{one.going} of {one.rows} rows of {one.table} gone")
        task.say(f"{len(swept.gone)} copies and {files} kept results gone" + (f"; files of {swept.waiting} go with their last reader" if swept.waiting else ""))
        if swept.left:
            raise Conflict(f"{len(swept.left)} tables are being changed, and could not go yet", help="the next attempt takes them")

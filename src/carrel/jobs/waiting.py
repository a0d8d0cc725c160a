"""What a run waits for: its pause, its owner, other jobs and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from carrel.identity.people import StoredPeople
from carrel.jobs import partitions
from carrel.jobs.definition import Job, Need
from carrel.jobs.ledger import Ledger, Pause
from carrel.jobs.owners import owner_of
from carrel.lake.register import Published
from carrel.model.errors import AccessRefused


class Waiting:
    """Looks at the state each time that it is asked.

    Args:
        published: the tables of a database, as the lake gives them.
    """

    def __init__(self, ledger: Ledger, people: StoredPeople, published: Callable[[str], Sequence[Published]]) -> None:
        self._ledger = ledger
        self._people = people
        self._published = published

    def owner(self, job: Job, now: datetime) -> str:
        """Raises AccessRefused, as `owner_of`."""
        return owner_of(self._people, job, now)

    def held_back(self, job: Job, pause: Pause | None, now: datetime) -> str | None:
        """Why no partition of the job is run; None where they may."""
        if pause is not None:
            return f"paused by {pause.by}: {pause.reason}"
        try:
            self.owner(job, now)
        except AccessRefused as error:
            return f"does not run: {error.text}"
        return None

    def reasons(self, job: Job, since: datetime, jobs: Mapping[str, Job]) -> Iterator[str]:
        """What this partition waits for; nothing where it may run."""
        for name in job.after:
            other = jobs.get(name)
            if other is None:
                yield f"there is no job `{name}`"
                continue
            span = partitions.overlapping(other.every, since, since + partitions.STEP[job.every])
            wanted = [one for one in span if one >= other.start]
            if wanted and self._ledger.done(name, wanted) < len(wanted):
                yield f"waits for `{name}`"
        for need in job.needs:
            if not self._is_there(need, since):
                yield f"waits for `{need}`"

    def _is_there(self, need: Need, since: datetime) -> bool:
        found = next((one for one in self._published(need.table.database) if one.table.name == need.table), None)
        if found is None or need.day is None:
            return found is not None
        day = need.day.replace("{day}", f"{since:%Y-%m-%d}")
        known = found.snapshot or (found.loaded.date().isoformat() if found.loaded is not None else "")
        return known >= day

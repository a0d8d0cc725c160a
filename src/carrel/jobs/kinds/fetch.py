"""`fetch`: fetches files of a dump into the mirror, as `carrel dump fetch` does. What is there and right is kept, so a second run fetches what is missing."""

from __future__ import annotations

from typing import Final

from carrel.jobs.fetch import LATEST, Wanted, fetch_on_record
from carrel.jobs.parts import JobParts
from carrel.model.jobs import JobOption, Task

OPTIONS: Final = (
    JobOption(name="wiki", type=str, required=True, help="The wiki, as the site names it."),
    JobOption(name="date", type=str, help="Which dump, as `{yyyymmdd}`; else the latest."),
    JobOption(name="jobs", type=list, help="All files of these jobs of the dump, as `metahistory7zdump`."),
    JobOption(name="files", type=list, help="Files of these names, as `*-page.sql.gz`."),
)


class Kind:
    """Fills the port `JobKind`."""

    def __init__(self, parts: JobParts) -> None:
        self._parts = parts

    def run(self, task: Task) -> None:
        wanted = Wanted(
            wiki=task.options["wiki"], date=task.options.get("date", LATEST), jobs=tuple(task.options.get("jobs", ())),
            globs=tuple(task.options.get("files", ())),
        )
        with self._parts.fetcher() as fetcher:
            done = fetch_on_record(fetcher, wanted, self._parts.audit(), task.principal, door="job", progress=lambda *_: task.check())
        task.say(f"{done.wiki} {done.date}: {len(done.fetched)} fetched, {len(done.kept)} there already, {len(done.failed)} failed")
        for name, error in done.failed.items():
            task.say(f"{name}: {error.text}")
        if done.failed:
            raise next(iter(done.failed.values()))

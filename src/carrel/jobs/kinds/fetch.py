"""`fetch`: fetches files of a dump into the mirror, as `carrel dump fetch` does. What is there and right is kept, so a second run fetches what is missing."""

from __future__ import annotations

from typing import Final

from carrel.jobs.fetch import LATEST, Wanted
from carrel.jobs.parts import JobParts
from carrel.model.audit import Begin, Finish
from carrel.model.errors import CarrelError
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
        number = self._parts.audit().begin(Begin(
            principal=task.principal, door="job", address="local", action="dump_fetch", verdict="allowed", details={"wiki": wanted.wiki, "date": wanted.date},
        ))
        outcome = "failed"
        try:
            self._fetch(task, wanted)
            outcome = "complete"
        except CarrelError as error:
            outcome = error.code
            raise
        finally:
            self._parts.audit().finish(number, Finish(outcome=outcome))

    def _fetch(self, task: Task, wanted: Wanted) -> None:
        with self._parts.fetcher() as fetcher:
            published, files = fetcher.find(wanted)
            done = fetcher.fetch(published, files, lambda *_: task.check())
        task.say(f"{done.wiki} {done.date}: {len(done.fetched)} fetched, {len(done.kept)} there already, {len(done.failed)} failed")
        for name, error in done.failed.items():
            task.say(f"{name}: {error.text}")
        if done.failed:
            raise next(iter(done.failed.values()))

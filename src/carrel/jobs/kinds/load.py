"""`load`: loads the files that a pattern finds into a wiki, as `carrel load` does. The same files loaded again give the same tables."""

from __future__ import annotations

from glob import glob
from pathlib import Path
from typing import Final

from carrel.jobs.load import sources
from carrel.jobs.parts import JobParts
from carrel.model.errors import BadInput, CarrelError
from carrel.model.jobs import JobOption, Task

OPTIONS: Final = (
    JobOption(name="source", type=str, required=True, help="What reads the files: `sql-dump`, `xml-dump`."),
    JobOption(name="wiki", type=str, required=True, help="The wiki's database, as in `enwiki`."),
    JobOption(name="files", type=list, required=True, help="Patterns of files, relative to the home: `mirror/enwiki/{yyyymmdd}/*-page.sql.gz`."),
    JobOption(name="private", type=bool, help="The public may not read this wiki."),
    JobOption(name="replace", type=bool, help="Let tables rebuilt from an export replace the wiki's own."),
)


class Kind:
    """Fills the port `JobKind`."""

    def __init__(self, parts: JobParts) -> None:
        self._parts = parts

    def run(self, task: Task) -> None:
        options = task.options
        if options["source"] not in sources():
            raise BadInput(f"there is no source `{options['source']}`", help=f"one of {', '.join(sources())}")
        files = [file for pattern in options["files"] for file in self._found(pattern)]
        try:
            report = self._parts.loader().load(
                options["source"], files, options["wiki"], principal=task.principal, private=options.get("private", False),
                replace_tables=options.get("replace", False), progress=lambda *_: _check(task), notice=task.say,
            )
        except _Stopped as stopped:
            raise stopped.error from None
        task.say(f"loaded into {report.wiki}: {len(report.tables)} tables, {report.rows} rows from {len(files)} files")

    def _found(self, pattern: str) -> list[Path]:
        found = [Path(name) for name in sorted(glob(str(self._parts.home / pattern)))]
        if not found:
            raise BadInput("no file is of this name", file=pattern, help="it may be still to come; `needs` and `after` make a job wait")
        return found


class _Stopped(KeyboardInterrupt):
    """As Ctrl-C: the next attempt goes on where this one was."""

    def __init__(self, error: CarrelError) -> None:
        super().__init__()
        self.error = error


def _check(task: Task) -> None:
    try:
        task.check()
    except CarrelError as error:
        raise _Stopped(error) from None

"""`query`: asks SQL as the job's owner, through the gateway, decided anew each time. The rows are dropped, or kept in a file below the home's `results/`."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa

from carrel.io.formats import FORMATS, Writer
from carrel.jobs.kept import FOLDER, check_end, name_of, strike
from carrel.jobs.parts import JobParts
from carrel.lake.locks import lease
from carrel.model.copies import Copy
from carrel.model.errors import BadInput, CarrelError, Unavailable
from carrel.model.jobs import JobOption, Task
from carrel.model.people import Origin
from carrel.model.ports import Session
from carrel.model.queries import Done, Rows

OPTIONS: Final = (
    JobOption(name="sql", type=str, required=True, help="The text; with `save`, only one statement of it may have rows."),
    JobOption(name="database", type=str, help="The database that unqualified names belong to."),
    JobOption(name="dialect", type=str, help="`mysql`, which it is where nothing is said, `hive` or `duckdb`."),
    JobOption(name="save", type=str, help="The file below `results/`, `edits-{day}.tsv`; its ending says the form: tsv, csv, json, arrow, parquet."),
)
_DIALECTS: Final = ("mysql", "hive", "duckdb")


class Kind:
    """Fills the port `JobKind`."""

    def __init__(self, parts: JobParts) -> None:
        self._parts = parts

    def run(self, task: Task) -> None:
        options = task.options
        dialect = options.get("dialect", "mysql")
        if dialect not in _DIALECTS:
            raise BadInput(f"`{dialect}` is not a dialect", help=f"one of {', '.join(_DIALECTS)}")
        target = _Target(self._parts.home / FOLDER, options["save"]) if "save" in options else None
        origin = Origin(door="job", address="local")
        session = self._parts.gateway().open(task.principal, origin, dialect=dialect, database=options.get("database"))
        try:
            with task.on_stop(session.cancel), target.open(task, self._parts) if target is not None else nullcontext() as file:
                _ask(session, task, None if target is None or file is None else (target, file))
        finally:
            session.close()


class _Target:
    """The file that rows are kept in: it appears whole, in the place of an older one, or not at all."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.path = folder / name
        form = self.path.suffix.removeprefix(".")
        if form not in FORMATS:
            raise BadInput(f"`{name}` does not end as a form of rows", help=f"one of {', '.join(FORMATS)}")
        if not self.path.resolve().is_relative_to(folder.resolve()):
            raise BadInput(f"`{name}` leads out of `{FOLDER}/`", help="name a file below it")
        self.write: Writer = FORMATS[form]
        self.copy: Copy | None = None

    @contextmanager
    def open(self, task: Task, parts: JobParts) -> Iterator[BinaryIO]:
        fresh = self.path.with_name(f".{self.path.name}.{task.job}.{task.attempt}~")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            with ExitStack() as held:
                with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                    held.enter_context(lease(fresh))
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                task.check()
                fresh.replace(self.path)
            strike(parts.copies(), task, self.name, but=self.copy)
        except CarrelError:
            if self.copy is not None:
                parts.copies().clean(task.principal, self.copy.id)
            raise
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise Unavailable(f"the result cannot be kept: {reason}", help="make room, or see who owns the folder") from None
        finally:
            fresh.unlink(missing_ok=True)


def _ask(session: Session, task: Task, kept: tuple[_Target, BinaryIO] | None) -> None:
    saved = False
    for answer in session.ask(task.options["sql"]):
        for notice in answer.notices:
            task.say(f"note: {notice.text}")
        if isinstance(answer, Done):
            continue
        counted = _Counted(answer, task)
        try:
            if kept is None:
                deque(counted.batches(), maxlen=0)
            elif saved:
                raise BadInput("more than one statement has rows, and they are to be kept in one file", help="make a job of each")
            else:
                kept[0].copy = counted.copy = answer.copied(name_of(kept[0].name))
                check_end(counted.copy, datetime.now(UTC).date())
                kept[0].write(counted, kept[1])
        finally:
            answer.close()
        saved = True
        task.say(f"{counted.count} rows" + (f" in {name_of(kept[0].name)}" if kept is not None else ""))
        if counted.copy is not None:
            task.say(f"kept until {counted.copy.ends}, as the copy {counted.copy.id}")
    if kept is not None and not saved:
        raise BadInput("no statement has rows that could be kept", help="leave `save` out")


class _Counted:
    """The rows, counted as they pass; looks at each batch whether the attempt may go on."""

    def __init__(self, answer: Rows, task: Task) -> None:
        self.columns = answer.columns
        self.notices = answer.notices
        self.check = answer.check
        self.close = answer.close
        self.copied = answer.copied
        self.copy = answer.copy
        self.count = 0
        self._answer = answer
        self._task = task

    def batches(self, *, by_value: bool = False) -> Iterator[pa.RecordBatch]:
        for batch in self._answer.batches(by_value=by_value):
            self._task.check()
            self.count += batch.num_rows
            yield batch

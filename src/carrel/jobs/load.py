"""Loading dumps into a wiki: from a source by way of the lake, with what the catalog knows of secrets and visibility, on record in the audit."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType, ModuleType
from typing import Any, Final

import pyarrow as pa

from carrel.catalog.tagfile import secret_columns, tags, types, unclassified
from carrel.jobs.parallel import Piece, side_by_side
from carrel.jobs.slots import SLOTS, slots_by_role
from carrel.lake import Lake
from carrel.lake.compute import Plan
from carrel.lake.load import Load
from carrel.model.audit import Begin, Finish
from carrel.model.capabilities import SourceCapabilities
from carrel.model.errors import BadInput, CarrelError, Conflict
from carrel.model.people import Principal
from carrel.model.ports import Audit, Source, SourceTable
from carrel.model.tables import Database, DatabaseKind, Table
from carrel.plugins import find

_WIKI: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
RESERVED: Final = frozenset({
    "information_schema", "performance_schema", "mysql", "sys", "log", "wmf", "wmf_raw", "event", "event_sanitized", "staging", "datasets", "flowdb",
    "wikishared", "main", "memory", "temp", "system", "pg_catalog",
})
"""Databases that mean something else, some of them to the engine."""

QUARANTINE: Final = "load_quarantine"
"""The table of what a lenient load has set aside; a row for each page."""

_HEAD: Final = 1 << 16
_DAY: Final = re.compile(r"(?<=-)(\d{8})(?=-)")

Progress = Callable[[Path, int], None]
"""Told how many bytes of a file on disk have been read."""

Notice = Callable[[str], None]
"""Told what a person should know before the load has ended, one sentence at a time."""

Planner = Callable[[Mapping[str, Table]], Sequence[Plan]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a load has done.

    Attributes:
        tables: rows by table.
        recomputed: tables that were there before and whose visibility was computed anew.
        unclassified: tables, and columns as `table.column`, that no tag file knows; they are closed to everybody.
        passed_over: what the files hold and is no table, by kind and name: `view seen`.
        slots: rows of `export_slots` by role, where the load has brought some.
        seconds: of wall time.
    """

    wiki: str
    private: bool
    tables: Mapping[str, int]
    recomputed: tuple[str, ...]
    unclassified: tuple[str, ...]
    passed_over: tuple[str, ...] = ()
    slots: Mapping[str, int] = field(default_factory=dict)
    seconds: float

    @property
    def rows(self) -> int:
        return sum(rows for table, rows in self.tables.items() if table != QUARANTINE)

    @property
    def aside(self) -> int | None:
        """Pages that were set aside; None: the load was not lenient."""
        return self.tables.get(QUARANTINE)


def sources() -> dict[str, ModuleType]:
    """The source plugins by name."""
    return {plugin.NAME: plugin for plugin in find("carrel.sources")}


class Loader:
    """Loads files into wikis, one load at a time per wiki.

    Args:
        planner: the catalog's visibility plans for the tables of one wiki.
    """

    def __init__(self, lake: Lake, audit: Audit, planner: Planner) -> None:
        self._lake = lake
        self._audit = audit
        self._planner = planner

    def load(
        self, source: str, files: Sequence[Path], wiki: str, *, principal: Principal, private: bool = False, replace_tables: bool = False,
        progress: Progress | None = None, notice: Notice | None = None, options: Mapping[str, Any] = MappingProxyType({}),
        snapshot: date | None = None, older: bool = False, workers: int = 1,
    ) -> Report:
        """Loads all tables of `files` into `wiki`, visible at once when all are in; on any error nothing of them is.

        A load that was interrupted is gone on with where the same is loaded again, from files that have not changed.

        Args:
            source: name of a source plugin.
            private: the wiki may not be read by the public. A private wiki stays private when it is loaded again without it.
            replace_tables: tables rebuilt from an export may replace the wiki's own.
            progress, notice: None: nobody is told.
            snapshot: the day on which the wiki was as the files tell; None: as their names say, `enwiki-20261101-page.sql.gz`.
            older: tables of a later day may be replaced.
            workers: how many files are read at once, where none holds a part of a table that another has too.
            options: what the source may be told, by the names of its capabilities' options.

        Raises:
            BadInput: the wiki's name, or a file: with file, position and reason.
            Conflict: another load of this wiki is running, or tables would be replaced that should not be.
            Unavailable: the disk is full, or the state does not answer.
        """
        check_name(wiki)
        _give_memory_back()
        plugin = sources()[source]
        reader: Source = import_module(f"{plugin.__name__}.source")
        begun = time.monotonic()
        only_own = None if replace_tables or plugin.CAPABILITIES.layout == "wiki" else source
        with self._audited(principal, source, files, wiki, private) as done:
            private = private or self._is_private(wiki)
            days = [snapshot.isoformat() if snapshot is not None else day_of(file) for file in files]
            identity = identity_of(source, files, {"private": private, "replace": replace_tables, "days": days, "options": dict(options)})
            interrupted = self._lake.interrupted(wiki)
            with self._lake.load(Database(name=wiki, kind=DatabaseKind.WIKI, private=private), source, identity) as load:
                if interrupted and notice is not None:
                    notice(_told(load, files))
                passed: dict[str, None] = {}
                tables = _tables(reader, options, load, plugin.CAPABILITIES, passed)
                parts = plugin.CAPABILITIES.layout == "rebuilt"
                reading = _Reading(tables, load, wiki, only_own=only_own, parts=parts, days=None if older else days)
                reading.read_all(files, progress, 1 if parts else workers, plugin.CAPABILITIES.beside)
                loaded = load.publish(self._planner, {name: day for name, (_, number) in load.landed.items() if (day := days[number]) is not None})
            report = Report(
                wiki=wiki, private=private, tables=loaded.tables, recomputed=loaded.recomputed, unclassified=_unknown(reading.seen),
                passed_over=tuple(passed), slots=slots_by_role(self._lake, wiki) if SLOTS in loaded.tables else {}, seconds=time.monotonic() - begun,
            )
            done.append(report)
        return report

    def _is_private(self, wiki: str) -> bool:
        return any(database.private for database in self._lake.databases() if database.name == wiki)

    @contextmanager
    def _audited(self, principal: Principal, source: str, files: Sequence[Path], wiki: str, private: bool) -> Iterator[list[Report]]:
        number = self._audit.begin(Begin(
            principal=principal, door=principal.service, address="local", action="load", verdict="allowed", tables=(f"{wiki}.*",),
            details={"source": source, "files": [file.name for file in files], "wiki": wiki, "private": private},
        ))
        done: list[Report] = []
        outcome = "failed"
        try:
            yield done
            outcome = "complete"
        except CarrelError as error:
            outcome = error.code
            raise
        except KeyboardInterrupt:
            outcome = "cancelled"
            raise
        finally:
            self._audit.finish(number, Finish(outcome=outcome, rows=sum(report.rows for report in done)))


class _Reading:
    """The files of one load on their way into the lake.

    Args:
        tables: of the source.
        only_own: a table that was loaded by another source than this is not replaced; None: any is.
        parts: whether several files may hold parts of one table.
        days: of each file; None: a table of a later day may be replaced.
    """

    def __init__(
        self, tables: Callable[..., Iterator[SourceTable]], load: Load, wiki: str, *, only_own: str | None, parts: bool, days: Sequence[str | None] | None,
    ) -> None:
        self._tables = tables
        self._load = load
        self._wiki = wiki
        self._only_own = only_own
        self._parts = parts
        self._days = days

    @property
    def seen(self) -> dict[str, Table]:
        """The tables that came."""
        return {name: table for name, (table, _) in self._load.landed.items()}

    def read_all(self, files: Sequence[Path], progress: Progress | None, workers: int, beside: Sequence[tuple[str, str]] = ()) -> None:
        """Lands what the files hold, from where an interrupted load came to."""
        self._read(files, progress, workers)
        self._empty(beside)

    def _read(self, files: Sequence[Path], progress: Progress | None, workers: int) -> None:
        done = self._load.reached.done if self._load.reached is not None else frozenset()
        left = {number: file for number, file in enumerate(files) if number not in done}
        if workers > 1 and len(left) > 1:
            with side_by_side({number: self._items(number, file, progress) for number, file in left.items()}, workers) as pieces:
                for number, piece in pieces:
                    self._take(number, files[number], piece)
            return
        for number, file in left.items():
            for item in self._items(number, file, progress):
                self._land(number, file, item, item.batches(), item.mark)
            self._load.end_file(number)

    def _empty(self, beside: Sequence[tuple[str, str]]) -> None:
        """Lands tables without rows that an earlier load had rows for and this one has not; see `SourceCapabilities.beside`."""
        landed = self._load.landed
        for name, main in beside:
            there = self._load.before.get(name)
            if main in landed and name not in landed and there is not None:
                self._load.land(there.table, (), frozenset(), file=landed[main][1])

    def _items(self, number: int, file: Path, progress: Progress | None) -> Iterator[SourceTable]:
        mark = self._load.reached.marks.get(number) if self._load.reached is not None else None
        return self._tables(file, self._wiki, _reporter(file, progress), **({} if mark is None else {"resume": mark}))

    def _take(self, number: int, file: Path, piece: Piece | None) -> None:
        """What one of several files side by side has brought; None: it has ended."""
        if piece is None:
            self._load.end_file(number)
        else:
            self._land(number, file, piece.item, () if piece.batch is None else (piece.batch,), lambda: piece.mark)

    def _land(self, number: int, file: Path, item: SourceTable, batches: Iterable[pa.RecordBatch], mark: Callable[[], str | None]) -> None:
        name = item.table.name.table
        if not self._parts and self._load.landed.get(name, (None, number))[1] != number:
            raise BadInput(f"the table `{name}` is in an earlier file of this load too", file=str(file), help="load one of them")
        self._keep_the_wikis_own(name)
        self._keep_the_later(name, number)
        table, secret = _for_the_lake(item.table)
        self._load.land(table, batches, secret, mark, file=number)

    def _keep_the_wikis_own(self, name: str) -> None:
        there = self._load.before.get(name)
        if self._only_own is not None and there is not None and there.source != self._only_own:
            raise Conflict(
                f"the wiki has a table `{name}` of its own, loaded by {there.source}", help="add --replace to put the one rebuilt from the export in its place",
            )


    def _keep_the_later(self, name: str, number: int) -> None:
        there, day = self._load.before.get(name), None if self._days is None else self._days[number]
        if there is not None and there.snapshot is not None and day is not None and day < there.snapshot:
            raise Conflict(
                f"the wiki has `{name}` as of {there.snapshot}, and this is as of {day}: it would show again what has vanished or been hidden since",
                help="add --older to go back all the same",
            )


def _give_memory_back() -> None:
    """Of Arrow's allocators jemalloc returns most of what is no longer used to the system, so that the peak of a load is far lower."""
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())


def _tables(
    reader: Source, options: Mapping[str, Any], load: Load, capabilities: SourceCapabilities, passed: dict[str, None],
) -> Callable[..., Iterator[SourceTable]]:
    """The source's `tables`, for the files of one load; it is told of the numbers that have landed already. What it passes over goes into `passed`."""
    together = getattr(reader, "together", None)
    opened: Any = reader if together is None else together(**options)
    if load.reached is not None:
        for table, column in capabilities.numbers:
            for numbers in load.values(table, column):
                opened.remember(table, numbers)
    return partial(opened.tables, **({"passed_over": passed.setdefault} if capabilities.passes_over else {}))


def day_of(file: Path) -> str | None:
    """The day in the name of a file as Wikimedia names them, `enwiki-20261101-page.sql.gz`, in ISO form; None where there is none."""
    for digits in _DAY.findall(file.name):
        with suppress(ValueError):
            return datetime.strptime(digits, "%Y%m%d").date().isoformat()
    return None


def identity_of(source: str, files: Sequence[Path], options: Mapping[str, Any]) -> dict[str, Any] | None:
    """What tells a load from any other: its source, options and files, and what the tag files say of them. None where a file can be read once only."""
    facts = []
    for file in files:
        try:
            found = file.stat()
            if not S_ISREG(found.st_mode):
                return None
            with file.open("rb") as stream:
                head = sha256(stream.read(_HEAD)).hexdigest()
        except OSError:
            # What is wrong with it, its reader will say.
            return None
        facts.append([str(file.resolve()), found.st_size, found.st_mtime_ns, head])
    kept = {name: [sorted(secret_columns(name)), types(name)] for name in tags()}
    digest = sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
    return {"carrel": version("carrel"), "tags": digest, "source": source, "files": facts, **options}


def _told(load: Load, files: Sequence[Path]) -> str:
    if load.reached is None:
        return "an interrupted load of this wiki is given up, for another one begins: its files, options or what is known of its tables are not the same"
    left = [number for number in range(len(files)) if number not in load.reached.done]
    where = f"file {left[0] + 1} of {len(files)}" if left else "what follows the last file"
    return f"going on with an interrupted load: {load.rows} rows have landed, it goes on in {where}"


def _reporter(file: Path, progress: Progress | None) -> Callable[[int], None]:
    def report(position: int) -> None:
        if progress is not None:
            progress(file, position)

    return report


def check_name(wiki: str) -> None:
    """Raises BadInput for a name that a wiki's database cannot have."""
    if not _WIKI.fullmatch(wiki):
        raise BadInput(f"not a name for a wiki: `{wiki}`", help="letters, digits, `_` and `-`, as in `enwiki`")
    if wiki.lower() in RESERVED:
        raise BadInput(f"`{wiki}` is not a wiki: the name is kept for something else", help="choose the wiki's own name, as in `enwiki`")


def _for_the_lake(table: Table) -> tuple[Table, frozenset[str]]:
    """The table with the types that the tag files ask for, and its secret columns."""
    secret = secret_columns(table.name.table)
    binary = {name for name, kind in types(table.name.table).items() if kind == "BLOB"}
    columns = [
        replace(column, type="BLOB") if column.name.lower() in binary and column.type == "VARCHAR" else column for column in table.columns
    ]
    return replace(table, columns=tuple(columns)), frozenset(column.name for column in columns if column.name.lower() in secret)


def _unknown(tables: Mapping[str, Table]) -> tuple[str, ...]:
    return tuple(table if column is None else f"{table}.{column}" for table, column in unclassified(tables.values()))

"""Fetching dumps into the mirror: which files, whether there is room, several at a time, each in its place when it is right."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final

from carrel.io.dumps.download import download
from carrel.io.dumps.index import DONE, UNSORTED, DumpFile, DumpJob, WikiDump, check_date, check_wiki
from carrel.io.dumps.part import SUFFIX, Hashes, read_into
from carrel.io.dumps.sites import Published, Sites
from carrel.io.dumps.web import SiteFailed
from carrel.model.audit import Begin, Finish
from carrel.model.errors import BadInput, Cancelled, CarrelError, Conflict, Unavailable
from carrel.model.people import Principal
from carrel.model.ports import Audit

LATEST: Final = "latest"
MANIFEST: Final = ".carrel-fetched.json"
"""In the folder of a dump: the files that were asked for, so that what is missing can be named."""

_LAST_WORDS_S: Final = 2.0

Progress = Callable[[str, int, int | None], None]
"""Told the name of a file, how many bytes of it are there, and how many there will be, None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to fetch of one wiki. `date` may be `latest`: the newest dump in which all of it is done. Names of files as globs."""

    wiki: str
    date: str
    jobs: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class FetchReport:
    """What a fetch has done.

    Attributes:
        fetched: files that came; kept: those that were there already, and right.
        failed: files that did not come, with the reason.
        size: bytes of those that are there.
    """

    wiki: str
    date: str
    folder: Path
    fetched: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, CarrelError] = field(default_factory=dict)
    size: int = 0
    seconds: float = 0.0


class Fetcher:
    """Fetches into `mirror`, laid out as a dump site is: `WIKI/DATE/FILE`.

    Args:
        reserve: bytes of the disk that stay free.
    """

    def __init__(self, sites: Sites, mirror: Path, *, reserve: int) -> None:
        self._sites = sites
        self._web = sites.web
        self._mirror = mirror
        self._reserve = reserve
        self._lock = Lock()

    @property
    def sites(self) -> list[str]:
        """The addresses of the sites that are asked, in order."""
        return [site.url for site in self._web.sites]

    def find(self, wanted: Wanted) -> tuple[Published, tuple[DumpFile, ...]]:
        """The dump that is meant, and its files that are wanted.

        Raises:
            BadInput: no such wiki, date, job or file.
            Unavailable: it is there and not done yet, or no site answers.
        """
        check_wiki(wanted.wiki)
        if wanted.date != LATEST:
            check_date(wanted.date)
        if not wanted.jobs and not wanted.globs:
            raise BadInput("neither a job nor a file is named", help=f"carrel dump list {wanted.wiki} --date {wanted.date}")
        try:
            dates = self._sites.dates(wanted.wiki) if wanted.date == LATEST else (wanted.date,)
            return self._newest(wanted, dates)
        except SiteFailed as failure:
            if failure.missing:
                raise BadInput(f"no dump of `{wanted.wiki}` of {wanted.date}", help=f"carrel dump list {wanted.wiki}") from None
            raise

    def _newest(self, wanted: Wanted, dates: Sequence[str]) -> tuple[Published, tuple[DumpFile, ...]]:
        """The first of the dates in which all of it is done. Else the error tells of one where it is on its way, before one where it is not known."""
        problems: list[CarrelError] = []
        for date in dates:
            try:
                published = self._sites.dump(wanted.wiki, date)
                return published, chosen(published.dump, wanted)
            except (_NotDone, _Unknown) as problem:
                problems.append(problem)
            except SiteFailed as failure:
                if not failure.missing or len(dates) == 1:
                    raise
        raise min(problems, key=lambda problem: isinstance(problem, _Unknown), default=BadInput(f"no dump of `{wanted.wiki}`"))

    def fetch(self, published: Published, files: Sequence[DumpFile], progress: Progress = lambda *_: None) -> FetchReport:
        """Fetches `files` of a dump; those that are there and right are kept, those that do not come are in the report. Ctrl-C ends it at once; the next call
        goes on.

        Raises:
            Unavailable: the disk has no room for all of them.
            BadInput: the folder leads out of the mirror.
            OSError: the disk does not take what is written.
        """
        begun = time.monotonic()
        dump = published.dump
        folder = self._folder(dump.wiki, dump.date)
        report = FetchReport(wiki=dump.wiki, date=dump.date, folder=folder)
        self._make_sure_of_room(folder, files)
        _note(folder, published, files)
        work = [lambda file=file: self._one(dump, file, folder, report, progress) for file in files]
        self._in_turns(work)
        report.fetched.sort()
        report.kept.sort()
        report.seconds = time.monotonic() - begun
        return report

    def _in_turns(self, work: Sequence[Callable[[], None]]) -> None:
        """All of it, as many at a time as there may be connections; an error that is not of one file stops the rest."""
        waiting = SimpleQueue[Callable[[], None]]()
        for one in work:
            waiting.put(one)
        errors: list[BaseException] = []
        workers = [Thread(target=self._work, args=(waiting, errors), daemon=True) for _ in range(min(self._web.manners.connections, len(work)))]
        for worker in workers:
            worker.start()
        try:
            for worker in workers:
                worker.join()
        except BaseException:
            # Whoever waits for a site in vain is cut off; a thread that does not even notice that does not keep the process.
            self._web.halt()
            for worker in workers:
                worker.join(_LAST_WORDS_S)
            raise
        if errors:
            raise min(errors, key=lambda error: isinstance(error, Cancelled))

    def _work(self, waiting: SimpleQueue[Callable[[], None]], errors: list[BaseException]) -> None:
        try:
            while not self._web.stop.is_set():
                waiting.get_nowait()()
        except Empty:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            errors.append(error)
            self._web.halt()

    def _one(self, dump: WikiDump, file: DumpFile, folder: Path, report: FetchReport, progress: Progress) -> None:
        target = folder / file.name
        there = is_right(target, file)
        try:
            if not there:
                download(self._web, f"{dump.wiki}/{dump.date}/{file.name}", file, target, lambda size: progress(file.name, size, file.size))
        except Cancelled:
            raise
        except CarrelError as error:
            with self._lock:
                report.failed[file.name] = error
            return
        size = target.stat().st_size
        progress(file.name, size, size)
        with self._lock:
            (report.kept if there else report.fetched).append(file.name)
            report.size += size

    def _folder(self, wiki: str, date: str) -> Path:
        """The dump's folder, made where it is not there; it does not lead out of the mirror by a link."""
        folder = self._mirror / wiki / date
        folder.mkdir(parents=True, exist_ok=True)
        if folder.resolve() != self._mirror.resolve() / wiki / date:
            raise BadInput("leads out of the mirror", file=str(folder), help="put a folder in the place of the link")
        return folder

    def _make_sure_of_room(self, folder: Path, files: Sequence[DumpFile]) -> None:
        missing = sum(max(0, (file.size or 0) - _there(folder / file.name)) for file in files)
        free = shutil.disk_usage(folder).free
        if missing and missing + self._reserve > free:
            raise Unavailable(
                f"the disk has no room: {missing / 1e9:.1f} GB are to come, {free / 1e9:.1f} GB are free",
                help="make room, or fetch to another disk with --to; `dumps.reserve_mb` is how much stays free",
            )


def fetch_on_record(
    fetcher: Fetcher, wanted: Wanted, audit: Audit, principal: Principal, *, door: str, progress: Progress = lambda *_: None,
) -> FetchReport:
    """Finds what is wanted and fetches it, with a row in the audit that is begun when it is known what is to come, before any of it comes.

    Raises:
        CarrelError: as `Fetcher.find` and `Fetcher.fetch` do.
    """
    published, files = fetcher.find(wanted)
    details = {"sites": fetcher.sites, "wiki": published.dump.wiki, "date": published.dump.date, "files": [file.name for file in files]}
    begin = Begin(principal=principal, door=door, address="local", action="dump_fetch", verdict="allowed", details=details)
    with _recorded(audit, begin) as done:
        done.append(fetcher.fetch(published, files, progress))
    return done[0]


@contextmanager
def _recorded(audit: Audit, begin: Begin) -> Iterator[list[FetchReport]]:
    """The deed is finished with what was put into the list."""
    number = audit.begin(begin)
    done: list[FetchReport] = []
    outcome = "failed"
    try:
        yield done
        outcome = next((error.code for report in done for error in report.failed.values()), "complete")
    except CarrelError as error:
        outcome = error.code
        raise
    except KeyboardInterrupt:
        outcome = "cancelled"
        raise
    finally:
        audit.finish(number, Finish(outcome=outcome, bytes=sum(report.size for report in done)))


class _NotDone(Unavailable):
    """What is wanted is there, and not done yet."""


class _Unknown(BadInput):
    """What is wanted is not in the dump."""


def chosen(dump: WikiDump, wanted: Wanted) -> tuple[DumpFile, ...]:
    """The files of a dump that are wanted, in its order.

    Raises:
        BadInput: a job or a glob that fits nothing.
        Unavailable: a job that is not done.
    """
    jobs = {job.name: job for job in dump.jobs}
    found: dict[str, DumpFile] = {}
    for name in wanted.jobs:
        job = jobs.get(name)
        if job is None or (job.status == DONE and not job.files):
            raise _Unknown(f"no job `{name}` in the dump of {dump.wiki} of {dump.date}", help=f"carrel dump list {dump.wiki} --date {dump.date}")
        _make_sure_it_is_done(dump, job)
        found |= {file.name: file for file in job.files}
    for glob in wanted.globs:
        fitting = [(job, file) for job in dump.jobs for file in job.files if fnmatchcase(file.name, glob)]
        if not fitting:
            raise _Unknown(f"no file like `{glob}` in the dump of {dump.wiki} of {dump.date}", help=f"carrel dump list {dump.wiki} --date {dump.date}")
        for job, file in fitting:
            _make_sure_it_is_done(dump, job)
            found[file.name] = file
    return tuple(found.values())


def _make_sure_it_is_done(dump: WikiDump, job: DumpJob) -> None:
    if job.status != DONE and job.name != UNSORTED:
        raise _NotDone(f"the job `{job.name}` of {dump.wiki} {dump.date} is not done: {job.status}", help="try later, or `latest`")


def is_right(path: Path, file: DumpFile, told: Callable[[int], None] = lambda _: None) -> bool:
    """Whether the file is on disk with the size and the checksums that it should have."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        if file.size is not None and os.fstat(fd).st_size != file.size:
            return False
        hashes = Hashes(file.sums)
        read_into(hashes, fd, told=told)
        return not hashes.wrong()
    finally:
        os.close(fd)


def _there(target: Path) -> int:
    """Bytes of a file that are on disk already, in its place or on the way."""
    part = target.with_name(target.name + SUFFIX)
    return max((path.stat().st_size for path in (target, part) if path.exists()), default=0)


def _note(folder: Path, published: Published, files: Sequence[DumpFile]) -> None:
    """Leaves the dump's index beside its files, as on the site, and what was asked for."""
    manifest = folder / MANIFEST
    before: list[str] = []
    if manifest.exists():
        try:
            before = [str(name) for name in json.loads(manifest.read_bytes())["files"]]
        except (ValueError, KeyError, TypeError):
            raise Conflict(f"`{manifest}` is damaged", help="remove it") from None
    names = sorted({*before, *(file.name for file in files)})
    _put(manifest, json.dumps({"files": names}, indent=1).encode() + b"\n")
    for name, data in published.raw.items():
        _put(folder / name, data)


def _put(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}~")
    fresh.write_bytes(data)
    fresh.replace(path)

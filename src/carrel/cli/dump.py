"""`carrel dump`: what a dump site has, fetching it into the mirror, and checking what is there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from carrel.cli._context import Context, json_option, show
from carrel.cli._errors import EXIT_CODES, report
from carrel.identity.owner import owner
from carrel.io.dumps.index import DumpJob, WikiDump
from carrel.io.dumps.sites import Sites
from carrel.io.dumps.web import Manners, SiteFailed, Web
from carrel.jobs.fetch import LATEST, Fetcher, FetchReport, Wanted, fetch_on_record
from carrel.jobs.verify_dumps import RIGHT, Checked
from carrel.jobs.verify_dumps import verify as verify_dumps
from carrel.model.errors import BadInput
from carrel.settings import DumpSettings, Settings, load

site_option = click.option("--site", "sites", multiple=True, metavar="URL", help="Ask this site instead of those in `dumps.sites`; repeatable, in order.")


@click.group()
def dump() -> None:
    """Dumps that wikis publish: which there are, fetching them, checking them."""


@dump.command("list")
@click.argument("wiki", required=False)
@click.option("--date", metavar="DATE", help="Show the jobs of this dump, as `20260101`, or of the `latest`.")
@click.option("--job", metavar="JOB", help="Show the files of this job.")
@site_option
@json_option
@click.pass_obj
def list_(context: Context, wiki: str | None, *, date: str | None, job: str | None, sites: tuple[str, ...], as_json: bool) -> None:
    """List the wikis of a site; the dumps of a WIKI; the jobs of one dump; the files of a job."""
    if wiki is None and (date or job):
        raise click.UsageError("--date and --job need a WIKI", click.get_current_context())
    with _sites(load(context.home).dumps, sites) as found:
        if wiki is None:
            lines = found.wikis()
            show([{"wiki": line.wiki, "date": line.date, "status": line.status, "updated": line.updated} for line in lines],
                 "\n".join(f"{line.wiki}\t{line.date}\t{line.status}" for line in lines), as_json)
            return
        if date is None and job is None:
            dates = _dates(found, wiki)
            show([{"wiki": wiki, "date": one} for one in dates], "\n".join(f"{wiki}\t{one}" for one in dates), as_json)
            return
        published = _dump(found, wiki, date)
    _show_jobs(published, as_json) if job is None else _show_files(published, job, as_json)


@dump.command()
@click.argument("wiki")
@click.argument("date", metavar="DATE|latest")
@click.option("--job", "jobs", multiple=True, metavar="JOB", help="All files of this job, as `metahistory7zdump`; repeatable.")
@click.option("--file", "globs", multiple=True, metavar="GLOB", help="Files of this name, as `*-page.sql.gz`; repeatable.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Into this folder instead of `dumps.mirror`, laid out alike.")
@site_option
@json_option
@click.pass_obj
def fetch(
    context: Context, wiki: str, date: str, *, jobs: tuple[str, ...], globs: tuple[str, ...], to: Path | None, sites: tuple[str, ...], as_json: bool,
) -> None:
    """Fetch files of the dump of WIKI of a DATE into the mirror, each with its checksum checked. A fetch that was stopped goes on where it was."""
    settings = load(context.home)
    with _sites(settings.dumps, sites) as found:
        fetcher = Fetcher(found, to or mirror(context.home, settings), reserve=settings.dumps.reserve_mb << 20)
        wanted = Wanted(wiki=wiki, date=date, jobs=jobs, globs=globs)
        with _progress() as progress:
            done = fetch_on_record(fetcher, wanted, context.stores.audit, owner(context.home), door="cli", progress=progress)
    show(_as_json(done), _as_text(done), as_json)
    for error in done.failed.values():
        report(error)
    if done.failed:
        sys.exit(max(EXIT_CODES[error.code] for error in done.failed.values()))


@dump.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="PATH...")
@json_option
def verify(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check files, a dump's folder or a whole mirror by the checksums beside the files; name what is missing, cut, wrong or unfinished."""
    with _progress() as progress:
        read: dict[Path, int] = {}

        def told(path: Path, count: int) -> None:
            read[path] = read.get(path, 0) + count
            progress(path.name, read[path], path.stat().st_size)

        found = list(verify_dumps(paths, told))
    bad = [one for one in found if one.state != RIGHT]
    show([{"file": str(one.path), "state": one.state, "text": one.text} for one in found], "\n".join([*map(_line, bad), _sum(found, bad)]), as_json)
    if bad:
        sys.exit(EXIT_CODES["bad_input"])


def mirror(home: Path, settings: Settings) -> Path:
    """The folder of the mirror."""
    return home / settings.dumps.mirror


@contextmanager
def _sites(settings: DumpSettings, sites: tuple[str, ...]) -> Iterator[Sites]:
    with closing(Web(sites or settings.sites, Manners(**settings.manners()))) as web:
        yield Sites(web)


def _dates(sites: Sites, wiki: str) -> tuple[str, ...]:
    try:
        return sites.dates(wiki)
    except SiteFailed as failure:
        if failure.missing:
            raise BadInput(f"no dump of `{wiki}` is published", help="carrel dump list") from None
        raise


def _dump(sites: Sites, wiki: str, date: str | None) -> WikiDump:
    day = _dates(sites, wiki)[0] if date in {None, LATEST} else date
    assert day is not None
    try:
        return sites.dump(wiki, day).dump
    except SiteFailed as failure:
        if failure.missing:
            raise BadInput(f"no dump of `{wiki}` of {day}", help=f"carrel dump list {wiki}") from None
        raise


def _show_jobs(found: WikiDump, as_json: bool) -> None:
    values = [{"job": job.name, "status": job.status, "updated": job.updated, "files": len(job.files), "bytes": job.size} for job in found.jobs]
    lines = [f"{job.name}\t{job.status}\t{job.updated or '-'}\t{_files(job)}\t{_size(job.size)}" for job in found.jobs]
    lines.append(f"{found.wiki} {found.date}: {len(found.jobs)} jobs, {len(found.files)} files, {_size(sum(job.size for job in found.jobs))}")
    show({"wiki": found.wiki, "date": found.date, "jobs": values}, "\n".join(lines), as_json)


def _show_files(found: WikiDump, name: str, as_json: bool) -> None:
    job = next((job for job in found.jobs if job.name == name), None)
    if job is None:
        raise BadInput(f"no job `{name}` in the dump of {found.wiki} of {found.date}", help=f"carrel dump list {found.wiki} --date {found.date}")
    values = [{"file": file.name, "bytes": file.size, **file.sums} for file in job.files]
    lines = [f"{file.name}\t{'-' if file.size is None else _size(file.size)}" for file in job.files]
    lines.append(f"{job.name}: {job.status}, {_files(job)}, {_size(job.size)}")
    show({"wiki": found.wiki, "date": found.date, "job": job.name, "status": job.status, "files": values}, "\n".join(lines), as_json)


def _files(job: DumpJob) -> str:
    return f"{len(job.files)} file{'' if len(job.files) == 1 else 's'}"


def _size(count: int) -> str:
    for unit, name in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (1000, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"


def _as_json(done: FetchReport) -> dict[str, Any]:
    return {
        "wiki": done.wiki, "date": done.date, "folder": str(done.folder), "fetched": done.fetched, "kept": done.kept,
        "failed": {name: error.text for name, error in done.failed.items()}, "bytes": done.size, "seconds": round(done.seconds, 3),
    }


def _as_text(done: FetchReport) -> str:
    parts = [f"{len(done.fetched)} fetched", f"{len(done.kept)} there already"]
    if done.failed:
        parts.append(f"{len(done.failed)} failed")
    return f"{done.wiki} {done.date}: {', '.join(parts)}; {_size(done.size)} in {done.folder}, {done.seconds:.1f} seconds"


def _line(one: Checked) -> str:
    return f"{one.state}\t{one.path}" + (f"\t{one.text}" if one.text else "")


def _sum(found: list[Checked], bad: list[Checked]) -> str:
    return f"{len(found) - len(bad)} of {len(found)} files are right"


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar per file, on a terminal; silence elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def told(name: str, size: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=size, total=total)
            if total is not None and size >= total:
                bar.remove_task(tasks.pop(name))

        yield told

"""`carrel load`: one command per source of tables, found by folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from carrel.cli import _allocator  # noqa: F401 - before Arrow
from carrel.cli._context import Context, json_option, show
from carrel.identity.owner import owner
from carrel.jobs.load import Progress, Report, sources


@click.group()
def load() -> None:
    """Load a wiki's tables from dumps. What is loaded becomes visible at once, or not at all."""


def _command(name: str, plugin: ModuleType) -> click.Command:
    @click.command(name, help=plugin.SUMMARY)
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
    @click.option("--wiki", required=True, metavar="NAME", help="The wiki's database, as in `enwiki`.")
    @click.option("--private", is_flag=True, help="The public may not read this wiki.")
    @click.option("--snapshot", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="As of which day, 2026-11-01; else as the files' names say.")
    @click.option("--older", is_flag=True, help="Let tables of an earlier day replace those of a later one, with what has been hidden since.")
    @json_option
    @click.pass_obj
    def command(
        context: Context, /, *, files: tuple[Path, ...], wiki: str, private: bool, snapshot: datetime | None, older: bool, as_json: bool,
        replace: bool = False, workers: int = 1, **options: int,
    ) -> None:
        with _progress(files) as progress:
            report = context.stores.loader.load(
                name, files, wiki, principal=owner(context.home), private=private, replace_tables=replace, progress=progress,
                notice=lambda text: click.echo(text, err=True), options=_told(plugin, options),
                snapshot=snapshot.date() if snapshot is not None else None, older=older, workers=workers,
            )
        show(_as_json(report), _as_text(report), as_json)

    if plugin.CAPABILITIES.layout == "wiki":
        command = click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many files to read at once.")(command)
    else:
        command = click.option("--replace", is_flag=True, help="Let tables rebuilt from the export replace the wiki's own.")(command)
    for option in reversed(plugin.CAPABILITIES.options):
        form: dict[str, Any] = {"is_flag": True} if isinstance(option.value, bool) else {"type": click.IntRange(min=1), "default": option.value}
        command = click.option(option.flag, option.name, help=option.help, show_default=not form.get("is_flag", False), **form)(command)
    return command


def _told(plugin: ModuleType, given: Mapping[str, int]) -> dict[str, int]:
    """What the source is told: flags that stand there, and numbers."""
    return {
        option.name: option.value if isinstance(option.value, bool) else given[option.name]
        for option in plugin.CAPABILITIES.options if given[option.name] or not isinstance(option.value, bool)
    }


for _name, _plugin in sources().items():
    load.add_command(_command(_name, _plugin))


@contextmanager
def _progress(files: tuple[Path, ...]) -> Iterator[Progress | None]:
    """A bar over the bytes of the files on disk, on a terminal; silence elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        tasks: dict[Path, TaskID] = {file: bar.add_task(file.name, total=_size(file)) for file in files}
        yield lambda file, position: bar.update(tasks[file], completed=position)


def _size(file: Path) -> int | None:
    return os.stat(file).st_size if file.is_file() else None


def _as_json(report: Report) -> dict[str, object]:
    return {
        "wiki": report.wiki, "private": report.private, "tables": dict(report.tables), "rows": report.rows, "seconds": round(report.seconds, 3),
        "aside": report.aside, "recomputed": list(report.recomputed), "unclassified": list(report.unclassified), "passed_over": list(report.passed_over),
        "slots": dict(report.slots),
    }


def _as_text(report: Report) -> str:
    lines = []
    if report.unclassified:
        lines.append("closed to everybody, because no tag file knows them: " + ", ".join(report.unclassified))
    if report.passed_over:
        lines.append("passed over, for they are no tables: " + ", ".join(report.passed_over))
    if report.slots:
        lines.append("slots beside main are in export_slots: " + ", ".join(f"{number} of {role}" for role, number in report.slots.items()))
    if report.recomputed:
        lines.append("what is hidden was computed anew in: " + ", ".join(report.recomputed))
    tables = len(report.tables)
    aside = "" if report.aside is None else f", {report.aside} page{'' if report.aside == 1 else 's'} set aside"
    lines.append(f"loaded into {report.wiki}: {tables} table{'' if tables == 1 else 's'}, {report.rows} rows{aside}, {report.seconds:.1f} seconds")
    return "\n".join(lines)

"""Whether the dumps in a mirror are what their checksums say; which files are missing, cut, wrong or unfinished."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from carrel.io.dumps.index import DIGESTS, STATUS_FILE, UNSORTED, DumpFile, WikiDump, file_name, read_status, read_sums, sums_file, with_sums
from carrel.io.dumps.part import SUFFIX
from carrel.jobs.fetch import MANIFEST, is_right
from carrel.model.errors import BadInput

RIGHT, MISSING, CUT, WRONG, UNFINISHED, UNKNOWN = "right", "missing", "cut", "wrong", "unfinished", "unknown"
_DUMP_NAME: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*)-(\d{8})-.+")
_OF_THE_INDEX: Final = re.compile(r".*-(?:sha1|md5)sums.*|.*-rss\.xml")

Progress = Callable[[Path, int], None]
"""Told a file, and how many further bytes of it have been read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What became of one file: `state` is `right`, `missing`, `cut`, `wrong`, `unfinished` (a fetch is to go on) or `unknown` (no checksum is there for it)."""

    path: Path
    state: str
    text: str = ""


def verify(paths: Sequence[Path], progress: Progress = lambda *_: None) -> Iterator[Checked]:
    """Checks files, folders of a dump, of a wiki, or a whole mirror, by the lists of checksums that lie beside the files.

    In a folder a file is missing when it was fetched by `carrel dump fetch`; where that is not known, when other files of its job are there.

    Raises:
        BadInput: there is no such path, no dump below it, or a list of checksums that is none.
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path, progress)
        else:
            yield _single(path, progress)


def _below(path: Path, progress: Progress) -> Iterator[Checked]:
    folders = sorted({file.parent for file in path.rglob("*") if file.is_file() and _DUMP_NAME.fullmatch(file.name)})
    if not folders:
        raise BadInput("no dump is below it", file=str(path))
    for folder in folders:
        for wiki, date in sorted({(found[1], found[2]) for file in folder.iterdir() if (found := _DUMP_NAME.fullmatch(file.name))}):
            yield from _dump(folder, wiki, date, progress)


def _dump(folder: Path, wiki: str, date: str, progress: Progress) -> Iterator[Checked]:
    dump = _index(folder, wiki, date)
    known = dump.files
    there = {file.name for file in folder.iterdir() if file_name(file.name, wiki, date) and not _OF_THE_INDEX.fullmatch(file.name)}
    unfinished = {file.name.removesuffix(SUFFIX) for file in folder.glob(f"{wiki}-{date}-*{SUFFIX}")}
    for name in sorted(there | unfinished | _expected(folder, dump, there)):
        yield _check(folder / name, known.get(name), name in unfinished, progress)


def _single(path: Path, progress: Progress) -> Checked:
    found = _DUMP_NAME.fullmatch(path.name)
    if found is None:
        raise BadInput("neither a folder nor a file of a dump", file=str(path))
    return _check(path, _index(path.parent, found[1], found[2]).files.get(path.name), path.with_name(path.name + SUFFIX).exists(), progress)


def _check(path: Path, file: DumpFile | None, unfinished: bool, progress: Progress) -> Checked:
    if not path.exists():
        return Checked(path=path, state=UNFINISHED if unfinished else MISSING, text="the fetch is to go on" if unfinished else "")
    if file is None or not file.sums:
        return Checked(path=path, state=UNKNOWN, text="no list beside it has a checksum for it")
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        return Checked(path=path, state=CUT if size < file.size else WRONG, text=f"{size} bytes, not {file.size}")
    right = is_right(path, file, lambda count: progress(path, count))
    return Checked(path=path, state=RIGHT if right else WRONG, text=" and ".join(file.sums))


def _index(folder: Path, wiki: str, date: str) -> WikiDump:
    status = folder / STATUS_FILE
    dump = read_status(status.read_bytes(), wiki, date, str(status)) if status.is_file() else WikiDump(wiki=wiki, date=date, jobs=())
    sums: dict[str, dict[str, str]] = {}
    for kind in DIGESTS:
        for form in ("json", "txt"):
            path = folder / sums_file(wiki, date, kind, form)
            if path.is_file():
                sums[kind] = {**read_sums(path.read_bytes(), kind, wiki, date, str(path)), **sums.get(kind, {})}
    return with_sums(dump, sums)


def _expected(folder: Path, dump: WikiDump, there: set[str]) -> set[str]:
    manifest = folder / MANIFEST
    if manifest.is_file():
        try:
            return {name for name in json.loads(manifest.read_bytes())["files"] if file_name(name, dump.wiki, dump.date)}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadInput("is damaged", file=str(manifest), help="remove it") from None
    begun = [job for job in dump.jobs if job.name != UNSORTED and any(file.name in there for file in job.files)]
    return {file.name for job in begun for file in job.files}

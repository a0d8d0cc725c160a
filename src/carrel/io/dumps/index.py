"""What a dump site says of its dumps, as Wikimedia's dumpers write it. Nothing here is believed: each name is held against an allow-list of characters.

    /backup-index.html                      a line per wiki: when, which date, how it stands
    /WIKI/                                  the web server's own list of the dates, as links
    /WIKI/DATE/dumpstatus.json              {"jobs": {JOB: {"status", "updated", "files": {NAME: {"size", "url", "sha1", "md5"}}}}, "version": "0.8"}
    /WIKI/DATE/WIKI-DATE-sha1sums.txt       a line per file: digest, two spaces, name; md5sums.txt likewise
    /WIKI/DATE/WIKI-DATE-sha1sums.json      {"sha1": {"files": {NAME: DIGEST}}}; md5sums.json likewise

Sources: operations/dumps of Wikimedia, xmldumps-backup/dumps: runstatusapi.py (StatusAPI), report.py (report_file_size_status: a file that is not done has no
`url`, one that is not there no `size`; StatusHtml), checksummers.py. Statuses of a job: done, in-progress, waiting, failed, skipped, missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from carrel.model.errors import BadInput

DIGESTS: Final = {"sha1": 40, "md5": 32}
"""Kinds of checksum, the one to trust first before the other, with their hexadecimal digits."""
STATUS_FILE: Final = "dumpstatus.json"
DONE: Final = "done"
UNSORTED: Final = "unsorted"
"""The job of files that only a list of checksums names, as in dumps of before 2017."""

_WIKI: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DATE: Final = re.compile(r"\d{8}")
_JOB: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_REST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*")
_NAME_LENGTH: Final = 240
_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_STATUS: Final = re.compile(r"[a-z-]{1,20}")
_HEX: Final = re.compile(r"[0-9a-f]+")
_SUMS_LINE: Final = re.compile(r"([0-9a-fA-F]+) [ *](\S+)")
_INDEX_LINE: Final = re.compile(r"<li>\s*(?P<stamp>[^<]*?)\s*<a href=\"/?(?P<wiki>[^\"/]+)/(?P<date>[^\"/]+)/?\">[^<]*</a>(?P<rest>.*?)</li>", re.S)
_DATE_LINK: Final = re.compile(r"href=\"(?:\./)?(\d{8})/?\"")
_TAG: Final = re.compile(r"<[^>]*>")
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ,.()-]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpFile:
    """A file of a dump. `size` is in bytes, None where the site does not say; `sums` by kind, lower case, empty where there are none."""

    name: str
    size: int | None = None
    sums: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpJob:
    """What was made in one step. `updated` is in UTC as the site writes it, empty where it does not."""

    name: str
    status: str
    updated: str = ""
    files: tuple[DumpFile, ...] = ()

    @property
    def size(self) -> int:
        return sum(file.size or 0 for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiDump:
    """One dump of one wiki, with its jobs in the site's order."""

    wiki: str
    date: str
    jobs: tuple[DumpJob, ...]

    @property
    def files(self) -> dict[str, DumpFile]:
        return {file.name: file for job in self.jobs for file in job.files}


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiLine:
    """A wiki in the index of a site, with its latest dump."""

    wiki: str
    date: str
    status: str
    updated: str


def check_wiki(wiki: str) -> None:
    """Raises BadInput for what cannot be the name of a wiki on a dump site."""
    if not _WIKI.fullmatch(wiki):
        raise BadInput(f"not a name for a wiki: `{printable(wiki)}`", help="letters, digits, `_` and `-`, as in `enwiki`")


def check_date(date: str) -> None:
    """Raises BadInput for what cannot be the date of a dump."""
    if not _DATE.fullmatch(date):
        raise BadInput(f"not a date of a dump: `{printable(date)}`", help="eight digits, as in `20260101`, or `latest`")


def file_name(name: str, wiki: str, date: str) -> bool:
    """Whether it is a name that a file of this dump may have: it stays in its folder, whatever system that is on."""
    prefix = f"{wiki}-{date}-"
    fits = len(name) <= _NAME_LENGTH and name.startswith(prefix) and _REST.fullmatch(name, len(prefix)) is not None
    return fits and not name.endswith((".part", ".part.json"))


def sums_file(wiki: str, date: str, kind: str, form: str = "txt") -> str:
    return f"{wiki}-{date}-{kind}sums.{form}"


def read_status(data: bytes, wiki: str, date: str, where: str) -> WikiDump:
    """A dump from its `dumpstatus.json`.

    Args:
        where: the file's address or path, for messages.

    Raises:
        BadInput: it is not what it should be, or holds a name that no file of this dump can have.
    """
    jobs = _member(_json(data, where), "jobs", where)
    return WikiDump(wiki=wiki, date=date, jobs=tuple(_job(name, value, wiki, date, where) for name, value in jobs.items()))


def _job(name: str, value: Any, wiki: str, date: str, where: str) -> DumpJob:
    if not _JOB.fullmatch(name) or not isinstance(value, dict):
        raise BadInput(f"not a job: `{printable(name)}`", file=where)
    status, updated = value.get("status"), value.get("updated")
    files = value.get("files") or {}
    if not isinstance(files, dict):
        raise BadInput(f"the files of the job `{name}` are no object", file=where)
    return DumpJob(
        name=name,
        status=status if isinstance(status, str) and _STATUS.fullmatch(status) else "unknown",
        updated=updated if isinstance(updated, str) and _STAMP.fullmatch(updated) else "",
        files=tuple(_file(file, facts, wiki, date, where) for file, facts in files.items()),
    )


def _file(name: str, facts: Any, wiki: str, date: str, where: str) -> DumpFile:
    if not file_name(name, wiki, date) or not isinstance(facts, dict):
        raise BadInput(f"not a name for a file of {wiki} {date}: `{printable(name)}`", file=where)
    size = facts.get("size")
    if size is not None and (type(size) is not int or not 0 <= size < 1 << 50):
        raise BadInput(f"not a size for `{name}`", file=where)
    return DumpFile(name=name, size=size, sums={kind: _digest(facts[kind], kind, name, where) for kind in DIGESTS if facts.get(kind) is not None})


def read_sums(data: bytes, kind: str, wiki: str, date: str, where: str) -> dict[str, str]:
    """Digest by name from `sha1sums` or `md5sums`, as text or as JSON.

    Args:
        kind: of `DIGESTS`.

    Raises:
        BadInput: a line is none, or names what no file of this dump can be called.
    """
    if data.lstrip()[:1] == b"{":
        named = _member(_member(_json(data, where), kind, where), "files", where)
    else:
        named = dict(_sums_line(line, where) for line in data.decode("ascii", "replace").splitlines() if line.strip())
    for name in named:
        if not file_name(name, wiki, date):
            raise BadInput(f"not a name for a file of {wiki} {date}: `{printable(name)}`", file=where)
    return {name: _digest(digest, kind, name, where) for name, digest in named.items()}


def _sums_line(line: str, where: str) -> tuple[str, str]:
    found = _SUMS_LINE.fullmatch(line.strip())
    if found is None:
        raise BadInput(f"not a line of checksums: `{printable(line)}`", file=where)
    return found[2], found[1]


def with_sums(dump: WikiDump, sums: Mapping[str, Mapping[str, str]]) -> WikiDump:
    """The dump with what lists of checksums say, by kind and name, where its own status is silent; files that only they know are in the job `unsorted`."""
    def filled(file: DumpFile) -> DumpFile:
        more = {kind: of_kind[file.name] for kind, of_kind in sums.items() if file.name in of_kind and kind not in file.sums}
        return replace(file, sums={**file.sums, **more}) if more else file

    jobs = [replace(job, files=tuple(map(filled, job.files))) for job in dump.jobs]
    known = dump.files
    new = dict.fromkeys(name for of_kind in sums.values() for name in of_kind if name not in known)
    if new:
        jobs.append(DumpJob(name=UNSORTED, status="unknown", files=tuple(filled(DumpFile(name=name)) for name in new)))
    return replace(dump, jobs=tuple(jobs))


def read_index(data: bytes) -> tuple[WikiLine, ...]:
    """The wikis of a site from its `backup-index.html`; lines without a link, as of private wikis, are left out."""
    found = []
    for line in _INDEX_LINE.finditer(data.decode("utf-8", "replace")):
        if _WIKI.fullmatch(line["wiki"]) and _DATE.fullmatch(line["date"]):
            status = _TAG.sub("", line["rest"]).strip(" :\n").replace("(closed): ", "")
            found.append(WikiLine(
                wiki=line["wiki"], date=line["date"],
                status=status.lower() if _PLAIN.fullmatch(status) else "unknown",
                updated=line["stamp"] if _STAMP.fullmatch(line["stamp"]) else "",
            ))
    return tuple(sorted(found, key=lambda entry: entry.wiki))


def read_dates(data: bytes) -> tuple[str, ...]:
    """The dates of a wiki's dumps from the web server's list of its folder, newest first."""
    return tuple(sorted(set(_DATE_LINK.findall(data.decode("utf-8", "replace"))), reverse=True))


def printable(text: str) -> str:
    """Somebody else's text in one of our lines: short, and without what a terminal would obey."""
    return "".join(char if char.isprintable() else "?" for char in text[:80])


def _digest(value: Any, kind: str, name: str, where: str) -> str:
    digest = value.lower() if isinstance(value, str) else ""
    if len(digest) != DIGESTS[kind] or not _HEX.fullmatch(digest):
        raise BadInput(f"not a {kind} for `{name}`", file=where)
    return digest


def _json(data: bytes, where: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"not JSON: {printable(str(error)).lower()}", file=where) from None


def _member(value: Any, name: str, where: str) -> dict[str, Any]:
    member = value.get(name) if isinstance(value, dict) else None
    if not isinstance(member, dict):
        raise BadInput(f"expected an object with `{name}`", file=where)
    return member

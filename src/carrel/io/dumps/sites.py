"""The index of the first of several dump sites that answers: which wikis, which dates, what a dump consists of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from carrel.io.dumps.index import (
    DIGESTS,
    STATUS_FILE,
    WikiDump,
    WikiLine,
    check_date,
    check_wiki,
    read_dates,
    read_index,
    read_status,
    read_sums,
    sums_file,
    with_sums,
)
from carrel.io.dumps.web import Site, SiteFailed, Web
from carrel.model.errors import BadInput, CarrelError

T = TypeVar("T")

_INDEX: Final = "backup-index.html"
_JSON_INDEX: Final = "index.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A dump as a site publishes it: `raw` holds the files of its index by name, as they came."""

    dump: WikiDump
    raw: Mapping[str, bytes]
    site: str


class Sites:
    """Questions to the index, each put to one site after another until one answers well.

    Raises:
        SiteFailed: none did; `missing` where all of them say that there is no such thing.
        BadInput: what a site says is not what an index says, or a name is none.
    """

    def __init__(self, web: Web) -> None:
        self.web = web

    def wikis(self) -> tuple[WikiLine, ...]:
        """The wikis by name, each with its latest dump."""
        return self._first(self._wikis)

    def dates(self, wiki: str) -> tuple[str, ...]:
        """The dates of a wiki's dumps, newest first."""
        check_wiki(wiki)
        return self._first(lambda site: self._dates(site, wiki))

    def dump(self, wiki: str, date: str) -> Published:
        """What a dump consists of."""
        check_wiki(wiki)
        check_date(date)
        return self._first(lambda site: self._dump(site, wiki, date))

    def _first(self, ask: Callable[[Site], T]) -> T:
        failures: list[CarrelError] = []
        for site in self.web.sites:
            try:
                return ask(site)
            except (SiteFailed, BadInput) as failure:
                failures.append(failure)
        told = [failure for failure in failures if not (isinstance(failure, SiteFailed) and failure.missing)]
        raise told[0] if told else failures[0]

    def _wikis(self, site: Site) -> tuple[WikiLine, ...]:
        data = self._optional(site, _INDEX)
        found = read_index(data) if data is not None else _from_json(self.web.read(site, _JSON_INDEX), f"{site}/{_JSON_INDEX}")
        if not found:
            raise BadInput("no wiki is in it", file=f"{site}/{_INDEX}")
        return found

    def _dates(self, site: Site, wiki: str) -> tuple[str, ...]:
        """From the list of the folder; a site that shows none may still name the latest dump in its index."""
        try:
            found = read_dates(self.web.read(site, f"{wiki}/"))
        except SiteFailed as failure:
            found = tuple(line.date for line in read_index(self._optional(site, _INDEX) or b"") if line.wiki == wiki)
            if not found:
                raise failure from None
        if not found:
            raise SiteFailed(f"`{site}/{wiki}/`: no dump", missing=True)
        return found

    def _dump(self, site: Site, wiki: str, date: str) -> Published:
        folder = f"{wiki}/{date}"
        raw: dict[str, bytes] = {}
        sums: dict[str, dict[str, str]] = {}
        status = self._optional(site, f"{folder}/{STATUS_FILE}")
        dump = WikiDump(wiki=wiki, date=date, jobs=())
        if status is not None:
            raw[STATUS_FILE] = status
            dump = read_status(status, wiki, date, f"{site}/{folder}/{STATUS_FILE}")
        for kind in DIGESTS:
            name = sums_file(wiki, date, kind)
            data = self._optional(site, f"{folder}/{name}")
            if data is not None:
                raw[name] = data
                sums[kind] = read_sums(data, kind, wiki, date, f"{site}/{folder}/{name}")
        if not raw:
            raise SiteFailed(f"no site has a dump of {wiki} of {date}", missing=True)
        return Published(dump=with_sums(dump, sums), raw=raw, site=str(site))

    def _optional(self, site: Site, path: str) -> bytes | None:
        try:
            return self.web.read(site, path)
        except SiteFailed as failure:
            if failure.missing:
                return None
            raise


def _from_json(data: bytes, where: str) -> tuple[WikiLine, ...]:
    """The wikis from `/index.json`, {"wikis": {WIKI: {"jobs": {...}}}}: the date is in the names of the latest dump's files."""
    try:
        wikis: dict[str, Any] = json.loads(data)["wikis"]
        return tuple(line for wiki in sorted(wikis) if (line := _line(wiki, wikis[wiki]["jobs"])) is not None)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput("not an index of wikis", file=where) from None


def _line(wiki: str, jobs: Mapping[str, Any]) -> WikiLine | None:
    names = [name for job in jobs.values() for name in job.get("files", {})]
    date = names[0].removeprefix(f"{wiki}-")[:8] if names else ""
    try:
        check_wiki(wiki)
        check_date(date)
    except BadInput:
        return None
    done = all(job.get("status") in {"done", "skipped"} for job in jobs.values())
    return WikiLine(wiki=wiki, date=date, status="dump complete" if done else "dump in progress", updated="")

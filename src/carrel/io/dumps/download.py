"""One file of a dump from one of several sites: in pieces where need be (RFC 9110, Range and If-Range), its checksums computed while it comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from carrel.io.dumps.index import DumpFile
from carrel.io.dumps.part import Part
from carrel.io.dumps.web import Answer, Site, SiteFailed, Web
from carrel.model.errors import BadInput

_CONTENT_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_PROGRESS: Final = 1 << 20
"""Bytes, or a twentieth of the file, after which the attempts are counted from the start again."""


def download(web: Web, path: str, file: DumpFile, target: Path, progress: Callable[[int], None]) -> None:
    """Fetches `path` of the first site that has it whole and right, into `target`.

    Args:
        file: what it must be; without a checksum it is refused.
        progress: told how many bytes of it are there.

    Raises:
        SiteFailed: no site gave it; what has come is kept beside `target`.
        BadInput: what came has other checksums than the index says.
        Conflict: another process fetches it.
    """
    if not file.sums:
        raise BadInput(f"no checksum is published for `{file.name}`: it could not be told from another file")
    failures: list[SiteFailed] = []
    with Part(target, file) as part:
        progress(part.size)
        for site in web.sites:
            if site.given_up:
                failures.append(SiteFailed(f"`{site}` does not answer", again=True))
                continue
            try:
                _Coming(web, site, path, file, part, progress).complete()
            except SiteFailed as failure:
                failures.append(failure)
                continue
            part.finish()
            return
    raise _together(failures, file)


class _Wrong(SiteFailed):
    """What came from the site is whole, and not what the index says."""


class _Coming:
    """A file on its way from one site."""

    def __init__(self, web: Web, site: Site, path: str, file: DumpFile, part: Part, progress: Callable[[int], None]) -> None:  # noqa: PLR0917 - one caller
        self._web = web
        self._site = site
        self._path = path
        self._where = f"`{site}/{path}`"
        self._file = file
        self._part = part
        self._progress = progress

    def complete(self) -> None:
        """Goes on with the part until it is right. Bytes of another site, or of an earlier day, are thrown away once when the whole is wrong."""
        mixed = self._part.size > 0
        attempt = 1
        while True:
            before = self._part.size
            try:
                if not self._is_whole():
                    self._once()
                if not self._part.wrong():
                    return
                self._part.clear()
                if not mixed:
                    raise _Wrong(f"{self._where}: wrong {' and '.join(self._file.sums)}")
                mixed = False
            except SiteFailed as failure:
                gained = self._part.size - before
                if gained >= min(_PROGRESS, (self._file.size or _PROGRESS) // 20 + 1):
                    attempt = 1
                self._web.after(failure, self._site, attempt)
                attempt += 1

    def _is_whole(self) -> bool:
        if self._file.size is not None:
            return self._part.size == self._file.size
        return self._part.size > 0 and not self._part.wrong()

    def _once(self) -> None:
        """One request. Comes back when the body has ended where it should."""
        part, size = self._part, self._file.size
        validator = part.validators.get(str(self._site))
        headers = {"Range": f"bytes={part.size}-"} if part.size else {}
        if part.size and validator:
            headers["If-Range"] = validator
        with self._web.open(self._site, self._path, headers) as answer:
            self._place(answer)
            self._progress(part.size)
            for chunk in answer.iterate():
                if size is not None and part.size + len(chunk) > size:
                    part.clear()
                    raise _Wrong(f"{self._where}: has more than the {size} bytes that the index says")
                part.write(chunk)
                self._progress(part.size)
        if size is not None and part.size < size:
            raise SiteFailed(f"{self._where}: ended after {part.size} of {size} bytes", again=True)

    def _place(self, answer: Answer) -> None:
        """Sees that the body goes on where the part ends; else begins anew."""
        part, size = self._part, self._part.size
        if answer.status == 416:
            part.clear()
            raise SiteFailed(f"{self._where}: has no more than {size} bytes", again=True)
        if answer.status == 206:
            found = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
            same_size = found is not None and (self._file.size is None or found[3] in {"*", str(self._file.size)})
            if found is None or int(found[1]) != size or not same_size:
                part.clear()
                raise SiteFailed(f"{self._where}: sent another piece than was asked for", again=True)
        elif size:
            part.clear()
        part.note(str(self._site), _validator(answer))


def _validator(answer: Answer) -> str | None:
    """A strong ETag, else the time of the last change (RFC 9110, 13.1.5 forbids a weak one here)."""
    etag = answer.headers.get("etag", "")
    return etag if etag.startswith('"') else answer.headers.get("last-modified")


def _together(failures: Sequence[SiteFailed], file: DumpFile) -> Exception:
    if failures and all(isinstance(failure, _Wrong) for failure in failures):
        return BadInput(failures[-1].text, help="the site is at fault, or its index is older than the file: try another --site, or later")
    if all(failure.missing for failure in failures):
        return SiteFailed(f"no site has `{file.name}`", missing=True)
    told = [failure for failure in failures if not failure.missing]
    return SiteFailed("; ".join(failure.text for failure in told), again=any(failure.again for failure in told))

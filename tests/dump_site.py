"""A dump site of the tests' own on 127.0.0.1, laid out as Wikimedia's, that misbehaves as it is told."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WIKI, DATE = "samplewiki", "20260101"
PREFIX = f"{WIKI}-{DATE}-"


@dataclass(kw_only=True)
class Fault:
    """What is wrong with one answer.

    Attributes:
        status: instead of 200 or 206, with no body.
        cut: bytes of the body after which the connection is closed.
        stall_s: how long nothing comes, after the bytes of `cut`.
        length: what Content-Length says.
        whole: a Range is not heeded.
        shift: by how much another piece is sent than was asked for.
        body: other bytes than the file's.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    stall_s: float = 0.0
    length: int | None = None
    whole: bool = False
    shift: int = 0
    body: bytes | None = None


class DumpSite:
    """Serves `files` by path; each request for a path meets the next of its `faults`.

    Attributes:
        asked: path and headers of each request, in order.
        most: connections that were served at the same time, at most.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.faults: dict[str, list[Fault]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.most = 0
        self.url = ""
        self.slow_s = 0.0
        self.busy = 0
        self.lock = threading.Lock()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def fault(self, path: str, *faults: Fault) -> None:
        self.faults[path] = list(faults)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: DumpSite

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        with self.site.lock:
            self.site.asked.append((path, {name.lower(): value for name, value in self.headers.items()}))
            faults = self.site.faults.get(path) or []
            fault = faults.pop(0) if faults else Fault()
            self.site.busy += 1
            self.site.most = max(self.site.most, self.site.busy)
        try:
            self._answer(path, fault)
        finally:
            with self.site.lock:
                self.site.busy -= 1

    def _answer(self, path: str, fault: Fault) -> None:
        if self.site.slow_s:
            time.sleep(self.site.slow_s)
        body = fault.body if fault.body is not None else self.site.files.get(path)
        if fault.status or body is None:
            self.send_response(fault.status or 404)
            self._finish({**fault.headers, "Content-Length": "0"})
            return
        etag = f'"{hashlib.sha1(body).hexdigest()}"'
        headers = {"ETag": etag, "Content-Type": "application/octet-stream"}
        begin = self._begin(etag, fault)
        if begin and begin >= len(body):
            self.send_response(416)
            self._finish({"Content-Range": f"bytes */{len(body)}", "Content-Length": "0"})
            return
        self.send_response(206 if begin else 200)
        if begin:
            headers["Content-Range"] = f"bytes {begin + fault.shift}-{len(body) - 1}/{len(body)}"
        self._send(body[begin:], {**headers, **fault.headers}, fault)

    def _begin(self, etag: str, fault: Fault) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if found is None or fault.whole or self.headers.get("If-Range", etag) != etag:
            return 0
        return int(found[1])

    def _send(self, body: bytes, headers: Mapping[str, str], fault: Fault) -> None:
        length = len(body) if fault.length is None else fault.length
        self._finish({**headers, "Content-Length": str(length)})
        with suppress(OSError):
            self.wfile.write(body[: fault.cut][:length])
            self.wfile.flush()
            if fault.stall_s:
                time.sleep(fault.stall_s)
            if fault.cut is not None or fault.length is not None:
                self.close_connection = True

    def _finish(self, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """The test says what went wrong."""


@contextmanager
def serving(site: DumpSite) -> Iterator[DumpSite]:
    """The site at `site.url` until the block ends; then it has vanished."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def facts(name: str, body: bytes) -> dict[str, object]:
    return {
        "size": len(body), "url": f"/{WIKI}/{DATE}/{name}",
        "sha1": hashlib.sha1(body).hexdigest(), "md5": hashlib.md5(body).hexdigest(),
    }


def status(jobs: Mapping[str, tuple[str, Mapping[str, bytes]]]) -> bytes:
    """`dumpstatus.json` of jobs with their status and files."""
    return json.dumps({"version": "0.8", "jobs": {
        job: {"status": state, "updated": "2026-01-02 03:04:05", "files": {name: facts(name, body) for name, body in files.items()}}
        for job, (state, files) in jobs.items()
    }}).encode()


def sums(kind: str, files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.new(kind, body).hexdigest()}  {name}\n" for name, body in files.items()).encode()


def content(size: int, seed: int = 1) -> bytes:
    """Bytes that look like nothing, the same each time."""
    return b"".join(hashlib.sha256(b"%d %d" % (seed, block)).digest() for block in range(size // 32 + 1))[:size]


HISTORY = {f"{PREFIX}pages-meta-history{part}.xml.7z": content(90_000 + part, part) for part in (1, 2, 3)}
PAGE = {f"{PREFIX}page.sql.gz": content(5_000, 7)}
LATE = {f"{PREFIX}pages-logging.xml.gz": content(100, 9)}


def sample(dates: Sequence[str] = (DATE,)) -> DumpSite:
    """A site with one wiki, one complete dump of it, and a job that is not done."""
    published = {**HISTORY, **PAGE}
    folder = f"{WIKI}/{DATE}"
    files = {f"{folder}/{name}": body for name, body in published.items()}
    files |= {
        f"{folder}/dumpstatus.json": status({"metahistory7zdump": ("done", HISTORY), "pagetable": ("done", PAGE), "xmlpagelogsdump": ("in-progress", LATE)}),
        f"{folder}/{PREFIX}sha1sums.txt": sums("sha1", published),
        f"{folder}/{PREFIX}md5sums.txt": sums("md5", published),
        f"{WIKI}/": "".join(f'<a href="{date}/">{date}/</a> 01-Jan-2026 03:04 -\n' for date in dates).encode() + b'<a href="latest/">latest/</a>\n',
        "backup-index.html": (
            f'<li>2026-01-02 03:04:05 <a href="{WIKI}/{DATE}">{WIKI}</a>: <span class=\'done\'>Dump complete</span></li>\n'
            "<li>2026-01-02 03:04:05 arbcomwiki (private data): <span class='done'>Dump complete</span></li>\n"
            '<li>2026-01-03 03:04:05 <a href="aawiki/20260103">aawiki</a> (closed): <span class=\'in-progress\'>Dump in progress</span></li>\n'
        ).encode(),
    }
    return DumpSite(files)

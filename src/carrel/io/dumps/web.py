"""HTTP to dump sites with good manners: few connections, a name and a contact, waiting where a site asks for it, a limit on the rate.

What Wikimedia asks of those who download (Robot policy, User-Agent policy): at most 2 connections at a time from one place; a User-Agent of the form
`<client name>/<version> (<contact information>) <library name>/<version>`; to slow down at 429 and 503, for as long as Retry-After says.
"""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from socket import SHUT_RDWR, socket
from threading import BoundedSemaphore, Event, Lock
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from carrel import __version__
from carrel.io.dumps.index import printable
from carrel.model.errors import BadInput, Cancelled, LimitReached, Unavailable

INDEX_BYTES: Final = 64 << 20
"""Most of an index that is taken in."""
REDIRECTS: Final = 5
_SLOWEST: Final = 1024
"""Bytes in a second below which a connection counts as stalled."""
_PORTS: Final = {"http": 80, "https": 443}
_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_PAUSE_S: Final = 60.0


class SiteFailed(Unavailable):
    """A site did not give what it was asked for; another site may.

    Attributes:
        again: whether the same site may give it later.
        wait_s: how long the site asked us to wait; None: it did not say.
        missing: the site says that there is no such file.
    """

    def __init__(self, text: str, *, again: bool = False, wait_s: float | None = None, missing: bool = False) -> None:
        super().__init__(text)
        self.again = again
        self.wait_s = wait_s
        self.missing = missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How we behave.

    Attributes:
        contact: who is asked when we are a nuisance: an address or a page; may be empty only for sites on this machine.
        connections: at a time, to each site.
        rate_bytes_s: most bytes in a second from all sites together; 0: no limit.
        stall_s: how long nothing may come.
        attempts: in a row without progress, at one site.
        wait_s: the longest that a site may ask us to wait; if it asks for more, it has failed.
        pause_s: before the second attempt; doubled for each further one.
    """

    contact: str = ""
    connections: int = 2
    rate_bytes_s: float = 0.0
    stall_s: float = 60.0
    attempts: int = 5
    wait_s: float = 600.0
    pause_s: float = 1.0


class Answer:
    """An answer whose body has not been read yet. `iterate` gives the bytes as they were sent.

    Raises:
        SiteFailed: the connection broke or stalled.
    """

    def __init__(self, response: httpx.Response, web: Web, name: str) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._web = web
        self._name = name

    def iterate(self) -> Iterator[bytes]:
        chunks = self._response.iter_raw()  # of no fixed size: what makes up no whole chunk would be lost when the connection breaks
        waited, received = 0.0, 0
        while True:
            asked = time.monotonic()
            chunk = next(chunks, b"")
            waited += time.monotonic() - asked
            received += len(chunk)
            if not chunk:
                return
            if waited > self._web.manners.stall_s:
                if received < waited * _SLOWEST:
                    raise SiteFailed(f"{self._name}: too slow", again=True)
                waited, received = 0.0, 0
            self._web.spend(len(chunk))
            yield chunk


class Site:
    """A dump site by its address, with the connections that may be open to it and the time until which it asked to be left alone.

    Attributes:
        given_up: it did not answer, however often it was asked.
    """

    def __init__(self, url: str, connections: int) -> None:
        parts = urlsplit(url)
        odd = parts.query or parts.fragment or "@" in parts.netloc or ".." in parts.path
        if parts.scheme not in _PORTS or not parts.hostname or _port(parts) is None or odd:
            raise BadInput(f"not the address of a dump site: `{printable(url)}`", help="as in `https://dumps.wikimedia.org`")
        self.url = url.rstrip("/")
        self.host = parts.hostname
        self.secure = parts.scheme == "https"
        self.ports = {_port(parts)} | ({_PORTS["https"]} if _port(parts) == _PORTS["http"] else set())
        self.turns = BoundedSemaphore(connections)
        self.not_before = 0.0
        self.given_up = False

    def __str__(self) -> str:
        return self.url


class Web:
    """Connections to some sites. May be used from several threads; `close` ends it, `stop` makes whatever is under way raise Cancelled.

    Raises:
        BadInput: an address is none, or there is no contact for a site that is not on this machine.
    """

    def __init__(self, sites: Sequence[str], manners: Manners) -> None:
        self.manners = manners
        self.sites = tuple(Site(url, manners.connections) for url in sites)
        self.stop = Event()
        self._places = {(site.host, port) for site in self.sites for port in site.ports}
        self._throttle = _Throttle(manners.rate_bytes_s)
        self._lock = Lock()
        self._live: set[socket] = set()
        if not self.sites:
            raise BadInput("no dump site is named", help="set `dumps.sites`, or add --site URL")
        for site in self.sites:
            if not manners.contact and not _on_this_machine(site.host):
                raise BadInput(f"`{site}` is not asked without saying who asks", help='set `contact = "you@example.org"` under `[dumps]` in carrel.toml')
        if not manners.contact.isprintable() or not manners.contact.isascii():
            raise BadInput("`dumps.contact` cannot be sent", help="an address or a page, in plain letters")
        self._client = httpx.Client(
            headers={"User-Agent": _user_agent(manners.contact), "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(manners.stall_s, connect=min(manners.stall_s, 20.0), pool=None),
            verify=ssl.create_default_context(), follow_redirects=False,
        )

    def close(self) -> None:
        self._client.close()

    def halt(self) -> None:
        """Sets `stop`, and breaks the connections by which answers are coming."""
        self.stop.set()
        with self._lock:
            for connection in self._live:
                with suppress(OSError):
                    connection.shutdown(SHUT_RDWR)

    def spend(self, count: int) -> None:
        """Waits until `count` more bytes are within the rate."""
        self.pause(self._throttle.take(count))

    def pause(self, seconds: float) -> None:
        """Raises Cancelled when `stop` is set meanwhile."""
        if self.stop.wait(seconds) if seconds > 0 else self.stop.is_set():
            raise Cancelled("stopped; what has been fetched is kept, and the same command goes on from there")

    def after(self, failure: SiteFailed, site: Site, attempt: int) -> None:
        """Waits before the next attempt, counted from 1, or raises the failure where there is to be none."""
        asked = failure.wait_s or 0.0
        if not failure.again or attempt >= self.manners.attempts or asked > self.manners.wait_s:
            site.given_up = site.given_up or failure.again
            raise failure
        backoff = min(self.manners.pause_s * 2 ** (attempt - 1), _LONGEST_PAUSE_S)
        self.pause(max(asked, backoff * random.uniform(0.75, 1.25)))  # noqa: S311 - spreads clients, hides nothing

    def read(self, site: Site, path: str, limit: int = INDEX_BYTES) -> bytes:
        """A small file as a whole, by as many attempts as good manners allow.

        Raises:
            SiteFailed: it did not come.
            LimitReached: it has more than `limit` bytes.
        """
        attempt = 1
        while True:
            try:
                return self._read_once(site, path, limit)
            except SiteFailed as failure:
                self.after(failure, site, attempt)
                attempt += 1

    def _read_once(self, site: Site, path: str, limit: int) -> bytes:
        body = bytearray()
        with self.open(site, path, {}) as answer:
            if answer.status != 200:
                raise SiteFailed(f"`{site}/{path}`: answered {answer.status}")
            for chunk in answer.iterate():
                body += chunk
                if len(body) > limit:
                    raise LimitReached(f"`{site}/{path}` has more than {limit >> 20} MiB", code="too_complex")
        return bytes(body)

    @contextmanager
    def open(self, site: Site, path: str, headers: Mapping[str, str]) -> Iterator[Answer]:
        """One request, with the redirects that it leads through: 200, 206 or 416.

        Raises:
            SiteFailed: the site answered anything else, or did not answer.
        """
        where = f"`{site}/{path}`"
        with site.turns:
            self.pause(max(0.0, site.not_before - time.monotonic()))
            try:
                with self._follow(f"{site}/{path}", headers, site) as response:
                    self._judge(response, where, site)
                    with self._breakable(response):
                        yield Answer(response, self, where)
            except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
                raise SiteFailed(f"{where}: {_reason(error)}", again=True) from None

    @contextmanager
    def _breakable(self, response: httpx.Response) -> Iterator[None]:
        connection = response.extensions["network_stream"].get_extra_info("socket")
        with self._lock:
            self._live.add(connection)
        try:
            yield
        except httpx.HTTPError:
            self.pause(0)
            raise
        finally:
            with self._lock:
                self._live.discard(connection)

    @contextmanager
    def _follow(self, url: str, headers: Mapping[str, str], site: Site) -> Iterator[httpx.Response]:
        for _ in range(REDIRECTS + 1):
            with self._client.stream("GET", url, headers=dict(headers)) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                target = urljoin(url, response.headers["location"])
            self._allow(url, target, site)
            url = target
        raise SiteFailed(f"`{url}`: more than {REDIRECTS} redirects")

    def _allow(self, url: str, target: str, site: Site) -> None:
        """A redirect stays on the hosts that the administrator has named, and does not leave TLS."""
        parts = urlsplit(target)
        if parts.scheme not in _PORTS or "@" in parts.netloc:
            raise SiteFailed(f"`{url}`: redirects to what is not a web address: `{printable(target)}`")
        if site.secure and parts.scheme != "https":
            raise SiteFailed(f"`{url}`: redirects away from TLS: `{printable(target)}`")
        if (parts.hostname, _port(parts)) not in self._places:
            raise SiteFailed(f"`{url}`: redirects to another host: `{printable(target)}`; name that site to allow it")

    def _judge(self, response: httpx.Response, where: str, site: Site) -> None:
        status = response.status_code
        if status in {404, 410}:
            raise SiteFailed(f"{where}: not there", missing=True)
        if status in _BUSY:
            wait_s = _retry_after(response.headers.get("retry-after"))
            if wait_s is not None and wait_s <= self.manners.wait_s:
                site.not_before = max(site.not_before, time.monotonic() + wait_s)
            raise SiteFailed(f"{where}: answered {status}", again=True, wait_s=wait_s)
        if status not in {200, 206, 416}:
            raise SiteFailed(f"{where}: answered {status}")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise SiteFailed(f"{where}: sends a coding that was not asked for")


class _Throttle:
    """Bytes in a second, with at most one second saved up."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._free_at = 0.0
        self._lock = Lock()

    def take(self, count: int) -> float:
        """Seconds to wait before `count` bytes have been paid for."""
        if not self._rate:
            return 0.0
        with self._lock:
            now = time.monotonic()
            self._free_at = max(self._free_at, now - 1.0) + count / self._rate
            return max(0.0, self._free_at - now)


def _retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, which has a number of seconds or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _user_agent(contact: str) -> str:
    return f"Carrel/{__version__} ({contact or 'local'}) httpx/{httpx.__version__}"


def _port(parts: SplitResult) -> int | None:
    """None for a port that is no number."""
    try:
        return parts.port if parts.port is not None else _PORTS.get(parts.scheme)
    except ValueError:
        return None


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "does not answer"
    return printable(str(error)).lower() or type(error).__name__

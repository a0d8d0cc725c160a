"""What every endpoint works with: the ports, the signed-in browsers, and who sent this request."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar, cast
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request

from carrel.doors.http.problems import Rejected
from carrel.doors.http.questions import Question, Work
from carrel.doors.http.sessions import FormTokens, Sessions, WebSession, same
from carrel.doors.http.shelf import Shelf
from carrel.model.errors import AuthenticationFailed, LimitReached
from carrel.model.people import Origin, Principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrel.model.ports import Doors

BODY_BYTES: Final = 1 << 20
"""Largest body of a request."""

BODY_S: Final = 30.0
"""Time in which a request's body must have arrived."""

QUESTIONS: Final = 256
"""Questions that this door has open at once, running or being read; each has a thread. Policy's own limits come long before."""

LOGINS: Final = 4
"""Credentials that are checked at once; each check takes memory and time on purpose."""

TOKEN_HEADER: Final = "x-carrel-token"  # noqa: S105 - a header's name

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Desk:
    """One door's endpoints share one. `port` is that of the door itself, 0 before it is bound."""

    doors: Doors
    shelf: Shelf = field(default_factory=Shelf)
    sessions: Sessions = field(default_factory=Sessions)
    forms: FormTokens = field(default_factory=FormTokens)
    port: int = 0
    _questions: set[Question] = field(default_factory=set)
    _logins: anyio.CapacityLimiter | None = None

    async def verify(self, user: str, secret: str, origin: Origin) -> Principal:
        """Raises AuthenticationFailed."""
        if origin.exposed:
            raise AuthenticationFailed("a password is taken over TLS only", help="use the https address")
        if self._logins is None:
            self._logins = anyio.CapacityLimiter(LOGINS)
        return await anyio.to_thread.run_sync(self.doors.identity.verify_secret, user, secret, origin, limiter=self._logins)

    def ask(self, principal: Principal, origin: Origin, work: Work, *, dialect: str, database: str | None) -> Question:
        """A question that runs in a thread of its own. The caller cancels it when it loses interest."""
        self._questions = {question for question in self._questions if not question.ended}
        if len(self._questions) >= QUESTIONS:
            raise LimitReached("too many questions are open at this door", code="too_many", help="wait until one has ended")
        question = Question(partial(self.doors.gateway.open, principal, origin, dialect=dialect, database=database), work)
        self._questions.add(question)
        return question

    def end_all(self, within_s: float) -> None:
        """Cancels every open question, waits until their answers are closed, and ends what is kept; the state may be closed after that."""
        questions, until = tuple(self._questions), time.monotonic() + within_s
        for question in questions:
            question.cancel()
        for question in questions:
            question.wait(max(0.0, until - time.monotonic()))
        self.shelf.sweep(everything=True)

    def cookie(self, purpose: str, *, secure: bool) -> str:
        """A cookie's name. Browsers send cookies to every port of a host, so the port is part of it."""
        return f"{'__Host-' if secure else ''}carrel-{purpose}-{self.port}"


def desk_of(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


def origin_of(request: Request) -> Origin:
    address = request.client.host if request.client else "local"
    return Origin(door="http", address=address, tls=request.url.scheme == "https")


def session_of(request: Request) -> WebSession | None:
    desk = desk_of(request)
    return desk.sessions.find(request.cookies.get(desk.cookie("session", secure=request.url.scheme == "https")))


async def caller(request: Request) -> Principal:
    """Who asks the API: by HTTP Basic, or the pages' own session.

    Raises:
        AuthenticationFailed: neither was shown, or it is not right.
        Rejected: a session came along with a request that our pages have not sent.
    """
    header = request.headers.get("authorization")
    if header is not None:
        user, secret = _basic(header)
        return await desk_of(request).verify(user, secret, origin_of(request))
    session = session_of(request)
    if session is None:
        raise AuthenticationFailed("no credential was shown", help="send user and secret by HTTP Basic, `curl -u USER`")
    if request.method not in {"GET", "HEAD"}:
        demand_own_page(request)
        demand_token(session, request.headers.get(TOKEN_HEADER, ""))
    return session.principal


def _basic(header: str) -> tuple[str, str]:
    scheme, _, coded = header.partition(" ")
    try:
        user, colon, secret = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise AuthenticationFailed("the Authorization header is not HTTP Basic", help="send user and secret by HTTP Basic, `curl -u USER`")
    return user, secret


def demand_own_page(request: Request) -> None:
    """Raises Rejected unless the browser says that a page of this door sent the request.

    `Sec-Fetch-Site` is asked first: under `Referrer-Policy: no-referrer` browsers send `Origin: null` with a form of our own.
    """
    site = request.headers.get("sec-fetch-site")
    address = f"{request.url.scheme}://{request.headers['host']}"
    if not (site == "same-origin" if site is not None else request.headers.get("origin") == address):
        raise Rejected("the request does not come from a page of this door", code="forged", help="open the page here and send it again")


def demand_token(session: WebSession, given: str) -> None:
    if not same(session.token, given):
        raise Rejected("the form is out of date", code="forged", help="reload the page and send it again")


async def body_of(request: Request) -> bytes:
    """The body, at most `BODY_BYTES`, arrived within `BODY_S`. Raises Rejected."""
    size = request.headers.get("content-length", "0")
    if size.isdigit() and int(size) > BODY_BYTES:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_S):
            return await _read(request)
    except TimeoutError:
        raise Rejected("the body of the request did not arrive in time", code="request_timeout") from None
    except ClientDisconnect:
        raise Rejected("the body of the request broke off") from None


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise _too_large()
    return bytes(body)


def _too_large() -> Rejected:
    return Rejected(f"the request is larger than {BODY_BYTES} bytes", code="content_too_large")


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a posted form. Raises Rejected for another type, a broken encoding or too many fields."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Rejected("a form is expected", code="unsupported_media_type")
    try:
        return dict(parse_qsl((await body_of(request)).decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict"))
    except ValueError:
        raise Rejected("the form cannot be read") from None


async def blocking(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Calls a blocking port in a worker thread."""
    return await anyio.to_thread.run_sync(partial(function, *args, **kwargs))

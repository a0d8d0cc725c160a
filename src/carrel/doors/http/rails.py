"""What holds for every request before any endpoint sees it: which host was meant, which headers go out, and that a fault shows nothing."""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders

from carrel.doors.http.problems import PROBLEM_JSON, Rejected, problem
from carrel.doors.http.questions import internal

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from carrel.model.errors import CarrelError

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Rails:
    """Wraps the application.

    Args:
        hosts: names that this door answers to beside the loopback names, in lower case. Any other Host header is refused, so that a page whose
            name was rebound to this address reaches nothing.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(message)
            await send(message)

        if not self._known(scope):
            error = Rejected("this door does not answer to that host name", code="misdirected", help="use the address that `carrel doors` prints")
            await _refuse(error, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except Exception as error:  # noqa: BLE001 - whatever an endpoint did wrong must not reach a client or a log with a value in it
            fault = internal(error)
            if not started:
                await _refuse(fault, guarded)

    def _known(self, scope: Scope) -> bool:
        named = Headers(scope=scope).getlist("host")
        return len(named) == 1 and is_allowed(named[0], self._hosts)


def is_allowed(header: str, hosts: Collection[str]) -> bool:
    """Whether a Host header names a loopback address or one of `hosts`. The port is not compared: it may have been forwarded."""
    name = host_name(header)
    return name is not None and (is_loopback(name) or name in hosts)


def host_name(header: str) -> str | None:
    """The name in a Host header, lower case, without port and brackets; None where the header is malformed."""
    header = header.strip().lower()
    if header.startswith("["):
        name, bracket, port = header[1:].partition("]")
        port = port.removeprefix(":") if port.startswith(":") or not port else "x"
        fits = bool(bracket)
    else:
        name, _, port = header.partition(":")
        fits = bool(name)
    return name.removesuffix(".") if fits and (port == "" or (port.isascii() and port.isdigit())) else None


def is_loopback(name: str) -> bool:
    """Whether `name` is `localhost` or an address that never leaves this machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _add_headers(message: Message) -> None:
    headers = MutableHeaders(raw=message["headers"])
    for name, value in HEADERS.items():
        headers[name] = value
    headers.setdefault("Cache-Control", "no-store")
    message["headers"] = headers.raw


async def _refuse(error: CarrelError, send: Send) -> None:
    facts = problem(error)
    body = json.dumps(facts).encode()
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": facts["status"], "headers": headers})
    await send({"type": "http.response.body", "body": body})

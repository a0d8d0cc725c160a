"""The door itself: a socket of our own, a server in a thread, TLS where the network begins."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from cryptography import x509
from uvicorn.protocols.http.h11_impl import H11Protocol

from carrel.doors.http import NAME
from carrel.doors.http.desk import Desk
from carrel.doors.http.rails import is_loopback
from carrel.doors.http.shelf import Shelf
from carrel.doors.http.site import build
from carrel.model.errors import BadInput, Conflict, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from carrel.model.ports import Doors

HEAD_S: Final = 20.0
"""A connection that has not sent a whole request head in this time is closed."""

KEEP_ALIVE_S: Final = 15
_STARTED_S: Final = 30.0
_CLOSED_S: Final = 10.0


class HttpDoor:
    """Implements the port Door. On a loopback address plain http; on any other https with the given certificate, and nothing without one."""

    name = NAME

    def __init__(
        self, doors: Doors, *, connections: int = 1000, stall_s: float = 300.0, keep_s: float = 600.0, keep_mb: int = 256, keep_answers: int = 32
    ) -> None:
        """`connections`: how many at once; a further one is told so and closed. `stall_s`: how long a client may take nothing of an answer.
        `keep_s`, `keep_mb`, `keep_answers`: how long an answer is kept at most, how large one may be, and how many there may be."""
        self._doors = doors
        self._connections = connections
        self._stall_s = stall_s
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._desk = Desk(doors, Shelf(doors.scratch, keep_s=keep_s, most_mb=keep_mb, most=keep_answers))

    def start(self, host: str, port: int) -> int:
        """Binds (0: any free port) and serves in threads of its own. Returns the port.

        Raises:
            Conflict: the port is taken.
            BadInput: the address is not one of this machine, or it is not a loopback address and there is no certificate.
        """
        tls = not is_loopback(host)
        if tls and not (self._doors.tls_certificate and self._doors.tls_key):
            raise BadInput(f"the HTTP door does not open on `{host}` without a certificate", help="set tls.certificate and tls.key in carrel.toml")
        listening = _bind(host, port)
        self._desk.port = int(listening.getsockname()[1])
        names = {host.lower()} | (_names(self._doors.tls_certificate) if tls else set())
        try:
            self._serve(listening, names, tls=tls)
        except BaseException:
            listening.close()
            raise
        return self._desk.port

    def _serve(self, listening: socket.socket, names: set[str], *, tls: bool) -> None:
        config = uvicorn.Config(
            build(self._desk, hosts=names), http=_patient(self._stall_s), ws="none", lifespan="off", loop="asyncio", log_config=None, access_log=False,
            proxy_headers=False, server_header=False, limit_concurrency=self._connections, timeout_keep_alive=KEEP_ALIVE_S,
            ssl_certfile=self._doors.tls_certificate if tls else None, ssl_keyfile=self._doors.tls_key if tls else None,
        )
        config.load()  # here, so that a certificate that cannot be read is an error of `start`
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="carrel-http", daemon=True)
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_STARTED_S / 0.01)):
            if server.started or not self._thread.is_alive():
                break
            waited.wait(0.01)
        if not server.started:
            raise Unavailable("the HTTP door did not start")

    def stop(self, grace_s: float = 5.0) -> None:
        """Takes no new connections, lets running answers end for `grace_s` seconds, then cancels and cuts them off. May be called again."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        server.config.timeout_graceful_shutdown = grace_s  # type: ignore[assignment]  # asyncio takes fractions
        server.should_exit = True
        thread.join(grace_s + 1)
        server.force_exit = True
        self._desk.end_all(_CLOSED_S)
        thread.join(_CLOSED_S)
        self._server = self._thread = None


class _Patient(H11Protocol):
    """uvicorn's protocol, with an end to its patience: a connection that sends no whole request head within `HEAD_S` is closed, and one that takes
    nothing of what waits for it for `stall_s` seconds is cut off."""

    stall_s: float
    _deadline: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and self._idle():
            self._expect_head()
        super().data_received(data)
        if self._deadline is not None and not self._idle():
            self._deadline.cancel()
            self._deadline = None

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._deadline, self._stall):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_taking()

    def resume_writing(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
        super().resume_writing()

    def _expect_taking(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._stall = self.loop.call_later(self.stall_s, self._cut_if_nothing_was_taken, waiting)

    def _cut_if_nothing_was_taken(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._expect_taking()
        else:
            self.transport.abort()

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _expect_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_S, self._give_up)

    def _give_up(self) -> None:
        self._deadline = None
        if self._idle() and not self.transport.is_closing():
            self.transport.close()


def _patient(stall_s: float) -> type[_Patient]:
    return type("_Patient", (_Patient,), {"stall_s": stall_s})


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise BadInput(f"`{host}` is not an address") from None
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(socket.SOMAXCONN)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise Conflict(f"port {port} of `{host}` is taken", help="carrel serve --port http=0") from None
        if error.errno == errno.EACCES:
            raise BadInput(f"port {port} may not be opened by this user", help="choose a port above 1023") from None
        raise BadInput(f"`{host}` is not an address of this machine") from None
    return listening


def _names(certificate: Path | None) -> set[str]:
    """The host names and addresses that the certificate stands for, in lower case."""
    if certificate is None:
        return set()
    found: set[str] = set()
    with contextlib.suppress(x509.ExtensionNotFound):
        names = x509.load_pem_x509_certificate(certificate.read_bytes()).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found |= {name.lower() for name in names.get_values_for_type(x509.DNSName)}
        found |= {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return found

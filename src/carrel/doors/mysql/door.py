"""The server: accepts connections, a thread for each, and watches over those that are busy."""

from __future__ import annotations

import _thread
import contextlib
import errno
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from carrel.doors.mysql import packets
from carrel.doors.mysql.connection import Connection, Limits
from carrel.doors.mysql.packets import NATIVE
from carrel.doors.mysql.stream import PacketStream
from carrel.model.errors import BadInput, Conflict, Unavailable
from carrel.model.people import Origin
from carrel.model.ports import Doors

_WATCH_S: Final = 0.2
_CLOSING_S: Final = 4.0
_LOST_S: Final = 15.0
"""A thread that has not come to life by then has died; on a busy machine a live one takes seconds."""

_PATIENCE_S: Final = 10.0
"""How long a client waits for a thread while the server has no memory for one."""

_LOGINS_S: Final = 1.0
"""How long one waits for others to log in."""

_AGAIN_S: Final = 0.1
_HUNG_UP: Final = select.POLLRDHUP | select.POLLHUP | select.POLLERR


class MysqlDoor:
    """The MySQL protocol on a TCP port. Fills the port Door.

    Attributes:
        doors: what the door was handed.
        limits: of each connection.
        tls: None where there is no certificate; then no password in clear is taken.
        allow_clear: whether clients on other machines may go without TLS.
        plugin: the authentication that the greeting names; clients may choose another.
    """

    name = "mysql"

    def __init__(
        self, doors: Doors, *, limits: Limits | None = None, connections: int = 250, strangers: int = 50, idle_s: float | None = None,
        stall_s: float | None = None, handshake_s: float | None = None, allow_clear: bool = False, plugin: str = NATIVE,
    ) -> None:
        """`connections`: how many at once; a further one is told so and closed. `strangers`: how many that have not logged in, which take no place of those.
        `idle_s`, `stall_s` and `handshake_s` go before those of `limits`."""
        self.doors = doors
        limits = limits or Limits()
        self.limits = replace(limits, idle_s=idle_s or limits.idle_s, stall_s=stall_s or limits.stall_s, handshake_s=handshake_s or limits.handshake_s)
        self.plugin = plugin
        self.tls = _context(doors)
        self.allow_clear = allow_clear
        self._most = connections
        self._most_strangers = strangers
        self._listener: socket.socket | None = None
        self._lock = threading.Lock()
        self._open: set[Connection] = set()
        self._arriving: dict[Connection, float] = {}
        self._busy: set[Connection] = set()
        self._waiting_helps = True
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, host: str, port: int) -> int:
        """Binds (0: any free port) and serves in threads of its own. Returns the port.

        Raises:
            Conflict: it is taken.
            BadInput: nobody could come in at this address, as there is no certificate.
        """
        if self.tls is None and not self.allow_clear and Origin(door=self.name, address="127.0.0.1" if host == "localhost" else host).exposed:
            raise BadInput(f"the MySQL door does not open on `{host}` without a certificate", help="set tls.certificate and tls.key in carrel.toml")
        self._listener = _listen(host, port)
        for target in (self._accept, self._watch):
            thread = threading.Thread(target=target, name=f"mysql{target.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)
        bound: int = self._listener.getsockname()[1]
        return bound

    def stop(self, grace_s: float = 5.0) -> None:
        """Takes no more connections, lets running answers end for `grace_s` seconds, then stops them."""
        self._stopping.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        end = time.monotonic() + grace_s
        with self._lock:
            idle = [connection for connection in self._open if connection not in self._busy]
        for connection in idle:
            connection.hang_up()
        while self._any_busy() and time.monotonic() < end:
            time.sleep(0.02)
        with self._lock:
            left = set(self._open)
        for connection in left:
            connection.hang_up()
        end = time.monotonic() + _CLOSING_S
        while self._open and time.monotonic() < end:
            time.sleep(0.02)
        for thread in self._threads:
            thread.join(2.0)

    # for connections

    @contextlib.contextmanager
    def busy(self, connection: Connection) -> Iterator[None]:
        """While it lasts, a client that hangs up is noticed and its statement stopped."""
        with self._lock:
            self._busy.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(connection)

    def disconnect(self, number: int) -> None:
        """Ends the connection with this id, if it is one of ours."""
        with self._lock:
            found = [connection for connection in self._open if connection.number == number]
        for connection in found:
            connection.stream.shut()

    # threads

    def _accept(self) -> None:
        assert self._listener is not None
        while not self._stopping.is_set():
            try:
                client, address = self._listener.accept()
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ECONNABORTED):
                    self._stopping.wait(0.05)
                    continue
                return
            self._receive(client, str(address[0]))

    def _receive(self, client: socket.socket, address: str) -> None:
        if not self._has_room():
            _turn_away(client)
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        stream = PacketStream(client, limit=0, idle_s=self.limits.idle_s, stall_s=self.limits.stall_s)
        connection = Connection(stream, address, self)
        with self._lock:
            self._open.add(connection)
        if not self._begin(connection):
            self._forget(connection)
            _turn_away(client)

    def _has_room(self) -> bool:
        """Whether there is a place. Many who log in at the same moment wait for it; those who come while strangers hold the places do not."""
        end = time.monotonic() + _LOGINS_S
        while not self._stopping.is_set():
            with self._lock:
                strangers = sum(connection.stranger for connection in self._open)
                if len(self._open) - strangers >= self._most:
                    return False
            if strangers < self._most_strangers:
                self._waiting_helps = True
                return True
            self._waiting_helps = self._waiting_helps and time.monotonic() < end
            if not self._waiting_helps:
                return False
            self._stopping.wait(_AGAIN_S / 4)
        return False

    def _begin(self, connection: Connection) -> bool:
        """Starts the connection's thread; those who come after it wait while there is no memory for one."""
        end = time.monotonic() + _PATIENCE_S
        while not self._stopping.is_set():
            with self._lock:
                self._arriving[connection] = time.monotonic()
            try:
                # `threading` would wait here for the new thread to say that it runs, and for ever where it has died at once for want of memory.
                _thread.start_new_thread(self._serve, (connection,))
            except (RuntimeError, MemoryError):
                if time.monotonic() > end:
                    return False
                self._stopping.wait(_AGAIN_S)
            else:
                return True
        return False

    def _serve(self, connection: Connection) -> None:
        try:
            with self._lock:
                del self._arriving[connection]
            connection.run()
        finally:
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        with self._lock:
            self._arriving.pop(connection, None)
            self._open.discard(connection)

    def _drop_the_lost(self) -> None:
        """Closes connections whose thread has not come to life, so that their clients do not wait for ever."""
        with self._lock:
            lost = [connection for connection, since in self._arriving.items() if time.monotonic() - since > _LOST_S]
        for connection in lost:
            self._forget(connection)
            connection.stream.shut()
            connection.stream.close()

    def _watch(self) -> None:
        """Looks at the sockets of busy connections: a client that hung up has its statement stopped."""
        while not self._stopping.wait(_WATCH_S):
            self._drop_the_lost()
            with self._lock:
                watched = {connection.stream.fileno(): connection for connection in self._busy}
            watched.pop(-1, None)
            if not watched:
                continue
            poll = select.poll()
            for number in watched:
                poll.register(number, _HUNG_UP)
            for number, _ in poll.poll(0):
                self._stop_if_busy(watched[number])

    def _stop_if_busy(self, connection: Connection) -> None:
        with self._lock:
            still = connection in self._busy
        if still:
            connection.hang_up()

    def _any_busy(self) -> bool:
        with self._lock:
            return bool(self._busy)


def _context(doors: Doors) -> ssl.SSLContext | None:
    if doors.tls_certificate is None or doors.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(doors.tls_certificate, doors.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise Unavailable("the certificate or its key cannot be read", help="see the settings `tls.certificate` and `tls.key`") from error
    return context


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise Conflict(f"port {port} of `{host}` cannot be opened: {error.strerror}", help="choose another with `--port mysql=N`; 0 takes any") from error


def _turn_away(client: socket.socket) -> None:
    payload = packets.error(1040, "08004", "Too many connections")
    with client, contextlib.suppress(OSError):
        client.settimeout(0.5)
        client.sendall(len(payload).to_bytes(3, "little") + b"\0" + payload)

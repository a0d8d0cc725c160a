"""Bytes to packets and back: lengths, sequence numbers, packets of 16 MiB and more, TLS, compression. It knows nothing of what a packet says.

A packet is 3 bytes length, 1 byte sequence number, payload; a payload of 2**24 - 1 bytes goes on in the next packet.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from typing import Final

from carrel.doors.mysql import squeezing
from carrel.doors.mysql.squeezing import Squeezed
from carrel.doors.mysql.wire import Closed, WireError

MAX_CHUNK: Final = 0xFFFFFF
_FLUSH_BYTES: Final = 64 * 1024


class PacketStream:
    """One connection's packets. Writing is for one thread at a time; `shut` may come from any.

    Attributes:
        limit: the longest payload that is read, in bytes.
        idle_s: how long one wait lasts at most, where there is no deadline.
        deadline: `time.monotonic()` until which a whole packet must have come; None: each wait lasts at most `idle_s`.
        sequence: number of the next packet.
    """

    def __init__(self, sock: socket.socket, *, limit: int, idle_s: float, stall_s: float) -> None:
        self._socket = sock
        self.idle_s = idle_s
        self._stall_s = stall_s
        self._out = bytearray()
        self._room: memoryview | None = None
        self._squeezed: Squeezed | None = None
        self.limit = limit
        self.deadline: float | None = None
        self.sequence = 0

    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def encrypted(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket)

    def begin(self) -> None:
        """A new command: numbers begin at 0."""
        self.sequence = 0
        self._room = None
        if self._squeezed is not None:
            self._squeezed.sequence = 0

    def compress(self) -> None:
        """From here on both sides compress."""
        if self._squeezed is None:
            self._squeezed = Squeezed()

    def ready(self, seconds: float) -> bool:
        """Waits for the peer to send something, or to go; False when it has done neither in this time."""
        if (self._squeezed is not None and self._squeezed.held) or (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
            return True
        poll = select.poll()
        poll.register(self._socket.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(seconds * 1000))

    def read(self) -> bytes:
        """The next payload.

        Raises:
            Closed: the peer went away or let the time pass.
            WireError: the sequence number is not the expected one, or the payload is longer than `limit`.
        """
        parts: list[bytes] = []
        size = 0
        while True:
            header = self._receive(4)
            length = int.from_bytes(header[:3], "little")
            if header[3] != self.sequence:
                raise WireError(1156, "08S01", "Got packets out of order")
            self.sequence = (self.sequence + 1) & 0xFF
            size += length
            if size > self.limit:
                raise WireError(1153, "08S01", "Got a packet bigger than 'max_allowed_packet' bytes")
            parts.append(self._receive(length))
            if length < MAX_CHUNK:
                return parts[0] if len(parts) == 1 else b"".join(parts)

    def write(self, payload: bytes) -> None:
        """Adds a payload; `flush` sends it."""
        for start in range(0, len(payload) + 1, MAX_CHUNK):
            chunk = payload[start : start + MAX_CHUNK]
            self._out += len(chunk).to_bytes(3, "little")
            self._out.append(self.sequence)
            self._out += chunk
            self.sequence = (self.sequence + 1) & 0xFF
        if len(self._out) >= _FLUSH_BYTES:
            self.flush()

    def write_framed(self, framed: bytes | memoryview, packets: int) -> None:
        """Sends bytes that are `packets` whole packets already, numbered from `sequence` on."""
        self.flush()
        self._send(memoryview(framed))
        self.sequence = (self.sequence + packets) & 0xFF

    def room(self, size: int) -> memoryview:
        """Memory to frame packets in, the same until the next command begins."""
        if self._room is None or len(self._room) < size:
            self._room = memoryview(bytearray(size))
        return self._room

    def flush(self) -> None:
        """Sends what was written. Raises Closed when the peer is gone or takes nothing for `stall_s` seconds."""
        if self._out:
            out, self._out = self._out, bytearray()
            self._send(memoryview(out))

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Goes on in TLS. Nothing was read beyond the last packet, so nothing sent in clear can pass as encrypted."""
        self._socket.settimeout(self._patience())
        try:
            self._socket = context.wrap_socket(self._socket, server_side=True)
        except (OSError, ValueError) as error:
            raise Closed from error

    def shut(self) -> None:
        """Ends the connection in both directions; a thread that waits on it goes on with Closed."""
        try:
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:
            return

    def close(self) -> None:
        self._socket.close()

    def _patience(self) -> float:
        if self.deadline is None:
            return self.idle_s
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Closed
        return left

    def _receive(self, length: int) -> bytes:
        if self._squeezed is None:
            return self._raw(length)
        while len(self._squeezed.held) < length:
            header = self._raw(squeezing.HEADER)
            self._squeezed.take(header, self._raw(squeezing.length(header)))
        return self._squeezed.give(length)

    def _raw(self, length: int) -> bytes:
        buffer = bytearray()
        while len(buffer) < length:
            try:
                self._socket.settimeout(self._patience())
                chunk = self._socket.recv(min(length - len(buffer), 1 << 20))
            except (OSError, ValueError) as error:
                raise Closed from error
            if not chunk:
                raise Closed
            buffer += chunk
        return bytes(buffer)

    def _send(self, data: memoryview) -> None:
        if self._squeezed is None:
            self._put(data)
            return
        for start in range(0, len(data), squeezing.MOST):
            self._put(memoryview(self._squeezed.wrap(data[start : start + squeezing.MOST])))

    def _put(self, data: memoryview) -> None:
        while data:
            try:
                self._socket.settimeout(self._stall_s)
                sent = self._socket.send(data[: 1 << 20])
            except (OSError, ValueError) as error:
                raise Closed from error
            data = data[sent:]


__all__ = ["MAX_CHUNK", "Closed", "PacketStream", "WireError"]

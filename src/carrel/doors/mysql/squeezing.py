"""The compressed protocol: packets of the ordinary one, or parts of them, in frames that are packed by zlib where that makes them smaller.

A frame is 3 bytes length as sent, 1 byte number of its own, 3 bytes length when unpacked (0: it is not packed), data.
"""

from __future__ import annotations

import zlib
from typing import Final

from carrel.doors.mysql.wire import WireError

HEADER: Final = 7
MOST: Final = 1 << 20
"""Bytes that are packed at once."""

_LEAST: Final = 50
"""Fewer bytes are sent as they are, as MariaDB does."""

_LEVEL: Final = 1


def length(header: bytes) -> int:
    """Of the data that follows a frame's header."""
    return int.from_bytes(header[:3], "little")


class Squeezed:
    """One connection's frames, both ways.

    Attributes:
        sequence: number of the next frame.
        held: unpacked, and not yet given.
    """

    def __init__(self) -> None:
        self.sequence = 0
        self.held = bytearray()

    def take(self, header: bytes, data: bytes) -> None:
        """Unpacks a frame; never to more than its header says, which is below 16 MiB.

        Raises:
            WireError: it is out of order, or not what its header says.
        """
        if header[3] != self.sequence:
            raise WireError(1156, "08S01", "Got packets out of order")
        self.sequence = (self.sequence + 1) & 0xFF
        size = int.from_bytes(header[4:7], "little")
        self.held += self._unpack(data, size) if size else data

    def give(self, count: int) -> bytes:
        given = bytes(self.held[:count])
        del self.held[:count]
        return given

    def wrap(self, data: memoryview) -> bytes:
        """A frame."""
        packed = zlib.compress(data, _LEVEL) if len(data) >= _LEAST else b""
        small = bool(packed) and len(packed) < len(data)
        body: bytes | memoryview = packed if small else data
        header = len(body).to_bytes(3, "little") + bytes((self.sequence,)) + (len(data) if small else 0).to_bytes(3, "little")
        self.sequence = (self.sequence + 1) & 0xFF
        return header + bytes(body)

    @staticmethod
    def _unpack(data: bytes, size: int) -> bytes:
        unpacker = zlib.decompressobj()
        try:
            found = unpacker.decompress(data, size + 1)
        except zlib.error:
            found = b""
        if len(found) != size or not unpacker.eof:
            raise WireError(1157, "08S01", "Couldn't uncompress communication packet")
        return found

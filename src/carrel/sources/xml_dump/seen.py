"""Which numbers of 32 bits have come already: a bit for each, in memory that the system gives when a block of them is first touched."""

from __future__ import annotations

import mmap
import struct
from typing import Final

_BYTES: Final = 1 << 29
_PER_BLOCK: Final = 32_768
"""Numbers whose bits are one page of memory."""

_BLOCKS: Final = 131_072
_MOST: Final = 16_384
"""Blocks that may be touched: 64 MiB, half a thousand million numbers. Of what is beyond nothing is known here; the lake finds equal keys when it sorts."""

_COUNTS: Final = struct.Struct("=II")
_NO_RESERVE: Final = getattr(mmap, "MAP_NORESERVE", 0)


class Seen:
    """Attributes:
        bits: a bit for each number.
        touched: a byte for each block, then how many of them are set and how many may be: two numbers of 32 bits. The native scanner writes it too.
    """

    def __init__(self, most: int = _MOST) -> None:
        self.bits = mmap.mmap(-1, _BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NO_RESERVE)
        self.touched = bytearray(_BLOCKS + _COUNTS.size)
        _COUNTS.pack_into(self.touched, _BLOCKS, 0, most)

    def mark(self, number: int) -> bool:
        """Whether it is new; from now on it is not."""
        block, place, bit = number // _PER_BLOCK, number >> 3, 1 << (number & 7)
        if not self.touched[block]:
            count, most = _COUNTS.unpack_from(self.touched, _BLOCKS)
            if count >= most:
                return True
            self.touched[block] = 1
            _COUNTS.pack_into(self.touched, _BLOCKS, count + 1, most)
        if self.bits[place] & bit:
            return False
        self.bits[place] |= bit
        return True

    def forget(self, number: int) -> None:
        """It counts as new again."""
        if self.touched[number // _PER_BLOCK]:
            self.bits[number >> 3] &= ~(1 << (number & 7))

"""The optional native scanner `_scan`, and the choice between it and its twin.

It was compiled when the package was installed where a C compiler was at hand. `PureScanner` is used where it is not there, where `CARREL_PURE=1` is set,
and where checksums are to be compared.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import pyarrow as pa

from carrel.sources.xml_dump.columns import Batch, from_buffers
from carrel.sources.xml_dump.options import Options
from carrel.sources.xml_dump.scan import Outcome, PureScanner, Scanner
from carrel.sources.xml_dump.seen import Seen

try:
    from carrel.sources.xml_dump import _scan as compiled
except ImportError:
    compiled = None  # type: ignore[assignment]

_TABLES = ("revision", "text", "page")


def available() -> bool:
    return compiled is not None and os.environ.get("CARREL_PURE") != "1"


def new_scanner(namespaces: Sequence[tuple[int, bytes]], pages: Seen, revisions: Seen, options: Options) -> Scanner:
    if available() and not options.check_sha1:
        return NativeScanner(namespaces, pages, revisions, text=options.text)
    return PureScanner(namespaces, pages, revisions, text=options.text, sha1=options.check_sha1)


def remember(seen: Seen, numbers: pa.Array) -> None:
    """All of the numbers, of 32 bits and none NULL, count as seen."""
    if available():
        data = numbers.buffers()[1]
        compiled.mark(seen.bits, seen.touched, memoryview(data)[4 * numbers.offset:4 * (numbers.offset + len(numbers))] if data is not None else b"")
    else:
        for number in numbers.to_pylist():
            seen.mark(number)


class NativeScanner:
    """`scan.Scanner` by the native one."""

    def __init__(self, namespaces: Sequence[tuple[int, bytes]], pages: Seen, revisions: Seen, *, text: bool = True) -> None:
        self._scanner = compiled.Scanner(list(namespaces), text, pages.bits, pages.touched, revisions.bits, revisions.touched)
        self.head = self._scanner.head
        self.leave = self._scanner.leave
        self.drop = self._scanner.drop
        self.settle = self._scanner.settle
        self.ended = self._scanner.ended
        self.open = self._scanner.open

    def scan(self, data: bytes, start: int, rows: int, held: int) -> tuple[int, Outcome]:
        place, outcome = self._scanner.scan(data, start, rows, held)
        return place, Outcome(outcome)

    def take(self) -> Iterator[Batch]:
        if not self._scanner.holds():
            return
        for table, (rows, columns) in zip(_TABLES, self._scanner.take(), strict=True):
            if rows:
                yield table, from_buffers(table, rows, columns)

    def settled(self) -> dict[str, int]:
        return dict(zip(_TABLES, self._scanner.settled(), strict=True))

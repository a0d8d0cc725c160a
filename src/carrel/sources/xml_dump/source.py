"""Rebuilds page, revision and text, or logging, from an export. What the file does not say is NULL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from carrel.io.streams import open_stream
from carrel.model.ports import SourceTable
from carrel.sources.xml_dump.layout import PAGES, QUARANTINE, schema, table
from carrel.sources.xml_dump.native import remember
from carrel.sources.xml_dump.options import Options
from carrel.sources.xml_dump.reading import Common, Reading


class Load:
    """The files of one load, each page and revision of which comes once.

    Attributes:
        aside: pages that were set aside, in a lenient load.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._common = Common()

    def remember(self, table: str, numbers: pa.Array) -> None:
        """Numbers of pages, revisions or log items that an interrupted load of the same files has landed."""
        seen = {"page": self._common.pages, "revision": self._common.revisions, "logging": self._common.logs}
        remember(seen[table], numbers)

    @property
    def aside(self) -> int:
        return self._common.aside

    def tables(self, file: Path, database: str, progress: Callable[[int], None], *, resume: str | None = None) -> Iterator[SourceTable]:
        """The tables with their rows, in turns; see `model.ports.Source`."""
        with open_stream(file) as stream:
            reading = Reading(stream, self._options, self._common, resume)
            seen: set[str] = set()
            for name, batch in reading.batches():
                progress(stream.consumed())
                seen.add(name)
                yield _source_table(database, name, batch, reading.mark)
            progress(stream.consumed())
            for name in self._empty(seen):
                yield _source_table(database, name, pa.RecordBatch.from_pylist([], schema(name)))

    def _empty(self, seen: set[str]) -> list[str]:
        """Tables that are there although nothing came for them: a file without log items is an export of pages."""
        expected = () if "logging" in seen else PAGES if self._options.text else ("page", "revision")
        return [name for name in (*expected, *([QUARANTINE] if self._options.lenient else [])) if name not in seen]


def tables(file: Path, database: str, progress: Callable[[int], None], *, resume: str | None = None) -> Iterator[SourceTable]:
    """One file, as if it were the only one."""
    return Load(Options()).tables(file, database, progress, resume=resume)


def together(**options: Any) -> Load:
    """The files of one load; `options` are those of `Options`."""
    return Load(Options(**options))


def _source_table(database: str, name: str, batch: pa.RecordBatch, mark: str | None = None) -> SourceTable:
    return SourceTable(table=table(database, name), batches=lambda: iter((batch,)), mark=lambda: mark)

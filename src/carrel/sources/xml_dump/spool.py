"""Batches of a page that is not at its end: on disk until it is known whether they stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO

import pyarrow as pa
from pyarrow import ipc

from carrel.sources.xml_dump.columns import Batch


class Spool:
    """A temporary file that has no name."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: list[tuple[str, int]] = []

    def __bool__(self) -> bool:
        return bool(self._places)

    def add(self, table: str, batch: pa.RecordBatch) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._places.append((table, self._file.tell()))
        with ipc.new_stream(self._file, batch.schema) as out:
            out.write_batch(batch)

    def take(self) -> Iterator[Batch]:
        """What was put in; nothing is left."""
        if self._file is None:
            return
        for table, place in self._places:
            self._file.seek(place)
            yield table, ipc.open_stream(self._file).read_next_batch()
        self._places = []
        self._file.seek(0)
        self._file.truncate()

    def drop(self, forget: Callable[[int], None]) -> None:
        """Throws it away; `forget` is told the number of each revision."""
        for table, batch in self.take():
            if table == "revision":
                for number in batch.column("rev_id").to_pylist():
                    forget(number)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

"""The rows of a prepared statement that a client fetches in parts. The engine is read no further than the client asks."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pyarrow as pa

from carrel.doors.mysql.binary import send_batch
from carrel.doors.mysql.stream import PacketStream
from carrel.doors.mysql.types import WireType
from carrel.model.queries import Done, Rows


class Cursor:
    """An open answer. Whoever made it closes it.

    Args:
        answers: the session's, of which `rows` is the one answer.
        batches: of `rows`, as the client reads them.
        kinds: of the columns that the client was told.
    """

    def __init__(self, answers: Iterator[Rows | Done], rows: Rows, batches: Iterator[pa.RecordBatch], kinds: list[WireType]) -> None:
        self._answers = answers
        self._rows = rows
        self._kinds = kinds
        self._batches = batches
        self._left: pa.RecordBatch | None = None

    def send(self, stream: PacketStream, count: int) -> bool:
        """Sends the next `count` rows, or as many as there are. Gives whether the last one has been sent.

        Raises:
            CarrelError: of the statement, or since the asker's rights have ended; the cursor is then to be closed.
            Closed: the client has gone.
        """
        self._rows.check()
        while count > 0 and self._more():
            assert self._left is not None
            part = self._left.slice(0, count)
            send_batch(stream, part, self._kinds)
            count -= part.num_rows
            self._left = self._left.slice(part.num_rows)
        return not self._more()

    def close(self) -> None:
        try:
            self._rows.close()
        finally:
            if isinstance(self._answers, Generator):
                self._answers.close()

    def _more(self) -> bool:
        while self._left is None or not self._left.num_rows:
            self._left = next(self._batches, None)
            if self._left is None:
                return False
        return True

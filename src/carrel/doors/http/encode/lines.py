"""Lines of text, one per row: by the native row writer where it is there, else by Arrow's functions."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors import _native
from carrel.doors.http.encode.base import Piece, TextFormat
from carrel.doors.http.encode.values import BINARY, data_of, shape_of, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from carrel.model.queries import ResultColumn

_NOTHING = pa.scalar(b"", BINARY)


class Lines(TextFormat):
    """A format with one line per row; `rows` makes them by Arrow's functions."""

    def __init__(self, columns: Sequence[ResultColumn], manifest: Mapping[str, str] | None = None) -> None:
        super().__init__(columns, manifest)
        self._out: memoryview | None = None

    @abstractmethod
    def writer(self) -> Callable[[tuple[_native.Described, ...], int, int, memoryview], tuple[int, int] | None]:
        """The native writer of this format's lines."""

    def pieces(self, batch: pa.RecordBatch) -> Iterator[Piece]:
        if not _native.available():
            yield from super().pieces(batch)
            return
        if self._out is None:
            self._out = memoryview(bytearray(_native.OUT_BYTES))
        columns = tuple(self._described(batch.column(place), place) for place in range(batch.num_columns))
        write, start = self.writer(), 0
        while start < batch.num_rows:
            written = write(columns, start, batch.num_rows, self._out)
            if written is None:  # a year before 1000
                yield from super().pieces(batch.slice(start))
                return
            end, size = written
            if end > start:
                yield bytes(self._out[:size])
            else:
                end = start + 1
                yield self.rows(batch.slice(start, 1))
            start = end

    def _described(self, array: pa.Array, place: int) -> _native.Described:
        column = self.columns[place]
        shape = shape_of(column)
        if pa.types.is_boolean(array.type):
            array = array.cast(pa.uint8())
        return _native.describe(array, places=shape.places, slow=lambda: text(array, column).cast(pa.binary()), plain=not shape.zeros)


def lines(cells: list[pa.Array], between: pa.Scalar, end: pa.Scalar) -> bytes:
    """One line per row, from columns without NULL."""
    row = pc.binary_join_element_wise(*cells, between) if len(cells) > 1 else cells[0]
    ended = pc.binary_join_element_wise(row, _NOTHING, end)
    return data_of(ended)

"""Whether rows come in the order of their key already, so that nothing need be sorted: dumps are nearly always written that way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


class Order:
    """Watches the rows of a table go by.

    Args:
        key: columns; none: any order is the right one.

    Attributes:
        kept: whether every row's key so far was greater than that of the row before it, without NULLs.
    """

    def __init__(self, key: Sequence[str]) -> None:
        self.key = tuple(key)
        self.kept = True
        self._last: pa.RecordBatch | None = None

    def see(self, batch: pa.RecordBatch) -> None:
        """The next rows."""
        if not self.kept or not self.key or not batch.num_rows:
            return
        keys = batch.select(list(self.key))
        if self._last is not None and not _rises(pa.concat_batches([self._last, keys.slice(0, 1)])):
            self.kept = False
            return
        self.kept = _rises(keys)
        self._last = keys.slice(keys.num_rows - 1)

    def go_on(self, kept: bool, files: Sequence[Path]) -> None:
        """Takes the watch up again after the rows of some files."""
        self.kept = kept
        if kept and self.key and files:
            with pq.ParquetFile(files[-1]) as file:
                rows = file.read_row_group(file.num_row_groups - 1, columns=list(self.key)).combine_chunks().to_batches()
            if rows:
                self._last = rows[-1].select(list(self.key)).slice(rows[-1].num_rows - 1)


def _rises(keys: pa.RecordBatch) -> bool:
    """Whether each row's key is greater than the one before it, compared column by column, texts by their bytes."""
    if any(column.null_count for column in keys.columns):
        return False
    columns = [column.cast(pa.binary()) if pa.types.is_string(column.type) else column for column in keys.columns]
    rises: pa.Array | None = None
    for column in reversed(columns):
        before, after = column[:-1], column[1:]
        greater = pc.greater(after, before)
        rises = greater if rises is None else pc.or_(greater, pc.and_(pc.equal(after, before), rises))
    assert rises is not None
    return bool(pc.all(rises, min_count=0).as_py())

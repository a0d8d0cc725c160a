"""Arrow's stream and Parquet, for programs. Types are those of `Carrel-Columns`; headings that come again get `_2`, `_3`, as in JSON lines.

A text's bytes that are no UTF-8 stay as the code points U+10FE00+byte, as in JSON lines.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from carrel.doors.http.encode.base import Format
from carrel.doors.http.encode.jsonlines import unique

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carrel.model.queries import ResultColumn

MESSAGE_BYTES = 1 << 22
"""Aim for the most of one message of Arrow's stream."""
GROUP_BYTES = 1 << 24
"""Of Arrow's memory that one row group of Parquet is made from."""


class _Sink(io.RawIOBase):
    """Collects what a writer writes; `taken` empties it."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]  # Arrow hands over bytes or a buffer
        self._parts.append(piece)
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._place

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class ArrowStream(Format):
    media_type: ClassVar[str] = "application/vnd.apache.arrow.stream"
    suffix: ClassVar[str] = "arrows"
    compression: ClassVar[str | None] = None

    def __init__(self, columns: Sequence[ResultColumn]) -> None:
        super().__init__(columns)
        self._schema = schema_of(columns)
        self._sink = _Sink()
        self._writer = pa.ipc.new_stream(self._sink, self._schema, options=pa.ipc.IpcWriteOptions(compression=self.compression))

    def head(self) -> bytes:
        return b""  # the schema comes with the first piece

    def rows(self, batch: pa.RecordBatch) -> bytes:
        self._writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=self._schema))
        return self._sink.taken()

    def pieces(self, batch: pa.RecordBatch) -> Iterator[bytes]:
        step = max(1, batch.num_rows * MESSAGE_BYTES // max(1, batch.nbytes))
        for start in range(0, batch.num_rows, step):
            yield self.rows(batch.slice(start, step))

    def tail(self) -> bytes:
        self._writer.close()
        return self._sink.taken()


class ArrowStreamLz4(ArrowStream):
    media_type: ClassVar[str] = "application/vnd.apache.arrow.stream;codec=lz4"
    compression: ClassVar[str | None] = "lz4"


class ArrowStreamZstd(ArrowStream):
    media_type: ClassVar[str] = "application/vnd.apache.arrow.stream;codec=zstd"
    compression: ClassVar[str | None] = "zstd"


class Parquet(Format):
    media_type: ClassVar[str] = "application/vnd.apache.parquet"
    suffix: ClassVar[str] = "parquet"

    def __init__(self, columns: Sequence[ResultColumn]) -> None:
        super().__init__(columns)
        self._schema = schema_of(columns)
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(self._sink, self._schema, compression="zstd")
        self._held: list[pa.RecordBatch] = []
        self._bytes = 0

    def head(self) -> bytes:
        return b""

    def rows(self, batch: pa.RecordBatch) -> bytes:
        """Bytes come when a row group is full."""
        self._held.append(pa.RecordBatch.from_arrays(batch.columns, schema=self._schema))
        self._bytes += batch.nbytes
        if self._bytes >= GROUP_BYTES:
            self._write()
        return self._sink.taken()

    def pieces(self, batch: pa.RecordBatch) -> Iterator[bytes]:
        piece = self.rows(batch)
        if piece:
            yield piece

    def tail(self) -> bytes:
        self._write()
        self._writer.close()
        return self._sink.taken()

    def _write(self) -> None:
        if self._held:
            self._writer.write_table(pa.Table.from_batches(self._held))
        self._held = []
        self._bytes = 0


def schema_of(columns: Sequence[ResultColumn]) -> pa.Schema:
    names = unique([column.name for column in columns])
    return pa.schema([pa.field(name, column.type) for name, column in zip(names, columns, strict=True)])

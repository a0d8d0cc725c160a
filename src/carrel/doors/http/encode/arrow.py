"""Arrow's stream and Parquet, for programs. Types are those of `Carrel-Columns`; headings that come again get `_2`, `_3`, as in JSON lines.

A text's bytes that are no UTF-8 stay as the code points U+10FE00+byte, as in JSON lines.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, ClassVar, Final

import pyarrow as pa
import pyarrow.parquet as pq

from carrel.doors.http.encode.base import Format, Piece
from carrel.doors.http.encode.jsonlines import unique

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carrel.model.queries import ResultColumn

MESSAGE_BYTES = 1 << 22
"""Aim for the most of one message of Arrow's stream."""
GROUP_BYTES = 1 << 24
"""Of Arrow's memory that one row group of Parquet is made from."""
_END: Final = b"\xff\xff\xff\xff\0\0\0\0"
"""What ends Arrow's stream."""


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
    """Schema, a message per batch, and an end: what Arrow's own writer writes, each message made in place."""

    media_type: ClassVar[str] = "application/vnd.apache.arrow.stream"
    suffix: ClassVar[str] = "arrows"

    def __init__(self, columns: Sequence[ResultColumn], manifest: Mapping[str, str] | None = None) -> None:
        super().__init__(columns, manifest)
        self._schema = schema_of(columns, manifest)

    def head(self) -> bytes:
        return memoryview(self._schema.serialize()).tobytes()

    def rows(self, batch: pa.RecordBatch) -> Piece:
        return memoryview(pa.RecordBatch.from_arrays(batch.columns, schema=self._schema).serialize())

    def pieces(self, batch: pa.RecordBatch) -> Iterator[Piece]:
        step = max(1, batch.num_rows * MESSAGE_BYTES // max(1, batch.nbytes))
        for start in range(0, batch.num_rows, step):
            yield self.rows(batch.slice(start, step))

    def tail(self) -> bytes:
        return _END


class Compressed(ArrowStream):
    """The same with each column's buffers compressed."""

    compression: ClassVar[str]

    def __init__(self, columns: Sequence[ResultColumn], manifest: Mapping[str, str] | None = None) -> None:
        super().__init__(columns, manifest)
        self._sink = _Sink()
        self._writer = pa.ipc.new_stream(self._sink, self._schema, options=pa.ipc.IpcWriteOptions(compression=self.compression))

    def head(self) -> bytes:
        return b""  # the schema comes with the first piece

    def rows(self, batch: pa.RecordBatch) -> Piece:
        self._writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=self._schema))
        return self._sink.taken()

    def tail(self) -> bytes:
        self._writer.close()
        return self._sink.taken()


class ArrowStreamLz4(Compressed):
    media_type: ClassVar[str] = "application/vnd.apache.arrow.stream;codec=lz4"
    compression: ClassVar[str] = "lz4"


class ArrowStreamZstd(Compressed):
    media_type: ClassVar[str] = "application/vnd.apache.arrow.stream;codec=zstd"
    compression: ClassVar[str] = "zstd"


class Parquet(Format):
    media_type: ClassVar[str] = "application/vnd.apache.parquet"
    suffix: ClassVar[str] = "parquet"

    def __init__(self, columns: Sequence[ResultColumn], manifest: Mapping[str, str] | None = None) -> None:
        super().__init__(columns, manifest)
        self._schema = schema_of(columns, manifest)
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(self._sink, self._schema, compression="zstd")
        self._held: list[pa.RecordBatch] = []
        self._bytes = 0

    def head(self) -> bytes:
        return b""

    def rows(self, batch: pa.RecordBatch) -> Piece:
        """Bytes come when a row group is full."""
        self._held.append(pa.RecordBatch.from_arrays(batch.columns, schema=self._schema))
        self._bytes += batch.nbytes
        if self._bytes >= GROUP_BYTES:
            self._write()
        return self._sink.taken()

    def pieces(self, batch: pa.RecordBatch) -> Iterator[Piece]:
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


def schema_of(columns: Sequence[ResultColumn], manifest: Mapping[str, str] | None = None) -> pa.Schema:
    names = unique([column.name for column in columns])
    return pa.schema([pa.field(name, column.type) for name, column in zip(names, columns, strict=True)], metadata=manifest)

"""Rows as bytes, in the forms that people keep. Each writer streams, one batch at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from carrel.model.queries import Rows

Writer = Callable[[Rows, BinaryIO], None]


def tsv(rows: Rows, out: BinaryIO) -> None:
    """As the mysql client's --batch: tab, newline, NUL and backslash are escaped, NULL is the word."""
    out.write("\t".join(column.name for column in rows.columns).encode() + b"\n")
    for batch in rows.batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            out.write("\t".join(map(_tsv_cell, row)).encode() + b"\n")


def _tsv_cell(value: Any) -> str:
    if value is None:
        return "NULL"
    return text(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\0", "\\0")


def text(value: Any) -> str:
    """A value as people read it; bytes that are no characters are marked."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value)


def csv(rows: Rows, out: BinaryIO) -> None:
    with pa_csv.CSVWriter(out, _schema(rows)) as writer:
        for batch in rows.batches():
            writer.write_batch(_renamed(batch, rows))


def json_lines(rows: Rows, out: BinaryIO) -> None:
    """One object a line. Decimals and times are strings, so that no digit is lost; bytes are hexadecimal."""
    names = [column.name for column in rows.columns]
    for batch in rows.batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            out.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_json_value).encode() + b"\n")


def _json_value(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def arrow(rows: Rows, out: BinaryIO) -> None:
    with pa.ipc.new_stream(out, _schema(rows)) as writer:
        for batch in rows.batches():
            writer.write_batch(_renamed(batch, rows))


def parquet(rows: Rows, out: BinaryIO) -> None:
    with pq.ParquetWriter(out, _schema(rows), compression="zstd") as writer:
        for batch in rows.batches():
            writer.write_batch(_renamed(batch, rows))


def _schema(rows: Rows) -> pa.Schema:
    return pa.schema([(column.name, column.type) for column in rows.columns], metadata=None if rows.copy is None else rows.copy.manifest)


def _renamed(batch: pa.RecordBatch, rows: Rows) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(batch.columns, schema=_schema(rows))


FORMATS: Final[dict[str, Writer]] = {"tsv": tsv, "csv": csv, "json": json_lines, "arrow": arrow, "parquet": parquet}

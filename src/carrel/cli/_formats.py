"""The forms in which `carrel query` prints rows.

Each writer streams, one batch at a time, but for `table`, which is for people and stops after `TABLE_ROWS`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from carrel.model.queries import Rows

TABLE_ROWS: Final = 1000


def tsv(rows: Rows, out: BinaryIO) -> None:
    """As the mysql client's --batch: tab, newline, NUL and backslash are escaped, NULL is the word."""
    out.write("\t".join(column.name for column in rows.columns).encode() + b"\n")
    for batch in rows.batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            out.write("\t".join(map(_tsv_cell, row)).encode() + b"\n")


def _tsv_cell(value: Any) -> str:
    if value is None:
        return "NULL"
    return _text(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\0", "\\0")


def _text(value: Any) -> str:
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


def table(rows: Rows, out: BinaryIO) -> None:
    shown = Table(*(column.name for column in rows.columns))
    count = 0
    for batch in rows.batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            shown.add_row(*("NULL" if value is None else _text(value) for value in row))
            count += 1
            if count == TABLE_ROWS:
                break
        if count == TABLE_ROWS:
            break
    text = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    try:
        Console(file=text, force_terminal=out.isatty()).print(shown)
    finally:
        text.detach()  # a collected wrapper would close standard output
    if count == TABLE_ROWS:
        Console(stderr=True).print(f"the first {TABLE_ROWS} rows; --format tsv gives all")


def _schema(rows: Rows) -> pa.Schema:
    return pa.schema([(column.name, column.type) for column in rows.columns], metadata=None if rows.copy is None else rows.copy.manifest)


def _renamed(batch: pa.RecordBatch, rows: Rows) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(batch.columns, schema=_schema(rows))


FORMATS: Final[dict[str, Callable[[Rows, BinaryIO], None]]] = {
    "tsv": tsv, "csv": csv, "json": json_lines, "arrow": arrow, "parquet": parquet, "table": table,
}

"""Rows on their way to batches: made one by one in Python, or as the native scanner's buffers. What an export never says is NULL in every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pyarrow as pa

from carrel.sources.xml_dump.layout import schema

FILLED: Final = {
    "revision": (
        "rev_id", "rev_page", "rev_text_id", "rev_comment", "rev_user", "rev_user_text", "rev_timestamp", "rev_minor_edit", "rev_deleted", "rev_len",
        "rev_parent_id", "rev_sha1", "rev_content_model", "rev_content_format",
    ),
    "text": ("old_id", "old_text"),
    "page": ("page_id", "page_namespace", "page_title", "page_restrictions", "page_is_redirect"),
    "logging": (
        "log_id", "log_type", "log_action", "log_timestamp", "log_user", "log_user_text", "log_namespace", "log_title", "log_comment", "log_params",
        "log_deleted",
    ),
    "export_slots": ("es_rev_id", "es_role", "es_origin", "es_model", "es_format", "es_size", "es_sha1", "es_text_id", "es_text"),
    "load_quarantine": ("lq_file", "lq_position", "lq_page", "lq_reason", "lq_loaded"),
}
"""The columns that rows have values for, in the order of the rows' values; the first three tables as the scanners give them. Texts are bytes in UTF-8."""

_ALWAYS: Final = {"old_flags": "utf-8"}

Buffers = tuple[bytes | None, bytes | None, bytes]
"""Validity, offsets and values of a column, as Arrow has them."""

Batch = tuple[str, pa.RecordBatch]


class Rows:
    """Rows of each table, as tuples in the order of `FILLED`.

    Attributes:
        held: bytes of their texts, about.
    """

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in FILLED}
        self.held = 0
        self._settled = dict.fromkeys(FILLED, 0)

    def add(self, table: str, values: tuple[Any, ...], size: int = 0) -> None:
        self.rows[table].append(values)
        self.held += 200 + size

    def settle(self) -> None:
        """What is here stays when the next page is dropped."""
        self._settled = {name: len(rows) for name, rows in self.rows.items()}

    def settled(self) -> dict[str, int]:
        return dict(self._settled)

    def drop(self, forget: Callable[[int], None], forget_log: Callable[[int], None]) -> None:
        """Takes back the rows since `settle`; the number of each revision and log item is to be forgotten."""
        for table, tell in (("revision", forget), ("logging", forget_log)):
            for values in self.rows[table][self._settled[table]:]:
                tell(values[0])
        for name, rows in self.rows.items():
            del rows[self._settled[name]:]

    def take(self) -> Iterator[Batch]:
        """The rows so far; they are gone from here."""
        for name, rows in self.rows.items():
            if rows:
                yield name, _from_rows(name, rows)
        self.rows = {name: [] for name in FILLED}
        self._settled = dict.fromkeys(FILLED, 0)
        self.held = 0


def _from_rows(table: str, rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = dict(zip(FILLED[table], zip(*rows, strict=True), strict=True))
    whole = schema(table)
    arrays = {name: _array(values, whole.field(name).type) for name, values in columns.items()}
    return _batch(table, arrays, len(rows))


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(values, pa.binary()).view(pa.string()) if pa.types.is_string(kind) else pa.array(values, kind)


def from_buffers(table: str, rows: int, columns: Sequence[Buffers]) -> pa.RecordBatch:
    """What the native scanner gives, without copying."""
    whole = schema(table)
    arrays = {}
    for name, (validity, offsets, values) in zip(FILLED[table], columns, strict=True):
        buffers = [None if part is None else pa.py_buffer(part) for part in ((validity, values) if offsets is None else (validity, offsets, values))]
        arrays[name] = pa.Array.from_buffers(whole.field(name).type, rows, buffers)
    return _batch(table, arrays, rows)


def _batch(table: str, arrays: dict[str, pa.Array], rows: int) -> pa.RecordBatch:
    whole = schema(table)
    return pa.RecordBatch.from_arrays([arrays[field.name] if field.name in arrays else _unsaid(field, rows) for field in whole], schema=whole)


def _unsaid(field: pa.Field, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(_ALWAYS[field.name]), rows) if field.name in _ALWAYS else pa.nulls(rows, field.type)

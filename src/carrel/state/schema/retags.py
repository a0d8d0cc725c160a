"""On which fewer tags of a column the owner of a table and a steward have agreed. Rows stay: they are the proof."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text

from carrel.state.schema.base import METADATA, UtcTime

RETAG = Table(
    "retag",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("copy", String(32), ForeignKey("copy.id"), nullable=False),
    Column("column", String(64), nullable=False),
    Column("version", String(40), nullable=False),  # the snapshot that was looked at
    Column("before", JSON, nullable=False),  # tags, sorted
    Column("after", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("proposed", UtcTime, nullable=False),
    Column("steward", String(80)),
    Column("decided", UtcTime),
    Column("outcome", String(16)),  # confirmed, refused, replaced; NULL: it waits for a steward
    Index("retag_copy", "copy", "column"),
)

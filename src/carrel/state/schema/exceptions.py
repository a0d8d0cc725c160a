"""Exceptions from retention, each with an owner, a reason, approvers and an end. Rows stay when their exception has ended."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Index, String, Table, Text

from carrel.state.schema.base import METADATA, UtcTime

RETENTION_EXCEPTION = Table(
    "retention_exception",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("what", String(130), nullable=False),  # a table of a source, or the id of a copy
    Column("name", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("approvers", JSON, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("ends", Date, nullable=False),
    Column("ended", UtcTime),
    Column("ended_by", Text),
    Index("retention_exception_what", "what", "ends"),
)

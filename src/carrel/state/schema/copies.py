"""The registry of copies: what was made of data, whose it is, and until when. Rows stay when their copy is gone: they are the proof of it."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Date, Index, String, Table, Text, text

from carrel.state.schema.base import METADATA, UtcTime

_ONE_NAME = text("state = 'here' AND kind IN ('table', 'view')")

COPY = Table(
    "copy",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),  # model.copies.CopyKind
    Column("name", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("door", String(16), nullable=False),
    Column("via", Text),
    Column("sources", JSON, nullable=False),  # base columns, sorted
    Column("tags", JSON, nullable=False),  # sorted
    Column("oldest", Date),
    Column("ends", Date, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("last_use", Date),
    Column("state", String(8), nullable=False),  # model.copies.CopyState
    Column("gone_at", UtcTime),
    Column("statement", Text, nullable=False),
    Index("copy_owner", "owner", "state"),
    Index("copy_ends", "state", "ends"),
    Index("copy_name", "name", unique=True, sqlite_where=_ONE_NAME, postgresql_where=_ONE_NAME),
)
"""A table of the lake of kind `work` is there if and only if its row here says `here`; both change in one transaction."""

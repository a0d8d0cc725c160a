"""Whom the owners of tables let read them. A share belongs to a copy, not to a name: it ends with the copy."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from carrel.state.schema.base import METADATA, UtcTime

SHARE = Table(
    "share",
    METADATA,
    Column("copy", String(32), ForeignKey("copy.id"), primary_key=True),
    Column("kind", String(8), primary_key=True),  # model.copies.ReceiverKind
    Column("name", String(80), primary_key=True),
    Column("given", UtcTime, nullable=False),
    Index("share_receiver", "kind", "name"),
)

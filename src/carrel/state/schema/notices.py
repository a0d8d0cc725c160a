"""What owners have been told of the ends of their copies: each warning once, for each end."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table

from carrel.state.schema.base import METADATA, UtcTime

NOTICE = Table(
    "notice",
    METADATA,
    Column("copy", String(32), ForeignKey("copy.id"), primary_key=True),
    Column("ends", Date, primary_key=True),
    Column("days", Integer, primary_key=True),  # one of policy.clock.WARNINGS
    Column("made", UtcTime, nullable=False),
    Column("handed", UtcTime),  # to whatever brings mail; NULL: not yet, or nothing brings any
)

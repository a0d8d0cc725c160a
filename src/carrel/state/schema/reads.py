"""What personal data each person was lately shown, day by day: what they type may be that."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Integer, String, Table

from carrel.state.schema.base import METADATA

READ_LATELY = Table(
    "read_lately",
    METADATA,
    Column("person", String(80), primary_key=True),
    Column("day", Date, primary_key=True),  # of the reading, UTC
    Column("tag", String(32), primary_key=True),
    Column("mask", Integer, primary_key=True, autoincrement=False),  # model.sensitivity.Mask: what the values had been through
    Column("oldest", Date),  # day of the oldest event among what was read; NULL: not known
    Column("made_of", JSON, nullable=False),  # model.tables.Table.made_of of what was read, sorted
    Column("ends", Date, nullable=False),  # the first day on which a copy of it may not be there any more
)
"""Rows of days that are past go when the person reads again."""

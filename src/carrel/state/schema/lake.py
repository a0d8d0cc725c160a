"""Which databases the lake holds, and which snapshot of each table is published. A snapshot is visible from the moment its row is committed."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from carrel.state.schema.base import METADATA, UtcTime

LAKE_DATABASE = Table(
    "lake_database",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("loaded", UtcTime, nullable=False),
)

LAKE_TABLE = Table(
    "lake_table",
    METADATA,
    Column("database", String(64), ForeignKey("lake_database.name"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("version", String(40), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("definition", JSON, nullable=False),  # `state.definitions`; no tags
    Column("visibility", Text),  # the SQL that `_hidden` was computed with; NULL where the files have no such column
    Column("source", String(32), nullable=False),  # the name of the source plugin
    Column("loaded", UtcTime, nullable=False),
    Column("due", Date),  # the first day on which rows of it may not be there any more; NULL: none have an end
    Column("rules", String(16)),  # by which `due` was found; NULL: nobody has looked at this snapshot
    Index("lake_table_due", "due"),
    Index("lake_table_rules", "rules"),
)

LAKE_GENERATION = Table(
    "lake_generation",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""One row, `id` 1: a number that grows with every publication, so that caches notice a change at the price of one small read."""

"""The audit's rows and the head of their chain. Rows are added; of old ones only the content is ever destroyed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from carrel.state.schema.base import METADATA, UtcTime

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

AUDIT_ENTRY = Table(
    "audit_entry",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("time", UtcTime, nullable=False),
    Column("of", _NUMBER),  # of a finish row: the number of its begin row
    Column("writer", String(80), nullable=False),  # host:pid:start of the process, to tell which open deeds are lost
    Column("person", String(80)),  # copy of the content's, for look-ups; `verify` compares
    Column("action", String(32)),  # likewise
    Column("body", Text),  # the content as JSON, with a nonce; NULL once destroyed
    Column("content", String(64), nullable=False),  # hex of SHA-256 over number, time, of, writer and body
    Column("chain", String(64), nullable=False),  # hex of SHA-256 over the chain value before, the number and `content`
    Column("seal", String(64)),  # hex of HMAC-SHA-256 of `chain` by the seal key
    Index("audit_entry_time", "time"),
    Index("audit_entry_person", "person"),
    Index("audit_entry_of", "of", unique=True),
)

AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", _NUMBER, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("sealed_from", _NUMBER),  # the first row that carries a seal
    Column("seal", String(64)),  # HMAC over number, chain and sealed_from: the head cannot be set back without the key
)
"""One row. Writers lock it, which is what makes the numbers gapless."""

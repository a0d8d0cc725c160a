"""Who is known, what groups there are, who is in which until when, and the verifiers of their credentials. No password and no secret in clear."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from carrel.state.schema.base import METADATA, UtcTime

PERSON = Table(
    "person",
    METADATA,
    Column("name", String(80), primary_key=True),
    Column("kind", String(16), nullable=False),  # shell, web, system, local
    Column("source", String(16), nullable=False),  # import, local
    Column("present", Boolean, nullable=False),
    Column("uid", Integer),
    Column("gid", Integer),
    Column("realname", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    Column("ends", UtcTime),
    Column("expiry_contact", Text, nullable=False, server_default=""),
    Column("facts", JSON, nullable=False),  # the other keys of the imported entry, as they were written
    Column("password", Text),  # argon2id, in its own encoded form
    Column("suspended", UtcTime),
    Column("suspended_by", Text),
    Column("suspended_reason", Text),
    Column("created", UtcTime, nullable=False),
)

ACCESS_GROUP = Table(
    "access_group",
    METADATA,
    Column("name", String(80), primary_key=True),
    Column("source", String(16), nullable=False),
    Column("gid", Integer),
    Column("description", Text, nullable=False, server_default=""),
    Column("deprecated", Boolean, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created", UtcTime, nullable=False),
)

MEMBERSHIP = Table(
    "membership",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person", String(80), ForeignKey("person.name"), nullable=False),
    Column("group_name", String(80), ForeignKey("access_group.name"), nullable=False),
    Column("source", String(16), nullable=False),
    Column("begins", UtcTime, nullable=False),
    Column("ends", UtcTime, nullable=False),
    Column("sponsor", Text, nullable=False, server_default=""),
    Column("added_by", Text, nullable=False),
    Column("closed", UtcTime),
    Column("closed_by", Text),
    Index("membership_person", "person"),
    Index("membership_open", "person", "group_name", unique=True, sqlite_where=text("closed IS NULL"), postgresql_where=text("closed IS NULL")),
)
"""A membership is in force while it is not closed and `ends` is ahead. One row a term: a term that ended is never opened again, a new row begins."""

CREDENTIAL = Table(
    "credential",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("membership", Integer, ForeignKey("membership.id"), nullable=False),
    Column("native", String(40), nullable=False),  # hex of SHA1(SHA1(secret)), for mysql_native_password
    Column("sha2", String(64), nullable=False),  # hex of SHA256(SHA256(secret)), for caching_sha2_password
    Column("created", UtcTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked", UtcTime),
    Column("revoked_by", Text),
    Index("credential_membership", "membership"),
)
"""Belongs to a membership, not to a person: it is worth nothing from the moment at which the membership is."""

LOGIN_FAILURE = Table(
    "login_failure",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("time", UtcTime, nullable=False),
    Index("login_failure_subject", "subject", "time"),
)
"""Failed logins inside the window that is counted; older rows are deleted. A subject is a digest: people type passwords where a name belongs."""

"""Jobs that run by the clock: which are paused, what became of each partition, and every attempt at one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from carrel.state.schema.base import METADATA, UtcTime

_ID = BigInteger().with_variant(Integer, "sqlite")

JOB = Table(
    "job",
    METADATA,
    Column("name", String(80), primary_key=True),
    Column("first", UtcTime),  # the definition's first partition when `settled` was counted
    Column("settled", UtcTime),  # every partition before this one has ended for good
    Column("paused", UtcTime),
    Column("paused_by", Text),
    Column("paused_reason", Text),
)

JOB_RUN = Table(
    "job_run",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("job", String(80), ForeignKey("job.name"), nullable=False),
    Column("since", UtcTime, nullable=False),  # the partition
    Column("state", String(16), nullable=False),  # queued, running, done, failed
    Column("attempt", Integer, nullable=False),  # the number of the newest attempt
    Column("tries", Integer, nullable=False),  # attempts since the partition was last asked for
    Column("beat", BigInteger, nullable=False),  # grows while the attempt runs; one that stands still for the lease is lost
    Column("holder", String(80)),  # host:pid:start of the process that runs it
    Column("next_try", UtcTime),
    Column("changed", UtcTime, nullable=False),
    Column("asked", String(16), nullable=False),  # schedule, backfill, hand
    Column("asked_by", Text),
    Index("job_run_partition", "job", "since", unique=True),
    Index("job_run_state", "state"),
)
"""One row a partition. `state` = running with `attempt` = N is the lease of attempt N: whoever would end it or beat for it names both."""

JOB_ATTEMPT = Table(
    "job_attempt",
    METADATA,
    Column("run", _ID, ForeignKey("job_run.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("person", String(80), nullable=False),
    Column("holder", String(80), nullable=False),
    Column("asked", String(16), nullable=False),
    Column("asked_by", Text),
    Column("began", UtcTime, nullable=False),
    Column("ended", UtcTime),
    Column("outcome", String(32)),  # complete, lost, cancelled, or the code of an error
    Column("tail", Text, nullable=False, server_default=""),
)

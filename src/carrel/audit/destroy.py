"""Destroys the content of old rows. Number, digest, chain value and seal stay: the chain does not need more."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update

from carrel.state.schema.audit import AUDIT_ENTRY
from carrel.state.store import State

_AT_ONCE: Final = 10_000
"""Rows in one transaction: writers wait for no more than that."""


def through(state: State, before: datetime) -> int:
    """The last row before which every row, itself included, is older than `before`; 0 where there is none."""
    with state.read() as connection:
        first_kept = connection.execute(select(func.min(AUDIT_ENTRY.c.number)).where(AUDIT_ENTRY.c.time >= before)).scalar()
        last = connection.execute(select(func.max(AUDIT_ENTRY.c.number))).scalar() or 0
    return last if first_kept is None else first_kept - 1


def erase(state: State, last: int) -> int:
    """Erases the content of all rows up to `last`, from the file too, and gives how many had any. May be run again after a crash."""
    rows = 0
    for start in range(1, last + 1, _AT_ONCE):
        part = AUDIT_ENTRY.c.number.between(start, min(last, start + _AT_ONCE - 1))
        with state.write() as connection:
            rows += connection.execute(
                update(AUDIT_ENTRY).where(part, AUDIT_ENTRY.c.body.is_not(None)).values(body=None, person=None, action=None)
            ).rowcount
    _leave_no_bytes(state)
    return rows


def _leave_no_bytes(state: State) -> None:
    if state.engine.dialect.name == "sqlite":
        # secure_delete has overwritten the pages; the old ones are still in the write-ahead log until it is folded in and cut.
        with state.read() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        # PostgreSQL keeps dead versions of rows in the table's file until it is written anew.
        with state.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL audit_entry")

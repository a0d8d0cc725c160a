"""Failed logins, counted per person and per address in the state, so that all processes count together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from carrel.state.schema.identity import LOGIN_FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How many failures inside `window_s` seconds close the way for a person, and for an address."""

    per_person: int
    per_address: int
    window_s: int

    def exhausted(self, connection: Connection, person: str, address: str, now: datetime) -> bool:
        """Whether either must wait. The name need not exist: an unknown one is counted like a known one."""
        since = now - timedelta(seconds=self.window_s)
        found = connection.execute(
            select(LOGIN_FAILURE.c.subject, func.count())
            .where(LOGIN_FAILURE.c.subject.in_([_person(person), _address(address)]), LOGIN_FAILURE.c.time > since)
            .group_by(LOGIN_FAILURE.c.subject)
        )
        counts: dict[str, int] = {row[0]: row[1] for row in found}
        return counts.get(_person(person), 0) >= self.per_person or counts.get(_address(address), 0) >= self.per_address

    def note_failure(self, connection: Connection, person: str, address: str, now: datetime) -> None:
        connection.execute(delete(LOGIN_FAILURE).where(LOGIN_FAILURE.c.time <= now - timedelta(seconds=self.window_s)))
        connection.execute(insert(LOGIN_FAILURE), [{"subject": subject, "time": now} for subject in (_person(person), _address(address))])

    def note_success(self, connection: Connection, person: str) -> None:
        """Forgets the person's failures, not the address's: a guesser with an account of their own gains nothing by it."""
        connection.execute(delete(LOGIN_FAILURE).where(LOGIN_FAILURE.c.subject == _person(person)))


def _person(name: str) -> str:
    return _digest("person", name)


def _address(address: str) -> str:
    return _digest("address", address)


def _digest(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogateescape")).hexdigest()

"""Logins of local people: the port Identity over the state's verifiers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, and_, select

from carrel.identity.attempts import Attempts
from carrel.identity.names import is_name
from carrel.identity.people import in_force, state_of
from carrel.identity.verifiers import Argon2Passwords, Passwords, Verifiers, is_issued
from carrel.model.audit import Begin, Finish
from carrel.model.errors import AuthenticationFailed
from carrel.model.people import Origin, PersonState, Principal
from carrel.model.ports import Audit
from carrel.state.schema.identity import CREDENTIAL, MEMBERSHIP, PERSON
from carrel.state.store import State

MOST_CREDENTIALS: Final = 16
"""Living credentials of one person. Every check looks at this many, padded with dummies, so that the work tells nothing about a name."""

UNKNOWN: Final = "unknown"
"""Stands in the audit for a name that no account has: people type passwords where a name belongs."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""argon2 takes 64 MiB each time: more at once would let strangers fill the memory."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What is kept of a person, or dummies of the same number and cost. `active` says whether any of it may let somebody in."""

    known: bool
    active: bool
    credentials: tuple[tuple[str | None, Verifiers], ...]
    password: str
    has_password: bool


class LocalIdentity:
    """Port Identity.

    Args:
        attempts: failures of one person inside the window before they must wait.
        address_attempts: failures from one address before it must wait; by default ten times as many, since people share machines.
        window_s: length of the window in seconds.
        passwords: how passwords are kept.
        clock: gives the time, aware.
    """

    def __init__(
        self, state: State, audit: Audit, *, attempts: int, window_s: int, address_attempts: int | None = None, passwords: Passwords | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._state = state
        self._audit = audit
        self._attempts = Attempts(per_person=attempts, per_address=address_attempts or attempts * 10, window_s=window_s)
        self._passwords = passwords or Argon2Passwords()
        self._clock = clock
        self._dummy_password = self._passwords.keep(Verifiers.dummy().sha2.hex())

    def verify_native(self, user: str, salt: bytes, response: bytes, origin: Origin) -> Principal:
        candidate = self._candidate(user)
        matches = _match(candidate, lambda verifiers: verifiers.match_native(salt, response))
        return self._conclude(user, origin, candidate, matched=bool(matches), credential=matches[0] if matches else None)

    def verify_sha2(self, user: str, salt: bytes, response: bytes, origin: Origin) -> Principal | None:
        """None for every mismatch under TLS, whether the name is unknown, has only a password, or the response is wrong: the full exchange follows, as
        MySQL does it, and `verify_secret` counts and records. So the fast path tells nothing about a name. Without TLS no secret can follow: refused here.
        """
        candidate = self._candidate(user)
        matches = _match(candidate, lambda verifiers: verifiers.match_sha2(salt, response))
        if not matches and origin.tls:
            return None
        return self._conclude(user, origin, candidate, matched=bool(matches), credential=matches[0] if matches else None)

    def verify_secret(self, user: str, secret: str, origin: Origin) -> Principal:
        candidate = self._candidate(user)
        matches = _match(candidate, lambda verifiers: verifiers.match_secret(secret))
        password = False
        # An issued secret is never a password. The work that this spares depends on what was typed alone, not on the name.
        if not is_issued(secret):
            with _AT_ONCE:
                password = self._passwords.match(candidate.password, secret)
        matched = bool(matches) or (password and candidate.has_password)
        return self._conclude(user, origin, candidate, matched=matched, credential=matches[0] if matches else None)

    def _candidate(self, user: str) -> _Candidate:
        now = self._clock()
        # Any bytes may come from a client; what no account can be called is looked up all the same, under the empty name.
        name = user if is_name(user) else ""
        with self._state.read() as connection:
            row = connection.execute(select(PERSON).where(PERSON.c.name == name)).one_or_none()
            kept = _living(connection, name, now)
        padding = [(None, Verifiers.dummy()) for _ in range(MOST_CREDENTIALS - len(kept))]
        password = row.password if row is not None else None
        return _Candidate(
            known=row is not None,
            active=row is not None and state_of(row, now) is PersonState.ACTIVE,
            credentials=(*kept, *padding),
            password=password or self._dummy_password,
            has_password=password is not None,
        )

    def _conclude(self, user: str, origin: Origin, candidate: _Candidate, *, matched: bool, credential: str | None) -> Principal:
        """Counts, records, and only then says yes or no."""
        principal = Principal(person=user if candidate.known else UNKNOWN, service=origin.door, credential=credential if matched else None)
        now = self._clock()
        with self._state.write() as connection:
            waiting = self._attempts.exhausted(connection, user, origin.address, now)
            good = matched and candidate.active and not waiting
            if good:
                self._attempts.note_success(connection, user)
            elif not waiting:
                self._attempts.note_failure(connection, user, origin.address, now)
        self._record(principal, origin, good=good, waiting=waiting)
        if not good:
            raise AuthenticationFailed(
                "the name and the secret do not fit, or the account is closed, or too many attempts failed",
                help="check both; wait a few minutes after many attempts; ask whoever runs this Carrel whether your access has ended",
            )
        return principal

    def _record(self, principal: Principal, origin: Origin, *, good: bool, waiting: bool) -> None:
        deed = Begin(
            principal=principal, door=origin.door, address=origin.address, action="login" if good else "login_failed",
            verdict="allowed" if good else "refused", details={"tls": origin.tls, "waiting": waiting},
        )
        self._audit.record(deed, Finish(outcome="complete"))


def _match(candidate: _Candidate, check: Callable[[Verifiers], bool]) -> Sequence[str]:
    """Ids of the credentials that match; every one is looked at."""
    results = [(credential, check(verifiers)) for credential, verifiers in candidate.credentials]
    return [credential for credential, matched in results if matched and credential is not None]


def _living(connection: Connection, person: str, now: datetime) -> list[tuple[str | None, Verifiers]]:
    found = (
        select(CREDENTIAL.c.id, CREDENTIAL.c.native, CREDENTIAL.c.sha2)
        .join(MEMBERSHIP)
        .where(and_(MEMBERSHIP.c.person == person, in_force(now), CREDENTIAL.c.revoked.is_(None)))
        .order_by(CREDENTIAL.c.created.desc())
        .limit(MOST_CREDENTIALS)
    )
    return [(row.id, Verifiers(bytes.fromhex(row.native), bytes.fromhex(row.sha2))) for row in connection.execute(found)]

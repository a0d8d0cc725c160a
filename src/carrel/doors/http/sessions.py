"""Who is signed in to the pages: random ids in a cookie, kept hashed in memory, ended by rest and by age. A restart signs everybody out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrel.model.people import Principal

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
PER_PERSON: Final = 20
ID_BYTES: Final = 32


@dataclass(slots=True)
class WebSession:
    """One signed-in browser. `token` stands in every form of its pages; times are monotonic seconds."""

    principal: Principal
    token: str
    started: float
    seen: float


@dataclass
class Sessions:
    """All signed-in browsers of one door.

    Attributes:
        idle: a session that asks nothing for so long ends.
        absolute: a session ends so long after signing in, whatever it does.
        clock: monotonic seconds.
    """

    idle: timedelta = IDLE
    absolute: timedelta = ABSOLUTE
    clock: Callable[[], float] = time.monotonic
    _open: dict[bytes, WebSession] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, principal: Principal) -> str:
        """A new session; its id goes into the cookie and is kept nowhere. A person's oldest session gives way to the twenty-first."""
        identifier, now = secrets.token_urlsafe(ID_BYTES), self.clock()
        with self._lock:
            self._sweep(now)
            own = [key for key, session in self._open.items() if session.principal.person == principal.person]
            for key in own[:len(own) + 1 - PER_PERSON] if len(own) >= PER_PERSON else ():
                del self._open[key]
            self._open[_digest(identifier)] = WebSession(principal, secrets.token_urlsafe(ID_BYTES), now, now)
        return identifier

    def find(self, identifier: str | None) -> WebSession | None:
        """The session of a cookie, which is thereby in use; None where there is none or it has ended."""
        if not identifier:
            return None
        key, now = _digest(identifier), self.clock()
        with self._lock:
            session = self._open.get(key)
            if session is None:
                return None
            if self._over(session, now):
                del self._open[key]
                return None
            session.seen = now
            return session

    def close(self, identifier: str | None) -> None:
        with self._lock:
            self._open.pop(_digest(identifier or ""), None)

    def _over(self, session: WebSession, now: float) -> bool:
        return now - session.seen > self.idle.total_seconds() or now - session.started > self.absolute.total_seconds()

    def _sweep(self, now: float) -> None:
        for key in [key for key, session in self._open.items() if self._over(session, now)]:
            del self._open[key]


def _digest(identifier: str) -> bytes:
    return hashlib.sha256(identifier.encode()).digest()


class FormTokens:
    """Ties the sign-in form, which has no session yet, to the browser that fetched it: the token is a keyed digest of a random cookie."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(ID_BYTES)

    @staticmethod
    def cookie() -> str:
        return secrets.token_urlsafe(ID_BYTES)

    def token(self, cookie: str) -> str:
        return hmac.new(self._key, cookie.encode(), "sha256").hexdigest()

    def fits(self, cookie: str | None, token: str) -> bool:
        return bool(cookie) and same(self.token(cookie or ""), token)


def same(expected: str, given: str) -> bool:
    """Compares two secrets in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode())

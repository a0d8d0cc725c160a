"""The gateway: opens sessions, and lets a person stop their own."""

from __future__ import annotations

import itertools
import threading

from carrel.gateway.parts import Parts
from carrel.gateway.session import GatewaySession
from carrel.model.errors import NotFound
from carrel.model.people import Origin, Principal


class PolicyGateway:
    """Implements the port Gateway."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._numbers = itertools.count(1)
        self._sessions: dict[int, GatewaySession] = {}
        self._lock = threading.Lock()

    def number(self) -> int:
        return next(self._numbers)

    def open(
        self, principal: Principal, origin: Origin, *, dialect: str, database: str | None = None, number: int | None = None
    ) -> GatewaySession:
        number = self.number() if number is None else number
        session = GatewaySession(
            self._parts, principal, origin, session_id=number, dialect=dialect, peers=self.sessions_of,
            kill=lambda other, close: self.cancel(principal, other, close=close), closed=self._forget,
        )
        if database is not None:
            session.use(database)
        with self._lock:
            self._sessions[number] = session
        return session

    def cancel(self, principal: Principal, session_id: int, *, close: bool = False) -> None:
        with self._lock:
            session = self._sessions.get(session_id)
        if session is None or session.principal.person != principal.person:
            raise NotFound(f"unknown thread id: {session_id}", code="unknown_session", help="SHOW PROCESSLIST")
        session.cancel()
        if close:
            session.close()

    def sessions_of(self, principal: Principal) -> list[GatewaySession]:
        with self._lock:
            return [session for session in self._sessions.values() if session.principal.person == principal.person]

    def _forget(self, session_id: int) -> None:
        with self._lock:
            self._sessions.pop(session_id, None)

"""One statement under way: how it is stopped, where it stands, and whether the asker may still have its answer."""

from __future__ import annotations

import time
from typing import Final

from carrel.gateway.admission import Place
from carrel.gateway.answers import EngineRows
from carrel.gateway.metadata.rows import Row
from carrel.gateway.parts import Moment, Parts, moment, require_active
from carrel.gateway.split import Statement
from carrel.model.errors import AccessRefused, Cancelled
from carrel.model.ports import Files
from carrel.model.provenance import Provenance
from carrel.model.queries import AuthorizedQuery, Done, Parameter, Rows

IDLE: Final[Row] = {"Command": "Sleep", "Time": 0, "State": "", "Info": None}
"""What the process list tells of a session without a turn."""


class Turn:
    """One statement under way. `cancel` may come from any thread, before or while the engine runs.

    Attributes:
        place: its place among the queries that run, once it has asked for one.
        files: how its client is asked for a file; None: it gives none.
        origins: what its parameters carry, where they come from variables.
    """

    def __init__(self, statement: Statement, now: Moment, parameters: tuple[Parameter, ...]) -> None:
        self.statement = statement
        self.parameters = parameters
        self.origins: tuple[Provenance | None, ...] = ()
        self.moment = now
        self.began = time.monotonic()
        self.answer: Rows | Done | None = None
        self.place: Place | None = None
        self.files: Files | None = None
        self._cancelled = False

    def told(self) -> Row:
        """As the process list tells it."""
        position = self.place.position if self.place is not None else 0
        state = f"waiting, position {position}" if position else "running"
        return {"Command": "Query", "Time": int(time.monotonic() - self.began), "State": state, "Info": self.statement.text}

    def cancel(self) -> None:
        self._cancelled = True
        if self.place is not None:
            self.place.cancel()
        if isinstance(self.answer, EngineRows):
            self.answer.interrupt()

    def close(self) -> None:
        """Closes its answer, whoever has got it."""
        if self.answer is not None and not isinstance(self.answer, Done):
            self.answer.close()

    def require_not_cancelled(self) -> None:
        if self._cancelled:
            raise Cancelled("the query was stopped")


class Lease:
    """What a statement was decided on holds for its answer as long as the asker keeps what they had then."""

    def __init__(self, parts: Parts, decided: Moment, shares: frozenset[str] = frozenset()) -> None:
        self._parts = parts
        self._decided = decided
        self._shares = shares

    def of(self, query: AuthorizedQuery) -> Lease:
        """For an answer to this question: what others share with the asker, and it reads, must stay shared."""
        read = frozenset(decision.table.copy for decision in query.decisions.values() if decision.table.copy is not None)
        return Lease(self._parts, self._decided, read & self._decided.asker.shares)

    def __call__(self) -> None:
        """Raises AccessRefused where the person's access has ended since, a membership that counted then, or a share; Unavailable where that cannot be
        told."""
        then = self._decided
        now = moment(self._parts, then.asker.principal, then.origin)
        require_active(now.asker)
        if not then.asker.groups <= now.asker.groups or not self._shares <= now.asker.shares:
            raise AccessRefused("your access has changed since this was asked", help="ask again")

"""Owners are told before their copies end: 14, 3 and 1 days before, each at most once. Names and days alone, nothing of what is in a copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import groupby
from typing import Protocol

from carrel.io.mail import mail
from carrel.model.audit import Begin, Finish
from carrel.model.copies import CopyState
from carrel.model.errors import CarrelError
from carrel.model.people import Principal
from carrel.model.ports import Audit
from carrel.policy.clock import WARNINGS, warning
from carrel.state import copies, notices
from carrel.state.notices import Waiting
from carrel.state.store import State


class Mailer(Protocol):
    def hand(self, message: EmailMessage) -> None:
        """Raises CarrelError where it was not taken."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of it.

    Attributes:
        entered: warnings that were not noted before.
        handed: people to whom a mail was handed over.
        failed: people whose mail could not be; it is tried again.
        unknown: people of whom no address is known.
    """

    entered: int = 0
    handed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Notifier:
    """`mailer`: None: nothing brings mail. `now` is the clock, UTC."""

    def __init__(self, state: State, audit: Audit, mailer: Mailer | None, *, sender: str, now: Callable[[], datetime]) -> None:
        self._state = state
        self._audit = audit
        self._mailer = mailer
        self._sender = sender
        self._now = now

    def run(self, principal: Principal) -> Told:
        """Notes what is due, and hands it over. Killed in between, a warning is lost rather than told twice."""
        now = self._now()
        with self._state.write() as connection:
            due = [(copy, warning(copy, now.date())) for copy in copies.due(connection, now.date() + timedelta(days=max(WARNINGS)))]
            entered = sum(notices.enter(connection, copy, days, now) for copy, days in due if days)
        if self._mailer is None:
            return Told(entered=entered)
        with self._state.read() as connection:
            waiting = notices.waiting(connection, now.date())
        people: dict[str, list[str]] = {"handed": [], "failed": [], "unknown": []}
        for owner, found in groupby(waiting, key=lambda one: one.copy.owner):
            outcome = self._told(principal, owner, list(found), self._mailer)
            if outcome:
                people[outcome].append(owner)
        return Told(entered=entered, **{outcome: tuple(names) for outcome, names in people.items()})

    def _told(self, principal: Principal, owner: str, found: Sequence[Waiting], mailer: Mailer) -> str:
        """How it went with one owner's warnings; empty where somebody else has just told them."""
        if not found[0].address:
            return "unknown"
        details = {"deed": "warn", "owner": owner, "copies": sorted({one.copy.id for one in found})}
        number = self._audit.begin(Begin(principal=principal, door=principal.service, address="local", action="copy", verdict="allowed", details=details))
        outcome, taken = "failed", found
        try:
            with self._state.write() as connection:
                taken = notices.take(connection, found, self._now())
            if not taken:
                outcome = "complete"
                return ""
            mailer.hand(mail(self._sender, taken[0].address, _subject(taken), _text(owner, taken)))
            outcome = "complete"
        except CarrelError as error:
            outcome = error.code
            with self._state.write() as connection:
                notices.give_back(connection, taken)
        finally:
            self._audit.finish(number, Finish(outcome=outcome))
        return "handed" if outcome == "complete" else "failed"


def _subject(taken: Sequence[Waiting]) -> str:
    count = len({one.copy.id for one in taken})
    return f"{count} {'copy' if count == 1 else 'copies'} of yours will end, the first on {min(one.copy.ends for one in taken)}"


def _text(owner: str, taken: Sequence[Waiting]) -> str:
    by_id = {one.copy.id: one.copy for one in taken}
    lines = [f"{owner}, these copies of yours come to their end:", ""]
    for copy in by_id.values():
        goes = "goes by itself" if copy.state is CopyState.HERE else "delete it by then, and say so on the page Copies"
        lines.append(f"  {copy.ends}  {copy.kind} {copy.name}: {goes}")
    return "\n".join([*lines, "", "What is about nobody can have more time: carrel copy extend ID. Personal data cannot.", ""])

"""Deeds of an administrator on one account or membership, on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from carrel.access.records import recorded
from carrel.identity import accounts
from carrel.identity.verifiers import Argon2Passwords
from carrel.model.people import Principal
from carrel.model.ports import Audit
from carrel.state.store import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """One administrator at work. `longest`: the policy's longest term of a membership. Errors are those of `identity.accounts`."""

    state: State
    audit: Audit
    principal: Principal
    longest: timedelta

    @property
    def by(self) -> str:
        return self.principal.via or self.principal.person

    def add_person(self, name: str, *, realname: str, email: str, ends: datetime | None, now: datetime) -> None:
        with recorded(self.audit, self.principal, "user", details={"deed": "add", "person": name}):
            accounts.add_person(self.state, name, realname=realname, email=email, ends=ends, now=now)

    def set_password(self, name: str, password: str) -> None:
        with recorded(self.audit, self.principal, "user", details={"deed": "password", "person": name}):
            accounts.set_password(self.state, name, password, Argon2Passwords())

    def suspend(self, name: str, *, reason: str, now: datetime) -> None:
        with recorded(self.audit, self.principal, "user", details={"deed": "suspend", "person": name, "reason": reason}):
            accounts.suspend(self.state, name, by=self.by, reason=reason, now=now)

    def resume(self, name: str) -> None:
        with recorded(self.audit, self.principal, "user", details={"deed": "resume", "person": name}):
            accounts.resume(self.state, name)

    def add_group(self, name: str, *, description: str, now: datetime) -> None:
        with recorded(self.audit, self.principal, "group", details={"deed": "add", "group": name}, groups=(name,)):
            accounts.add_group(self.state, name, description=description, now=now)

    def add_member(self, group: str, person: str, *, ends: datetime | None, sponsor: str, now: datetime) -> datetime:
        """The end of the new term: `ends`, or the longest where it is None."""
        latest = now + self.longest
        details = {"deed": "add-member", "person": person, "sponsor": sponsor, "ends": (ends or latest).isoformat()}
        with recorded(self.audit, self.principal, "grant", details=details, groups=(group,)):
            accounts.add_member(self.state, group, person, ends=ends or latest, latest=latest, sponsor=sponsor, by=self.by, now=now)
        return ends or latest

    def remove_member(self, group: str, person: str, *, now: datetime) -> None:
        with recorded(self.audit, self.principal, "grant", details={"deed": "remove-member", "person": person}, groups=(group,)):
            accounts.remove_member(self.state, group, person, by=self.by, now=now)

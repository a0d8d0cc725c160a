"""Builds the application from a home: the one place that names concrete parts and hands each what it needs."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from carrel import settings as settings_
from carrel.audit.log import AuditLog
from carrel.catalog import visibility
from carrel.identity.local import LocalIdentity
from carrel.identity.people import StoredPeople
from carrel.jobs.load import Loader
from carrel.lake import Lake
from carrel.settings import Settings
from carrel.state import migrations
from carrel.state.store import State


class App:
    """The parts of one instance, each built when it is first needed. `close` releases what was built."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.settings: Settings = settings_.load(home)

    @cached_property
    def state(self) -> State:
        state = State(self.settings.state.url or f"sqlite:///{self.home / 'state.sqlite'}")
        migrations.ensure(state)
        return state

    @cached_property
    def audit(self) -> AuditLog:
        key = self.settings.audit.seal_key
        return AuditLog(self.state, settings_.secret(key) if key else None)

    @cached_property
    def people(self) -> StoredPeople:
        return StoredPeople(self.state)

    @cached_property
    def identity(self) -> LocalIdentity:
        limits = self.settings.identity
        return LocalIdentity(
            self.state, self.audit, attempts=limits.attempts, window_s=limits.window_s, address_attempts=limits.address_attempts,
        )

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.state, self.home / "lake", memory_mb=self.settings.limits.memory_mb // 2)

    @cached_property
    def loader(self) -> Loader:
        return Loader(self.lake, self.audit, visibility.plans)

    def close(self) -> None:
        if "state" in self.__dict__:
            self.state.close()

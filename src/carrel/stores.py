"""What an instance keeps, built from its home: state, audit and lake, without what questions need. A process that only loads stays small."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from carrel import settings as settings_
from carrel.audit.log import AuditLog
from carrel.catalog import visibility
from carrel.jobs.load import Loader
from carrel.lake import Lake
from carrel.model.errors import BadInput
from carrel.settings import Settings
from carrel.state import migrations
from carrel.state.store import State


class Stores:
    """Each is built when it is first needed. `close` releases what was built."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.settings: Settings = settings_.load(home)

    @cached_property
    def state(self) -> State:
        state = State(self.settings.state.url or f"sqlite:///{self.home / 'state.sqlite'}", busy_s=self.settings.state.busy_s)
        migrations.ensure(state)
        return state

    @cached_property
    def audit(self) -> AuditLog:
        key = self.settings.audit.seal_key
        if key.startswith("file:") and Path(key.removeprefix("file:")).resolve().is_relative_to(self.home.resolve()):
            raise BadInput("`audit.seal_key` is inside the home: who can change the audit could seal it anew", help="keep the key in another place")
        return AuditLog(self.state, settings_.secret(key) if key else None)

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.state, self.home / "lake", memory_mb=self.settings.limits.memory_mb // 2)

    @cached_property
    def loader(self) -> Loader:
        return Loader(self.lake, self.audit, visibility.plans)

    def close(self) -> None:
        built = self.__dict__.get("state")
        if built is not None:
            built.close()

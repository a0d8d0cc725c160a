"""Builds the application from a home: the one place that names concrete parts and hands each what it needs."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from carrel import settings as settings_
from carrel.settings import Settings
from carrel.state.store import State


class App:
    """The parts of one instance, each built when it is first needed. `close` releases what was built."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.settings: Settings = settings_.load(home)

    @cached_property
    def state(self) -> State:
        return State(self.settings.state.url or f"sqlite:///{self.home / 'state.sqlite'}")

    def close(self) -> None:
        if "state" in self.__dict__:
            self.state.close()

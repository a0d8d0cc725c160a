"""What kinds of job are handed. A kind that asks SQL has the port of the gateway, and no other way to data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from carrel.audit.log import AuditLog
from carrel.jobs.fetch import Fetcher
from carrel.jobs.load import Loader
from carrel.jobs.notices import Notifier
from carrel.jobs.retention import Sweeper
from carrel.lake import Lake
from carrel.lake.work import WorkTables
from carrel.model.copies import Copy
from carrel.model.people import Principal
from carrel.model.ports import Gateway


class KeptFiles(Protocol):
    """The registry of copies, for files that jobs keep."""

    def all(self, *, owner: str | None = None, everything: bool = False) -> Sequence[Copy]:
        """Those that are not gone, or `everything`."""
        ...

    def clean(self, principal: Principal, id: str) -> Copy:
        """Notes that it is deleted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobParts:
    """Each is built when it is first asked for: a home whose jobs only sweep opens no engine."""

    home: Path
    gateway: Callable[[], Gateway]
    loader: Callable[[], Loader]
    lake: Callable[[], Lake]
    audit: Callable[[], AuditLog]
    fetcher: Callable[[], AbstractContextManager[Fetcher]]
    copies: Callable[[], KeptFiles]
    work: Callable[[], WorkTables]
    sweeper: Callable[[], Sweeper]
    notifier: Callable[[], Notifier]

"""Jobs that every home has. A file of the same name in the home's folder `jobs` takes a job's place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from carrel.identity.owner import user_name
from carrel.jobs.definition import Job
from carrel.model.jobs import Every

RETENTION: Final = "retention"
_START: Final = datetime(2018, 1, 1, tzinfo=UTC)


def jobs(home: Path) -> Mapping[str, Job]:
    """By name; their runs are deeds of the home's owner."""
    owner = user_name(home.stat().st_uid)
    return {
        RETENTION: Job(
            name=RETENTION, owner=owner, group=None, every=Every.HOUR, kind=RETENTION, start=_START, timeout=timedelta(hours=12), catch_up=False,
            parameters={}, options={}, house=True,
        ),
    }

"""Partitions of time: where they begin and end, how people write them, and the values that stand for them in a definition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from carrel.model.errors import BadInput
from carrel.model.jobs import Every

STEP: Final = {Every.DAY: timedelta(days=1), Every.HOUR: timedelta(hours=1)}
_FORM: Final = {Every.DAY: "%Y-%m-%d", Every.HOUR: "%Y-%m-%dT%H"}
_NAME: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def floor(every: Every, moment: datetime) -> datetime:
    """The beginning of the partition that the moment is in."""
    return moment.replace(hour=0 if every is Every.DAY else moment.hour, minute=0, second=0, microsecond=0)


def newest(every: Every, now: datetime) -> datetime:
    """The newest partition that has ended."""
    return floor(every, now) - STEP[every]


def written(every: Every, since: datetime) -> str:
    """`2026-11-24` or `2026-11-24T07`."""
    return since.strftime(_FORM[every])


def parsed(every: Every, text: str) -> datetime:
    """The partition that is written so. Raises BadInput."""
    try:
        return datetime.strptime(text, _FORM[every]).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(f"`{text}` is not a partition of a job of every {every.value}", help=f"as in `{written(every, datetime(2026, 11, 24, 7))}`") from None


def between(every: Every, since: datetime, until: datetime) -> Iterator[datetime]:
    """Those that begin in the span; `until` is not in it."""
    while since < until:
        yield since
        since += STEP[every]


def overlapping(every: Every, since: datetime, until: datetime) -> list[datetime]:
    """The partitions of that length which have a moment in common with the span."""
    return list(between(every, floor(every, since), until))


def values(every: Every, since: datetime) -> dict[str, str]:
    """What may stand in braces. `since14` and `until14` are as MediaWiki writes times; `hour` only hourly jobs have."""
    until = since + STEP[every]
    found = {
        "day": f"{since:%Y-%m-%d}", "yyyymmdd": f"{since:%Y%m%d}", "year": f"{since:%Y}", "month": f"{since:%m}", "mday": f"{since:%d}",
        "partition": written(every, since), "since": f"{since:%Y-%m-%d %H:%M:%S}", "until": f"{until:%Y-%m-%d %H:%M:%S}",
        "since14": f"{since:%Y%m%d%H%M%S}", "until14": f"{until:%Y%m%d%H%M%S}",
    }
    return found | ({"hour": f"{since:%H}"} if every is Every.HOUR else {})


def names(value: Any) -> set[str]:
    """The names in braces in a text or a list of texts."""
    if isinstance(value, list):
        return {name for item in value for name in names(item)}
    return set(_NAME.findall(value)) if isinstance(value, str) else set()


def filled(value: Any, known: Mapping[str, str]) -> Any:
    """The text, or list of texts, with each `{name}` replaced; whatever else stands in braces stays."""
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    return _NAME.sub(lambda found: known.get(found[1], found[0]), value) if isinstance(value, str) else value

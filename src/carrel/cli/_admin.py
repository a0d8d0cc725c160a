"""What the commands of administration share: who acts, dates, and rows as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import click

from carrel.access.administration import Administration
from carrel.cli._context import Context
from carrel.identity.owner import owner
from carrel.model.people import Principal


class Day(click.ParamType[datetime]):
    """A date, read as UTC. As an end it is included: the moment given is the midnight after it, where `end` is set."""

    name = "date"

    def __init__(self, *, end: bool = False) -> None:
        self._end = end

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            day = date.fromisoformat(str(value))
            return datetime.combine(day, time(), UTC) + timedelta(days=1 if self._end else 0)
        except (ValueError, OverflowError):
            self.fail(f"`{value}` is not a date YYYY-MM-DD", param, ctx)


class Moment(click.ParamType[datetime]):
    """A date or a time; without a zone it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"`{value}` is not a date YYYY-MM-DD or a time YYYY-MM-DDTHH:MM", param, ctx)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def actor(context: Context) -> Principal:
    """The owner of the home, as themself. Raises AccessRefused for anybody else."""
    return owner(context.home)


def now() -> datetime:
    return datetime.now(UTC)


def last_day(end: datetime) -> str:
    """The last day on which something holds that ends at this moment."""
    return f"{end - timedelta(microseconds=1):%Y-%m-%d}"


def columns(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows under their heads, padded; the last column runs free."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)


def administration(context: Context) -> Administration:
    """The owner of the home at work on accounts and groups."""
    app = context.app
    return Administration(state=app.state, audit=app.audit, principal=actor(context), longest=timedelta(days=app.settings.access.longest_days))

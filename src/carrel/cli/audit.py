"""`carrel audit`: what happened."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime

import click

from carrel.cli._admin import Day, Moment, actor, columns
from carrel.cli._context import Context, json_option, show
from carrel.cli._errors import EXIT_CODES
from carrel.model.audit import Begin, Entry, Finish


@click.group()
def audit() -> None:
    """The record of what happened: who did what, via what, from where, and how it ended."""


@audit.command()
@click.option("--person", help="Deeds of this person.")
@click.option("--table", help="Deeds that named this table, as `enwiki.revision`.")
@click.option("--action", help="`query`, `login`, `login_failed`, `credential`, `grant`, `import` …")
@click.option("--outcome", help="How it ended: `complete`, `disconnected`, the code of an error as `access_refused`, `lost`; `open` for what has not ended.")
@click.option("--since", type=Moment(), help="From this date or time on; UTC where no zone is given.")
@click.option("--until", type=Moment(), help="Before this date or time.")
@click.option("--row-day", type=Day(), help="Deeds that can have read a row of --table whose own time is on this day.")
@click.option("--row-key", metavar="VALUE", help="Deeds that can have read the row of --table whose primary key (its first column) has this value.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many, the newest.")
@json_option
@click.pass_obj
def search(  # noqa: PLR0917 - click names them
    context: Context, person: str | None, table: str | None, action: str | None, outcome: str | None, since: datetime | None, until: datetime | None,
    row_day: datetime | None, row_key: str | None, limit: int, as_json: bool,
) -> None:
    """Find deeds, newest first. The search is itself a deed."""
    if table is None and not (row_day is None and row_key is None):
        raise click.UsageError("--row-day and --row-key speak of the rows of --table")
    log = context.app.audit
    token = context.app.key_token(row_key) if row_key is not None else None
    words = {"person": person, "table": table, "action": action, "outcome": outcome}
    times = {"since": since and since.isoformat(), "until": until and until.isoformat(), "row_day": row_day and row_day.date().isoformat()}
    asked = {**words, **times, "row_key": token}
    deed = Begin(
        principal=actor(context), door="cli", address="local", action="audit_search", verdict="allowed",
        details={key: value for key, value in asked.items() if value is not None},
    )
    number = log.begin(deed)
    found = log.search(**words, since=since, until=until, row_day=row_day and row_day.date(), row_key=token, limit=limit)
    log.finish(number, Finish(outcome="complete", rows=len(found)))
    found = [entry for entry in found if entry.number != number]
    table_ = columns(("number", "time", "person", "door", "action", "verdict", "outcome", "what"), [_row(entry) for entry in found])
    show([_plain(entry) for entry in found], table_, as_json)


@audit.command()
@click.option("--witness", metavar="NUMBER:DIGEST", help="A head noted earlier, elsewhere: the chain must still pass through it.")
@json_option
@click.pass_context
def verify(ctx: click.Context, witness: str | None, as_json: bool) -> None:
    """Check that every row is what was written, and that none is missing; exit code 1 where it is not so.

    Note the head that is printed in another place, and give it as --witness the next time.
    """
    result = ctx.obj.app.audit.verify(witness=_witness(witness))
    seals = {True: f"sealed from row {result.sealed_from} on", False: "not sealed", None: "sealed, but no key is set to check it"}[result.sealed]
    verdict = "whole" if result.ok else f"BROKEN at row {result.broken}: {result.reason}"
    text = f"{verdict}\n  {result.rows} rows, {result.destroyed} of them destroyed, {result.open} deeds open, {seals}\n  head {result.head}:{result.digest}"
    show({**asdict(result), "ok": result.ok}, text, as_json)
    if not result.ok:
        sys.exit(EXIT_CODES["internal"])


@audit.command()
@click.option("--before", type=Day(), required=True, help="Rows older than this day, UTC.")
@json_option
@click.pass_obj
def destroy(context: Context, before: datetime, as_json: bool) -> None:
    """Destroy the content of old rows for good. Their digests stay, and the chain still verifies."""
    rows = context.app.audit.destroy(before, actor(context))
    show({"rows": rows, "before": before}, f"destroyed the content of {rows} rows", as_json)


def _witness(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    number, _, digest = text.partition(":")
    if not number.isdigit() or not digest:
        raise click.BadParameter(f"`{text}` is not NUMBER:DIGEST", param_hint="--witness")
    return int(number), digest


def _plain(entry: Entry) -> dict[str, object]:
    assert entry.begin is not None  # `search` gives begin rows
    begin = {key: value for key, value in asdict(entry.begin).items() if key != "principal"}
    finish = asdict(entry.finish) if entry.finish else None
    return {"number": entry.number, "time": entry.time, **asdict(entry.begin.principal), **begin, "finish": finish, "digest": entry.digest}


def _row(entry: Entry) -> tuple[object, ...]:
    begin = entry.begin
    assert begin is not None
    who = begin.principal.person + (f" via {begin.principal.via}" if begin.principal.via else "")
    what = begin.statement or " ".join(f"{key}={_words(value)}" for key, value in begin.details.items())
    outcome = entry.finish.outcome if entry.finish else "open"
    return entry.number, f"{entry.time:%Y-%m-%d %H:%M:%S}", who, begin.door, begin.action, begin.verdict, outcome, what[:200]


def _words(value: object) -> str:
    """A detail as people read it: a list by its items, a fact by yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

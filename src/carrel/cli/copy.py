"""`carrel copy`: what was made of data, whose it is, and until when."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from carrel.cli._admin import Day, actor, columns, now
from carrel.cli._context import Context, json_option, show
from carrel.identity.owner import owner
from carrel.jobs.notices import Told
from carrel.model.copies import Copy
from carrel.policy.clock import WARNINGS, warning


@click.group("copy")
def copy() -> None:
    """Copies of data: tables people made, files that left, their owners and ends."""


@copy.command("list")
@click.option("--owner", metavar="USER", help="Only this person's.")
@click.option("--due", is_flag=True, help=f"Only those that end within {WARNINGS[0]} days, with the warning that holds.")
@click.option("--gone", is_flag=True, help="Those that are gone too.")
@click.option("--day", type=Day(), help="As if it were this day.  [default: today]")
@json_option
@click.pass_obj
def list_(context: Context, *, owner: str | None, due: bool, gone: bool, day: datetime | None, as_json: bool) -> None:
    """List copies, the first to end before the others."""
    actor(context)
    today = (day or now()).date()
    found = [each for each in context.app.copies.all(owner=owner, everything=gone) if not due or warning(each, today) is not None]
    rows = [(each.id, each.kind, each.name, each.owner, each.state, each.ends, _warned(each, today), each.rows) for each in found]
    text = columns(("id", "kind", "name", "owner", "state", "ends", "warning", "rows"), rows) if rows else "no copies"
    show([{**_values(each), "warning": warning(each, today)} for each in found], text, as_json)


@copy.command("show")
@click.argument("id")
@json_option
@click.pass_obj
def show_(context: Context, id: str, as_json: bool) -> None:
    """Show one copy with the columns that flowed into it."""
    actor(context)
    found = {
        **_values(context.app.copies.get(id)), "shared_with": [str(one) for one in context.app.copies.receivers(id)],
        "retags": [str(one) for one in context.app.retags.of(id)],
    }
    lines = [f"{key:12}{', '.join(value) if isinstance(value, list) else '-' if value is None else value}" for key, value in found.items()]
    show(found, "\n".join(lines), as_json)


@copy.command()
@click.argument("id")
@click.option("--until", type=Day(), help="Last day; without it the last day of its owner's longest membership.")
@json_option
@click.pass_obj
def extend(context: Context, id: str, until: datetime | None, as_json: bool) -> None:
    """Give more time to a copy without personal columns. One with personal columns ends with the data's own time."""
    later = context.app.copies.extend(actor(context), id, until=None if until is None else until.date())
    show(_values(later), f"{later.name} ends on {later.ends}", as_json)


@copy.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--owner", metavar="USER", required=True, help="Whose it is.")
@click.option("--of", multiple=True, required=True, metavar="TABLE|ID", help="What it was made of: `enwiki.user`, or a copy's id; repeatable.")
@json_option
@click.pass_obj
def register(context: Context, file: Path, owner: str, of: tuple[str, ...], as_json: bool) -> None:
    """Enter FILE, which left the house by other ways; it is only named, and need not be here."""
    context.app.people.person(owner, now())
    made = context.app.copies.register(actor(context), file.name, owner=owner, of=of, size=file.stat().st_size if file.is_file() else 0)
    show(_values(made), f"{made.id}: {made.name} of {made.owner} ends on {made.ends}", as_json)


@copy.command()
@click.argument("id")
@json_option
@click.pass_obj
def clean(context: Context, id: str, as_json: bool) -> None:
    """Say that the file of this copy, outside, is deleted."""
    gone = context.app.copies.clean(actor(context), id)
    show(_values(gone), f"{gone.name} is gone", as_json)


_AS = click.option("--as", "person", metavar="USER", required=True, help="Who does it; audited as owner as USER.")


@copy.command()
@click.argument("id")
@click.argument("column")
@click.option("--to", multiple=True, required=True, metavar="TAG", help="A tag that is left, or `restricted` or `public`; repeatable.")
@click.option("--reason", required=True, help="Why the values are no more than that.")
@_AS
@json_option
@click.pass_obj
def retag(context: Context, id: str, column: str, *, to: tuple[str, ...], reason: str, person: str, as_json: bool) -> None:
    """As its owner, propose fewer tags for COLUMN of a kept table. Nothing changes before a steward confirms it."""
    made = context.app.retags.propose(owner(context.home, person=person), id, column, to, reason)
    show({**asdict(made), "before": sorted(made.before), "after": sorted(made.after)}, str(made), as_json)


@copy.command()
@click.argument("id")
@click.argument("column")
@click.option("--refuse", is_flag=True, help="Refuse it: the column keeps its tags.")
@_AS
@json_option
@click.pass_obj
def confirm(context: Context, id: str, column: str, *, refuse: bool, person: str, as_json: bool) -> None:
    """As a steward, agree to the fewer tags that the owner proposed for COLUMN of a kept table."""
    now_is = context.app.retags.decide(owner(context.home, person=person), id, column, confirm=not refuse)
    show(_values(now_is), f"{now_is.name} carries {', '.join(sorted(now_is.tags))} and ends on {now_is.ends}", as_json)


@copy.command()
@json_option
@click.pass_obj
def remind(context: Context, as_json: bool) -> None:
    """Tell owners of copies that end in 14, 3 or 1 days, each once, by the mail of the settings. The job `retention` does it by itself."""
    told = context.app.notifier.run(actor(context))
    lines = [f"{told.entered} warnings noted", *(f"{what}: {', '.join(names)}" for what, names in _people(told).items() if names)]
    show({"entered": told.entered, **_people(told)}, "\n".join(lines), as_json)


def _people(told: Told) -> dict[str, tuple[str, ...]]:
    return {"handed": told.handed, "failed": told.failed, "unknown": told.unknown}


def _values(each: Copy) -> dict[str, Any]:
    facts = asdict(each)
    texts = {key: value.isoformat() for key, value in facts.items() if isinstance(value, date)}
    return {**facts, **texts, "tags": sorted(each.tags), "sources": list(each.sources)}


def _warned(each: Copy, today: date) -> str:
    days = warning(each, today)
    return "" if days is None else "ended" if days == 0 else f"{days} day{'' if days == 1 else 's'}"

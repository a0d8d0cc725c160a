"""`carrel access`: people and groups from a file, who is in, and how somebody leaves."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from carrel.access.importing import import_people
from carrel.access.offboarding import offboard
from carrel.cli._admin import actor, columns, last_day, now
from carrel.cli._context import Context, json_option, show
from carrel.identity import credentials
from carrel.identity.people import Membership


@click.group()
def access() -> None:
    """Who is let in, by what membership, until when."""


@access.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@json_option
@click.pass_obj
def import_(context: Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Make people and groups what FILE says, in the shape of Wikimedia's data.yaml: all of it or nothing.

    Memberships that are gone from the file end at once, with their credentials.
    """
    app = context.app
    done = import_people(
        app.state, app.audit, actor(context), file, now=now(), longest_days=app.settings.access.longest_days, dry_run=dry_run,
    )
    lines = [f"{number} {name.replace('_', ' ')}" for name, number in done.counts.items() if number]
    text = ("would be: " if dry_run else "") + (", ".join(lines) or "nothing to change")
    show({**done.counts, "dry_run": dry_run}, text, as_json)


@access.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """Every membership in force: person, group, last day, how it came about."""
    people = context.app.people.people(now())
    terms = [(person, term) for person in people for term in person.memberships]
    rows = [(person.name, term.group, last_day(term.ends), person.state, term.source, term.sponsor) for person, term in terms]
    values = [{**asdict(term), "state": person.state} for person, term in terms]
    show(values, columns(("person", "group", "last day", "state", "source", "sponsor"), rows), as_json)


@access.command("show")
@click.argument("user")
@json_option
@click.pass_obj
def show_(context: Context, user: str, as_json: bool) -> None:
    """One person's access: state, every term in a group, every credential."""
    app = context.app
    person = app.people.person(user, now())
    terms = app.people.memberships(person=user)
    issued = credentials.credentials(app.state, now(), person=user)
    text = "\n".join([
        f"{person.name}: {person.state}",
        *(_term(term) for term in terms),
        *(f"  credential {item.id} for {item.group}: {'alive' if item.alive else 'dead'}" for item in issued),
    ])
    value = {"person": asdict(person), "memberships": [asdict(term) for term in terms], "credentials": [asdict(item) for item in issued]}
    show(value, text, as_json)


def _term(term: Membership) -> str:
    closed = f", closed by {term.closed_by}" if term.closed else ""
    return f"  {term.group}: {term.begins:%Y-%m-%d} to {last_day(term.closed or term.ends)}{closed}"


@access.command("offboard")
@click.argument("user")
@json_option
@click.pass_obj
def offboard_(context: Context, user: str, as_json: bool) -> None:
    """Close every door to USER at once, and list what is left."""
    app = context.app
    done = offboard(app.state, app.audit, actor(context), user, now=now())
    text = "\n".join([
        f"{user} has left: {len(done.memberships)} memberships and {done.credentials} credentials closed",
        *(f"  left: {item}" for item in done.left),
        *([] if done.left else ["  left: nothing"]),
    ])
    show(asdict(done), text, as_json)

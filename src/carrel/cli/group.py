"""`carrel group`: groups and their members."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import click

from carrel.cli._admin import Day, administration, columns, last_day, now
from carrel.cli._context import Context, json_option, show


@click.group()
def group() -> None:
    """Access groups and their members."""


@group.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List every group."""
    groups = context.app.people.groups(now())
    rows = [(item.name, len(item.members), "deprecated" if item.deprecated else "", item.description.split("\n")[0][:80]) for item in groups]
    show([asdict(item) for item in groups], columns(("group", "members", "", "description"), rows), as_json)


@group.command("show")
@click.argument("name")
@json_option
@click.pass_obj
def show_(context: Context, name: str, as_json: bool) -> None:
    """Show one group with its members, when their terms end, and who speaks for them."""
    people = context.app.people
    found = people.group(name, now())
    terms = [term for term in people.memberships(group=name) if term.person in found.members and term.closed is None]
    head = f"{found.name}: {found.description}" if found.description else found.name
    text = "\n".join([head, columns(("person", "last day", "source", "sponsor", "added by"), [
        (term.person, last_day(term.ends), term.source, term.sponsor, term.added_by) for term in terms
    ])])
    show({**asdict(found), "memberships": [asdict(term) for term in terms]}, text, as_json)


@group.command()
@click.argument("name")
@click.option("--description", default="", help="Which data it opens, and to whom.")
@json_option
@click.pass_obj
def add(context: Context, name: str, description: str, as_json: bool) -> None:
    """Add the group NAME, for one that no imported file holds. What it opens is said by the policy."""
    administration(context).add_group(name, description=description, now=now())
    show({"group": name}, f"added {name}", as_json)


@group.command("add-member")
@click.argument("name")
@click.argument("user")
@click.option("--until", type=Day(end=True), help="Last day; without it the policy's longest term.")
@click.option("--sponsor", required=True, help="Who answers for this membership.")
@json_option
@click.pass_obj
def add_member(context: Context, name: str, user: str, until: datetime | None, sponsor: str, as_json: bool) -> None:  # noqa: PLR0917 - click names them
    """Make USER a member of the group NAME from now on."""
    ends = administration(context).add_member(name, user, ends=until, sponsor=sponsor, now=now())
    show({"group": name, "person": user, "ends": ends}, f"{user} is in {name} until {last_day(ends)}", as_json)


@group.command("remove-member")
@click.argument("name")
@click.argument("user")
@json_option
@click.pass_obj
def remove_member(context: Context, name: str, user: str, as_json: bool) -> None:
    """End the membership of USER in the group NAME at once, with its credentials."""
    administration(context).remove_member(name, user, now=now())
    show({"group": name, "person": user}, f"{user} is no longer in {name}", as_json)

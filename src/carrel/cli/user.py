"""`carrel user`: accounts."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime

import click

from carrel.cli._admin import Day, administration, columns, last_day, now
from carrel.cli._context import Context, json_option, show


@click.group()
def user() -> None:
    """Accounts of people."""


@user.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List every account, those that have left too."""
    people = context.app.people.people(now())
    rows = [(p.name, p.state, p.kind, last_day(p.ends) if p.ends else "", " ".join(term.group for term in p.memberships)) for p in people]
    show([asdict(person) for person in people], columns(("person", "state", "kind", "last day", "groups"), rows), as_json)


@user.command("show")
@click.argument("name")
@json_option
@click.pass_obj
def show_(context: Context, name: str, as_json: bool) -> None:
    """Show one account."""
    person = context.app.people.person(name, now())
    facts = asdict(person)
    terms = [f"  {term.group} until {last_day(term.ends)}" + (f", sponsor {term.sponsor}" if term.sponsor else "") for term in person.memberships]
    text = "\n".join([*(f"{key}: {value}" for key, value in facts.items() if key != "memberships" and value not in (None, "")), "memberships:", *terms])
    show(facts, text, as_json)


@user.command()
@click.argument("name")
@click.option("--realname", default="", help="How the person is called.")
@click.option("--email", default="", help="Where the person is reached.")
@click.option("--until", type=Day(end=True), help="Last day of the account; without it only memberships end.")
@json_option
@click.pass_obj
def add(context: Context, name: str, realname: str, email: str, until: datetime | None, as_json: bool) -> None:  # noqa: PLR0917 - click names them
    """Add the account NAME. It is in no group yet."""
    administration(context).add_person(name, realname=realname, email=email, ends=until, now=now())
    show({"person": name}, f"added {name}", as_json)


@user.command()
@click.argument("name")
@json_option
@click.pass_obj
def password(context: Context, name: str, as_json: bool) -> None:
    """Set the password of NAME: asked for twice on a terminal, else the first line of standard input."""
    terminal = sys.stdin.isatty()
    text = click.prompt("Password", hide_input=True, confirmation_prompt=True) if terminal else sys.stdin.readline().rstrip("\n")
    administration(context).set_password(name, text)
    show({"person": name}, f"set the password of {name}", as_json)


@user.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why; the person is not shown it.")
@json_option
@click.pass_obj
def suspend(context: Context, name: str, reason: str, as_json: bool) -> None:
    """Close every door to NAME from the next statement on, until `resume`."""
    administration(context).suspend(name, reason=reason, now=now())
    show({"person": name}, f"suspended {name}", as_json)


@user.command()
@click.argument("name")
@json_option
@click.pass_obj
def resume(context: Context, name: str, as_json: bool) -> None:
    """End the suspension of NAME."""
    administration(context).resume(name)
    show({"person": name}, f"resumed {name}", as_json)

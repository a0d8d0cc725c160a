"""`carrel retention except`: what stays beyond its time, who answers for it, who has agreed, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from carrel.cli._admin import Day, actor, columns
from carrel.cli._context import Context, json_option, show
from carrel.model.exceptions import RetentionException


@click.group("except")
def except_() -> None:
    """Exceptions: what stays beyond its time. Each has an owner, a reason, people who have agreed, and an end."""


@except_.command()
@click.argument("what", metavar="TABLE|ID")
@click.option("--owner", metavar="USER", required=True, help="Who answers for it.")
@click.option("--reason", required=True, help="Why it must stay.")
@click.option("--approver", "approvers", metavar="USER", multiple=True, required=True, help="Who has agreed; repeatable. Never the owner.")
@click.option("--until", type=Day(), required=True, help="Last day; it ends by itself.")
@json_option
@click.pass_obj
def add(context: Context, *, what: str, owner: str, reason: str, approvers: tuple[str, ...], until: datetime, as_json: bool) -> None:
    """Keep TABLE, of a source or a person, or the copy ID, beyond its time. The policy says who may agree, and how many must."""
    made = context.app.exceptions.add(actor(context), what, owner=owner, reason=reason, approvers=approvers, until=until.date())
    show(_values(made), f"{made.id}: {made.name} stays until {_until(made)}", as_json)


@except_.command("list")
@click.option("--ended", is_flag=True, help="Those that have ended too.")
@json_option
@click.pass_obj
def list_(context: Context, ended: bool, as_json: bool) -> None:
    """List exceptions, the first to end before the others."""
    actor(context)
    found = context.app.exceptions.all(everything=ended)
    rows = [(one.id, one.name, one.owner, ", ".join(one.approvers), _until(one), one.reason) for one in found]
    text = columns(("id", "what", "owner", "agreed", "until", "reason"), rows) if rows else "no exceptions"
    show([_values(one) for one in found], text, as_json)


@except_.command()
@click.argument("id")
@json_option
@click.pass_obj
def end(context: Context, id: str, as_json: bool) -> None:
    """End an exception before its day. What it kept is in the next plan."""
    ended = context.app.exceptions.end(actor(context), id)
    show(_values(ended), f"{ended.id} has ended: {ended.name} is kept by nothing", as_json)


def _until(one: RetentionException) -> str:
    return str(one.last - timedelta(days=1)) if one.ended is None else f"ended {one.ended:%Y-%m-%d}"


def _values(one: RetentionException) -> dict[str, Any]:
    return {
        "id": one.id, "what": one.what, "name": one.name, "owner": one.owner, "reason": one.reason, "approvers": list(one.approvers), "made": one.made,
        "made_by": one.made_by, "until": one.ends - timedelta(days=1), "ended": one.ended, "ended_by": one.ended_by,
    }

"""`carrel retention`: what has come to its day, and goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from carrel.cli._admin import Day, actor, columns
from carrel.cli._context import Context, json_option, show
from carrel.cli._exceptions import except_
from carrel.jobs.aged import Aged
from carrel.jobs.retention_plan import Plan
from carrel.model.copies import Copy


@click.group()
def retention() -> None:
    """What goes when its day has come."""


@retention.command()
@click.option("--day", type=Day(), help="As it would be on this day.  [default: today]")
@json_option
@click.pass_obj
def plan(context: Context, day: datetime | None, as_json: bool) -> None:
    """Say what would go, table by table and day by day, with a checksum for `apply`; and which files outside are due. Nothing is done."""
    actor(context)
    found = context.app.sweeper.plan(None if day is None else day.date())
    show(_values(found), _text(found), as_json)


@retention.command()
@click.argument("checksum")
@click.option("--beyond", is_flag=True, help="Though more goes at once than the policy allows.")
@json_option
@click.pass_obj
def apply(context: Context, checksum: str, beyond: bool, as_json: bool) -> None:
    """Do what the plan with this CHECKSUM says. Another plan is refused, and one that takes more at once than the policy allows."""
    swept = context.app.sweeper.apply(checksum, actor(context), beyond=beyond)
    left = f"; {len(swept.left)} being changed, and left for the next plan" if swept.left else ""
    waiting = f"; files of {swept.waiting} go when their last reader ends" if swept.waiting else ""
    names = {key: [_named(each) for each in part] for key, part in (("gone", swept.gone), ("left", swept.left))}
    rows = [{"name": str(one.table), "rows": one.going} for one in swept.trimmed]
    tables = f"; {sum(one.going for one in swept.trimmed)} rows of {len(swept.trimmed)} tables" if swept.trimmed else ""
    show({**names, "tables": rows, "waiting": swept.waiting}, f"{len(swept.gone)} gone{tables}{left}{waiting}", as_json)


def _named(each: Copy | Aged) -> dict[str, str]:
    return {"name": str(each.table)} if isinstance(each, Aged) else {"id": each.id, "name": each.name}


retention.add_command(except_)


def _values(found: Plan) -> dict[str, object]:
    return {
        "day": found.day, "checksum": found.checksum, "copies": found.copies,
        "goes": [
            {"ends": each.copy.ends, "name": each.copy.name, "id": each.copy.id, "kind": each.copy.kind, "owner": each.copy.owner, "rows": each.copy.rows,
             "size": each.copy.size}
            for each in found.items
        ],
        "kept": [{"name": copy.name, "id": copy.id, "exception": one.id, "until": one.last - timedelta(days=1)} for copy, one in found.kept],
        "tables": [
            {"name": str(one.table), "rule": one.rule, "days": [{"day": day, "rows": rows} for day, rows in one.days.items()], "rows": one.rows,
             "kept": one.kept}
            for one in found.aged
        ],
        "outside": [{"ends": each.ends, "name": each.name, "id": each.id, "owner": each.owner} for each in found.outside],
    }


def _text(found: Plan) -> str:
    goes = columns(("ends", "goes", "owner", "rows", "bytes"), [(each.copy.ends, each.copy.name, each.copy.owner, each.copy.rows, each.copy.size)
                                                                for each in found.items]) if found.items else "" if found.tables else "nothing goes"
    head = ("day", "rows of", "by", "rows", "of all", "kept by")
    days = [(day or "unknown", one.table, one.rule, rows, one.rows, one.kept or "") for one in found.aged for day, rows in one.days.items()]
    outside = columns(("ended", "outside", "owner", "id"), [(each.ends, each.name, each.owner, each.id) for each in found.outside])
    kept = [(copy.ends, copy.name, f"exception {one.id} until {one.last - timedelta(days=1)}") for copy, one in found.kept]
    stays = columns(("ended", "stays", "kept by"), kept) if kept else ""
    parts = (goes, columns(head, days) if days else "", stays, outside if found.outside else "", f"carrel retention apply {found.checksum}")
    return "\n\n".join(part for part in parts if part)

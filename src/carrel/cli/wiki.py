"""`carrel wiki`: the wikis that have been loaded."""

from __future__ import annotations

import click

from carrel.cli._context import Context, json_option, show
from carrel.model.tables import DatabaseKind


@click.group()
def wiki() -> None:
    """The wikis of this instance."""


@wiki.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List the wikis with their tables and rows, for the owner of the home: hidden rows are counted."""
    lake = context.app.lake
    wikis = []
    for database in lake.databases():
        if database.kind is DatabaseKind.WIKI:
            tables = lake.tables(database.name)
            wikis.append({"wiki": database.name, "private": database.private, "tables": len(tables), "rows": sum(table.rows for table in tables)})
    lines = [f"{entry['wiki']}\t{'private' if entry['private'] else 'public'}\t{entry['tables']} tables\t{entry['rows']} rows" for entry in wikis]
    show(wikis, "\n".join(lines) or "no wiki has been loaded", as_json)

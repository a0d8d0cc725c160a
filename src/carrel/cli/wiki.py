"""`carrel wiki`: the wikis that have been loaded."""

from __future__ import annotations

import click

from carrel.cli._context import Context, json_option, show
from carrel.identity.owner import owner
from carrel.jobs.drop import drop_wiki
from carrel.jobs.load import QUARANTINE
from carrel.jobs.slots import slots_by_role
from carrel.lake.register import Published
from carrel.model.errors import NotFound
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


@wiki.command()
@click.argument("name", required=False)
@json_option
@click.pass_obj
def snapshots(context: Context, name: str | None, as_json: bool) -> None:
    """List the tables of a wiki, or of all, with the day that each tells of, when it was loaded, and from what."""
    lake = context.app.lake
    wikis = [database.name for database in lake.databases() if database.kind is DatabaseKind.WIKI and name in {None, database.name}]
    found = [_snapshot(each) for wiki in wikis for each in lake.published(wiki)]
    lines = ["\t".join(str(entry[key]) for key in ("table", "snapshot", "loaded", "source", "rows", "bytes")) for entry in found]
    show(found, "\n".join(lines) or "no wiki has been loaded", as_json)


def _snapshot(each: Published) -> dict[str, object]:
    return {
        "table": f"{each.table.name.database}.{each.table.name.table}", "snapshot": each.snapshot or "-", "version": each.table.version,
        "loaded": f"{each.loaded:%Y-%m-%dT%H:%M:%SZ}" if each.loaded is not None else "-", "source": each.source, "rows": each.table.rows, "bytes": each.size,
    }


@wiki.command("show")
@click.argument("name")
@json_option
@click.pass_obj
def show_(context: Context, name: str, as_json: bool) -> None:
    """Show a wiki's tables with their rows, hidden ones too, what exports have brought in slots beside main, and what a lenient load has set aside."""
    lake = context.app.lake
    database = next((each for each in lake.databases() if each.kind is DatabaseKind.WIKI and each.name == name), None)
    if database is None:
        raise NotFound(f"no wiki `{name}` has been loaded", help="carrel wiki list")
    tables = {table.name.table: table.rows for table in lake.tables(name)}
    slots = slots_by_role(lake, name)
    found = {"wiki": name, "private": database.private, "tables": tables, "slots": slots, "aside": tables.get(QUARANTINE, 0)}
    lines = [f"{name}\t{'private' if database.private else 'public'}", *(f"{table}\t{rows} rows" for table, rows in tables.items())]
    lines += [f"slot {role}\t{number}" for role, number in slots.items()]
    if QUARANTINE in tables:
        lines.append(f"set aside\t{tables[QUARANTINE]} pages")
    show(found, "\n".join(lines), as_json)


@wiki.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def drop(context: Context, name: str, yes: bool, as_json: bool) -> None:
    """Take a wiki out of the instance: its tables are unknown at once, and their files are deleted when nobody reads them any more."""
    if not yes:
        click.confirm(f"delete all tables of {name}", abort=True, err=True)
    tables = drop_wiki(context.app.lake, context.app.audit, name, owner(context.home))
    show({"wiki": name, "tables": tables}, f"{name} is gone: {tables} table{'' if tables == 1 else 's'}", as_json)

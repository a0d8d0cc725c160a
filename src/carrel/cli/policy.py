"""`carrel policy`: what the policy says, why a question is answered or refused, and who gains and loses by another policy."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from carrel.cli._admin import actor, columns, now
from carrel.cli._context import Context, json_option, show
from carrel.gateway.variables import Variables
from carrel.model.audit import Begin, Finish
from carrel.model.copies import CopyKind
from carrel.model.errors import BadInput
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.model.queries import Query
from carrel.policy.compare import Change, changes, column_matrix, data_matrix, host_matrix, writing_matrix
from carrel.policy.explain import as_text, as_values
from carrel.policy.explain import explain as explain_query
from carrel.policy.explain_write import Registry, explain_write, write_text, write_values
from carrel.policy.guard.writing import FORMS, Write, read_write
from carrel.policy.limits import differences
from carrel.policy.load import Policy, default_text, load
from carrel.state import copies, shares


@click.group()
def policy() -> None:
    """Who may see what, and why."""


@policy.command()
@click.argument("user")
@click.argument("query")
@click.option("-d", "--database", help="Database that unqualified tables belong to.")
@click.option("--dialect", type=click.Choice(["mysql", "hive", "duckdb"]), default="mysql", show_default=True, help="Dialect of the query.")
@click.option("--door", type=click.Choice(["mysql", "http", "cli"]), default="mysql", show_default=True, help="Door through which it would come.")
@json_option
@click.pass_obj
def explain(context: Context, user: str, query: str, *, database: str | None, dialect: str, door: str, as_json: bool) -> None:
    """Say what would become of QUERY if USER asked it: each step, each rule's reason, the final text. Nothing is run.

    Of a statement that writes: whether USER may, what each column would carry, from which columns, by which way, and until when the table may stay.
    """
    app, owner = context.app, actor(context)
    app.people.person(user, now())
    asker = app.people.asker(Principal(person=user, service="cli"), door, now())
    number = app.audit.begin(Begin(principal=owner, door="cli", address="local", action="explain", verdict="allowed", details={"for": user}))
    variables = {**Variables().for_query(), "database()": database, "user()": user}
    question = Query(text=query.strip().rstrip(";"), dialect=dialect, database=database, asker=asker, variables=variables)
    what = _written(question)
    if what is None:
        explanation = explain_query(question, app.catalog, app.policy())
        value, text = as_values(explanation), as_text(explanation)
    else:
        told = explain_write(what, question, app.catalog, app.policy(), _registry(context, user))
        value, text = write_values(told), write_text(told)
    app.audit.finish(number, Finish(outcome="complete"))
    show(value, text, as_json)


def _written(question: Query) -> Write | None:
    """What a statement that writes would change; None for any other."""
    verb = question.text.split(maxsplit=1)[0].upper() if question.text.strip() else ""
    return read_write(question.text, question.database) if question.dialect == "mysql" and verb in FORMS else None


def _registry(context: Context, user: str) -> Registry:
    today = now().date()
    with context.app.state.read() as connection:
        known = [each for each in copies.all_of(connection) if each.kind is CopyKind.TABLE]
        grant = copies.longest_grant(connection, user, today)
    return Registry(copies={TableName(*each.name.split(".", 1)): each for each in known}, today=today, grant=grant or today)


@policy.command()
@json_option
@click.pass_obj
def matrix(context: Context, as_json: bool) -> None:
    """The tables of access groups from the policy in force: hosts, data, what is shown in each kind of database, who makes tables; and who shares which."""
    current = context.app.policy()
    tables = {
        "hosts": host_matrix(current), "data": data_matrix(current), "columns": column_matrix(current), "writing": writing_matrix(current),
        "shares": _shares(context),
    }
    values = {name: [dict(zip(header, row, strict=True)) for row in rows] for name, (header, rows) in tables.items()}
    show(values, "\n\n".join(columns(header, rows) for header, rows in tables.values()), as_json)


def _shares(context: Context) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: tables that their owners let others read, within what those may read anyway."""
    with context.app.state.read() as connection:
        rows: list[tuple[str, ...]] = [(table, owner, str(receiver)) for table, owner, receiver in shares.everything(connection)]
    return ("table", "owner", "shared with"), rows


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def check(context: Context, file: Path, as_json: bool) -> None:
    """Say who gains and who loses if FILE were the policy, over all tables of this instance, and refuse a FILE that is none."""
    app = context.app
    actor(context)
    proposed = _read(file)
    tables = [table for database in app.catalog.databases() for table in app.catalog.tables(database.name)]
    current = _current(context)
    found, limits = changes(current, proposed, tables, now()), differences(current.limits, proposed.limits)
    values = {
        "digest": proposed.digest, "tables": len(tables), "changes": [{**asdict(change), "gain": change.gain} for change in found], "limits": limits,
    }
    show(values, "\n".join([*_lines(found), *limits]) or f"no difference over {len(tables)} tables", as_json)


@policy.command("show")
@json_option
@click.pass_obj
def show_(context: Context, as_json: bool) -> None:
    """Print the policy in force and where it comes from."""
    path = context.home / "policy.toml"
    text = path.read_text(encoding="utf-8") if path.is_file() else default_text()
    source = str(path) if path.is_file() else "packaged default"
    show({"source": source, "digest": load(text).digest, "text": text}, f"# {source}, {load(text).digest}\n{text}", as_json)


def _read(file: Path) -> Policy:
    try:
        return load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"the file cannot be opened: {(error.strerror or 'no reason given').lower()}", file=str(file)) from error
    except UnicodeDecodeError as error:
        raise BadInput("not UTF-8", file=str(file), position=error.start) from error
    except BadInput as error:
        raise BadInput(error.text, file=str(file)) from error


def _current(context: Context) -> Policy:
    """The policy in force; the packaged default where the home's own is broken, so that a repair can be checked."""
    path = context.home / "policy.toml"
    try:
        return load(path.read_text(encoding="utf-8")) if path.is_file() else load(default_text())
    except (OSError, UnicodeDecodeError, BadInput):
        return load(default_text())


def _lines(found: list[Change]) -> list[str]:
    """One line per group, door, table and kind of change, with the columns that it touches."""
    together: dict[tuple[str, str, str, str, str], list[str]] = {}
    for change in found:
        verb = "gains" if change.gain else "loses"
        together.setdefault((change.group, verb, change.door, change.table, f"{change.before} -> {change.after}"), []).append(change.column)
    return [f"{group} {verb} by {door}: {table}: {kind}: {', '.join(names)}" for (group, verb, door, table, kind), names in sorted(together.items())]

"""`carrel query`: asks one text as the caller, and prints the answer in the form that was asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from carrel.cli._admin import now
from carrel.cli._context import Context
from carrel.cli._formats import FORMATS
from carrel.identity.owner import owner
from carrel.model.errors import BadInput, CarrelError, Conflict, NotFound
from carrel.model.people import Origin, Principal
from carrel.model.queries import Done, Rows


@click.command()
@click.option("-d", "--database", help="The database that unqualified names belong to.")
@click.option("-e", "--execute", "sql", help="The SQL text.")
@click.option("-f", "--file", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
              help="A file with the SQL text; - is standard input.")
@click.option("--dialect", type=click.Choice(["mysql", "hive", "duckdb"]), default="mysql", show_default=True, help="The dialect of the text.")
@click.option("--as", "person", metavar="USER", help="Ask as this person; for the owner of the home, and audited as owner as person.")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), help="Form of the answer.  [default: table on a terminal, else tsv]")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A new file for the answer, which becomes a registered copy: carrel copy list.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json: a JSON object per row.")
@click.pass_obj
def query(  # noqa: PLR0917 - click hands options over as keywords
    context: Context, database: str | None, sql: str | None, file: Path | None, dialect: str, person: str | None, form: str | None, output: Path | None,
    as_json: bool,
) -> None:
    """Ask SQL and print the rows."""
    if (sql is None) == (file is None):
        raise BadInput("give the SQL once: by -e or by -f", help="carrel query -d enwiki -e 'SELECT COUNT(*) FROM page'")
    text = sql if sql is not None else _read(file)
    if as_json and form not in {None, "json"}:
        raise BadInput(f"--json and --format {form} ask for two forms", help="leave one of them out")
    shown = sys.stdout.isatty() and output is None
    write = partial(_written, FORMATS["json" if as_json else form or ("table" if shown else "tsv")], output)
    session = context.app.gateway.open(_caller(context, person), Origin(door="cli", address="local"), dialect=dialect, database=database)
    try:
        for answer in session.ask(text):
            if not isinstance(answer, Done):
                write(answer)
            for notice in answer.notices:
                click.echo(f"note: {notice.text}", err=True)
    finally:
        session.close()


def _written(writer: Callable[[Rows, BinaryIO], None], output: Path | None, answer: Rows) -> None:
    """A file is entered in the registry of copies before its first byte. Raises Conflict where there is one already."""
    if output is None:
        writer(answer, sys.stdout.buffer)
        return
    try:
        out = output.open("xb")
    except FileExistsError:
        raise Conflict(f"`{output}` is there already", help="choose another name; one file takes one answer") from None
    with out:
        try:
            answer.copied(output.name)
        except CarrelError:
            output.unlink()
            raise
        writer(answer, out)
    if answer.copy is not None:
        click.echo(f"note: {output} is a registered copy: delete it by {answer.copy.ends}, then say so: carrel copy clean {answer.copy.id}", err=True)


def _caller(context: Context, person: str | None) -> Principal:
    """Who asks: the owner of the home as the person of --as, else as the person of their own name.

    Raises:
        AccessRefused: the caller does not own the home.
        NotFound: there is no such person.
    """
    principal = owner(context.home, person=person)
    try:
        context.app.people.person(principal.person, now())
    except NotFound as error:
        raise NotFound(error.text, help=error.help if person else "say --as USER, as the owner of the home may; carrel user list") from None
    return principal


def _read(file: Path | None) -> str:
    assert file is not None
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("not UTF-8", file=str(file), position=error.start) from error

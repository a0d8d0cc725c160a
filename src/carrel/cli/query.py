"""`carrel query`: asks one text as the caller, and prints the answer in the form that was asked for."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import click

from carrel.cli._context import Context
from carrel.cli._formats import FORMATS
from carrel.model.errors import AccessRefused, BadInput
from carrel.model.people import Origin, Principal
from carrel.model.queries import Done


@click.command()
@click.option("-d", "--database", help="The database that unqualified names belong to.")
@click.option("-e", "--execute", "sql", help="The SQL text.")
@click.option("-f", "--file", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file with the SQL text; - is standard input.")
@click.option("--dialect", type=click.Choice(["mysql", "hive", "duckdb"]), default="mysql", show_default=True, help="The dialect of the text.")
@click.option("--as", "person", metavar="USER", help="Ask as this person; for the owner of the home, and audited as owner as person.")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), help="Form of the answer.  [default: table on a terminal, else tsv]")
@click.pass_obj
def query(  # noqa: PLR0917 - click hands options over as keywords
    context: Context, database: str | None, sql: str | None, file: Path | None, dialect: str, person: str | None, form: str | None
) -> None:
    """Ask SQL and print the rows."""
    if (sql is None) == (file is None):
        raise BadInput("give the SQL once: by -e or by -f", help="carrel query -d enwiki -e 'SELECT COUNT(*) FROM page'")
    text = sql if sql is not None else _read(file)
    writer = FORMATS[form or ("table" if sys.stdout.isatty() else "tsv")]
    session = context.app.gateway.open(caller(context, person), Origin(door="cli", address="local"), dialect=dialect, database=database)
    try:
        for answer in session.ask(text):
            if not isinstance(answer, Done):
                writer(answer, sys.stdout.buffer)
            for notice in answer.notices:
                click.echo(f"note: {notice.text}", err=True)
    finally:
        session.close()


def caller(context: Context, person: str | None) -> Principal:
    """Who asks at the command line: the person named by --as, for the owner of the home; else the person whose name is the caller's own.

    Raises:
        AccessRefused: the caller does not own the home.
    """
    user = pwd.getpwuid(os.geteuid()).pw_name
    if context.home.stat().st_uid != os.geteuid():
        raise AccessRefused("this home belongs to somebody else", help="ask through a door, with your credential")
    return Principal(person=person or user, service="cli", via=f"owner:{user}")


def _read(file: Path | None) -> str:
    assert file is not None
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("not UTF-8", file=str(file), position=error.start) from error


commands = [query]

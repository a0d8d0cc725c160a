"""Exit codes of the command line, one per error code, and how an error is printed."""

from __future__ import annotations

from typing import Final

import click

from carrel.model.errors import CarrelError

EXIT_CODES: Final = {
    "internal": 1,
    "null_value": 2,
    "no_default": 2,
    "too_long": 2,
    "out_of_range": 2,
    "wrong_value": 2,
    "wrong_time": 2,
    "bad_input": 2,
    "syntax": 3,
    "not_allowed": 4,
    "local_infile": 4,
    "group_function": 4,
    "window_function": 4,
    "column_count": 4,
    "value_count": 4,
    "duplicate_column": 4,
    "duplicate_key_name": 4,
    "primary_keys": 4,
    "operand_count": 4,
    "argument_count": 4,
    "duplicate_alias": 4,
    "duplicate_query": 4,
    "unknown_window": 4,
    "many_rows": 4,
    "unknown_database": 5,
    "unknown_table": 5,
    "unknown_column": 5,
    "unknown_key": 5,
    "key_column": 5,
    "unknown_function": 5,
    "unknown_variable": 5,
    "unknown_session": 5,
    "unknown_statement": 5,
    "unknown_grant": 5,
    "ambiguous_column": 5,
    "no_database": 5,
    "access_refused": 6,
    "authentication_failed": 7,
    "time_limit": 8,
    "row_limit": 8,
    "memory_limit": 8,
    "too_complex": 8,
    "too_many": 8,
    "cancelled": 9,
    "conflict": 10,
    "table_exists": 10,
    "duplicate_key": 10,
    "unsupported": 11,
    "unavailable": 12,
}


def report(error: CarrelError) -> None:
    """One line on standard error that says what was wrong, and one that says what to do, where there is something to do."""
    click.echo(f"carrel: {error.text}", err=True)
    if error.help:
        click.echo(f"  try: {error.help}", err=True)


def report_usage(error: click.ClickException) -> None:
    """The same for a command that was not called as it should be; one that was called with nothing shows its help."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    text = " ".join(error.format_message().split()).rstrip(".")
    click.echo(f"carrel: {text[:1].lower()}{text[1:]}", err=True)
    if context is not None:
        click.echo(f"  try: {context.command_path} --help", err=True)

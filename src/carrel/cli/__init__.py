"""The command `carrel`: nouns, then verbs; a file per noun. Each module of this folder offers the command of its name."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from carrel import __version__
from carrel.cli._context import Context
from carrel.cli._errors import EXIT_CODES, report, report_usage
from carrel.model.errors import CarrelError, Unavailable
from carrel.plugins import names


class _Group(click.Group):
    """Finds the commands by folder, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return names(__name__)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in names(__name__):
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's own, which suggests only commands that have been added."""
        if args[0] not in names(__name__) and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=names(__name__), ctx=ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="carrel")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), default=lambda: os.environ.get("CARREL_HOME", "carrel-home"),
              help="The instance's folder; also CARREL_HOME.  [default: ./carrel-home]")
@click.pass_context
def carrel(ctx: click.Context, home: Path) -> None:
    """One policy-enforcing gateway before the data of MediaWiki wikis."""
    ctx.obj = Context(home=home.absolute())


def main() -> None:
    """Entry point: runs the command and turns an error into one line, its help and an exit code."""
    try:
        carrel(standalone_mode=False)
    except CarrelError as error:
        _exit_with(error)
    except OSError as error:
        _exit_with(_of_the_system(error))
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        report_usage(error)
        sys.exit(error.exit_code)


def _exit_with(error: CarrelError) -> NoReturn:
    report(error)
    sys.exit(EXIT_CODES[error.code])


def _of_the_system(error: OSError) -> CarrelError:
    where = f"`{error.filename}`: " if error.filename is not None else ""
    return Unavailable(f"{where}{(error.strerror or type(error).__name__).lower()}", help="see who owns the files of the home, and whether the disk has room")

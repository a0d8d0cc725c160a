"""The command `carrel`: nouns, then verbs; a file per noun. Each module of this folder offers `commands`, a list of click commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from carrel import __version__
from carrel.cli._context import Context
from carrel.cli._errors import EXIT_CODES, report, report_usage
from carrel.model.errors import CarrelError
from carrel.plugins import find


class _Group(click.Group):
    """Finds the commands by folder, when they are first asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._discover()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._discover()
        return super().get_command(ctx, cmd_name)

    def _discover(self) -> None:
        if not self.commands:
            for module in find("carrel.cli"):
                for command in getattr(module, "commands", ()):
                    self.add_command(command)


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
        report(error)
        sys.exit(EXIT_CODES[error.code])
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        report_usage(error)
        sys.exit(error.exit_code)

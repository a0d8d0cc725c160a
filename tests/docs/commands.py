"""Writes the pages of the reference that say only what the code says: the commands with their help, and the settings.

`python -m tests.docs.commands` from the root of the checkout writes them; tests compare.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel

from carrel.cli import carrel
from carrel.settings import Settings
from tests.shared import ROOT

WIDTH = 110
REFERENCE = ROOT / "docs" / "reference"

COMMANDS_HEAD = """# Commands

Nouns, then verbs. Every command prints JSON with `--json`, and ends with 0 or the exit code of its error: see [errors](errors.md).
This page is written by `make docs` from the commands themselves.
"""

SETTINGS_HEAD = """# Settings

`carrel.toml` in the home, read once when a command or the server starts. Whatever it does not say has its default. An unknown key is an error
that names the nearest known one. A setting that points to a secret says `env:NAME` or `file:PATH`.
This page is written by `make docs` from the settings themselves.
"""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, `carrel load sql-dump`."""
    yield from _below("carrel", carrel)


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for verb in command.list_commands(context):
            child = command.get_command(context, verb)
            assert child is not None
            yield from _below(f"{name} {verb}", child)


def commands_page() -> str:
    parts = [COMMANDS_HEAD]
    for name, command in commands():
        context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=["-h", "--help"])
        parts.append(f"## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def settings() -> Iterator[tuple[str, str, str, str]]:
    """Key, type, default as TOML, meaning."""
    yield from _settings(Settings(), "")


def _settings(section: BaseModel, prefix: str) -> Iterator[tuple[str, str, str, str]]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _settings(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", getattr(field.annotation, "__name__", str(field.annotation)), json.dumps(value), field.description or ""


def settings_page() -> str:
    rows = [f"| `{key}` | {kind} | `{default}` | {meaning.replace('|', chr(92) + '|')} |" for key, kind, default, meaning in settings()]
    return "\n".join([SETTINGS_HEAD, "| key | type | default | meaning |", "|---|---|---|---|", *rows, ""])


PAGES = {REFERENCE / "commands.md": commands_page, REFERENCE / "settings.md": settings_page}


def main() -> None:
    for page, text in PAGES.items():
        Path(page).write_text(text())


if __name__ == "__main__":
    main()

"""What the pages say is there: links lead somewhere, commands and make targets exist with their options, settings are known."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from carrel.settings import Settings
from tests.docs.commands import commands
from tests.shared import ROOT

PAGES = [*sorted((ROOT / "docs").rglob("*.md")), *(ROOT / page for page in ("README.md", "CONTRIBUTING.md", "samples/README.md", "changelog.d/README.md"))]
COMMANDS = dict(commands())
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
LOOKED_FOR = {"…", "...", "DIR", "NAME"}


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", _prose(page)) if "://" not in link and not link.startswith("#")]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pages_are_reached_from_the_index(page: Path) -> None:
    """A page that nobody can find is not documentation."""
    if page.is_relative_to(ROOT / "docs") and page != ROOT / "docs" / "index.md":
        assert f"({page.relative_to(ROOT / 'docs')})" in (ROOT / "docs" / "index.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_exist_with_their_options(page: Path) -> None:
    assert [f"{line}: {wrong}" for line in _command_lines(page, "carrel") if (wrong := _wrong(line))] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_exist(page: Path) -> None:
    named = [line.split()[1] for line in _command_lines(page, "make") if len(line.split()) > 1]
    assert [target for target in named if target.isalpha() and target not in TARGETS] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_settings_in_examples_are_known(page: Path) -> None:
    for block in re.findall(r"```(?:text|toml)\n(\[[a-z._]+\]\n.*?)```", page.read_text(), re.DOTALL):
        facts = tomllib.loads(block)
        if facts.keys() <= Settings.model_fields.keys():  # else the block is of another file
            Settings.model_validate(facts)


def _command_lines(page: Path, program: str) -> Iterator[str]:
    """Lines of code blocks and words in back-ticks that call the program."""
    text = page.read_text()
    for block in re.findall(r"```[^\n]*\n(.*?)```", text, re.DOTALL):
        yield from (line.removeprefix("$ ").strip() for line in block.splitlines() if line.removeprefix("$ ").startswith(f"{program} "))
    yield from (code for code in re.findall(r"`([^`\n]+)`", _prose(page)) if code.startswith(f"{program} "))


def _prose(page: Path) -> str:
    return re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)


def _wrong(line: str) -> str | None:
    """What of a command line does not exist; None where all of it does."""
    words = shlex.split(line.replace("…", "").replace("'", '"') if line.count("'") % 2 else line.replace("…", ""))
    words = words[: words.index("&")] if "&" in words else words
    called, command, options = "carrel", COMMANDS["carrel"], []
    for word in words[1:]:
        if word.startswith("-"):
            options.append((command, word.partition("=")[0]))
        elif f"{called} {word}" in COMMANDS:
            called, command = f"{called} {word}", COMMANDS[f"{called} {word}"]
        elif isinstance(command, click.Group) and not _is_value(options) and word not in LOOKED_FOR and word != "|":
            return f"`{called}` has no `{word}`"
    wrong = [option for owner, option in options if option not in _options(owner)]
    return f"no option {wrong}" if wrong else None


def _is_value(options: list[tuple[click.Command, str]]) -> bool:
    """Whether the word may belong to the option before it, as the folder of `--home`."""
    return bool(options) and options[-1][1] == "--home"


def _options(command: click.Command) -> set[str]:
    return {"-h", "--help", *(option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts))}

"""Everything that a person may meet is documented, and the pages that the code writes are up to date."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from carrel.cli._errors import EXIT_CODES
from carrel.doors.http.problems import STATUS
from carrel.doors.mysql.errors import ERRORS
from carrel.model import ports
from carrel.model.sensitivity import TAGS
from carrel.plugins import find
from tests.docs.commands import PAGES, commands
from tests.shared import ROOT

DOCS = sorted((ROOT / "docs").rglob("*.md"))
REFERENCE = "\n".join(page.read_text() for page in DOCS if "reference" in page.parts)
EVERYTHING = "\n".join(page.read_text() for page in DOCS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_that_the_code_writes_are_up_to_date(page: Path) -> None:
    assert page.read_text() == PAGES[page](), "run `make docs`"


@pytest.mark.parametrize("code", sorted(EXIT_CODES))
def test_errors_are_documented_as_every_door_shows_them(code: str) -> None:
    row = re.search(rf"^\| `{code}` \| [^|]+ \| (\d*) \| ([^|]*) \| (\d*) \|$", REFERENCE, re.MULTILINE)
    assert row, f"docs/reference/errors.md has no row for `{code}`"
    mysql = ERRORS.get(code)
    assert row.groups() == (str(EXIT_CODES[code]), f"{mysql.number} {mysql.state}" if mysql else "", str(STATUS[code]))


@pytest.mark.parametrize("code", sorted(set(STATUS) - set(EXIT_CODES)))
def test_errors_that_only_http_knows_are_documented(code: str) -> None:
    assert re.search(rf"^\| `{code}` \| [^|]+ \| {STATUS[code]} \|$", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_tags_are_documented(tag: str) -> None:
    assert f"`{tag}`" in REFERENCE


@pytest.mark.parametrize("rule", [module.__name__.rpartition(".")[2] for module in find("carrel.policy.rules")])
def test_rules_are_documented(rule: str) -> None:
    assert f"`{rule}`" in REFERENCE


@pytest.mark.parametrize("port", sorted(name for name in ports.__all__ if name not in {"ResultColumn"}))
def test_ports_are_documented(port: str) -> None:
    assert f"`{port}`" in EVERYTHING


@pytest.mark.parametrize("door", [module.NAME for module in find("carrel.doors")])
def test_doors_are_documented(door: str) -> None:
    assert (ROOT / "docs" / "reference" / f"{door}-door.md").is_file()


def test_every_command_has_help_and_json() -> None:
    verbs = {name: command for name, command in commands() if not isinstance(command, click.Group)}
    assert [name for name, command in verbs.items() if "--json" not in {text for option in command.params for text in option.opts}] == []
    assert [name for name, command in commands() if not command.help] == []
    options = [(name, option) for name, command in verbs.items() for option in command.params if isinstance(option, click.Option)]
    assert [f"{name} {option.name}" for name, option in options if not option.help] == []

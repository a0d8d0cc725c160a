"""Commands that need no data load none of the libraries for it, so that they answer at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from carrel.cli import carrel
from carrel.plugins import names

HEAVY = {"duckdb", "pyarrow", "sqlalchemy", "alembic", "sqlglot", "uvicorn", "starlette", "cryptography", "carrel.app"}
PROGRAM = """
import sys
from carrel.cli import carrel
try:
    carrel(sys.argv[1:], standalone_mode=False)
except Exception as error:
    print(type(error).__name__)
print(*sys.modules)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["doors", "--help"], ["--home", "no-home", "doors"], ["dump", "fetch", "--help"]], ids=" ".join)
def test_light_commands_load_no_heavy_library(arguments: list[str]) -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True)
    assert not HEAVY & set(result.stdout.splitlines()[-1].split())


def test_each_module_offers_the_command_of_its_name() -> None:
    context = carrel.make_context("carrel", [], resilient_parsing=True)
    found = {name: carrel.get_command(context, name) for name in names("carrel.cli")}
    assert all(command is not None and command.name == name for name, command in found.items())
    assert {"serve", "doors", "load", "doctor"} <= found.keys()

"""Who may do what: only the guard authorizes, no shared test names a plugin, and importing the package brings no heavy library with it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.test_architecture_files import SOURCES, name, tree
from tests.shared import ROOT

GUARD = ROOT / "src" / "carrel" / "policy" / "guard"
PLUGIN_FOLDERS = ("sources", "engines", "doors", "policy/rules")
# A mutant names what it switches off, and `stage` the door and engine in which that is seen.
SHARED_TESTS = [
    file for folder in ("contract", "property", "mutants") for file in sorted((ROOT / "tests" / folder).rglob("*.py"))
    if not (folder == "mutants" and file.stem.startswith(("of_", "stage")))
]
HEAVY = ("pyarrow", "duckdb", "sqlglot", "sqlalchemy", "starlette", "pandas")


@pytest.mark.parametrize("file", [file for file in SOURCES if GUARD not in file.parents], ids=name)
def test_only_the_guard_makes_an_authorized_query(file: Path) -> None:
    made = [node.lineno for node in ast.walk(tree(file)) if isinstance(node, ast.Call) and _called(node) == "AuthorizedQuery"]
    assert made == []


@pytest.mark.parametrize("file", [file for file in SOURCES if GUARD not in file.parents], ids=name)
def test_nobody_else_changes_an_authorized_query(file: Path) -> None:
    """A frozen value can still be copied with other fields."""
    own = {"tree", "fragments", "versions", "outputs", "influences", "decisions"}
    copies = (node for node in ast.walk(tree(file)) if isinstance(node, ast.Call) and _called(node) in {"replace", "__replace__", "__setattr__"})
    assert [node.lineno for node in copies if own & {keyword.arg for keyword in node.keywords}] == []


def test_the_guard_makes_one() -> None:
    files = [*GUARD.rglob("*.py")]
    assert any(isinstance(node, ast.Call) and _called(node) == "AuthorizedQuery" for file in files for node in ast.walk(tree(file)))


@pytest.mark.parametrize("file", SHARED_TESTS, ids=name)
def test_shared_tests_name_no_plugin(file: Path) -> None:
    """They find plugins by folder and read their capabilities. A plugin's own test carries its name: `test_doors_mysql_…`."""
    names = [f"carrel.{folder.replace('/', '.')}.{plugin}" for folder in PLUGIN_FOLDERS for plugin in plugins(folder)
             if f"{folder.rpartition('/')[2]}_{plugin}" not in file.stem and f"test_{plugin}" not in file.stem]
    text = file.read_text()
    assert [plugin for plugin in names if plugin in text] == []


@pytest.mark.parametrize("package", ["carrel", "carrel.client"])
def test_importing_the_package_brings_no_heavy_library(package: str) -> None:
    code = f"import sys, {package}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["carrel.policy.guard", "carrel.policy.decide", "carrel.policy.load"])
def test_policy_can_be_loaded_without_an_engine(package: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"import sys, {package}; print('duckdb' in sys.modules)"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def plugins(folder: str) -> list[str]:
    found = (ROOT / "src" / "carrel" / folder).iterdir() if (ROOT / "src" / "carrel" / folder).is_dir() else ()
    return sorted(path.stem for path in found if not path.name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").is_file()))


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""

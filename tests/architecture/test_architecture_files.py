"""The shape of the code: small files and functions, a sentence on top of each module, nothing unfinished, nothing of one machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.shared import ROOT

LINES = 400
FUNCTION_LINES = 50

SOURCES = sorted((ROOT / "src" / "carrel").rglob("*.py"))
ALL = [*SOURCES, *(file for folder in ("tests", "bench", "samples") for file in sorted((ROOT / folder).rglob("*.py")))]
NATIVE = [file for file in sorted((ROOT / "src" / "carrel").rglob("*")) if file.suffix in {".c", ".h"}]
TEXTS = [file for folder in ("src/carrel", "tests", "bench", "samples", "docs", "changelog.d", ".ci") for file in sorted((ROOT / folder).rglob("*"))
         if file.suffix in {".py", ".md", ".toml", ".sh", ".php", ".html", ".js", ".css", ".sql", ".yaml"}]


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


@pytest.mark.parametrize("file", [*ALL, *NATIVE], ids=name)
def test_files_are_at_most_400_lines(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= LINES


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_functions_are_at_most_50_lines(file: Path) -> None:
    if "migrations" not in file.parts:  # a migration is one list of tables
        assert [node.name for node in _functions(file) if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES] == []


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_modules_say_what_lives_in_them(file: Path) -> None:
    assert ast.get_docstring(tree(file))


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_nothing_is_left_to_do(file: Path) -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [line for line in file.read_text().splitlines() if words.search(line)] == []


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_no_error_is_swallowed(file: Path) -> None:
    assert [f"line {handler.lineno}" for handler in _handlers(file) if _catches_all(handler) and all(isinstance(node, ast.Pass) for node in handler.body)] == []


@pytest.mark.parametrize("file", TEXTS, ids=name)
def test_no_path_of_one_machine_is_written_anywhere(file: Path) -> None:
    machine = re.compile(r"""(?<![\w.}>/-])/(?:work|root|Users)/\w""")
    assert [line for line in file.read_text(errors="replace").splitlines() if machine.search(line) and "machine = re.compile" not in line] == []


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_imports_stand_at_the_top(file: Path) -> None:
    """A driver that only one plugin needs is imported at the top of that plugin's module, which is loaded when it is configured."""
    inside = (node for function in _functions(file) for node in ast.walk(function))
    assert [f"line {node.lineno}" for node in inside if isinstance(node, ast.Import | ast.ImportFrom)] == []


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_the_product_does_not_import_its_tests(file: Path) -> None:
    assert [module for module in imports(file) if module.split(".")[0] in {"tests", "samples", "bench", "pytest", "hypothesis"}] == []


@pytest.mark.parametrize("file", [file for file in ALL if file not in SOURCES], ids=name)
def test_our_own_code_is_not_patched(file: Path) -> None:
    assert "unittest.mock" not in imports(file)


def imports(file: Path) -> set[str]:
    """The modules that a file imports, with the names that it imports from them: `a.b` and `a.b.name`."""
    found: set[str] = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(file)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _handlers(file: Path) -> Iterator[ast.ExceptHandler]:
    return (node for node in ast.walk(tree(file)) if isinstance(node, ast.ExceptHandler))


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"})

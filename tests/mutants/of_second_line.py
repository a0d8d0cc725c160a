"""Mutants of the second line: each of its checks alone, found from its own source, against a final text that no translation should write."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from carrel.engines.duckdb import verify
from carrel.engines.duckdb.fragments import fragment_text
from carrel.engines.duckdb.snapshots import Place
from carrel.model.names import TableName
from tests.mutants.mutant import Law, Mutant
from tests.mutants.of_policy import lift
from tests.mutants.stage import WIKI, Stage
from tests.mutants.switch import Switch, change, put

ENGINE: Final = "carrel.engines.duckdb.engine"
VERIFY: Final = "carrel.engines.duckdb.verify"
CUTS: Final = "carrel.engines.duckdb.cuts"
LOGGING: Final = TableName(WIKI, "logging")
ASKED: Final = "SELECT log_title FROM logging"
"""The question in whose place the planted texts stand: one table with a hidden row, one column."""


@dataclass(frozen=True)
class Asked:
    """What a planted text is made of: the fragment in brackets, the table's snapshot, and what the translation wrote."""

    fragment: str
    base: Place
    text: str


Plant = Callable[[Asked], str]


@contextmanager
def planted(stage: Stage, plant: Plant) -> Iterator[pytest.MonkeyPatch]:
    """The translation writes what `plant` says."""

    def spoiled(real: Any) -> Any:
        def translate(query: Any, places: Any) -> Any:
            made = real(query, places)
            asked = Asked(f"({fragment_text(query.fragments[LOGGING], places[LOGGING])})", places[LOGGING], made.text)
            return replace(made, text=plant(asked))

        return translate

    with pytest.MonkeyPatch.context() as patch:
        put(f"{ENGINE}:translate", spoiled, "").off(patch)
        yield patch


def refused_law(says: str, plant: Plant, code: str = "internal", prepare: Callable[[pytest.MonkeyPatch], None] = lambda _: None) -> Law:
    def law(stage: Stage) -> Iterator[str]:
        with planted(stage, plant) as patch:
            prepare(patch)
            heard = stage.ask(ASKED)
        if heard.rows is not None or heard.error != code:
            yield f"{heard.error} {heard.text[:300]}"

    law.__doc__ = f"Not run: {says}."
    return law


def unverified_law(says: str, plant: Plant, prepare: Callable[[pytest.MonkeyPatch], None] = lambda _: None) -> Law:
    """For texts that would not run either: whether the second line itself lets them pass."""

    def law(stage: Stage) -> Iterator[str]:
        passed: list[str] = []

        def watched(real: Any) -> Any:
            def verified(*args: Any) -> None:
                real(*args)
                passed.append("the second line lets it pass")

            return verified

        with planted(stage, plant) as patch:
            prepare(patch)
            put(f"{ENGINE}:verify", watched, "").off(patch)
            stage.ask(ASKED)
        yield from passed

    law.__doc__ = f"Not passed: {says}."
    return law


def _spoil_printer(patch: pytest.MonkeyPatch) -> None:
    _print_as(patch, lambda text, _: text.partition(" WHERE ")[0])


def _print_as(patch: pytest.MonkeyPatch, spoil: Callable[[str, Place], str]) -> None:
    def printed(fragment: Any, place: Place) -> str:
        return spoil(fragment_text(fragment, place), place)

    for module in ("verify", "translate.selects"):
        put(f"carrel.engines.duckdb.{module}:fragment_text", lambda _: printed, "").off(patch)


LAWS: Final[Mapping[str, Law]] = {
    "verify: the statement is too long": refused_law("a text that is too long", lambda _: f"SELECT '{'x' * 2 * verify.LENGTH}'", "too_complex"),
    "_select: the statement is nested too deeply": refused_law(
        "a text that nests deeper than DuckDB reads", lambda _: "SELECT " + "1 + " * 1500 + "1", "too_complex",
    ),
    "_select: not one statement that reads": refused_law("a second statement", lambda _: "SELECT 1; SELECT name FROM duckdb_settings()"),
    "_select: parameters that are not its own": refused_law("a parameter that the statement does not have", lambda _: "SELECT $1"),
    "_sound: a fragment that was not printed whole": refused_law(
        "a fragment whose condition the printer lost", lambda asked: asked.text, prepare=_spoil_printer,
    ),
    "_sound: a fragment that reads another table": unverified_law(
        "a fragment whose table the printer mistook", lambda asked: asked.text,
        lambda patch: _print_as(patch, lambda text, place: text.replace(str(place), '"another"."table"')),
    ),
    "walk: the statement is nested too deeply": refused_law("a text that nests too deep", lambda _: "SELECT " + "1 + " * 150 + "1", "too_complex"),
    "_object: a node of type": refused_law("a table function", lambda _: "SELECT name FROM duckdb_settings()"),
    "_count: the statement has too many parts": refused_law(
        "a text of too many parts", lambda _: f"SELECT greatest({', '.join(['1'] * 300)})", "too_complex", lambda patch: patch.setattr(verify, "NODES", 200),
    ),
    "_weigh: the statement's functions are too many": refused_law(
        "functions that take seconds to be bound", lambda _: "SELECT lower(lower('a'))", "too_complex",
        lambda patch: patch.setitem(verify._WEIGHTS, "lower", verify.WEIGHT // 2 + 1),
    ),
    "_fragment: a base table outside its fragment": refused_law("a table without policy's condition", lambda asked: f"SELECT log_title FROM {asked.base}"),
    "_table: a base table beside its fragment": refused_law(
        "a table beside what policy made of it", lambda asked: f"SELECT b.log_title FROM {asked.fragment} AS r INNER JOIN {asked.base} AS b ON (1 = 1)",
    ),
    "_table: a reference that nothing defines": refused_law("a view of the engine's own", lambda _: "SELECT database_name FROM duckdb_databases"),
    "_expression: an expression of type": refused_law(
        "an expression of a kind that is not listed", lambda asked: f"SELECT r.log_title COLLATE NOCASE FROM {asked.fragment} AS r",
    ),
    "_expression: the function": refused_law("a function that is not listed", lambda _: "SELECT current_setting('temp_directory')"),
    "_expression: the type": refused_law("a type that is not listed", lambda _: "SELECT CAST(CAST('00000000-0000-0000-0000-000000000000' AS UUID) AS VARCHAR)"),
    "_fixed: a node with": refused_law(
        "another kind of join", lambda asked: f"SELECT r.log_title FROM {asked.fragment} AS r SEMI JOIN {asked.fragment} AS s ON (1 = 1)",
    ),
}
"""By the function and the words of a check: a text that it alone stops."""


HELD_BY: Final = {
    "verify: the statement is too long": ("engine: length",),
    "_select: parameters that are not its own": ("engine: open parameters",),
    "_object: a node of type": ("second line: _expression: the function",),
    "_table: a base table beside its fragment": ("second line: _table: a reference that nothing defines",),
}
"""A table function is a function, and no part of WITH has the name of a table."""


def a_verdict_is_for_a_text_under_one_policy(stage: Stage) -> Iterator[str]:
    """A text that was sound for one person is looked at anew when another asks."""
    texts: list[str] = []

    def first(asked: Asked) -> str:
        texts.append(asked.text)
        return texts[0]

    with planted(stage, first):
        if "Suppressed-title" not in stage.words(ASKED, lift=lift(f"{LOGGING}.log_title", suppressed=True)):
            yield "the first is not answered"
        heard = stage.ask(ASKED)
    if heard.rows is not None:
        yield heard.text


def checks() -> Iterator[tuple[str, Switch]]:
    """Each `if` of the second line that raises, by its function and words, and how it is switched off."""
    source = inspect.getsource(verify)
    for path, function in _functions(ast.parse(source)):
        for node in ast.walk(function):
            if isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise):
                words = next(part.value for part in ast.walk(node.body[0]) if isinstance(part, ast.Constant) and isinstance(part.value, str)).strip()
                test = ast.get_source_segment(source, node.test) or ""
                yield f"{function.name}: {words}", change(f"{VERIFY}:{path}", f"if {test}:", "if False:", f"the check of the second line for {words}")


def raises() -> int:
    """How often the second line raises, whatever the form."""
    return sum(isinstance(node, ast.Raise) for node in ast.walk(ast.parse(inspect.getsource(verify))))


def _functions(root: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in root.body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            yield f"{prefix}{node.name}", node


MUTANTS: Final = (
    *(
        Mutant(name=f"second line: {words}", switch=switch, killer=LAWS[words], held_by=HELD_BY.get(words, ())) for words, switch in checks() if words in LAWS
    ),
    Mutant(
        name="engine: length", switch=put(f"{ENGINE}:LENGTH", lambda length: 10 * length, "the length of a text with its values"),
        killer=LAWS["verify: the statement is too long"], held_by=("second line: verify: the statement is too long",),
    ),
    Mutant(
        name="engine: open parameters",
        switch=put(f"{ENGINE}:filled", lambda real: lambda text, bound: re.sub(r"\$\d+", "'x'", real(text, bound)), "that DuckDB runs no open parameter"),
        killer=LAWS["_select: parameters that are not its own"], held_by=("second line: _select: parameters that are not its own",),
    ),
    Mutant(
        name="second line: stand-ins", switch=change(f"{VERIFY}:_reads_cut", "check.met[path] == count", "True", "that each stand-in is met as a table"),
        killer=unverified_law("a fragment in a name", lambda asked: f'SELECT 1 AS "a {asked.fragment}"'),
    ),
    Mutant(
        name="second line: what is cut",
        switch=put(f"{CUTS}:_WHOLE", lambda _: re.compile(".*", re.DOTALL), "that a fragment that is cut ends between two words"),
        killer=unverified_law(
            "a fragment that ends in a comment", lambda asked: asked.text, lambda patch: _print_as(patch, lambda text, _: f"{text} --"),
        ),
    ),
    Mutant(
        name="second line: stand-ins of the text's own",
        switch=change(f"{CUTS}:cut", "if SCHEMA in text.lower():", "if False:", "that a text that names a stand-in is read whole"),
        killer=unverified_law("a table named as a stand-in", lambda asked: f"SELECT 1 FROM {asked.fragment} AS r, (SELECT 0 FROM carrel_cut.f0) AS s"),
        held_by=("second line: _fragment: a base table outside its fragment",),
    ),
    Mutant(
        name="second line: verdicts",
        switch=change(f"{VERIFY}:verify", "repr(facts)", "repr(facts[0])", "that a verdict is for a text and policy's fragments together"),
        killer=a_verdict_is_for_a_text_under_one_policy,
    ),
)

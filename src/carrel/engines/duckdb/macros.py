"""Our SQL macros as they are made in the instance: a parameter that a macro's body uses more than once is computed once.

DuckDB puts a macro's arguments into its body as text does. Nested calls would double at every step, so a macro's parameters are bound by a lambda over a list
of one: all of them by one, as DuckDB does its work twice for every lambda inside another's body. Parameters that must stay constants (`_CONSTANT`) are put in
as they are; callers give them as literals, or as what costs nothing. A macro that gives its own parameters to another gives what is bound already: it calls
the other's *plain* form, which binds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

FILE: Final = "macros.sql"
_MACRO: Final = re.compile(r"^CREATE MACRO (carrel_\w+)\((.*?)\) AS (.*?);$", re.MULTILINE | re.DOTALL)
_CONSTANT: Final = frozenset({"places", "mode", "base", "source", "target", "count", "i", "most", "direction", "fraction", "with_time", "path", "plain"})
_WORD: Final = re.compile(r"\w+|[^\w\s]")
_CALL: Final = re.compile(r"(?<!\w)(carrel_\w+)(?=\((?:\w+(?:, \w+)*)?\))")
_PLAIN: Final = "plain_"
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")


def statements() -> list[str]:
    """One or two CREATE MACRO for each, in an order in which each finds those that it calls."""
    return [f"CREATE MACRO {macro.name}({macro.parameters}) AS {macro.body};" for macro in _made()]


def names() -> frozenset[str]:
    return frozenset(name for name, _, _ in _read())


@cache
def weights() -> dict[str, int]:
    """What a call of each macro costs DuckDB before it reads a row: the words of its body and of those that it calls, twice where a lambda binds them.

    One is about a microsecond and half a kilobyte.
    """
    found: dict[str, int] = {}
    for macro in _made():
        words = _WORD.findall(_TEXT.sub("''", macro.body))
        found[macro.name] = 2 * found[_PLAIN + macro.name] if macro.binds else len(words) + sum(found.get(word, 0) for word in words)
    return {name: found[name] for name in names()}


@dataclass(frozen=True, slots=True)
class _Macro:
    name: str
    parameters: str
    body: str
    binds: bool


@cache
def _made() -> tuple[_Macro, ...]:
    """Each macro, after its plain form where that is another."""
    made: list[_Macro] = []
    plain: set[str] = set()
    for name, parameters, written in _read():
        body = _plainly(written, plain)
        bound = _bound(body, _names(parameters))
        if bound != body:
            made.append(_Macro(_PLAIN + name, parameters, body, False))
            plain.add(name)
        made.append(_Macro(name, parameters, bound, bound != body))
    return tuple(made)


def _plainly(body: str, plain: Collection[str]) -> str:
    """The body with the plain forms of those that it calls with nothing but names and numbers."""
    return _CALL.sub(lambda found: f"{_PLAIN if found[1] in plain else ''}{found[0]}", body)


def _read() -> list[tuple[str, str, str]]:
    text = resources.files(__package__).joinpath(FILE).read_text()
    return _MACRO.findall(text)


def _names(parameters: str) -> list[str]:
    return [part.split(":=")[0].strip() for part in parameters.split(",")]


def _bound(body: str, parameters: list[str]) -> str:
    plain = _TEXT.sub("''", body)
    uses = {parameter: len(re.findall(rf"\b{parameter}\b", plain)) for parameter in parameters if parameter not in _CONSTANT}
    if all(count <= 1 for count in uses.values()):
        return body
    if len(uses) == 1:
        (one,) = uses
        return f"list_extract(list_transform([{one}], lambda once_{one}: {_renamed(body, one, f'once_{one}')}), 1)"
    for parameter in uses:
        body = _renamed(body, parameter, f"struct_extract(once, '{parameter}')")
    packed = ", ".join(f"{parameter} := {parameter}" for parameter in uses)
    return f"list_extract(list_transform([struct_pack({packed})], lambda once: {body}), 1)"


def _renamed(body: str, parameter: str, new: str) -> str:
    """The body with something else in the parameter's place, texts left alone."""
    pieces = re.split(r"('(?:[^']|'')*')", body)
    return "".join(piece if place % 2 else re.sub(rf"\b{parameter}\b", lambda _: new, piece) for place, piece in enumerate(pieces))

"""Our SQL macros as they are made in the instance: a parameter that a macro's body uses more than once is computed once.

DuckDB puts a macro's arguments into its body as text does. Nested calls would double at every step, so such a parameter is bound by a lambda over a list of
one. Parameters that must stay constants (`_CONSTANT`) are put in as they are; callers give them as literals.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

FILE: Final = "macros.sql"
_MACRO: Final = re.compile(r"^CREATE MACRO (carrel_\w+)\((.*?)\) AS (.*?);$", re.MULTILINE | re.DOTALL)
_CONSTANT: Final = frozenset({"places", "mode", "base", "source", "target", "count", "i", "most", "direction", "fraction", "with_time", "path"})
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")


def statements() -> list[str]:
    """One CREATE MACRO for each, in an order in which each finds those that it calls."""
    return [f"CREATE MACRO {name}({parameters}) AS {_bound(body, _names(parameters))}" for name, parameters, body in _read()]


def names() -> frozenset[str]:
    return frozenset(name for name, _, _ in _read())


def _read() -> list[tuple[str, str, str]]:
    text = resources.files(__package__).joinpath(FILE).read_text()
    return _MACRO.findall(text)


def _names(parameters: str) -> list[str]:
    return [part.split(":=")[0].strip() for part in parameters.split(",")]


def _bound(body: str, parameters: list[str]) -> str:
    plain = _TEXT.sub("''", body)
    for parameter in parameters:
        if parameter not in _CONSTANT and len(re.findall(rf"\b{parameter}\b", plain)) > 1:
            body = f"list_extract(list_transform([{parameter}], lambda once_{parameter}: {_renamed(body, parameter)}), 1)"
    return body


def _renamed(body: str, parameter: str) -> str:
    """The body with the parameter's new name, texts left alone."""
    pieces = re.split(r"('(?:[^']|'')*')", body)
    return "".join(piece if place % 2 else re.sub(rf"\b{parameter}\b", f"once_{parameter}", piece) for place, piece in enumerate(pieces))

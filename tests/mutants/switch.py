"""Ways to switch a piece of the product off in this process: another object in its place, or its own code with a few words changed."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any
from weakref import WeakKeyDictionary

import pytest


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing that can be off. `says`: what that is, for the table; `off` does it until the patch is undone."""

    says: str
    off: Callable[[pytest.MonkeyPatch], None]


_WORDS: WeakKeyDictionary[pytest.MonkeyPatch, dict[str, list[tuple[str, str]]]] = WeakKeyDictionary()
"""What each patch has changed so far in each function."""


def put(place: str, make: Callable[[Any], Any], says: str) -> Switch:
    """Puts `make(what is there)` at `place`, `package.module:name.of.attribute`."""

    def off(patch: pytest.MonkeyPatch) -> None:
        holder, name = _holder(place)
        patch.setattr(holder, name, make(_static(holder, name)))

    return Switch(says, off)


def change(place: str, old: str, new: str, says: str) -> Switch:
    """Runs the function at `place` with its text changed: `old`, which stands in it once, is `new`. Whoever has imported the function gets it so."""

    def off(patch: pytest.MonkeyPatch) -> None:
        module, _, path = place.partition(":")
        holder, name = _holder(place)
        words = _WORDS.setdefault(patch, {}).setdefault(place, [])
        words.append((old, new))
        patch.setattr(_function(_static(holder, name)), "__code__", _changed(import_module(module), path, words))

    return Switch(says, off)


def nothing(*_: Any, **__: Any) -> None:
    """Stands where a check was."""


def _holder(place: str) -> tuple[Any, str]:
    module, _, path = place.partition(":")
    holder: Any = import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        holder = getattr(holder, parent)
    return holder, name


def _static(holder: Any, name: str) -> Any:
    return inspect.getattr_static(holder, name)


def _function(found: Any) -> FunctionType:
    while not isinstance(found, FunctionType):
        found = found.fget if isinstance(found, property) else found.__wrapped__ if hasattr(found, "__wrapped__") else found.__func__
    return inspect.unwrap(found)  # type: ignore[return-value]


def _changed(module: Any, path: str, words: list[tuple[str, str]]) -> CodeType:
    source = inspect.getsource(module)
    node: Any = ast.parse(source)
    for name in path.split("."):
        node = next(part for part in node.body if getattr(part, "name", None) == name)
    lines = source.splitlines(keepends=True)
    body = "".join(lines[node.lineno - 1 : node.end_lineno])
    for old, new in words:
        if body.count(old) != 1:
            raise AssertionError(f"{module.__name__}:{path} has `{old}` {body.count(old)} times, and a mutant needs it once: mend the table of mutants")
        body = body.replace(old, new)
    lines[node.lineno - 1 : node.end_lineno] = [body]
    code = compile("".join(lines), module.__file__, "exec", dont_inherit=True)
    for name in path.split("."):
        code = next(part for part in code.co_consts if isinstance(part, CodeType) and part.co_name == name)
    return code

"""Finds plugins by folder: each package below `carrel.sources`, `carrel.engines`, `carrel.doors` and each module below `carrel.policy.rules`."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType


def names(package: str) -> list[str]:
    """The modules directly below `package`, by name and in its order, without importing them; those that begin with an underscore are left out."""
    parent = import_module(package)
    return sorted(info.name for info in pkgutil.iter_modules(parent.__path__) if not info.name.startswith("_"))


def find(package: str) -> list[ModuleType]:
    """The same modules, imported."""
    return [import_module(f"{package}.{name}") for name in names(package)]

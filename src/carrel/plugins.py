"""Finds plugins by folder: each package below `carrel.sources`, `carrel.engines`, `carrel.doors` and each module below `carrel.policy.rules`."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType


def find(package: str) -> list[ModuleType]:
    """The modules directly below `package`, imported, in the order of their names; those that begin with an underscore are left out."""
    parent = import_module(package)
    names = sorted(info.name for info in pkgutil.iter_modules(parent.__path__) if not info.name.startswith("_"))
    return [import_module(f"{package}.{name}") for name in names]

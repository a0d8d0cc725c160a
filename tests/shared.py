"""Where the tests find inputs that are not part of this repository, and what happens when they are not there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

SAMPLE = ROOT / "src" / "carrel" / "sample"
"""The sample wiki: always there."""


def strict() -> bool:
    """Whether a test that cannot run is a failure, as in CI."""
    return os.environ.get("CARREL_STRICT") == "1"


def cannot_run(reason: str) -> NoReturn:
    """Skips the test with its reason; fails it where CARREL_STRICT is 1."""
    if strict():
        pytest.fail(f"CARREL_STRICT: {reason}")
    pytest.skip(reason)


def shared_path(relative: str) -> Path:
    """A file or folder of the shared material: below CARREL_SHARED, else below `shared` beside the checkout.

    The test is skipped, or fails under CARREL_STRICT, where it is not there.
    """
    base = Path(os.environ.get("CARREL_SHARED") or ROOT.parent / "shared")
    path = base / relative
    if not path.exists():
        cannot_run(f"`{relative}` is not below CARREL_SHARED or ../shared")
    return path


def examples(few: int) -> int:
    """How many examples a property test draws: `few`, or as many as CARREL_EXAMPLES says, in long runs."""
    return int(os.environ.get("CARREL_EXAMPLES", few))


def program(name: str) -> str:
    """The path of a program that the test drives. The test is skipped, or fails under CARREL_STRICT, where it is not installed."""
    found = shutil.which(name)
    if found is None:
        cannot_run(f"the program `{name}` is not installed")
    return found

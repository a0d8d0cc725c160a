"""A slice of `make sanitize`, small enough for every change: the native parts' own tests under AddressSanitizer and UndefinedBehaviorSanitizer."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.shared import ROOT, program


@pytest.mark.timeout(1200)
def test_the_native_parts_keep_to_their_bounds() -> None:
    program("gcc")
    command = [sys.executable, "-m", "tests.sanitize", "--slice", "--examples", "40", "--", "-n", "2", "--dist", "worksteal"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-4000:]

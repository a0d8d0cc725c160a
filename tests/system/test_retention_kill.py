"""A sweep that is killed at any step: what was unknown stays unknown, what is not due stays, and the next run finishes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.copies_fixture import TODAY, House

pytestmark = pytest.mark.system
CANARY = "Kanarienvogel-7c1e"
ROOT = Path(__file__).parents[2]


def test_a_sweep_that_is_killed_at_any_step_is_finished_by_the_next_one(tmp_path: Path) -> None:
    step = 0
    whole = False
    while not whole:
        house = House(tmp_path / f"home-{step}")
        house.plant("one", 0, f"{CANARY} one")
        house.plant("kept", 1, f"{CANARY} kept")
        assert len(house.found(f"{CANARY} one")) == 1
        run = subprocess.run([sys.executable, "-m", "tests.copies_fixture", str(house.home), str(step), str(TODAY)], cwd=ROOT, capture_output=True,
                             text=True, check=False)
        whole = run.returncode == 0
        assert whole == ("whole" in run.stdout), run.stderr
        assert whole or run.returncode == -9, run.stderr
        assert "staging.kept" in house.there()
        house.sweep()
        assert house.there() == {"staging.kept"}
        assert house.found(f"{CANARY} one") == []
        assert len(house.found(f"{CANARY} kept")) == 1
        assert not list((house.lake.directory / ".expiring").glob("*"))
        house.close()
        step += 1
    assert step > 8

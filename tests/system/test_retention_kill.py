"""A sweep that is killed at any step: what was unknown stays unknown, what is not due stays, and the next run finishes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from carrel.lake.work import WorkTables
from tests.copies_fixture import TODAY, House

pytestmark = pytest.mark.system
CANARY = "Kanarienvogel-7c1e"
OLD, NEW = "20260824235959", "20260827000000"
ROOT = Path(__file__).parents[2]


def test_a_sweep_that_is_killed_at_any_step_is_finished_by_the_next_one(tmp_path: Path) -> None:
    step = 0
    whole = False
    while not whole:
        house = House(tmp_path / f"home-{step}")
        work = WorkTables(house.state, house.lake.directory, table_mb=1, person_mb=1, rows=1)
        house.plant("one", 0, f"{CANARY} one")
        house.plant("kept", 1, f"{CANARY} kept")
        house.land([(OLD, f"{CANARY} row"), (NEW, f"{CANARY} young")])
        assert (len(house.found(f"{CANARY} one")), len(house.found(f"{CANARY} row"))) == (1, 1)
        run = subprocess.run([sys.executable, "-m", "tests.copies_fixture", str(house.home), str(step), str(TODAY)], cwd=ROOT, capture_output=True,
                             text=True, check=False)
        whole = run.returncode == 0
        assert whole == ("whole" in run.stdout), run.stderr
        assert whole or run.returncode == -9, run.stderr
        assert "staging.kept" in house.there()
        assert house.rows() in ([OLD, NEW], [NEW])
        house.sweep()
        work.sweep()
        assert not list((house.lake.directory / ".writing").glob("*"))
        assert house.there() == {"staging.kept"}
        assert house.rows() == [NEW]
        assert house.found(f"{CANARY} one") == house.found(f"{CANARY} row") == []
        assert len(house.found(f"{CANARY} kept")) == len(house.found(f"{CANARY} young")) == 1
        assert not list((house.lake.directory / ".expiring").glob("*"))
        house.close()
        step += 1
    assert step > 20

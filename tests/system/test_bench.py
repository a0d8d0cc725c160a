"""A slice of the bench, small enough for every change: it runs, every row has a peer, and what both sides give is the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT, program


@pytest.mark.system
@pytest.mark.soak
def test_the_bench_runs(tmp_path: Path) -> None:
    for name in ("mariadbd", "mariadb", "mariadb-dump"):
        program(name)
    output = tmp_path / "results.json"
    done = subprocess.run([sys.executable, "-m", "bench", "--scale", "0.01", "--output", str(output)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    results = {result["row"]: result for result in json.loads(output.read_text())["results"]}
    assert {"export", "export, pure", "http, arrow", "http, tsv", "gateway: median", "audit: a begin row"} <= results.keys()
    assert all(result["ours_s"] and result["peer"] for result in results.values())
    assert "equal to the byte" in results["export"]["note"]
    assert "equal to the byte" in results["export, pure"]["note"]

"""`carrel policy` on a new home."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from carrel.cli import carrel
from carrel.policy.load import default_text


def run(home: Path, *words: str) -> str:
    result = CliRunner().invoke(carrel, ["--home", str(home), *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_policy_can_be_shown_compared_and_explained(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, "init")
    run(home, "user", "add", "ann")
    assert json.loads(run(home, "policy", "show", "--json"))["text"] == default_text()
    assert len(json.loads(run(home, "policy", "matrix", "--json"))["hosts"]) == 8
    proposed = tmp_path / "policy.toml"
    proposed.write_text(default_text())
    assert json.loads(run(home, "policy", "matrix", "--json"))["writing"][0]["work"].startswith("writes")
    assert json.loads(run(home, "policy", "matrix", "--json"))["shares"] == []
    told = json.loads(run(home, "policy", "explain", "ann", "CREATE TABLE staging.t AS SELECT 1 AS a", "--json"))
    assert (told["allowed"], told["write"]["table"], told["write"]["verdicts"]) == (False, "staging.t", ["silence: no rule permits"])
    assert json.loads(run(home, "policy", "check", str(proposed), "--json"))["changes"] == []
    explained = json.loads(run(home, "policy", "explain", "ann", "SELECT 1;", "--json"))
    assert explained["allowed"]
    assert explained["headings"] == ["1"]
    run(home, "user", "suspend", "ann", "--reason", "a test")
    assert "state" in run(home, "policy", "explain", "ann", "SELECT * FROM information_schema.TABLES")

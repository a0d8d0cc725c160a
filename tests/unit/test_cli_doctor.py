"""`carrel doctor` says what is wrong and what to do, and finds nothing where nothing is wrong."""

import json
from pathlib import Path

import pytest

from tests.instance import Instance


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    made = Instance(tmp_path / "home")
    made.setup()
    made.load_sample()
    return made


def findings(instance: Instance) -> dict[str, bool]:
    answer = instance.carrel("doctor", "--json", ok=False)
    return {finding["check"]: finding["fine"] for finding in json.loads(answer.stdout)}


def test_a_sound_instance_has_no_finding(instance: Instance) -> None:
    assert all(findings(instance).values())
    assert instance.carrel("doctor").returncode == 0


def test_each_damage_is_found_by_its_check(instance: Instance) -> None:
    next(instance.home.glob("lake/samplewiki.db/page/*/*.parquet")).unlink()
    (instance.home / "policy.toml").write_text("nonsense = 1\n")
    instance.home.chmod(0o755)
    found = findings(instance)
    assert [check for check, fine in found.items() if not fine] == ["permissions", "policy", "lake"]


def test_a_damaged_state_is_an_error_with_a_way_out(instance: Instance) -> None:
    (instance.home / "state.sqlite").write_bytes(b"not a database" * 1000)
    for leftover in instance.home.glob("state.sqlite-*"):
        leftover.unlink()
    answer = instance.carrel("doctor", ok=False)
    assert answer.returncode == 12
    assert "Traceback" not in answer.stderr + answer.stdout
    assert "try:" in answer.stdout


def test_where_there_is_no_instance_that_is_the_one_finding(tmp_path: Path) -> None:
    answer = Instance(tmp_path / "none").carrel("doctor", ok=False)
    assert answer.returncode == 12
    assert answer.stdout.splitlines() == [f"BAD settings: there is no Carrel in `{tmp_path / 'none'}`", f"      try: carrel --home {tmp_path / 'none'} init"]

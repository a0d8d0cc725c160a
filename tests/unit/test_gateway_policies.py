"""Which policy is in force when its file comes, changes, breaks or goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from carrel.gateway.policies import PolicyFile
from carrel.model.errors import Unavailable

EMPTY = '[groups.readers]\ndescription = "Readers"\n'


def test_without_a_file_the_packaged_policy_is_in_force(tmp_path: Path) -> None:
    assert "researchers" in PolicyFile(tmp_path / "policy.toml").current().groups


def test_a_change_takes_effect_at_once(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    policies = PolicyFile(path)
    policies.current()
    path.write_text(EMPTY)
    assert set(policies.current().groups) == {"readers"}
    path.unlink()
    assert "researchers" in policies.current().groups


def _broken(path: Path) -> None:
    path.write_text("[[[")


def _binary(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


def _folder(path: Path) -> None:
    path.mkdir()


def _nowhere(path: Path) -> None:
    path.symlink_to(path.parent / "not mounted")


def _itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("spoil", [_broken, _binary, _folder, _nowhere, _itself])
def test_a_policy_that_cannot_be_read_closes_everything(spoil: object, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    policies = PolicyFile(path)
    policies.current()
    spoil(path)  # type: ignore[operator]
    for _ in range(2):
        with pytest.raises(Unavailable):
            policies.current()

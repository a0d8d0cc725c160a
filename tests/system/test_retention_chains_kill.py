"""Chains of copies whose sweeps are killed at any step, by another process that dies: the next sweep leaves what one run would have left."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chains_fixture import Chains
from tests.property.test_retention_chains import chain

pytestmark = pytest.mark.system


def test_chains_of_copies_while_sweeps_are_killed(tmp_path: Path) -> None:
    house = Chains(tmp_path)
    chain(house, share=50, kills=True)
    house.close()

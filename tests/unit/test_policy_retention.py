"""`[retention]` of the policy: defaults, and what is refused."""

from __future__ import annotations

import pytest

from carrel.model.errors import BadInput
from carrel.policy.limits import CopyRetention
from carrel.policy.load import default_text, load


def test_defaults_and_values() -> None:
    assert load(default_text()).retention == CopyRetention(mirror_copies=90, sweep_percent=25, sweep_always=20)
    assert load("[retention]\nmirror_copies = 30").retention.mirror_copies == 30


@pytest.mark.parametrize("line", ["mirror_copies = 0", "mirror_copies = 4000", "mirror_copies = true", "sweep_percent = 101", "days = 3"])
def test_refused_with_the_line(line: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(f"[retention]\n{line}")
    assert refused.value.line == 2

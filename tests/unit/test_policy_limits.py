"""Limits of groups: the widest of one's groups counts, within the instance's, and never does one more group give less."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.model.errors import BadInput
from carrel.model.queries import Limits
from carrel.policy.limits import KEYS, GroupLimits, differences, tightened
from carrel.policy.load import load

TEXT = """
[groups.slow]
[groups.slow.limits]
time_s = 90
queries = 2
[groups.wide.limits]
time_s = 600.5
rows = 10
[groups.free]
"""
HOUR = Limits(time=timedelta(hours=1))


def test_the_widest_of_ones_groups_counts_within_the_instances() -> None:
    policy = load(TEXT)
    assert policy.limits_of(frozenset({"slow"}), HOUR) == Limits(time=timedelta(seconds=90), queries=2)
    assert policy.limits_of(frozenset({"slow", "wide"}), HOUR) == Limits(time=timedelta(seconds=600.5))
    assert policy.limits_of(frozenset({"wide"}), Limits(time=timedelta(seconds=5), rows=3)) == Limits(time=timedelta(seconds=5), rows=3)
    assert policy.limits_of(frozenset({"slow", "free"}), HOUR) == policy.limits_of(frozenset({"unheard-of"}), HOUR) == HOUR


NUMBERS = st.none() | st.integers(1, 5)
GROUPS = st.lists(st.builds(GroupLimits, time_s=NUMBERS, rows=NUMBERS, queries=NUMBERS), max_size=4)
INSTANCE = st.builds(Limits, time=st.none() | st.integers(1, 5).map(lambda seconds: timedelta(seconds=seconds)), rows=NUMBERS, queries=NUMBERS)


@given(INSTANCE, GROUPS.filter(bool), GROUPS)
def test_one_more_group_never_gives_less_and_none_gives_more_than_the_instance(limits: Limits, some: list[GroupLimits], more: list[GroupLimits]) -> None:
    few, many = tightened(limits, some), tightened(limits, some + more)
    for kind in ("time", "rows", "queries"):
        instance, one, other = (getattr(found, kind) for found in (limits, few, many))
        assert other is None or (one is not None and one <= other)
        assert instance is None or (one is not None and one <= instance)


@pytest.mark.parametrize("line", ["time_s = 0", "rows = 1.5", 'queries = "2"', "rows = true", "memory = 5", "time_s = 1e30"])
def test_a_limit_is_a_number_above_0(line: str) -> None:
    with pytest.raises(BadInput):
        load(f"[groups.slow.limits]\n{line}")


def test_a_check_tells_what_changes() -> None:
    changed = load(TEXT.replace("time_s = 90", "time_s = 60").replace("rows = 10", ""))
    assert differences(load(TEXT).limits, changed.limits) == ["slow: limit time_s: 90 -> 60", "wide: limit rows: 10 -> the instance's"]
    assert differences(load(TEXT).limits, {}) != []
    assert KEYS == ("time_s", "rows", "queries")

"""Rows that go because of their age, compared with a slow reading of each row: whatever the parts, groups and forms of time."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.lake import aging
from carrel.lake.aging import Age

START = date(2026, 11, 1)
TIME = st.one_of(
    st.none(), st.sampled_from(["", "x", "20269901000000", "99991231000000", "0000-00-00 00:00:00"]),
    st.tuples(st.integers(-6, 6), st.sampled_from(["%Y%m%d120000", "%Y%m%d", "%Y-%m-%d 01:02:03", "%Y-%m-%dT01:02:03Z"])).map(
        lambda drawn: (START + timedelta(days=drawn[0])).strftime(drawn[1])
    ),
)
ALIKE = st.integers(-6, 6).map(lambda days: f"{START + timedelta(days=days):%Y%m%d}120000")
PARTS = st.lists(st.tuples(st.lists(st.one_of(ALIKE, TIME), max_size=8), st.integers(1, 4)), min_size=1, max_size=4)


def day_of(text: str | None, landed: date) -> date | None:
    """Slowly, by itself."""
    found = re.match(r"(\d{4})-?(\d\d)-?(\d\d)", text or "")
    try:
        return min(date(*map(int, found.groups())), landed) if found else None
    except ValueError:
        return None


def of_groups(times: list[str | None], rows: int, age: Age) -> Iterator[bool]:
    """For each row whether it stays since the first and the last of its group, as texts, are digits, and the first is young: what is no time goes with them."""
    for start in range(0, len(times), rows):
        group = times[start : start + rows]
        texts = [time for time in group if time is not None]
        ends = [min(texts), max(texts)] if texts and None not in group else []
        days = [day_of(end, age.landed) for end in ends if re.match(r"\d{8}", end)]
        fixed = len(days) == 2 and None not in days and days[0] is not None and days[0] > age.last
        yield from [fixed] * len(group)


@settings(deadline=None)
@given(PARTS, st.integers(-8, 8), st.integers(-8, 8))
def test_what_is_too_old_goes_and_what_is_not_stays_in_its_order(parts: list[tuple[list[str | None], int]], last: int, landed: int) -> None:
    age = Age(column="t", last=START + timedelta(days=last), landed=START + timedelta(days=landed))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "new").mkdir()
        files, before = [], 0
        for number, (times, rows) in enumerate(parts):
            files.append(Path(folder) / f"part-{number:05d}.parquet")
            numbers = pa.array(range(before, before + len(times)), pa.int32())
            pq.write_table(pa.table({"n": numbers, "t": pa.array(times, pa.string())}), files[-1], row_group_size=rows)
            before += len(times)
        days = [day_of(time, age.landed) for times, _ in parts for time in times]
        whole = [fixed for times, rows in parts for fixed in of_groups(times, rows, age)]
        stays = [number for number, day in enumerate(days) if whole[number] or (day is not None and day > age.last)]
        assert sum(aging.counted(files, age).values()) == len(days) - len(stays)
        assert aging.without(files, Path(folder) / "new", age) == len(stays)
        left = [number for file in sorted((Path(folder) / "new").iterdir()) for number in pq.read_table(file)["n"].to_pylist()]
        assert left == stays
        known = [day_of(time, date.max) for times, _ in parts for time in times]
        oldest = aging.oldest(files, "t")
        assert (oldest is None) == (known == [])
        assert oldest is None or all(day is None or oldest <= aging.number(day) for day in known)

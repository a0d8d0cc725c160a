"""Dates and times on their way into a table: what is read and how it is written, as a MariaDB does with the same texts."""

from __future__ import annotations

import pyarrow as pa
import pytest

from carrel.gateway.moments import moments

KEPT = {
    "date": {"2018-01-02": "2018-01-02", "20180102": "2018-01-02", "2018-1-4": "2018-01-04", "18-1-4": "2018-01-04", "2018-01-05 11:12:13": "2018-01-05",
             "0000-00-00": "0000-00-00", "2018-00-00": "2018-00-00", "2016-02-29": "2016-02-29", "20180102030405": "2018-01-02", "70/1/1": "1970-01-01"},
    "datetime": {"2018-01-02": "2018-01-02 00:00:00", "20180103112233": "2018-01-03 11:22:33", "2018-1-4 1:2:3": "2018-01-04 01:02:03",
                 "2018-01-02T03:04:05.9": "2018-01-02 03:04:05", "180102030405": "2018-01-02 03:04:05"},
    "datetime(3)": {"2018-01-02 03:04:05.98765": "2018-01-02 03:04:05.987", "2018-01-02": "2018-01-02 00:00:00.000"},
    "time": {"01:02:03": "01:02:03", "1:2": "01:02:00", "-838:59:59": "-838:59:59", "112233": "11:22:33", "2233": "00:22:33", "1 02:03:04": "26:03:04"},
}
REFUSED = {
    "date": ("2018-02-30", "2018-13-01", "soon", "", "2018", "2018-01-02x"), "datetime": ("2018-01-02 24:00:00", "2018-01-02 03:60:00", "2017-02-29 00:00:00"),
    "time": ("839:00:00", "01:60:00", "noon"),
}


@pytest.mark.parametrize("native", KEPT)
def test_moments_are_kept_as_mariadb_writes_them(native: str) -> None:
    assert moments(pa.array([*KEPT[native], None]), native).to_pylist() == [*KEPT[native].values(), None]


@pytest.mark.parametrize(("native", "text"), [(native, text) for native, texts in REFUSED.items() for text in texts])
def test_what_is_no_moment_is_refused(native: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        moments(pa.array([text]), native)

"""Things are done at their time, in the order of their times, and what was forgotten is not done."""

from __future__ import annotations

import threading
from datetime import timedelta

from carrel.engines.duckdb.deadlines import Deadlines


def test_each_is_done_at_its_time_unless_forgotten() -> None:
    deadlines = Deadlines()
    done: list[str] = []
    last = threading.Event()
    deadlines.after(timedelta(seconds=0.3), last.set)
    deadlines.after(timedelta(hours=1), lambda: done.append("never"))
    forgotten = deadlines.after(timedelta(seconds=0.1), lambda: done.append("forgotten"))
    deadlines.after(timedelta(seconds=0.2), lambda: done.append("second"))
    deadlines.after(timedelta(seconds=0.1), lambda: done.append("first"))
    deadlines.forget(forgotten)
    deadlines.forget(forgotten)
    assert last.wait(10)
    assert done == ["first", "second"]
    deadlines.close()

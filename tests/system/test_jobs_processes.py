"""Jobs by several processes on one state, and by the server: each partition once, and again only where its process was killed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from carrel.state import migrations
from carrel.state.store import State
from tests import jobs_process
from tests.instance import Instance
from tests.system.test_state_postgresql import server as server  # noqa: PLC0414 - a fixture

pytestmark = pytest.mark.system

QUERY = """
owner = "ines"
every = "hour"
kind = "query"
start = 2026-01-01T00:00:00
catch_up = false

[options]
database = "samplewiki"
sql = "SELECT COUNT(*) AS pages FROM page"
save = "pages.json"
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("server"))
    if migrations.current(state) is not None:
        migrations.downgrade(state, "base")
    migrations.upgrade(state)
    yield state
    state.close()


def test_several_processes_share_the_work(state: State, tmp_path: Path) -> None:
    jobs_process.several_share_the_work(state, tmp_path / "log")


def test_what_a_killed_process_ran_is_taken_over(state: State, tmp_path: Path) -> None:
    jobs_process.what_a_killed_one_ran_is_taken_over(state, tmp_path / "log")


def test_the_server_runs_what_is_due_as_the_jobs_owner(tmp_path: Path) -> None:
    with Instance(tmp_path / "home") as instance:
        instance.setup()
        instance.load_sample()
        settings = instance.home / "carrel.toml"
        settings.write_text(settings.read_text().replace("poll_s = 10.0", "poll_s = 0.2").replace("# poll_s", "poll_s"))
        folder = instance.home / "jobs"
        folder.mkdir(mode=0o700)
        (folder / "pages.toml").write_text(QUERY)
        (folder / "pages.toml").chmod(0o600)
        instance.serve("mysql")
        result, deadline = instance.home / "results" / "pages.json", time.monotonic() + 60
        while not result.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert json.loads(result.read_text())["pages"] > 0
        instance.carrel("job", "run", "--due")
        attempts = json.loads(instance.carrel("job", "log", "pages", "--json").stdout)
        assert len({one["since"] for one in attempts}) == len(attempts)
        attempt = attempts[0]
        assert (attempt["person"], attempt["outcome"], attempt["tail"].splitlines()[0]) == ("ines", "complete", "1 rows in results/pages.json")
        (asked, *_) = json.loads(instance.carrel("audit", "search", "--person", "ines", "--action", "query", "--json").stdout)
        assert (asked["service"], asked["via"], asked["tables"], asked["finish"]["outcome"]) == ("job", "job:pages", ["samplewiki.page"], "complete")

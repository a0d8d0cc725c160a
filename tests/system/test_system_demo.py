"""The demo as a person starts it: every way in is walked and nothing differs; without `--check` it stays open until it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.shared import program

pytestmark = pytest.mark.system

CARREL = Path(sys.executable).parent / "carrel"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


def test_every_way_in_is_walked_and_nothing_differs(home: Path) -> None:
    program("mysql")
    done = subprocess.run([CARREL, "--home", home, "demo", "--check", "--json"], capture_output=True, text=True, check=False)
    lines = json.loads(done.stdout)
    assert [line for line in lines if line["ok"] is not True] == []
    assert {line["way"] for line in lines} == {"mysql", "Python", "HTTP", "carrel query", "browser"}
    assert done.returncode == 0


def test_the_demo_stays_open_until_it_is_stopped_and_wipes_its_own_home_alone(home: Path) -> None:
    server = subprocess.Popen([CARREL, "--home", home, "demo", "--json"], stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert server.stdout is not None
        ways = json.loads(server.stdout.readline())
        with urllib.request.urlopen(f"http://127.0.0.1:{ways['ports']['http']}/sign-in") as page:
            assert page.status == 200
        second = subprocess.run([CARREL, "--home", home, "demo", "--check"], capture_output=True, text=True, check=False)
        assert (second.returncode, "a demo runs in" in second.stderr) == (10, True)
    finally:
        os.kill(server.pid, signal.SIGINT)
        server.communicate(timeout=30)
    assert server.returncode == 0

"""The tutorial is run as it is written: its `sh` blocks in order, `sh server` blocks beside them, `sh fails` blocks expected to fail."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.shared import ROOT, program

pytestmark = pytest.mark.system

PAGES = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
BLOCK = re.compile(r"^```sh( server| fails)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tutorial_runs_as_it_is_written(page: Path, tmp_path: Path) -> None:
    program("mysql")
    program("faketime")
    (tmp_path / "src").symlink_to(ROOT / "src")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "CARREL_HOME": "first-home"}
    servers: list[subprocess.Popen[bytes]] = []
    try:
        for kind, block in BLOCK.findall(page.read_text()):
            code = re.sub(r"^(make setup|export PATH.*)$", "", block, flags=re.MULTILINE)  # done already
            if kind == " server":
                servers.append(subprocess.Popen(["bash", "-ec", f"exec {code.strip()}"], cwd=tmp_path, env=environment, start_new_session=True))
                _wait_for_doors(tmp_path, environment)
                continue
            done = subprocess.run(["bash", "-eo", "pipefail", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            assert (done.returncode != 0) is (kind == " fails"), f"{block}\n{done.stdout}{done.stderr}"
    finally:
        for server in servers:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _wait_for_doors(folder: Path, environment: dict[str, str]) -> None:
    for _ in range(300):
        if subprocess.run(["carrel", "doors"], cwd=folder, env=environment, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError("the server did not open its doors")

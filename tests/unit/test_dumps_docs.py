"""The examples of the page on reading dumps run."""

from __future__ import annotations

import bz2
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT, SAMPLE

PAGE = ROOT / "docs" / "how-to" / "read-dumps-in-python.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
EXPORT = SAMPLE / "samplewiki-pages-meta-history-0.10.xml.bz2"


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs(number: int, tmp_path: Path) -> None:
    (tmp_path / "history.xml.bz2").write_bytes(EXPORT.read_bytes())
    (tmp_path / "history.xml").write_bytes(bz2.decompress(EXPORT.read_bytes()))
    command = [sys.executable, "-W", "error", "-W", "ignore::ResourceWarning", "-c", EXAMPLES[number]]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert done.stderr == ""


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3

"""Loads of an export, killed at random moments: nothing half is visible, the load goes on where it was, and in the end everything is as of an unbroken load."""

from __future__ import annotations

import bz2
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.exports import HEAD
from tests.load_home import Home
from tests.shared import program

pytestmark = pytest.mark.system


def write_export(path: Path, seed: int) -> Path:
    """Some thousand pages with histories whose texts do not pack well, so that it is a file for lbzip2; some pages are not in the regular form."""
    noise = random.Random(seed)
    number = 0
    parts = [HEAD.format(version="0.11")]
    for page in range(1, 3000):
        parts.append(f"<page><title>P{page}</title><ns>0</ns><id>{page}</id>{'<!-- odd -->' if page % 50 == 0 else ''}")
        for _ in range(noise.randrange(1, 6)):
            number += 1
            text = noise.randbytes(noise.randrange(50, 400)).hex()
            parts.append(
                f"<revision><id>{number}</id><timestamp>2018-05-01T12:34:56Z</timestamp><contributor><ip>::1</ip></contributor>"
                f'<text bytes="{len(text)}" xml:space="preserve">{text}</text></revision>'
            )
        parts.append("</page>\n")
    data = "".join([*parts, "</mediawiki>"]).encode()
    path.write_bytes(b"".join(bz2.compress(data[at:at + 300_000]) for at in range(0, len(data), 300_000)))
    return path


def command(home: Home, path: Path) -> list[str]:
    return home.command("load", "xml-dump", path, "--wiki", "w", "--lenient")


def test_killed_at_random_moments_and_gone_on_with(tmp_path: Path) -> None:
    program("lbzip2")
    export = write_export(tmp_path / "export.xml.bz2", 1)
    unbroken, home = Home(tmp_path / "unbroken"), Home(tmp_path / "home")
    begun = time.monotonic()
    subprocess.run(command(unbroken, export), check=True, capture_output=True)
    whole = time.monotonic() - begun
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    moments = random.Random(seed)
    expected = unbroken.contents()
    for _ in range(int(os.environ.get("KILLS", "3"))):
        process = subprocess.Popen(command(home, export), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.3, 1.1) * whole)
        process.kill()
        process.wait()
        assert home.contents() in ({}, expected), f"SEED={seed}"
    subprocess.run(command(home, export), check=True, capture_output=True)
    assert home.contents() == expected, f"SEED={seed}"
    assert home.leftovers() == []


def test_the_unpacking_program_dies_with_us(tmp_path: Path) -> None:
    program("lbzip2")
    export = write_export(tmp_path / "export.xml.bz2", 2)
    home = Home(tmp_path / "home")
    process = subprocess.Popen(command(home, export), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    children: list[str] = []
    while not children and process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    process.wait()
    deadline = time.monotonic() + 30
    while any(_runs(child) for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _runs(pid: str) -> bool:
    try:
        return "lbzip2" in Path(f"/proc/{pid}/comm").read_text() and ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False

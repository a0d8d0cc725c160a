"""Loads on bad days, through the command: killed at each step and at random moments, two at once, a disk that fills, memory that must not grow."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.load_home import KILLER, Home, marks, write_dump
from tests.shared import cannot_run

pytestmark = pytest.mark.system


STEPS = {
    "the lock is held": ("carrel.lake.load", "Load.__init__"),
    "a table lands": ("carrel.lake.landing", "Landing.flush"),
    "a part is finished": ("carrel.lake.journal", "sync_file"),
    "a step is noted": ("carrel.lake.journal", "Journal.add"),
    "staging is complete": ("carrel.lake.landing", "Landing.close"),
    "a table is computed": ("carrel.lake.compute", "Computer.write"),
    "folders are moved": ("carrel.lake.files", "move"),
    "all are moved": ("carrel.lake.register", "publish"),
    "in the transaction": ("carrel.lake.register", "_count"),
    "the old ones go": ("carrel.lake.snapshots", "retire"),
}


@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step_nothing_half_is_visible_and_the_next_load_is_whole(step: str, call: int, home: Home, dumps: tuple[Path, Path]) -> None:
    old, new = dumps
    home.load(old)
    before = home.contents()
    module, name = STEPS[step]
    script = [sys.executable, "-c", textwrap.dedent(KILLER), module, name, str(call), *home.command("load", "sql-dump", new, "--wiki", "w")[1:]]
    killed = subprocess.run(script, capture_output=True, text=True, check=False, timeout=120)
    if call == 1:
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    contents = home.contents()
    assert contents == before or marks(contents) == {"new"}
    home.load(new)
    assert marks(home.contents()) == {"new"}
    assert len(home.contents()["page"]) == 60_000
    assert home.leftovers() == []


def test_killed_at_random_moments(home: Home, dumps: tuple[Path, Path]) -> None:
    old, new = dumps
    home.load(old)
    before = home.contents()
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    moments = random.Random(seed)
    begun = time.monotonic()
    home.load(new)
    whole = time.monotonic() - begun
    after = home.contents()
    home.load(old)
    load = home.in_small_steps(new)
    for _ in range(int(os.environ.get("KILLS", "8"))):
        process = subprocess.Popen(load, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.2, 1.1) * whole)
        process.kill()
        process.wait()
        assert home.contents() in (before, after), f"SEED={seed}"
    subprocess.run(load, check=True, capture_output=True)
    assert home.contents() == after, f"SEED={seed}"
    assert home.leftovers() == []
    home.load(old)
    assert home.contents() == before
    assert home.leftovers() == []


@contextmanager
def held_load(home: Home, path: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A load in the middle of its dump, which it reads from a pipe; the rest of the dump comes when the block ends."""
    pipe = folder / "pipe.sql.gz"
    os.mkfifo(pipe)
    command = home.command("load", "sql-dump", pipe, "--wiki", "w")
    data = path.read_bytes()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process, pipe.open("wb", buffering=0) as writer:
        writer.write(data[:60_000])
        while process.poll() is None and not (home.folder / "lake" / ".staging" / "w").exists():
            time.sleep(0.01)
        yield process
        if process.poll() is None:
            writer.write(data[60_000:])


def test_two_loads_at_once(home: Home, dumps: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = dumps
    with held_load(home, new, tmp_path) as first:
        second = home.run("load", "sql-dump", old, "--wiki", "w", code=10)
        assert "another load of `w` is running" in second.stderr
        home.run("load", "sql-dump", old, "--wiki", "v")
    assert first.returncode == 0
    assert marks(home.contents()) == {"new"}


@pytest.mark.parametrize("limit", [100_000, 300_000, 400_000])
def test_a_limit_on_files_leaves_nothing_half(limit: int, home: Home, dumps: tuple[Path, Path]) -> None:
    """RLIMIT_FSIZE makes writing fail as a full disk does."""
    old, new = dumps
    home.load(old)
    before = home.contents()
    result = subprocess.run(
        home.command("load", "sql-dump", new, "--wiki", "w"), capture_output=True, text=True, check=False, timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert result.returncode == 12, result.stdout + result.stderr
    assert re.match(r"carrel: the (disk is full|state database)", result.stderr), result.stderr
    assert "Traceback" not in result.stderr
    assert home.contents() == before
    home.load(new)
    assert marks(home.contents()) == {"new"}
    assert home.leftovers() == []


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, dumps: tuple[Path, Path]) -> None:
    old, new = dumps
    small = tmp_path / "small"
    small.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small], check=False, capture_output=True).returncode:
        cannot_run("a small file system cannot be mounted")
    try:
        home = Home(small / "home")
        home.load(old)
        before = home.contents()
        free = os.statvfs(small)
        (small / "filler").write_bytes(bytes(free.f_bavail * free.f_bsize - 600_000))
        result = home.run("load", "sql-dump", new, "--wiki", "w", code=12)
        assert "the disk is full" in result.stderr or "the state database" in result.stderr
        assert home.contents() == before
        assert home.leftovers() == []
        (small / "filler").unlink()
        home.load(new)
        assert marks(home.contents()) == {"new"}
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_dump_that_is_cut_leaves_nothing_half(home: Home, dumps: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = dumps
    home.load(old)
    before = home.contents()
    cut = tmp_path / "cut.sql.gz"
    cut.write_bytes(new.read_bytes()[:-1000])
    result = home.run("load", "sql-dump", cut, "--wiki", "w", code=2)
    assert re.search(r"cut\.sql\.gz at byte \d+: the compressed file is cut short", result.stderr)
    assert home.contents() == before
    assert home.leftovers() == []


def test_ctrl_c_leaves_nothing_half(home: Home, dumps: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = dumps
    home.load(old)
    before = home.contents()
    with held_load(home, new, tmp_path) as process:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert home.contents() == before
    assert home.leftovers() == []


def peak_mb(home: Home, path: Path) -> float:
    """Of the load's process, from the kernel."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *home.command("load", "sql-dump", path, "--wiki", "w")], capture_output=True, text=True, check=True, timeout=280,
    )
    return int(result.stdout) / 1024


def test_memory_does_not_grow_with_the_dump(home: Home, tmp_path: Path) -> None:
    settings = home.folder / "carrel.toml"
    settings.write_text(re.sub(r"(?m)^# memory_mb = .*$", "memory_mb = 256", settings.read_text()))
    small = peak_mb(home, write_dump(tmp_path / "small.sql.gz", 300_000, "s"))
    large = peak_mb(home, write_dump(tmp_path / "large.sql.gz", 3_000_000, "l"))
    assert large < small + 150, (small, large)


def test_memory_does_not_grow_with_the_length_of_rows(home: Home, tmp_path: Path) -> None:
    """Six hundred megabytes of texts, in another order than that of their key, within a quarter of that."""
    noise = random.Random(3)
    text = noise.randbytes(400_000).hex()
    order = list(range(1, 1001))
    noise.shuffle(order)
    path = tmp_path / "text.sql"
    with path.open("w") as file:
        file.write("CREATE TABLE `text` (`old_id` int NOT NULL, `old_text` mediumblob NOT NULL, `old_flags` tinyblob NOT NULL, PRIMARY KEY (`old_id`));\n")
        for number in order:
            start = noise.randrange(200_000)
            file.write(f"INSERT INTO `text` VALUES ({number},'{number} {text[start:start + 600_000]}','utf-8');\n")
    settings = home.folder / "carrel.toml"
    settings.write_text(re.sub(r"(?m)^# memory_mb = .*$", "memory_mb = 256", settings.read_text()))
    assert peak_mb(home, path) < 400
    rows = home.contents()["text"]
    assert [row["old_id"] for row in rows] == sorted(order)
    assert all(row["old_text"].startswith(f"{row['old_id']} ") and len(row["old_text"]) > 600_000 for row in rows)

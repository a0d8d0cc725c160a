"""Loads on bad days, through the command: killed at each step and at random moments, two at once, a disk that fills, memory that must not grow."""

from __future__ import annotations

import gzip
import json
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
from typing import Any

import pytest

from carrel.lake import Lake
from carrel.state.store import State
from tests.shared import cannot_run

pytestmark = pytest.mark.system

CARREL = str(Path(sys.executable).parent / "carrel")
PAGE = """CREATE TABLE `page` (
  `page_id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `page_namespace` int(11) NOT NULL,
  `page_title` varbinary(255) NOT NULL,
  PRIMARY KEY (`page_id`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""
USER = """CREATE TABLE `user` (
  `user_id` int(10) unsigned NOT NULL,
  `user_name` varbinary(255) NOT NULL,
  `user_token` binary(32) NOT NULL,
  PRIMARY KEY (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""


def write_dump(path: Path, rows: int, mark: str) -> Path:
    """Two tables of a wiki; `mark` tells one version from another. The titles do not compress well."""
    noise = random.Random(mark)
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write(PAGE)
        for start in range(0, rows, 5000):
            values = ",".join(f"({number + 1},0,'{mark}_{noise.randbytes(8).hex()}')" for number in range(start, min(rows, start + 5000)))
            file.write(f"INSERT INTO `page` VALUES {values};\n")
        file.write(USER)
        values = ",".join(f"({number + 1},'{mark} user {number}','token-of-user-{number:018d}')" for number in range(rows // 10))
        file.write(f"INSERT INTO `user` VALUES {values};\n")
    return path


class Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run("init")

    def command(self, *arguments: object) -> list[str]:
        return [CARREL, "--home", str(self.folder), *map(str, arguments)]

    def run(self, *arguments: object, code: int = 0, **options: Any) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False, timeout=120, **options)
        assert result.returncode == code, result.stdout + result.stderr
        return result

    def load(self, path: Path, *options: str, **more: Any) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.run("load", "sql-dump", path, "--wiki", "w", "--json", *options, **more).stdout)
        return loaded

    def contents(self) -> dict[str, list[Any]]:
        """Every row of every published table."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - after the processes that are killed

        state = State(f"sqlite:///{self.folder / 'state.sqlite'}")
        lake = Lake(state, self.folder / "lake")
        found = {}
        for table in lake.tables("w"):
            assert table.version is not None
            with lake.open(table.name, table.version) as files:
                found[table.name.table] = [row for file in files for row in pq.read_table(file).to_pylist()]
        state.close()
        return found

    def leftovers(self) -> list[str]:
        """Data files that no published table has."""
        state = State(f"sqlite:///{self.folder / 'state.sqlite'}")
        named = {f"{table.name.database}.db/{table.name.table}/{table.version}" for table in Lake(state, self.folder / "lake").tables("w")}
        state.close()
        lake = self.folder / "lake"
        return [str(file.relative_to(lake)) for file in lake.rglob("*.parquet") if str(file.parent.relative_to(lake)) not in named]


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("dumps")
    return write_dump(folder / "old.sql.gz", 3000, "old"), write_dump(folder / "new.sql.gz", 60_000, "new")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def marks(contents: dict[str, list[Any]]) -> set[str]:
    names = {row["page_title"].split("_")[0] for row in contents["page"]} | {row["user_name"].split(" ")[0] for row in contents["user"]}
    assert all(row["user_token"] is None for row in contents["user"])
    return names


def assert_whole(home: Home, before: dict[str, list[Any]], after: dict[str, list[Any]]) -> None:
    """Old or new, never a mixture; and the next load gives the new, with nothing left over."""
    assert home.contents() in (before, after)


STEPS = {
    "the lock is held": ("carrel.lake.load", "Load.__init__"),
    "a table lands": ("carrel.lake.landing", "Landing.flush"),
    "staging is complete": ("carrel.lake.landing", "Landing.close"),
    "a table is computed": ("carrel.lake.compute", "Computer.write"),
    "folders are moved": ("carrel.lake.files", "move"),
    "all are moved": ("carrel.lake.register", "publish"),
    "in the transaction": ("carrel.lake.register", "_count"),
    "the old ones go": ("carrel.lake.snapshots", "retire"),
}
KILLER = """
import functools, importlib, os, signal, sys
module, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
holder = importlib.import_module(module)
*parents, last = name.split(".")
for parent in parents:
    holder = getattr(holder, parent)
original, calls = getattr(holder, last), 0

@functools.wraps(original)
def deadly(*args, **kwargs):
    global calls
    calls += 1
    if calls == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **kwargs)

setattr(holder, last, deadly)
for loaded in list(sys.modules.values()):
    if getattr(loaded, last, None) is original:
        setattr(loaded, last, deadly)
import carrel.lake.load
for loaded in list(sys.modules.values()):
    if getattr(loaded, last, None) is original:
        setattr(loaded, last, deadly)
sys.argv = ["carrel", *sys.argv[4:]]
from carrel.cli import main
main()
"""


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
    for _ in range(int(os.environ.get("KILLS", "8"))):
        process = subprocess.Popen(home.command("load", "sql-dump", new, "--wiki", "w"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.2, 1.1) * whole)
        process.kill()
        process.wait()
        assert home.contents() in (before, after), f"SEED={seed}"
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


@pytest.mark.parametrize("limit", [100_000, 300_000, 700_000])
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
    assert peak_mb(home, path) < 500
    rows = home.contents()["text"]
    assert [row["old_id"] for row in rows] == sorted(order)
    assert all(row["old_text"].startswith(f"{row['old_id']} ") and len(row["old_text"]) > 600_000 for row in rows)

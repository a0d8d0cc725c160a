"""Loads that were interrupted are gone on with by the same command: nothing finished is read or written twice; anything else begins anew, and says so."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from carrel.lake import Lake
from carrel.state.store import State
from tests.load_home import KILLER, Home, marks, write_dump

pytestmark = pytest.mark.system


def kill_after_steps(home: Home, path: Path, steps: int, *options: str) -> None:
    """Ends a load when it has noted that many steps; a step is a line of its journal."""
    journal = home.folder / "lake" / ".staging" / "w" / "journal"
    stop = (
        f"import carrel.lake.journal as j, os\nadd = j.Journal.add\ndef deadly(*a):\n add(*a)\n"
        f" if open({str(journal)!r}).read().count(chr(10)) > {steps}: os.kill(os.getpid(), 9)\nj.Journal.add = deadly\n"
    )
    command = home.in_small_steps(path)
    killed = subprocess.run([*command[:2], stop + command[2], *command[3:], *options], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr


def test_an_interrupted_load_goes_on_and_writes_nothing_twice(home: Home, dumps: tuple[Path, Path]) -> None:
    _, new = dumps
    home.load(new)
    whole = home.contents()
    home.run("load", "sql-dump", dumps[0], "--wiki", "w")
    landed = home.folder / "lake" / ".staging" / "w" / "landed" / "page"
    for steps in (3, 5):
        kill_after_steps(home, new, steps)
        assert len(list(landed.iterdir())) == steps
        if steps == 3:
            first = {part.name: part.stat().st_mtime_ns for part in landed.iterdir()}
    assert {part.name: part.stat().st_mtime_ns for part in landed.iterdir() if part.name in first} == first
    (landed / "part-00005.parquet").write_bytes(b"half of a part")
    done = subprocess.run(home.in_small_steps(new), check=True, capture_output=True, text=True)
    assert re.search(r"going on with an interrupted load: [1-9]\d+ rows have landed, it goes on in file 1 of 1", done.stderr)
    assert home.contents() == whole
    assert home.leftovers() == []


def test_files_side_by_side_go_on_each_where_it_was(home: Home, tmp_path: Path) -> None:
    files = []
    for table in ("category", "redirect", "sites"):
        files.append(write_dump(tmp_path / f"{table}.sql.gz", 60_000, "new"))
        text = gzip.decompress(files[-1].read_bytes()).replace(b"`page`", f"`{table}`".encode()).replace(b"`user`", f"`{table}_user`".encode())
        files[-1].write_bytes(gzip.compress(text, 1))
    options = [str(file) for file in files[1:]] + ["--workers", "3"]
    kill_after_steps(home, files[0], 5, *options)
    [journal] = (home.folder / "lake").glob(".staging/w/journal")
    last = json.loads(journal.read_text().splitlines()[-1])
    assert len(last["marks"]) > 1
    done = subprocess.run([*home.in_small_steps(files[0]), *options], check=True, capture_output=True, text=True)
    assert "going on with an interrupted load" in done.stderr
    contents = home.contents()
    for table in ("category", "redirect", "sites"):
        assert [row["page_id"] for row in contents[table]] == list(range(1, 60_001))
        assert len(contents[f"{table}_user"]) == 6000
    assert home.leftovers() == []


def test_after_the_last_file_only_what_follows_is_done_again(home: Home, dumps: tuple[Path, Path]) -> None:
    _, new = dumps
    script = [sys.executable, "-c", textwrap.dedent(KILLER), "carrel.lake.files", "move", "1", *home.command("load", "sql-dump", new, "--wiki", "w")[1:]]
    assert subprocess.run(script, capture_output=True, check=False).returncode == -signal.SIGKILL
    done = home.run("load", "sql-dump", new, "--wiki", "w")
    assert "66000 rows have landed, it goes on in what follows the last file" in done.stderr
    assert "2 tables, 66000 rows" in done.stdout
    assert marks(home.contents()) == {"new"}


@pytest.mark.parametrize("change", ["the file", "its time", "an option", "a part", "the journal"])
def test_what_has_changed_begins_anew_and_says_so(change: str, home: Home, tmp_path: Path) -> None:
    dump = write_dump(tmp_path / "dump.sql.gz", 60_000, "first")
    kill_after_steps(home, dump, 3)
    staging = home.folder / "lake" / ".staging" / "w"
    if change == "the file":
        write_dump(dump, 60_000, "second")
    elif change == "its time":
        os.utime(dump, ns=(1, 1))
    elif change == "a part":
        part = staging / "landed" / "page" / "part-00001.parquet"
        part.write_bytes(part.read_bytes()[:-1] + b"x")
    elif change == "the journal":
        (staging / "journal").write_text("{}")
    done = home.run("load", "sql-dump", dump, "--wiki", "w", *(["--private"] if change == "an option" else []))
    assert "an interrupted load of this wiki is given up" in done.stderr
    assert marks(home.contents()) == {"second" if change == "the file" else "first"}
    assert len(home.contents()["page"]) == 60_000


def test_ctrl_c_leaves_what_can_be_gone_on_with(home: Home, dumps: tuple[Path, Path]) -> None:
    command = home.in_small_steps(dumps[1])
    pause = "import time, carrel.lake.load as l\nnote = l.Load._note\ndef slow(*a):\n note(*a)\n print(flush=True)\n time.sleep(30)\nl.Load._note = slow\n"
    with subprocess.Popen([*command[:2], pause + command[2], *command[3:]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "rows have landed" in home.run("load", "sql-dump", dumps[1], "--wiki", "w").stderr
    assert marks(home.contents()) == {"new"}


def test_an_interrupted_load_that_nobody_goes_on_with_is_swept(home: Home, dumps: tuple[Path, Path]) -> None:
    kill_after_steps(home, dumps[1], 3)
    staging = home.folder / "lake" / ".staging" / "w"
    state = State(f"sqlite:///{home.folder / 'state.sqlite'}")
    lake = Lake(state, home.folder / "lake")
    lake.sweep()
    assert staging.is_dir()
    old = time.time() - 3 * 24 * 3600
    os.utime(staging / "journal", (old, old))
    lake.sweep()
    assert not staging.exists()
    state.close()

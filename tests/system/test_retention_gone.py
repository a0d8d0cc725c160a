"""Gone is gone, with a real server and a real client: before the sweep a look through every file finds what was planted, after it nothing does."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

from carrel.state.store import State
from tests.bad_days import configure
from tests.copies_fixture import cells
from tests.instance import Instance

pytestmark = pytest.mark.system
CANARY = "Kanarienvogel-d81f"
WHO = "ines"
CHANGES = """CREATE TABLE `cu_changes` (
  `cuc_id` int(10) unsigned NOT NULL,
  `cuc_timestamp` binary(14) NOT NULL,
  `cuc_agent` varbinary(255) DEFAULT NULL,
  PRIMARY KEY (`cuc_id`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    with Instance(tmp_path / "home") as made:
        made.setup()
        made.load_sample()
        configure(made, doors__http={"keep_s": 3.0}, jobs={"enabled": False})
        yield made


def found(home: Path, text: str) -> set[str]:
    """Where in the home the text is: as bytes of any file, in a cell of Parquet or of SQLite. Files that a running server deletes meanwhile are gone."""
    hits = {home / "state.sqlite"} if any(text in cell for cell in cells(home / "state.sqlite")) else set()
    for place, _, names in os.walk(home):
        for file in (Path(place) / name for name in names):
            try:
                hits |= {file} if text.encode() in file.read_bytes() or any(text in part for part in _parquet(file)) else set()
            except OSError:
                continue
    return {_place(file.relative_to(home)) for file in hits}


def _parquet(file: Path) -> Iterator[str]:
    for column in pq.read_table(file).columns if file.suffix == ".parquet" else ():
        yield from map(str, column.to_pylist())


def _place(file: Path) -> str:
    """`lake/staging.db/t`, `state.sqlite`, `results/a.tsv`."""
    return "/".join(file.parts[:3]) if file.parts[0] == "lake" else str(file)


def kept(instance: Instance, text: str) -> bool:
    """Whether a file that the server holds open, and that has no name, has it."""
    assert instance.server is not None
    for entry in Path(f"/proc/{instance.server.pid}/fd").iterdir():
        try:
            if str(instance.home) in os.readlink(entry) and "deleted" in os.readlink(entry) and text.encode() in entry.read_bytes():
                return True
        except OSError:  # it was closed meanwhile
            continue
    return False


def land(instance: Instance) -> None:
    """A table of a source whose rows have an age: one too old, some young."""
    now = datetime.now(UTC)
    days = [95, *([1] * 9)]
    rows = ",".join(f"({number},'{now - timedelta(days=day):%Y%m%d%H%M%S}','{CANARY if day > 90 else 'young'}')" for number, day in enumerate(days, 1))
    dump = instance.home.parent / "changes.sql"
    dump.write_text(f"{CHANGES}INSERT INTO `cu_changes` VALUES {rows};\n")
    instance.load(dump, "samplewiki")


def ask(instance: Instance, sql: str, code: int = 0) -> None:
    result = instance.mysql(WHO, sql, "samplewiki")
    assert result.returncode == code, result.stderr


def end_all(home: Path) -> None:
    """As if the day of all copies had come."""
    state = State(f"sqlite:///{home / 'state.sqlite'}")
    with state.write() as connection:
        connection.exec_driver_sql("UPDATE copy SET ends = ? WHERE state <> 'gone'", (datetime.now(UTC).date().isoformat(),))
    state.close()


def test_after_a_sweep_nothing_is_left_of_what_went(instance: Instance) -> None:
    home = instance.home
    land(instance)
    instance.serve()
    ask(instance, f"CREATE TABLE staging.kept AS SELECT page_id, '{CANARY}' AS word FROM page")
    ask(instance, f"CREATE TABLE staging.typed (a VARCHAR(60) DEFAULT '{CANARY}'); INSERT INTO staging.typed VALUES ('{CANARY}')")
    ask(instance, "INSERT INTO staging.typed SELECT word FROM staging.kept; UPDATE staging.kept SET page_id = page_id + 1")
    ask(instance, "RENAME TABLE staging.typed TO staging.renamed")
    ask(instance, f"SELECT nothing_of_this FROM page WHERE page_title = '{CANARY}'", 1)
    credential = instance.credential(WHO)
    with httpx.Client(base_url=f"http://127.0.0.1:{instance.port('http')}", auth=(credential["user"], credential["password"])) as client:
        client.post("/api/v1/results", json={"sql": "SELECT * FROM staging.kept a, staging.kept b LIMIT 50000"}).raise_for_status()
    (home / "jobs").mkdir(mode=0o700)
    job = home / "jobs" / "words.toml"
    options = '[options]\nsql = "SELECT word FROM staging.kept"\nsave = "words.tsv"\n'
    job.write_text(f'owner = "{WHO}"\nevery = "day"\nkind = "query"\nstart = 2026-01-01\n{options}')
    job.chmod(0o600)
    instance.carrel("job", "run", "words")
    killed = home / "lake" / ".writing" / "20260101T000000-00000000"
    killed.mkdir(parents=True)
    shutil.copy(next((home / "lake" / "staging.db" / "kept").glob("*/*.parquet")), killed / "part-00000.parquet")
    before = found(home, CANARY)
    assert before >= {"lake/staging.db/kept", "lake/staging.db/renamed", "lake/samplewiki.db/cu_changes", "results/words.tsv", f"lake/.writing/{killed.name}"}
    assert {"state.sqlite", "state.sqlite-wal"} & before
    end_all(home)
    instance.carrel("job", "run", "retention")
    deadline = time.monotonic() + 60
    while kept(instance, CANARY) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert (found(home, CANARY), kept(instance, CANARY)) == (set(), False)
    assert b"1146" in instance.mysql(WHO, "SELECT * FROM staging.kept").stderr
    assert found(home, "young") == {"lake/samplewiki.db/cu_changes"}
    assert {copy["state"] for copy in json.loads(instance.carrel("copy", "list", "--gone", "--json").stdout)} == {"gone"}


def test_the_server_sweeps_by_itself_and_a_writer_that_was_killed_leaves_nothing(instance: Instance) -> None:
    land(instance)
    killed = instance.home / "lake" / "staging.db" / "orphan" / "20260101T000000-00000000"
    killed.mkdir(parents=True)
    shutil.copy(next((instance.home / "lake" / "samplewiki.db" / "cu_changes").glob("*/*.parquet")), killed)
    assert len(found(instance.home, CANARY)) == 2
    configure(instance, jobs={"poll_s": 0.2})
    instance.serve("mysql")
    deadline = time.monotonic() + 60
    while found(instance.home, CANARY) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found(instance.home, CANARY) == set()
    listed = {line["job"]: line for line in json.loads(instance.carrel("job", "list", "--json").stdout)}
    assert (listed["retention"]["failed"], listed["retention"]["late"]) == (0, None)

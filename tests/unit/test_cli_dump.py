"""`carrel dump` as people call it, with its output, its exit codes, and a process that is stopped in the middle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from carrel.audit.log import AuditLog
from carrel.model.audit import Finish
from carrel.state.store import State
from tests.dump_site import DATE, HISTORY, PREFIX, WIKI, DumpSite, Fault, sample, serving

CARREL = Path(sys.executable).parent / "carrel"
JOB = ("--job", "metahistory7zdump")


@pytest.fixture
def site() -> Iterator[DumpSite]:
    with serving(sample()) as one:
        yield one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "home"
    subprocess.run([str(CARREL), "--home", str(folder), "init"], capture_output=True, check=True)
    return folder


@pytest.fixture
def home(tmp_path: Path, site: DumpSite, made: Path) -> Path:
    folder = tmp_path / "home"
    shutil.copytree(made, folder)
    (folder / "carrel.toml").write_text(f'[dumps]\nsites = ["{site.url}"]\nreserve_mb = 0\n')
    return folder


def carrel(home: Path, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(CARREL), "--home", str(home), "dump", *map(str, args)], capture_output=True, text=True, check=False, timeout=60)


def test_listing_goes_from_wikis_to_dates_to_jobs_to_files(home: Path) -> None:
    assert f"{WIKI}\t{DATE}\tdump complete" in carrel(home, "list").stdout
    assert carrel(home, "list", WIKI).stdout == f"{WIKI}\t{DATE}\n"
    jobs = json.loads(carrel(home, "list", WIKI, "--date", "latest", "--json").stdout)
    assert [(job["job"], job["status"], job["files"]) for job in jobs["jobs"]] == [
        ("metahistory7zdump", "done", 3), ("pagetable", "done", 1), ("xmlpagelogsdump", "in-progress", 1)]
    assert "metahistory7zdump\tdone\t2026-01-02 03:04:05\t3 files\t270.0 kB" in carrel(home, "list", WIKI, "--date", DATE).stdout
    files = json.loads(carrel(home, "list", WIKI, *JOB, "--json").stdout)
    assert {file["file"]: file["bytes"] for file in files["files"]} == {name: len(body) for name, body in HISTORY.items()}


def test_fetching_and_checking(home: Path) -> None:
    fetched = carrel(home, "fetch", WIKI, "latest", *JOB)
    assert fetched.returncode == 0
    assert f"{WIKI} {DATE}: 3 fetched, 0 there already; 270.0 kB in {home / 'mirror' / WIKI / DATE}" in fetched.stdout
    assert carrel(home, "verify", home / "mirror").stdout == "3 of 3 files are right\n"
    damaged = home / "mirror" / WIKI / DATE / f"{PREFIX}pages-meta-history1.xml.7z"
    damaged.write_bytes(b"x")
    checked = carrel(home, "verify", home / "mirror", "--json")
    assert checked.returncode == 2
    assert [one["state"] for one in json.loads(checked.stdout)] == ["cut", "right", "right"]
    again = carrel(home, "fetch", WIKI, DATE, *JOB, "--json")
    assert [len(json.loads(again.stdout)[key]) for key in ("fetched", "kept")] == [1, 2]


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (("fetch", WIKI, DATE), 2, "neither a job nor a file is named"),
    (("fetch", WIKI, DATE, "--job", "xmlpagelogsdump"), 12, "not done"),
    (("fetch", "nowiki", "latest", *JOB), 2, "no dump of `nowiki`"),
    (("list", "nowiki"), 2, "no dump of `nowiki` is published"),
    (("list", "--date", DATE), 2, "need a WIKI"),
    (("list", "--site", "https://dumps.example.org"), 2, "without saying who asks"),
    (("list", "--site", "http://127.0.0.1:1"), 12, "refused"),
    (("list", WIKI, "--job", "nojob"), 2, "no job `nojob`"),
])
def test_what_goes_wrong_is_one_line_and_a_way_out(home: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    (home / "carrel.toml").write_text((home / "carrel.toml").read_text() + "attempts = 1\n")
    result = carrel(home, *arguments)
    assert result.returncode == code
    assert said in result.stderr
    assert len(result.stderr.splitlines()) <= 2
    assert result.stdout == ""


def test_a_file_that_does_not_come_is_named_and_the_rest_is_there(home: Path, site: DumpSite) -> None:
    site.files[f"{WIKI}/{DATE}/{PREFIX}pages-meta-history2.xml.7z"] = b"x" * 90_002
    result = carrel(home, "fetch", WIKI, DATE, *JOB)
    assert result.returncode == 2
    assert "2 fetched, 0 there already, 1 failed" in result.stdout
    assert "wrong sha1" in result.stderr


def test_a_fetch_is_on_record_with_what_came(home: Path, site: DumpSite) -> None:
    carrel(home, "fetch", WIKI, DATE, *JOB)
    site.files[f"{WIKI}/{DATE}/{PREFIX}pages-meta-history2.xml.7z"] = b"x" * 90_002
    (home / "mirror" / WIKI / DATE / f"{PREFIX}pages-meta-history2.xml.7z").unlink()
    carrel(home, "fetch", WIKI, DATE, *JOB)
    state = State(f"sqlite:///{home / 'state.sqlite'}")
    try:
        rows = AuditLog(state).search(action="dump_fetch")[::-1]
    finally:
        state.close()
    assert [row.begin.details for row in rows if row.begin is not None] == [{"sites": [site.url], "wiki": WIKI, "date": DATE, "files": sorted(HISTORY)}] * 2
    assert [row.finish for row in rows] == [
        Finish(outcome="complete", bytes=sum(map(len, HISTORY.values()))),
        Finish(outcome="bad_input", bytes=sum(len(body) for name, body in HISTORY.items() if "history2" not in name)),
    ]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_fetch_that_is_stopped_goes_on_where_it_was(home: Path, site: DumpSite, how: signal.Signals) -> None:
    slow = f"{WIKI}/{DATE}/{PREFIX}pages-meta-history1.xml.7z"
    site.fault(slow, Fault(cut=50_000, stall_s=20))
    process = subprocess.Popen([str(CARREL), "--home", str(home), "dump", "fetch", WIKI, DATE, *JOB], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    part = home / "mirror" / f"{slow}.part"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (part.exists() and part.stat().st_size == 50_000):
        time.sleep(0.02)
    os.kill(process.pid, how)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == {signal.SIGINT: 130}.get(how, -how)
    assert out == b""
    assert part.stat().st_size == 50_000
    assert carrel(home, "fetch", WIKI, DATE, *JOB).returncode == 0
    assert [headers.get("range") for path, headers in site.asked if path == slow] == [None, "bytes=50000-"]
    assert carrel(home, "verify", home / "mirror").returncode == 0

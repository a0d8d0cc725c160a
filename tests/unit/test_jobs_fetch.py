"""The fetch job: what is chosen, where it lands, that there is room, that it stays polite, and what a check of the mirror finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from carrel.io.dumps.sites import Sites
from carrel.io.dumps.web import Manners, SiteFailed, Web
from carrel.jobs.fetch import LATEST, MANIFEST, Fetcher, FetchReport, Wanted
from carrel.jobs.verify_dumps import verify
from carrel.model.errors import BadInput, Unavailable
from tests.dump_site import DATE, HISTORY, PAGE, PREFIX, WIKI, DumpSite, Fault, sample, serving, status, sums

QUICK = Manners(pause_s=0.001, stall_s=2, attempts=3)
HISTORY_JOB = Wanted(wiki=WIKI, date=DATE, jobs=("metahistory7zdump",))
FOLDER = f"{WIKI}/{DATE}"


@pytest.fixture
def site() -> Iterator[DumpSite]:
    with serving(sample()) as one:
        yield one


@contextmanager
def fetcher(folder: Path, *sites: DumpSite, reserve: int = 0) -> Iterator[Fetcher]:
    with closing(Web([one.url for one in sites], QUICK)) as web:
        yield Fetcher(Sites(web), folder, reserve=reserve)


def fetch(folder: Path, wanted: Wanted, *sites: DumpSite) -> FetchReport:
    with fetcher(folder, *sites) as job:
        return job.fetch(*job.find(wanted))


def states(*paths: Path) -> dict[str, str]:
    return {one.path.name: one.state for one in verify(paths)}


def test_a_job_lands_as_on_the_site_with_its_index(site: DumpSite, tmp_path: Path) -> None:
    report = fetch(tmp_path, HISTORY_JOB, site)
    assert report.fetched == sorted(HISTORY)
    assert (report.kept, report.failed, report.size) == ([], {}, sum(map(len, HISTORY.values())))
    there = {path.name: path.read_bytes() for path in (tmp_path / WIKI / DATE).iterdir() if not path.name.startswith(".")}
    index = {name: site.files[f"{FOLDER}/{name}"] for name in ("dumpstatus.json", f"{PREFIX}sha1sums.txt", f"{PREFIX}md5sums.txt")}
    assert there == {**HISTORY, **index}


def test_what_is_there_and_right_is_not_fetched_again(site: DumpSite, tmp_path: Path) -> None:
    fetch(tmp_path, HISTORY_JOB, site)
    damaged, *right = sorted(HISTORY)
    (tmp_path / WIKI / DATE / damaged).write_bytes(b"x" * len(HISTORY[damaged]))
    site.asked.clear()
    report = fetch(tmp_path, HISTORY_JOB, site)
    assert (report.fetched, report.kept) == ([damaged], right)
    assert [path for path in site.paths() if path.endswith(".7z")] == [f"{FOLDER}/{damaged}"]


def test_never_more_than_two_connections(site: DumpSite, tmp_path: Path) -> None:
    site.slow_s = 0.05
    fetch(tmp_path, HISTORY_JOB, site)
    assert site.most == 2


def test_globs_choose_files_of_any_job(site: DumpSite, tmp_path: Path) -> None:
    assert fetch(tmp_path, Wanted(wiki=WIKI, date=DATE, globs=("*-page.sql.gz", "*history2*")), site).fetched == sorted(
        [*PAGE, f"{PREFIX}pages-meta-history2.xml.7z"])


@pytest.mark.parametrize(("wanted", "reason"), [
    (Wanted(wiki=WIKI, date=DATE), "neither a job nor a file"),
    (Wanted(wiki=WIKI, date=DATE, jobs=("nojob",)), "no job `nojob`"),
    (Wanted(wiki=WIKI, date=DATE, globs=("*.zip",)), "no file like"),
    (Wanted(wiki="nowiki", date=DATE, jobs=("x",)), "no dump of `nowiki`"),
    (Wanted(wiki=WIKI, date="20200101", jobs=("x",)), "no dump of"),
    (Wanted(wiki=WIKI, date="2020", jobs=("x",)), "not a date"),
    (Wanted(wiki="../x", date=DATE, jobs=("x",)), "not a name"),
])
def test_what_is_not_there_is_said(site: DumpSite, tmp_path: Path, wanted: Wanted, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        fetch(tmp_path, wanted, site)
    assert list(tmp_path.iterdir()) == []


def test_a_job_that_is_not_done_is_not_fetched(site: DumpSite, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="not done: in-progress"):
        fetch(tmp_path, Wanted(wiki=WIKI, date=DATE, jobs=("xmlpagelogsdump",)), site)


def test_latest_is_the_newest_dump_in_which_all_of_it_is_done(tmp_path: Path) -> None:
    site = sample(dates=("20260201", DATE, "20260301"))
    page = {f"{WIKI}-20260201-page.sql.gz": b"new"}
    site.files[f"{WIKI}/20260201/dumpstatus.json"] = status({"metahistory7zdump": ("waiting", {}), "pagetable": ("done", page)})
    site.files[f"{WIKI}/20260201/{WIKI}-20260201-page.sql.gz"] = b"new"
    with serving(site):
        assert fetch(tmp_path, Wanted(wiki=WIKI, date=LATEST, jobs=("metahistory7zdump",)), site).date == DATE
        assert fetch(tmp_path, Wanted(wiki=WIKI, date=LATEST, jobs=("pagetable",)), site).date == "20260201"
        with pytest.raises(Unavailable, match="not done"):
            fetch(tmp_path, Wanted(wiki=WIKI, date=LATEST, jobs=("xmlpagelogsdump",)), site)


def test_one_file_that_fails_does_not_stop_the_others(site: DumpSite, tmp_path: Path) -> None:
    gone, wrong, right = sorted(HISTORY)
    site.fault(f"{FOLDER}/{gone}", *[Fault(status=404)] * 9)
    site.files[f"{FOLDER}/{wrong}"] = HISTORY[wrong][::-1]
    report = fetch(tmp_path, HISTORY_JOB, site)
    assert report.fetched == [right]
    assert {name: error.code for name, error in report.failed.items()} == {gone: "unavailable", wrong: "bad_input"}
    assert states(tmp_path) == {gone: "missing", wrong: "missing", right: "right"}


def test_a_site_that_does_not_answer_is_not_asked_for_each_file(site: DumpSite, tmp_path: Path) -> None:
    for name in HISTORY:
        site.fault(f"{FOLDER}/{name}", *[Fault(status=503)] * 99)
    report = fetch(tmp_path, HISTORY_JOB, site)
    assert len(report.failed) == 3
    assert sum(path.endswith(".7z") for path in site.paths()) <= 2 * QUICK.attempts


def test_a_second_site_fills_in_for_the_index_and_the_files(site: DumpSite, tmp_path: Path) -> None:
    broken = DumpSite({f"{FOLDER}/dumpstatus.json": b"<html>maintenance", f"{FOLDER}/{PREFIX}sha1sums.txt": b""})
    with serving(broken):
        assert fetch(tmp_path, HISTORY_JOB, broken, site).fetched == sorted(HISTORY)
    with pytest.raises(SiteFailed):
        fetch(tmp_path, HISTORY_JOB, broken)


def test_a_dump_with_nothing_but_checksums_is_fetched_by_name(site: DumpSite, tmp_path: Path) -> None:
    del site.files[f"{FOLDER}/dumpstatus.json"]
    assert fetch(tmp_path, Wanted(wiki=WIKI, date=DATE, globs=("*",)), site).fetched == sorted([*HISTORY, *PAGE])
    assert set(states(tmp_path).values()) == {"right"}


def test_a_disk_without_room_is_seen_before(site: DumpSite, tmp_path: Path) -> None:
    with fetcher(tmp_path, site, reserve=1 << 60) as job:
        found = job.find(HISTORY_JOB)
        site.asked.clear()
        with pytest.raises(Unavailable, match="no room"):
            job.fetch(*found)
    assert site.asked == []


def test_a_link_does_not_lead_out_of_the_mirror(site: DumpSite, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / WIKI).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="leads out of the mirror"):
        fetch(tmp_path / "mirror", HISTORY_JOB, site)


def test_an_index_with_a_hostile_name_writes_nothing(site: DumpSite, tmp_path: Path) -> None:
    site.files[f"{FOLDER}/dumpstatus.json"] = site.files[f"{FOLDER}/dumpstatus.json"].replace(f"{PREFIX}page.sql.gz".encode(), b"../../../../tmp/x")
    with pytest.raises(BadInput):
        fetch(tmp_path / "mirror", Wanted(wiki=WIKI, date=DATE, globs=("*",)), site)
    assert not (tmp_path / "mirror").exists()


def test_a_check_names_what_is_missing_cut_wrong_unfinished_and_unknown(site: DumpSite, tmp_path: Path) -> None:
    fetch(tmp_path, Wanted(wiki=WIKI, date=DATE, globs=("*history*", "*page.sql.gz")), site)
    folder = tmp_path / WIKI / DATE
    assert set(states(tmp_path).values()) == {"right"}
    one, two, three = sorted(HISTORY)
    (folder / one).write_bytes(HISTORY[one][:-1])
    (folder / two).write_bytes(HISTORY[two][:-1] + b"x")
    (folder / three).unlink()
    (folder / f"{PREFIX}page.sql.gz").rename(folder / f"{PREFIX}page.sql.gz.part")
    (folder / f"{PREFIX}other.gz").write_bytes(b"")
    expected = {one: "cut", two: "wrong", three: "missing", f"{PREFIX}page.sql.gz": "unfinished", f"{PREFIX}other.gz": "unknown"}
    assert states(tmp_path) == states(folder) == expected
    assert states(folder / one, folder / two) == {one: "cut", two: "wrong"}


def test_a_mirror_that_somebody_else_made_is_checked_by_its_jobs(site: DumpSite, tmp_path: Path) -> None:
    fetch(tmp_path, HISTORY_JOB, site)
    folder = tmp_path / WIKI / DATE
    (folder / MANIFEST).unlink()
    (folder / sorted(HISTORY)[0]).unlink()
    assert states(tmp_path) == dict(zip(sorted(HISTORY), ("missing", "right", "right"), strict=True))
    (folder / "dumpstatus.json").unlink()
    (folder / f"{PREFIX}md5sums.json").write_text(json.dumps({"md5": {"files": {}}}))
    assert states(tmp_path) == dict.fromkeys(sorted(HISTORY)[1:], "right")


def test_a_check_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no dump is below it"):
        states(tmp_path)
    (tmp_path / "readme").write_text("")
    with pytest.raises(BadInput, match="neither"):
        states(tmp_path / "readme")


def test_lists_beside_the_files_are_not_believed_either(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}page.sql.gz").write_bytes(b"x")
    (tmp_path / f"{PREFIX}sha1sums.txt").write_bytes(b"nonsense\n")
    with pytest.raises(BadInput, match="not a line of checksums"):
        states(tmp_path)
    (tmp_path / f"{PREFIX}sha1sums.txt").write_bytes(sums("sha1", {f"{PREFIX}page.sql.gz": b"x"}))
    assert states(tmp_path) == {f"{PREFIX}page.sql.gz": "right"}

"""The index of a dump site is read, and nothing of it is believed."""

from __future__ import annotations

import json

import pytest

from carrel.io.dumps.index import DumpFile, WikiDump, file_name, printable, read_dates, read_index, read_status, read_sums, with_sums
from carrel.model.errors import BadInput
from tests.dump_site import DATE, HISTORY, PREFIX, WIKI, sample, sums

SHA1 = "a" * 40


def status_of(files: dict[str, object], job: str = "pagetable") -> bytes:
    return json.dumps({"jobs": {job: {"status": "done", "updated": "2026-01-02 03:04:05", "files": files}}}).encode()


def test_a_dump_has_its_jobs_with_their_files() -> None:
    dump = read_status(sample().files[f"{WIKI}/{DATE}/dumpstatus.json"], WIKI, DATE, "here")
    assert [(job.name, job.status, len(job.files)) for job in dump.jobs] == [
        ("metahistory7zdump", "done", 3), ("pagetable", "done", 1), ("xmlpagelogsdump", "in-progress", 1)]
    assert dump.jobs[0].size == sum(map(len, HISTORY.values()))
    assert dump.jobs[0].updated == "2026-01-02 03:04:05"


@pytest.mark.parametrize("name", [
    "../../etc/passwd", f"{PREFIX}../x", f"{PREFIX}a/b", f"{PREFIX}..", f"{PREFIX}", f"{PREFIX}a..b", f"{PREFIX}a\\b", f"{PREFIX}a\0b", f"{PREFIX}a\n",
    f"{PREFIX}.hidden",
    f"{PREFIX}a\x1b[2J", f"{PREFIX}x.part", f"{PREFIX}x.part.json", f"{PREFIX}" + "x" * 300, "page.sql.gz", f"otherwiki-{DATE}-page.sql.gz", "", "/etc/passwd",
    f"{PREFIX}ä.gz", f"{PREFIX}a b", f"{PREFIX}%2e%2e%2fx",
])
def test_a_name_that_would_lead_anywhere_refuses_the_whole_index(name: str) -> None:
    assert not file_name(name, WIKI, DATE)
    with pytest.raises(BadInput) as error:
        read_status(status_of({name: {"size": 1, "sha1": SHA1}}), WIKI, DATE, "here")
    assert error.value.text.isprintable()
    if name == name.strip():
        with pytest.raises(BadInput):
            read_sums(f"{SHA1}  {name}\n".encode(), "sha1", WIKI, DATE, "here")


@pytest.mark.parametrize("name", [
    f"{PREFIX}pages-articles-multistream-index.txt.bz2", f"{PREFIX}pages-meta-history27.xml-p1p2.7z",
    f"{PREFIX}all-titles-in-ns0.gz", f"{PREFIX}siteinfo-namespaces.json.gz",
])
def test_names_that_dumps_have_are_taken(name: str) -> None:
    assert file_name(name, WIKI, DATE)


@pytest.mark.parametrize("data", [
    b"", b"[]", b"{}", b'{"jobs": []}', b'{"jobs": {"../x": {}}}', b'{"jobs": {"x": []}}', b'{"jobs": {"x": {"files": [1]}}}', b"\xff\xfe", b"[" * 100_000,
    status_of({f"{PREFIX}x.gz": {"size": -1}}), status_of({f"{PREFIX}x.gz": {"size": "1"}}), status_of({f"{PREFIX}x.gz": {"size": True}}),
    status_of({f"{PREFIX}x.gz": {"sha1": "xyz"}}), status_of({f"{PREFIX}x.gz": {"md5": SHA1}}), status_of({f"{PREFIX}x.gz": None}),
])
def test_what_is_no_status_is_refused_by_its_place(data: bytes) -> None:
    with pytest.raises(BadInput, match=r"^here: "):
        read_status(data, WIKI, DATE, "here")


def test_odd_words_of_a_job_are_not_passed_on() -> None:
    odd = json.dumps({"jobs": {"x": {"status": "\x1b[31mdone", "updated": "<script>", "files": None}}}).encode()
    job = read_status(odd, WIKI, DATE, "here").jobs[0]
    assert (job.status, job.updated, job.files) == ("unknown", "", ())


def test_checksums_are_read_from_text_and_from_json() -> None:
    text = sums("sha1", HISTORY)
    found = read_sums(text, "sha1", WIKI, DATE, "here")
    assert list(found) == list(HISTORY)
    assert read_sums(text.replace(b"  ", b" *").upper().replace(PREFIX.upper().encode(), PREFIX.encode()).replace(b"PAGES-META-HISTORY", b"pages-meta-history")
                     .replace(b".XML.7Z", b".xml.7z"), "sha1", WIKI, DATE, "here") == found
    assert read_sums(json.dumps({"sha1": {"files": found}}).encode(), "sha1", WIKI, DATE, "here") == found
    with pytest.raises(BadInput):
        read_sums(text, "md5", WIKI, DATE, "here")


def test_lists_of_checksums_fill_what_the_status_leaves_open() -> None:
    name, other = f"{PREFIX}x.gz", f"{PREFIX}y.gz"
    dump = read_status(status_of({name: {"size": 3, "sha1": SHA1}}), WIKI, DATE, "here")
    filled = with_sums(dump, {"sha1": {name: "b" * 40, other: "c" * 40}, "md5": {name: "d" * 32}})
    assert filled.files[name] == DumpFile(name=name, size=3, sums={"sha1": SHA1, "md5": "d" * 32})
    assert filled.files[other] == DumpFile(name=other, sums={"sha1": "c" * 40})
    assert filled.jobs[-1].name == "unsorted"
    assert with_sums(WikiDump(wiki=WIKI, date=DATE, jobs=()), {}).jobs == ()


def test_the_index_of_wikis_leaves_out_private_ones_and_odd_ones() -> None:
    data = sample().files["backup-index.html"]
    assert [(line.wiki, line.date, line.status) for line in read_index(data)] == [("aawiki", "20260103", "dump in progress"), (WIKI, DATE, "dump complete")]
    assert read_index(data.replace(b'href="aawiki', b'href="..').replace(b"Dump complete", b"<b>\x1b[2J")) [0].status == "unknown"
    assert read_index(b"<html>nothing") == ()


def test_dates_are_those_of_the_folder_newest_first() -> None:
    assert read_dates(b'<a href="20250101/">x</a><a href="20260101">y</a><a href="latest/">z</a><a href="2025010/">q</a>') == ("20260101", "20250101")


def test_text_of_others_is_printed_without_its_commands() -> None:
    assert printable("a\x1b[2J\nb" + "x" * 100).startswith("a?[2J?b")
    assert len(printable("x" * 1000)) == 80

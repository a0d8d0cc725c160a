"""A file comes whole and right from sites that are slow, cut it, lie, change it, vanish or send us elsewhere; or it does not come."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from carrel.io.dumps.download import download
from carrel.io.dumps.index import DumpFile
from carrel.io.dumps.web import Manners, SiteFailed, Web
from carrel.model.errors import BadInput, Cancelled, CarrelError, Conflict, LimitReached
from tests.dump_site import DATE, PREFIX, WIKI, DumpSite, Fault, content, serving

NAME = f"{PREFIX}pages-meta-history.xml.7z"
PATH = f"{WIKI}/{DATE}/{NAME}"
BODY = content(300_000)
FILE = DumpFile(name=NAME, size=len(BODY), sums={"sha1": hashlib.sha1(BODY).hexdigest(), "md5": hashlib.md5(BODY).hexdigest()})
QUICK = Manners(pause_s=0.001, stall_s=0.5, attempts=4, wait_s=30)


@pytest.fixture
def site() -> Iterator[DumpSite]:
    with serving(DumpSite({PATH: BODY})) as one:
        yield one


@pytest.fixture
def mirror() -> Iterator[DumpSite]:
    with serving(DumpSite({PATH: BODY})) as one:
        yield one


class Hurried(Web):
    """Does not wait, and keeps how long it would have."""

    def __init__(self, sites: Sequence[str], manners: Manners) -> None:
        super().__init__(sites, manners)
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        super().pause(0)


def pauses(folder: Path, site: DumpSite, manners: Manners) -> list[float]:
    """How long a fetch of the whole file would have waited, each time."""
    with closing(Hurried([site.url], manners)) as web:
        download(web, PATH, FILE, folder / NAME, lambda _: None)
    assert (folder / NAME).read_bytes() == BODY
    return web.pauses


def fetch(folder: Path, *sites: DumpSite | str, file: DumpFile = FILE, manners: Manners = QUICK) -> bytes:
    told: list[int] = []
    with closing(Web([one if isinstance(one, str) else one.url for one in sites], manners)) as web:
        download(web, PATH, file, folder / file.name, told.append)
    assert told[-1] == (folder / file.name).stat().st_size
    assert [path.name for path in folder.iterdir()] == [file.name]
    return (folder / file.name).read_bytes()


def ranges(site: DumpSite) -> list[str | None]:
    return [headers.get("range") for _, headers in site.asked]


def test_a_file_comes_with_one_request_that_says_who_asks(site: DumpSite, tmp_path: Path) -> None:
    assert fetch(tmp_path, site, manners=replace(QUICK, contact="desk@example.org")) == BODY
    ((_, headers),) = site.asked
    assert "Carrel/" in headers["user-agent"]
    assert "(desk@example.org) httpx/" in headers["user-agent"]
    assert headers["accept-encoding"] == "identity"
    assert "range" not in headers


def test_a_file_that_breaks_off_is_gone_on_with(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(cut=100_000), Fault(cut=50_000))
    assert fetch(tmp_path, site) == BODY
    assert ranges(site) == [None, "bytes=100000-", "bytes=150000-"]
    assert all(headers["if-range"].startswith('"') for _, headers in site.asked[1:])


def test_a_content_length_that_says_too_little_is_gone_on_with(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(length=120_000))
    assert fetch(tmp_path, site) == BODY
    assert ranges(site) == [None, "bytes=120000-"]


def test_a_content_length_that_says_too_much_is_a_broken_connection(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(length=400_000))
    assert fetch(tmp_path, site) == BODY


def test_more_bytes_than_the_index_says_are_refused(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, *[Fault(body=BODY + b"x")] * 9)
    with pytest.raises(BadInput, match="more than the 300000 bytes"):
        fetch(tmp_path, site)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("later", ["0", formatdate(0, usegmt=True)], ids=["seconds", "date"])
def test_a_busy_site_is_asked_again(site: DumpSite, tmp_path: Path, status: int, later: str) -> None:
    site.fault(PATH, Fault(status=status, headers={"Retry-After": later}), Fault(status=status))
    assert fetch(tmp_path, site) == BODY
    assert len(site.asked) == 3


def test_a_site_is_left_alone_for_as_long_as_it_asks(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(status=429, headers={"Retry-After": "1"}))
    assert max(pauses(tmp_path, site, QUICK)) == 1


def test_a_site_that_asks_for_too_long_is_given_up_for_the_next(site: DumpSite, mirror: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(status=503, headers={"Retry-After": "86400"}))
    assert fetch(tmp_path, site, mirror) == BODY
    assert (len(site.asked), len(mirror.asked)) == (1, 1)


def test_attempts_end(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, *[Fault(status=500)] * 9)
    with pytest.raises(SiteFailed, match="answered 500"):
        fetch(tmp_path, site)
    assert len(site.asked) == QUICK.attempts
    assert list(tmp_path.iterdir()) == []


def test_a_trickle_without_progress_is_given_up(site: DumpSite, tmp_path: Path) -> None:
    """A byte for each request is no progress."""
    site.fault(PATH, *[Fault(cut=1)] * 50)
    with pytest.raises(SiteFailed, match="peer closed connection"):
        fetch(tmp_path, site)
    assert len(site.asked) == QUICK.attempts


def test_a_site_that_stalls_is_asked_for_the_rest(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(cut=100_000, stall_s=3))
    assert fetch(tmp_path, site) == BODY
    assert ranges(site) == [None, "bytes=100000-"]


def test_a_file_that_has_changed_between_two_pieces_is_begun_anew(site: DumpSite, tmp_path: Path) -> None:
    """If-Range: the site sends the whole of what it has now."""
    site.fault(PATH, Fault(cut=100_000, body=content(300_000, seed=2)))
    assert fetch(tmp_path, site) == BODY
    assert ranges(site) == [None, "bytes=100000-"]


def test_pieces_that_do_not_fit_together_are_thrown_away_once(site: DumpSite, tmp_path: Path) -> None:
    """A site without ETag gives a piece of another file: the checksum tells, and the whole comes anew."""
    old = content(300_000, seed=2)
    site.fault(PATH, Fault(cut=100_000, body=old, headers={"ETag": 'W/"weak"'}))
    with pytest.raises(CarrelError), closing(Web([site.url], replace(QUICK, attempts=1))) as web:
        download(web, PATH, FILE, tmp_path / NAME, lambda _: None)
    assert (tmp_path / f"{NAME}.part").read_bytes() == old[:100_000]
    assert fetch(tmp_path, site) == BODY
    assert ranges(site) == [None, "bytes=100000-", None]
    assert "if-range" not in site.asked[1][1]


@pytest.mark.parametrize("fault", [Fault(whole=True), Fault(shift=7)], ids=["range ignored", "other piece"])
def test_a_range_that_is_not_heeded_begins_anew(site: DumpSite, tmp_path: Path, fault: Fault) -> None:
    site.fault(PATH, Fault(cut=100_000), fault)
    assert fetch(tmp_path, site) == BODY


def test_what_another_run_has_left_is_gone_on_with(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(cut=200_000))
    with pytest.raises(SiteFailed):
        fetch(tmp_path, site, manners=replace(QUICK, attempts=1))
    assert (tmp_path / f"{NAME}.part").read_bytes() == BODY[:200_000]
    assert fetch(tmp_path, site) == BODY
    assert ranges(site) == [None, "bytes=200000-"]


def test_what_another_run_has_left_damaged_is_found_out(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(cut=200_000))
    with pytest.raises(SiteFailed):
        fetch(tmp_path, site, manners=replace(QUICK, attempts=1))
    part = tmp_path / f"{NAME}.part"
    part.write_bytes(b"x" + part.read_bytes()[1:])
    assert fetch(tmp_path, site) == BODY


def test_the_rest_comes_from_a_mirror_when_the_site_vanishes(mirror: DumpSite, tmp_path: Path) -> None:
    with serving(DumpSite({PATH: BODY})) as site:
        site.fault(PATH, Fault(cut=200_000))
        with pytest.raises(SiteFailed):
            fetch(tmp_path, site, manners=replace(QUICK, attempts=1))
    assert fetch(tmp_path, site, mirror) == BODY
    assert ranges(mirror) == ["bytes=200000-"]


def test_a_file_that_is_not_at_the_first_site_comes_from_the_next(site: DumpSite, mirror: DumpSite, tmp_path: Path) -> None:
    del site.files[PATH]
    assert fetch(tmp_path, site, mirror) == BODY
    assert len(site.asked) == 1
    del mirror.files[PATH]
    (tmp_path / NAME).unlink()
    with pytest.raises(SiteFailed, match="no site has") as error:
        fetch(tmp_path, site, mirror)
    assert error.value.missing


def test_wrong_bytes_are_refused_and_nothing_of_them_is_kept(site: DumpSite, mirror: DumpSite, tmp_path: Path) -> None:
    site.files[PATH] = content(300_000, seed=3)
    with pytest.raises(BadInput, match="wrong sha1 and md5"):
        fetch(tmp_path, site)
    assert list(tmp_path.iterdir()) == []
    assert fetch(tmp_path, site, mirror) == BODY


def test_one_wrong_checksum_of_two_is_enough(site: DumpSite, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="wrong"):
        fetch(tmp_path, site, file=replace(FILE, sums={**FILE.sums, "md5": "0" * 32}))


def test_a_file_without_checksum_is_not_asked_for(site: DumpSite, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no checksum"):
        fetch(tmp_path, site, file=replace(FILE, sums={}))
    assert site.asked == []


def test_a_file_of_unknown_size_is_told_by_its_checksum(site: DumpSite, tmp_path: Path) -> None:
    file = replace(FILE, size=None)
    site.fault(PATH, Fault(cut=100_000))
    assert fetch(tmp_path, site, file=file) == BODY
    (tmp_path / NAME).rename(tmp_path / "x")
    (tmp_path / "x").unlink()


@pytest.mark.parametrize(("location", "reason"), [
    ("http://dumps.example.org/x", "another host"), ("//elsewhere.example.org/x", "another host"), ("ftp://127.0.0.1/x", "no address|not a web address"),
    ("file:///etc/passwd", "not a web address"), ("http://127.0.0.1:1/x", "another host"), ("http://user:word@127.0.0.1/x", "not a web address"),
    ("https://127.0.0.1:99999/x", "another host"),
])
def test_nobody_sends_us_elsewhere(site: DumpSite, tmp_path: Path, location: str, reason: str) -> None:
    site.fault(PATH, Fault(status=302, headers={"Location": location}))
    with pytest.raises(SiteFailed, match=reason):
        fetch(tmp_path, site)


def test_a_redirect_within_the_site_or_to_one_that_is_named_is_followed(site: DumpSite, mirror: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(status=301, headers={"Location": f"/moved/{NAME}"}))
    site.files[f"moved/{NAME}"] = BODY
    assert fetch(tmp_path, site) == BODY
    (tmp_path / NAME).unlink()
    site.fault(PATH, Fault(status=307, headers={"Location": f"{mirror.url}/{PATH}"}))
    assert fetch(tmp_path, site, mirror) == BODY


def test_redirects_in_a_circle_end(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, *[Fault(status=302, headers={"Location": f"/{PATH}"})] * 50)
    with pytest.raises(SiteFailed, match="more than 5 redirects"):
        fetch(tmp_path, site)


def test_a_coding_that_was_not_asked_for_is_refused(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SiteFailed, match="coding"):
        fetch(tmp_path, site)


def test_an_index_that_never_ends_is_cut_off(site: DumpSite) -> None:
    with closing(Web([site.url], QUICK)) as web, pytest.raises(LimitReached):
        web.read(web.sites[0], PATH, limit=100_000)


def test_two_processes_do_not_fetch_one_file(site: DumpSite, tmp_path: Path) -> None:
    site.fault(PATH, Fault(cut=100_000, stall_s=0.4))
    with closing(Web([site.url], QUICK)) as web:
        first = threading.Thread(target=download, args=(web, PATH, FILE, tmp_path / NAME, lambda _: None))
        first.start()
        while not site.asked:
            time.sleep(0.01)
        with pytest.raises(Conflict):
            download(web, PATH, FILE, tmp_path / NAME, lambda _: None)
        first.join()
    assert (tmp_path / NAME).read_bytes() == BODY


def test_stopping_keeps_what_has_come(site: DumpSite, tmp_path: Path) -> None:
    with closing(Web([site.url], QUICK)) as web, pytest.raises(Cancelled):
        download(web, PATH, FILE, tmp_path / NAME, lambda size: web.stop.set() if size else None)
    assert 0 < (tmp_path / f"{NAME}.part").stat().st_size < len(BODY)
    assert fetch(tmp_path, site) == BODY


def test_a_link_in_the_place_of_the_part_is_not_followed(site: DumpSite, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / f"{NAME}.part").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput):
        fetch(tmp_path / "folder", site)
    assert not (tmp_path / "elsewhere").exists()


def test_the_rate_is_kept(site: DumpSite, tmp_path: Path) -> None:
    """A byte a second; a second's worth may come at once, and so may what came before the clock was first looked at."""
    assert len(BODY) / 2 < max(pauses(tmp_path, site, replace(QUICK, rate_bytes_s=1))) < len(BODY)


@pytest.mark.parametrize("url", ["ftp://x", "dumps.example.org", "http://", "http://a:b@x", "http://x/?q", "http://x/#f", "http://x/../y", "http://x:99999"])
def test_what_is_no_address_of_a_site_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        Web([url], replace(QUICK, contact="x"))


def test_a_site_elsewhere_is_not_asked_without_a_contact() -> None:
    with pytest.raises(BadInput, match="without saying who asks") as error:
        Web(["https://dumps.example.org"], QUICK)
    assert "contact" in (error.value.help or "")
    with pytest.raises(BadInput):
        Web(["https://dumps.example.org"], replace(QUICK, contact="x\r\nHost: y"))
    Web(["https://dumps.example.org"], replace(QUICK, contact="desk@example.org")).close()

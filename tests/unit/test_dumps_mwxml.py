"""Field by field `carrel.dumps` gives what mwxml 0.3.8 gives, for every real dump at hand that mwxml can read; and more where it cannot."""

from __future__ import annotations

import bz2
import io
import itertools
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import mwxml
import pytest

import carrel.dumps as ours
from carrel.io.streams import open_stream
from tests.dumps_mwxml import Event, both, events
from tests.shared import ROOT, SAMPLE, shared_path

DUMPS = "data/1-xml-dumps"
LARGE = 8_000_000
"""Bytes of a large dump that are compared here; the whole of it in a long run."""

MWXML_FAILS = {
    "broken/mediawiki-dump-test.xml": "it wants a <siteinfo>",
    "gensim/enwiki-table-markup.xml.bz2": "it wants a <siteinfo>",
    "schema-0.6/sweble-input-0.6.xml": "it does not know the <sha1> of a page, which schema 0.6 has",
}
NOT_DUMPS = {"broken/lbzip2_32767.bz2": "five bytes of text"}


def _files() -> list[str]:
    """The dumps by their path below `DUMPS`; one that is not there where the shared material is not."""
    base = Path(os.environ.get("CARREL_SHARED") or ROOT.parent / "shared") / DUMPS
    found = [path.relative_to(base).as_posix() for path in sorted(base.rglob("*")) if path.is_file()]
    return [name for name in found if name.split("/")[0] not in {"xsd", "wmf-dumper-oracle"}] or ["none"]


def unpacked(path: Path, limit: int = 1 << 40) -> bytes:
    with open_stream(path) as stream:
        return b"".join(itertools.takewhile(bool, (stream.read(1 << 20) for _ in range(-(-limit // (1 << 20))))))


def same(found: tuple[list[Event], list[Event]]) -> None:
    theirs, here = found
    assert [event[0] for event in theirs] == [event[0] for event in here]
    for one, other in zip(theirs, here, strict=True):
        assert one == other or one[0] == other[0] == "error"


@pytest.mark.parametrize("name", _files())
def test_each_field_of_each_dump(name: str) -> None:
    path = shared_path(f"{DUMPS}/{name}")
    if name in NOT_DUMPS:
        assert list(events(ours, path))[-1][0] == "error"
    elif name in MWXML_FAILS:
        theirs, here = both(unpacked(path), mwxml, ours)
        assert theirs[-1][0] == "error", MWXML_FAILS[name]
        assert {event[0] for event in here} == {"site", "page", "revision"}
    elif name.endswith(".tar.gz"):
        for data in _members(path):
            same(both(data, mwxml, ours))
    else:
        same(both(unpacked(path, LARGE), mwxml, ours))


def _members(path: Path) -> Iterator[bytes]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                data = file.read()
                yield bz2.decompress(data) if data.startswith(b"BZh") else data


@pytest.mark.soak
def test_each_field_of_a_whole_wiki() -> None:
    path = shared_path(f"{DUMPS}/shintowiki-20260531/shintowiki-20260531-pages-meta-history-sample.xml.7z")
    data = unpacked(path)
    compared = 0
    for one, other in itertools.zip_longest(events(mwxml, io.BytesIO(data)), events(ours, io.BytesIO(data))):
        assert one == other
        compared += 1
    assert compared == 1 + 4964 + 90154


@pytest.mark.parametrize("wiki", ["enwiki", "dewiki"])
def test_each_field_of_the_dumps_of_a_captured_wiki(wiki: str) -> None:
    folder = shared_path(f"world/dev/dumps/{wiki}/20180501")
    found = 0
    for path in sorted(folder.glob("*.xml.*")):
        theirs, here = both(unpacked(path), mwxml, ours)
        # mwxml passes over the <text deleted="deleted"> of a log item, by which a dump says that what was done is hidden.
        same((theirs, [_without_action(event) for event in here]))
        found += len(here)
    assert found > 1000


def _without_action(event: Event) -> Event:
    if event[0] == "log item":
        event[1]["deleted"].pop("action", None)
    return event


def test_names_that_are_empty_are_empty() -> None:
    """mwxml calls such a user `None`, in letters."""
    page = "<page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id><contributor><username /><id>0</id></contributor><text /></revision></page>"
    for module, name in ((mwxml, "None"), (ours, "")):
        (revision,) = next(iter(module.Dump.from_page_xml(page).pages))
        assert revision.user.text == name


def test_the_sample_wiki() -> None:
    exports = sorted(SAMPLE.glob("*.xml*"))
    for path in exports:
        same(both(unpacked(path), mwxml, ours))

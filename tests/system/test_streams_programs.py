"""Dump files by the programs lbzip2 and 7z, and archives that the program 7z has made, with and without it."""

from __future__ import annotations

import bz2
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from carrel.io import streams_7z, streams_programs
from carrel.io.streams import open_stream
from carrel.model.errors import BadInput, Unsupported
from tests.shared import program, shared_path

pytestmark = pytest.mark.system

DATA = random.Random(7).randbytes(300_000) + b"end"
MANY = b"".join(bz2.compress(DATA[at:at + 7000]) for at in range(0, len(DATA), 7000))


@pytest.fixture(params=["programs", "libraries"])
def by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With lbzip2 and 7z also for small files, and without them."""
    chosen: str = request.param
    program("lbzip2")
    program("7zz")
    if chosen == "programs":
        monkeypatch.setattr(streams_programs, "_SMALL", 0)
    else:
        monkeypatch.setattr(streams_programs, "_SMALL", 1 << 40)
    return chosen


def read(path: Path, size: int = 4096) -> bytes:
    with open_stream(path) as stream:
        data = b"".join(iter(lambda: stream.read(size), b""))
        assert stream.position == len(data)
        assert stream.consumed() == path.stat().st_size
    return data


@pytest.mark.parametrize("packed", [bz2.compress(DATA), MANY, MANY + bytes(1000)], ids=["one stream", "many", "zeros after it"])
def test_lbzip2_gives_the_same_bytes(packed: bytes, by: str, tmp_path: Path) -> None:
    path = tmp_path / "a file with any name"
    path.write_bytes(packed)
    assert read(path) == DATA


@pytest.mark.parametrize(("packed", "reason"), [
    (bz2.compress(DATA)[:-4], "cut short"), (MANY[:-4], "cut short"), (MANY[:100_000] + bytes(10) + MANY[100_010:], "cannot be read"),
], ids=["cut", "cut in many", "damaged"])
def test_lbzip2_tells_what_is_wrong(packed: bytes, reason: str, by: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(packed)
    with pytest.raises(BadInput, match=reason) as caught:
        read(path)
    assert caught.value.position is not None
    assert caught.value.position <= len(DATA)


def pack(folder: Path, *names: str, options: tuple[str, ...] = ()) -> Path:
    subprocess.run([program("7zz"), "a", "-bd", "-y", *options, "packed.7z", *names], cwd=folder, check=True, capture_output=True)
    return folder / "packed.7z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dump.xml").write_bytes(DATA)
    return tmp_path


METHODS = {"lzma2": (), "lzma": ("-m0=lzma",), "bzip2": ("-m0=bzip2",), "copy": ("-m0=copy",), "plain header": ("-mhc=off",)}


@pytest.mark.parametrize("method", METHODS)
def test_archives_of_one_file(method: str, by: str, folder: Path) -> None:
    path = pack(folder, "dump.xml", options=METHODS[method])
    assert read(path) == DATA


def test_the_real_ones_give_the_same_with_and_without_the_program(by: str) -> None:
    assert read(shared_path("data/1-xml-dumps/pywikibot/article-pyrus.xml.7z")) == shared_path("data/1-xml-dumps/pywikibot/article-pyrus.xml").read_bytes()
    with open_stream(shared_path("data/1-xml-dumps/aawiki-20260101/aawiki-20260101-pages-meta-history.xml.7z")) as stream:
        assert b"".join(iter(lambda: stream.read(1 << 20), b"")).endswith(b"</mediawiki>")


def test_what_is_no_archive_of_one_file(folder: Path) -> None:
    (folder / "other.xml").write_bytes(b"x")
    (folder / "link.xml").symlink_to("/etc/passwd")
    (folder / "sub").mkdir()
    (folder / "sub" / "dump.xml").write_bytes(DATA)
    refused = {
        "several files": pack(folder, "dump.xml", "other.xml").rename(folder / "1"),
        "several files ": pack(folder, "dump.xml", "other.xml", options=("-ms=off",)).rename(folder / "2"),
        "a folder, a link": pack(folder, "link.xml", options=("-snl",)).rename(folder / "3"),
        "a path in its name": pack(folder, "sub/dump.xml", options=("-spf",)).rename(folder / "4"),
        "a password": pack(folder, "dump.xml", options=("-psecret",)).rename(folder / "5"),
    }
    for reason, path in refused.items():
        with pytest.raises(BadInput, match=reason.strip() + "|an archive of 2 files"), open_stream(path):
            pass


@pytest.mark.parametrize("change", [lambda data: data[:-10], lambda data: data[:30], lambda data: data[:6] + bytes(100), lambda data: data[:-3] + b"xyz"])
def test_what_calls_itself_an_archive_and_is_none(change: Callable[[bytes], bytes], folder: Path) -> None:
    path = pack(folder, "dump.xml")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(BadInput, match="not a 7z archive, or a damaged or cut one"), open_stream(path):
        pass


def test_damage_inside_an_archive_is_found(by: str, folder: Path) -> None:
    path = pack(folder, "dump.xml", options=("-m0=copy",))
    data = bytearray(path.read_bytes())
    data[200_000] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadInput, match="cannot be read"):
        read(path)


def test_a_method_that_only_the_program_has(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(folder, "dump.xml", options=("-m0=ppmd",))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unsupported, match="only the program 7z"), open_stream(path):
        pass


def test_headers_made_at_random_are_refused_or_read(folder: Path) -> None:
    whole = pack(folder, "dump.xml", options=("-mhc=off",)).read_bytes()
    chance = random.Random(3)
    place = 32 + int.from_bytes(whole[12:20], "little")
    for _ in range(300):
        data = bytearray(whole[place:])
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            streams_7z._Reader(bytes(data)[1:]).header()
        except (IndexError, ValueError):
            continue


def test_nothing_is_left_of_the_program_when_the_stream_is_closed_early(tmp_path: Path) -> None:
    program("lbzip2")
    path = tmp_path / "dump.bz2"
    path.write_bytes(bz2.compress(random.Random(1).randbytes(3 << 20)))
    others = _children()
    with open_stream(path) as stream:
        stream.read(10)
        children = _children() - others
    assert children
    assert not children & _children()


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())

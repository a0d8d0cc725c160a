"""Dump files as streams of bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.io import streams_7z, streams_programs
from carrel.io.streams import open_stream
from carrel.model.errors import BadInput, Unsupported
from tests.shared import cannot_run, shared_path

DATA = random.Random(7).randbytes(300_000) + b"end"


def zstandard(data: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(data, asbytes=True))


WRITERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "gzip in parts": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    "gzip with zeros after it": lambda data: gzip.compress(data) + bytes(3_000_000),
    "bzip2": bz2.compress,
    "bzip2 in many streams": lambda data: b"".join(bz2.compress(data[at:at + 7000]) for at in range(0, len(data), 7000)),
    "xz": lzma.compress,
    "xz in parts": lambda data: lzma.compress(data[:1000]) + bytes(8) + lzma.compress(data[1000:]),
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zstandard": zstandard,
    "zstandard in parts": lambda data: zstandard(data[:1000]) + zstandard(data[1000:]),
}
PACKED = [form for form in WRITERS if form != "plain" and "zeros" not in form]


def read(path: Path, size: int = 4096) -> bytes:
    with open_stream(path) as stream:
        parts = []
        while data := stream.read(size):
            assert len(data) <= size
            parts.append(data)
            assert stream.position == sum(map(len, parts))
        assert stream.consumed() == path.stat().st_size
        return b"".join(parts)


@pytest.fixture(params=["programs", "libraries"])
def by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With lbzip2 and 7z also for small files, and without them."""
    chosen: str = request.param
    if chosen == "programs":
        if not shutil.which("lbzip2") or not shutil.which("7z"):
            cannot_run("lbzip2 and 7z are not installed")
        monkeypatch.setattr(streams_programs, "_SMALL", 0)
    else:
        monkeypatch.setenv("PATH", "/nowhere")
    return chosen


@pytest.mark.parametrize("form", WRITERS)
def test_each_form_gives_the_same_bytes(form: str, by: str, tmp_path: Path) -> None:
    path = tmp_path / "a file with any name"
    path.write_bytes(WRITERS[form](DATA))
    assert read(path) == DATA


def test_an_empty_file_is_an_empty_stream(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    assert read(path) == b""


@pytest.mark.parametrize("form", PACKED)
def test_a_cut_file_is_refused_with_the_position(form: str, by: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(WRITERS[form](DATA)[:-4])
    with pytest.raises(BadInput, match="cut short") as caught:
        read(path)
    assert caught.value.file == str(path)
    assert caught.value.position is not None
    assert caught.value.position <= len(DATA)
    if by == "libraries" and ("many" in form or form == "gzip"):
        assert caught.value.position > 200_000


@pytest.mark.parametrize("form", ["gzip", "bzip2", "xz", "zstandard"])
def test_a_damaged_file_is_refused(form: str, by: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    data = bytearray(WRITERS[form](DATA))
    data[8 if form == "zstandard" else -6] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"cannot be read|cut short") as caught:
        read(path)
    assert caught.value.position is not None


def test_garbage_after_the_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(gzip.compress(DATA) + b"garbage")
    with pytest.raises(BadInput):
        read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"), open_stream(tmp_path / "none"):
        pass
    with pytest.raises(BadInput, match="directory"), open_stream(tmp_path):
        pass


class Input:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(data))


@pytest.mark.parametrize("form", ["plain", "gzip", "bzip2", "xz", "zstandard"])
def test_a_dash_is_the_standard_input(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Input(WRITERS[form](DATA)))
    with open_stream(Path("-")) as stream:
        assert b"".join(iter(lambda: stream.read(5000), b"")) == DATA


def test_a_pipe_with_a_7z_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Input(streams_7z.MAGIC + bytes(100)))
    with pytest.raises(BadInput, match="cannot be read from a pipe"), open_stream(Path("-")):
        pass


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    """Of a gigabyte of zeros in 30 kB the reader is given what it asks for, and no thread is left behind."""
    path = tmp_path / "bomb"
    path.write_bytes(zstandard(bytes(1 << 30)))
    before = threading.active_count()
    with open_stream(path) as stream:
        assert stream.read(1000) == bytes(1000)
    assert threading.active_count() == before


# ---- archives ----


def pack(folder: Path, *names: str, options: tuple[str, ...] = ()) -> Path:
    if not shutil.which("7z"):
        cannot_run("7z is not installed")
    subprocess.run(["7z", "a", "-bd", "-y", *options, "packed.7z", *names], cwd=folder, check=True, capture_output=True)
    return folder / "packed.7z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dump.xml").write_bytes(DATA)
    return tmp_path


METHODS = {"lzma2": (), "lzma": ("-m0=lzma",), "bzip2": ("-m0=bzip2",), "copy": ("-m0=copy",), "plain header": ("-mhc=off",)}


@pytest.mark.parametrize("method", METHODS)
def test_archives_of_one_file(method: str, by: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{os.defpath}")
    path = pack(folder, "dump.xml", options=METHODS[method])
    monkeypatch.setenv("PATH", os.environ["PATH"] if by == "programs" else "/nowhere")
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


def test_damage_inside_an_archive_is_found(by: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{os.defpath}")
    path = pack(folder, "dump.xml", options=("-m0=copy",))
    monkeypatch.setenv("PATH", os.environ["PATH"] if by == "programs" else "/nowhere")
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
    if not shutil.which("lbzip2"):
        cannot_run("lbzip2 is not installed")
    path = tmp_path / "dump.bz2"
    path.write_bytes(bz2.compress(random.Random(1).randbytes(3 << 20)))
    with open_stream(path) as stream:
        stream.read(10)
        children = _children()
    assert children
    assert not set(children) & set(_children())


def _children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()

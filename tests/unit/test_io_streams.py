"""Dump files as streams of bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.io import streams_7z
from carrel.io.streams import open_stream
from carrel.model.errors import BadInput
from tests.shared import shared_path

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


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> str:
    """By libraries; tests/system has the same with programs."""
    monkeypatch.setenv("PATH", "/nowhere")
    return "libraries"


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


def test_a_real_archive_needs_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert read(shared_path("data/1-xml-dumps/pywikibot/article-pyrus.xml.7z")) == shared_path("data/1-xml-dumps/pywikibot/article-pyrus.xml").read_bytes()


@pytest.mark.parametrize("data", [streams_7z.MAGIC, streams_7z.MAGIC + bytes(100), streams_7z.MAGIC + b"\xff" * 100])
def test_what_calls_itself_an_archive_and_is_none(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "dump.7z"
    path.write_bytes(data)
    with pytest.raises(BadInput, match="not a 7z archive, or a damaged or cut one"), open_stream(path):
        pass

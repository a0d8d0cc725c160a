"""Dump files as streams of bytes."""

from __future__ import annotations

import bz2
import gzip
import random
from pathlib import Path

import pytest

from carrel.io.streams import open_stream
from carrel.model.errors import BadInput

DATA = random.Random(7).randbytes(300_000) + b"end"
WRITERS = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "gzip in parts": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    "gzip with zeros after it": lambda data: gzip.compress(data) + bytes(3_000_000),
    "bzip2": bz2.compress,
    "bzip2 in many streams": lambda data: b"".join(bz2.compress(data[at:at + 7000]) for at in range(0, len(data), 7000)),
}


def read(path: Path, size: int = 4096) -> bytes:
    with open_stream(path) as stream:
        parts = []
        while data := stream.read(size):
            assert len(data) <= size
            parts.append(data)
            assert stream.position == sum(map(len, parts))
        assert stream.consumed() == path.stat().st_size
        return b"".join(parts)


@pytest.mark.parametrize("form", WRITERS)
def test_each_form_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    path = tmp_path / "a file with any name"
    path.write_bytes(WRITERS[form](DATA))
    assert read(path) == DATA


def test_an_empty_file_is_an_empty_stream(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    assert read(path) == b""


@pytest.mark.parametrize("form", ["gzip", "bzip2", "gzip in parts", "bzip2 in many streams"])
def test_a_cut_file_is_refused_with_the_position(form: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(WRITERS[form](DATA)[:-4])
    with pytest.raises(BadInput, match="cut short") as caught:
        read(path)
    assert caught.value.file == str(path)
    assert caught.value.position is not None
    assert caught.value.position <= len(DATA)
    if form != "bzip2":
        assert caught.value.position > 200_000


@pytest.mark.parametrize("form", ["gzip", "bzip2"])
def test_a_damaged_file_is_refused(form: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    data = bytearray(WRITERS[form](DATA))
    data[-6] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(BadInput, match="cannot be read") as caught:
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

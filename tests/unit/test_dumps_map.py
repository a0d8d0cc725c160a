"""Several dumps are read at the same time, in processes that end with whoever waits for them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import carrel.dumps as mwxml
from carrel.model.errors import BadInput, Internal
from tests.unit.test_dumps_reading import HEAD, REGULAR, TAIL


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    for number in range(6):
        (tmp_path / f"{number}.xml").write_text(HEAD + REGULAR.replace("<id>5</id>", f"<id>{number + 1}</id>") * (1 + 200 * (number == 0)) + TAIL)
    return [str(tmp_path / f"{number}.xml") for number in range(6)]


def pages(dump: mwxml.Dump, path: str) -> Iterator[tuple[str, int | None, int]]:
    for page in dump.pages:
        yield Path(path).stem, page.id, len(list(page))


def processes() -> set[str]:
    return {path.parent.parent.name for path in Path("/proc").glob("[0-9]*/task/*") if _parent(path) == os.getpid()}


def _parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.mark.parametrize("threads", [None, 1, 2, 20])
def test_everything_that_is_yielded_comes(paths: list[str], threads: int | None) -> None:
    found = list(mwxml.map(pages, paths, threads=threads))
    assert sorted(set(found)) == [(str(number), number + 1, 2) for number in range(6)]
    assert len(found) == 206


def test_one_file_is_read_here(paths: list[str]) -> None:
    assert list(mwxml.map(lambda dump, path: [os.getpid()], paths[:1])) == [os.getpid()]
    assert list(mwxml.map(pages, [])) == []


def test_other_processes_do_the_work(paths: list[str]) -> None:
    found = set(mwxml.map(lambda dump, path: [os.getpid()], paths, threads=3))
    assert os.getpid() not in found
    assert len(found) <= 3


def test_open_files_are_taken_too(paths: list[str]) -> None:
    files = [open(path, encoding="utf-8") for path in paths[1:3]]  # noqa: SIM115 - closed below
    try:
        assert sorted(mwxml.map(lambda dump, file: [page.id for page in dump.pages], files)) == [2, 3]
    finally:
        for file in files:
            file.close()


def test_a_path_that_is_not_there_is_said_before_anything_is_read(paths: list[str], tmp_path: Path) -> None:
    for missing, said in ((str(tmp_path / "no"), "no such file"), (str(tmp_path), "is a folder")):
        with pytest.raises(BadInput, match=said):
            mwxml.map(pages, [*paths, missing])


def test_what_goes_wrong_in_a_process_is_raised_here(paths: list[str]) -> None:
    def wrong(dump: mwxml.Dump, path: str) -> Iterator[int]:
        yield 1
        raise KeyError(path)

    with pytest.raises(KeyError, match=r"\.xml"):
        list(mwxml.map(wrong, paths, threads=2))
    Path(paths[1]).write_text(HEAD)
    with pytest.raises(mwxml.MalformedXML, match="ends before") as error:
        list(mwxml.map(pages, paths, threads=2))
    assert error.value.file == paths[1]


def test_what_cannot_be_sent_is_said(paths: list[str]) -> None:
    with pytest.raises((AttributeError, TypeError, Internal)):
        list(mwxml.map(lambda dump, path: [lambda: None], paths, threads=2))


def test_a_process_that_is_killed_is_noticed(paths: list[str]) -> None:
    def dies(dump: mwxml.Dump, path: str) -> Iterator[Any]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield 1

    with pytest.raises(Internal, match="has ended with -9"):
        list(mwxml.map(dies, paths, threads=2))


def test_processes_end_with_whoever_waits(paths: list[str]) -> None:
    def endless(dump: mwxml.Dump, path: str) -> Iterator[int]:
        while True:
            yield os.getpid()

    before = processes()
    found = mwxml.map(endless, paths, threads=2)
    assert next(found)
    assert len(processes() - before) >= 1
    found.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 10
    while processes() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes() - before == set()
    assert threading.active_count() < 10

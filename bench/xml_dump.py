"""Rows `xml dump`: exports like Wikimedia's to published tables, against programs that only unpack them, and mwxml, which reads them.

Wall seconds; the note has the processor seconds of both.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from bench.frame import Amount, Result, compare, seconds
from bench.sql_dump import pure_or_not
from carrel.sources.xml_dump import native
from carrel.sources.xml_dump.values import base36
from tests.lake_fixture import LakeFixture

HISTORY_MB, STUB_MB = 400, 120
"""At scale 1, of XML."""

LBZIP2 = "lbzip2 -n2 -dc history.xml.bz2"
SEVEN = "7zz x -so history.xml.7z"
MWXML = "mwxml.Dump.from_file({file}): for page in dump: for revision in page"
HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo><namespaces><namespace key="0" case="first-letter" /><namespace key="1" case="first-letter">Talk</namespace></namespaces></siteinfo>
"""
_MAKERS: dict[str, Callable[[Path, Path], None]] = {
    "bz2": lambda plain, packed: packed.write_bytes(b"".join(bz2.compress(piece) for piece in _pieces(plain, 900_000))),
    "7z": lambda plain, packed: _run(["7zz", "a", "-bd", "-y", "-mx=1", packed, plain]),
    "gz": lambda plain, packed: packed.write_bytes(gzip.compress(plain.read_bytes(), 6)),
}


def run(amount: Amount) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="carrel-bench-") as name:
        folder = Path(name)
        history = _write(folder / "history.xml", int(HISTORY_MB * amount.scale * 1e6), stub=False)
        stub = _write(folder / "stub.xml", int(STUB_MB * amount.scale * 1e6), stub=True)
        found: list[Result] = []
        for pure in (False, True) if native.available() else (True,):
            found += _rows("history .bz2, metadata", history, "bz2", {"lbzip2": 1 / 0.85, "mwxml": 1 / 3}, amount, pure=pure, text=False)
            found += _rows("history .bz2, with text", history, "bz2", {"lbzip2": 1 / 0.75}, amount, pure=pure, text=True)
            found += _rows("history .7z, metadata", history, "7z", {"7z": 1 / 0.55, "mwxml": 1 / 5}, amount, pure=pure, text=False)
            found += _rows("stub .gz", stub, "gz", {"mwxml": 1 / 25}, amount, pure=pure, text=False)
        return found


def _rows(row: str, plain: Path, form: str, goals: dict[str, float], amount: Amount, *, pure: bool, text: bool) -> list[Result]:
    row = f"xml dump, {row}{', pure' if pure else ''}"
    packed = plain.with_suffix(f".xml.{form}")
    missing = [program for program in ({"bz2": "lbzip2", "7z": "7zz"}.get(form),) if program and not shutil.which(program)]
    if missing:
        return [Result(row=f"{row} / {peer}", peer=peer, note=f"not run: {missing[0]} is not installed") for peer in goals]
    if not packed.exists():
        _MAKERS[form](plain, packed)
    megabytes = plain.stat().st_size / 1e6
    found = []
    for peer, goal in goals.items():
        command, named, theirs = _peer(peer, packed)
        with pure_or_not(pure), _instance() as fixture:
            def ours(fixture: LakeFixture = fixture) -> int:
                return fixture.load("xml-dump", packed, options={"text": text}).rows

            if theirs is None:
                found.append(Result(row=f"{row} / {peer}", ours_s=seconds(ours), peer=command, note=f"peer not run: {peer} is not installed"))
                continue
            spent: dict[str, list[float]] = {"ours": [], "theirs": []}
            ours_s, peer_s, pairs = compare(_counted(ours, spent["ours"]), _counted(theirs, spent["theirs"]), amount.runs)
        processor = [median(each[1:]) for each in spent.values()]
        note = f"{megabytes:.0f} MB of XML, {megabytes / ours_s:.0f} MB/s to published tables; processor seconds {processor[0]:.2f} and {processor[1]:.2f}"
        found.append(Result(
            row=f"{row} / {peer}", ours_s=ours_s, peer_s=peer_s, peer=command, version=named, note=note, runs=pairs, goal=goal * (1 + pure),
        ))
    return found


def _counted(work: Callable[[], object], spent: list[float]) -> Callable[[], object]:
    """The same work; its processor seconds, with those of the programs that it ran and waited for, go into the list."""
    def counted() -> object:
        before = sum(os.times()[:4])
        found = work()
        spent.append(sum(os.times()[:4]) - before)
        return found

    return counted


def _peer(peer: str, packed: Path) -> tuple[str, str, Callable[[], object] | None]:
    """Its command, its version, and what to run: None where it is not installed."""
    if peer == "lbzip2":
        return LBZIP2, _version(["lbzip2", "--version"]), lambda: _run(["lbzip2", "-n2", "-dc", packed])
    if peer == "7z":
        return SEVEN, _version(["7zz"]), lambda: _run(["7zz", "x", "-so", packed])
    command = MWXML.format(file=packed.name)
    return (command, f"mwxml {version('mwxml')}", lambda: _mwxml(packed)) if find_spec("mwxml") else (command, "", None)


def _mwxml(packed: Path) -> int:
    """mwxml is no dependency of ours."""
    mwxml: Any = __import__("mwxml")
    files: Any = __import__("mwtypes.files", fromlist=["reader"])
    with files.reader(str(packed)) as file:
        return sum(1 for page in mwxml.Dump.from_file(file) for _ in page)


@contextmanager
def _instance() -> Iterator[LakeFixture]:
    with tempfile.TemporaryDirectory(prefix="carrel-bench-") as name:
        fixture = LakeFixture(Path(name))
        try:
            yield fixture
        finally:
            fixture.close()


def _run(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _version(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return next(line for line in (done.stdout + done.stderr).splitlines() if line.strip()).split(" : ")[0]


def _pieces(plain: Path, size: int) -> Iterator[bytes]:
    with plain.open("rb") as file:
        while piece := file.read(size):
            yield piece


def _write(file: Path, size: int, *, stub: bool) -> Path:
    """Pages with lognormal histories; each revision is the one before with a few words changed."""
    noise = random.Random(1)
    words = [noise.randbytes(noise.randrange(1, 5)).hex() for _ in range(20_000)]
    words += ["[[Café]]", "''日本''", "{{cite|x=1}}", "&lt;ref&gt;", "&quot;so&quot;", "\n\n== H ==\n"]
    number = written = 0
    with file.open("w") as out:
        out.write(HEAD)
        for page in range(1, 1 << 30):
            if written >= size:
                break
            text = noise.choices(words, k=100 if stub else noise.randrange(200, 4000))
            out.write(f"  <page>\n    <title>Page {page}</title>\n    <ns>0</ns>\n    <id>{page}</id>\n")
            for _ in range(int(noise.lognormvariate(2.2, 1.0)) + 1):
                number += 1
                text[noise.randrange(len(text))] = noise.choice(words)
                revision = _revision(number, " ".join(text), noise, stub=stub)
                out.write(revision)
                written += len(revision)
            out.write("  </page>\n")
        out.write("</mediawiki>\n")
    return file


def _revision(number: int, text: str, noise: random.Random, *, stub: bool) -> str:
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').encode()
    sha1 = base36(hashlib.sha1(plain).digest()).decode()
    who = f"<ip>192.0.2.{noise.randrange(256)}</ip>" if noise.random() < 0.2 else f"<username>User {noise.randrange(5000)}</username>\n        <id>7</id>"
    form = f'location="tt:{number}" id="{number}" />' if stub else f'xml:space="preserve">{text}</text>'
    return (
        f"    <revision>\n      <id>{number}</id>\n      <parentid>{number - 1}</parentid>\n      <timestamp>2018-05-01T12:{number % 60:02d}:56Z</timestamp>\n"
        f"      <contributor>\n        {who}\n      </contributor>\n      <minor/>\n      <comment>/* {noise.randrange(10**9)} */ fixed</comment>\n"
        f"      <origin>{number}</origin>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
        f'      <text bytes="{len(plain)}" sha1="{sha1}" {form}\n      <sha1>{sha1}</sha1>\n    </revision>\n'
    )

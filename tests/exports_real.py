"""Every real export at hand: what is loaded of it or why not, beside what lxml and mwxml find in it. `make dumps-table` prints it.

Counts, sums of numbers and of bytes, and one checksum over all texts in the order of their revisions' numbers.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from lxml import etree

from carrel.io.streams import open_stream
from carrel.model.errors import CarrelError
from carrel.sources.xml_dump.options import Options
from carrel.sources.xml_dump.source import Load
from tests.shared import ROOT

SHARED = Path(os.environ.get("CARREL_SHARED") or ROOT.parent / "shared")
FOLDERS = ("data/1-xml-dumps", "world/dev/dumps")


@dataclass(frozen=True)
class Facts:
    """Of an export of pages, or of logs: then `revisions` are log items and `pages` none. `texts`: SHA-1 over the texts' own."""

    pages: int
    page_ids: int
    revisions: int
    revision_ids: int
    text_bytes: int
    texts: str


def files(folder: Path) -> Iterator[Path]:
    """The exports below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (".xml" in path.name or path.name.endswith(".bz2")) and not path.name.endswith((".tar.gz", ".xsd")) and "lbzip2" not in path.name:
            yield path


def unpacked(archive: Path, folder: Path) -> Iterator[Path]:
    """The exports in a tar archive."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and ".xml" in path.name)


def ours(path: Path, **options: Any) -> tuple[Facts, int]:
    """What we load, and how many pages were set aside."""
    load = Load(Options(**options))
    pages: list[int] = []
    revisions: list[int] = []
    texts: dict[int, bytes] = {}
    size = 0
    for item in load.tables(path, "wiki", lambda _: None):
        for batch in item.batches():
            name = item.table.name.table
            if name == "page":
                pages += batch.column("page_id").to_pylist()
            elif name in {"revision", "logging"}:
                revisions += batch.column(0).to_pylist()
            elif name == "text":
                for number, text in zip(batch.column("old_id").to_pylist(), batch.column("old_text").to_pylist(), strict=True):
                    size += len(text.encode())
                    if text:
                        texts[number] = hashlib.sha1(text.encode()).digest()
    return _facts(pages, revisions, texts, size), load.aside


def by_lxml(path: Path) -> Facts:
    """What an independent parser finds; texts that the wiki has hidden are none."""
    with open_stream(path) as stream:
        return _counted(_elements(stream))


def by_mwxml(path: Path) -> Facts:
    """What mwxml finds."""
    mwxml: Any = __import__("mwxml")
    with open_stream(path) as stream:
        dump = mwxml.Dump.from_file(_Reader(stream))
        return _counted(("page", page.id, [(revision.id, None if revision.deleted.text else revision.text) for revision in page]) for page in dump.pages)


class _Reader:
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = 1 << 16) -> bytes:
        data: bytes = self._stream.read(size)
        return data


Piece = tuple[str, int, list[tuple[int, str | None]]]


def _elements(stream: Any) -> Iterator[Piece]:
    reader: IO[bytes] = _Reader(stream)  # type: ignore[assignment]
    revisions: list[tuple[int, str | None]] = []
    for _, element in etree.iterparse(reader, events=("end",), tag=("{*}revision", "{*}page", "{*}logitem"), huge_tree=True, resolve_entities=False):
        number = int(element.findtext("{*}id") or 0)
        if element.tag.endswith("revision"):
            text = element.find("{*}text")
            revisions.append((number, None if text is None or text.get("deleted") else text.text))
        else:
            yield element.tag.rpartition("}")[2], number, revisions
            revisions = []
            while element.getprevious() is not None:
                del element.getparent()[0]
        element.clear()


def _counted(pieces: Iterable[Piece]) -> Facts:
    pages: list[int] = []
    items: list[int] = []
    texts: dict[int, bytes] = {}
    size = 0
    for kind, number, revisions in pieces:
        if kind == "logitem":
            items.append(number)
            continue
        pages.append(number)
        for revision, text in revisions:
            items.append(revision)
            if text:
                size += len(text.encode())
                texts[revision] = hashlib.sha1(text.encode()).digest()
    return _facts(pages, items, texts, size)


def _facts(pages: list[int], revisions: list[int], texts: dict[int, bytes], size: int) -> Facts:
    digest = hashlib.sha1(b"".join(texts[number] for number in sorted(texts))).hexdigest()
    return Facts(len(pages), sum(pages), len(revisions), sum(revisions), size, digest)


def main() -> None:
    peers = {"lxml": by_lxml, **({"mwxml": by_mwxml} if find_spec("mwxml") else {})}
    with TemporaryDirectory() as name:
        for folder in FOLDERS:
            found = [(path, path.relative_to(SHARED)) for path in files(SHARED / folder)]
            for archive in sorted((SHARED / folder).rglob("*.tar.gz")):
                found += [(path, archive.relative_to(SHARED) / path.relative_to(name)) for path in unpacked(archive, Path(name))]
            for path, shown in found:
                print(f"{shown}: {_line(path, peers)}", flush=True)


def _line(path: Path, peers: dict[str, Any]) -> str:
    try:
        found, _ = ours(path)
        said = ""
    except CarrelError as error:
        found, aside = ours(path, lenient=True)
        said = f"refused ({getattr(error, 'reason', error.text)}, at byte {getattr(error, 'position', None)}); --lenient: {aside} set aside, "
    kind = "log items" if not found.pages and found.revisions else "revisions"
    line = f"{said}{found.pages} pages, {found.revisions} {kind}, {found.text_bytes} bytes of text"
    asked = {name: peer for name, peer in peers.items() if not said and not (name == "mwxml" and kind == "log items")}
    return line + "".join(f"; {name}: {_verdict(peer, path, found)}" for name, peer in asked.items())


def _verdict(peer: Any, path: Path, found: Facts) -> str:
    try:
        return "equal" if peer(path) == found else "DIFFERS"
    except Exception as error:  # noqa: BLE001 - a peer may stumble over anything; that is what is told
        return f"cannot read it ({type(error).__name__})"


if __name__ == "__main__":
    main()

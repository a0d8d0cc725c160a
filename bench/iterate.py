"""Rows `iterate`: every field of every revision of an export in Python, by mwxml and by `carrel.dumps`; processor seconds, each in a process of its own.

`python -m bench.iterate MODULE FILE` is one side: it prints seconds and a sum over all that it has seen.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.frame import Amount, Result
from carrel.dumps import characters

OURS, PEER = "carrel.dumps", "mwxml"
REVISIONS = {"history": 4000, "stub": 40_000}
"""At scale 1: of a full history, about 10 kB of text each, and of one without text."""

TIMES = 3.0
"""How many times as fast as mwxml we want to be; half of it without the native reader."""

HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">\n  <siteinfo>\n    <sitename>Bench</sitename>\n'
    '    <dbname>bench</dbname>\n    <namespaces>\n      <namespace key="0" case="first-letter" />\n    </namespaces>\n  </siteinfo>\n'
)
WORDS = ["the", "of", "carrel", "library", "[[book]]s", "in", "naïve", "{{cite|a=b}}", "''desk''", "Zürich", "–", "reader's", "stacks", "a", "page", "history"]
MARKUP = ["&quot;quoted&quot;", "&lt;ref&gt;source&lt;/ref&gt;", "&amp;nbsp;"]
"""One word in so many that there is a reference in about 110 bytes, as in the histories of a real wiki."""


def run(amount: Amount) -> list[Result]:
    if not find_spec(PEER):
        return [Result(row=f"iterate, {kind}", peer=_command(kind), note="not run: mwxml is not installed") for kind in REVISIONS]
    found = []
    with tempfile.TemporaryDirectory(prefix="carrel-bench-") as name:
        for kind, count in REVISIONS.items():
            file = Path(name) / f"{kind}.xml"
            file.write_text(HEAD + "".join(_pages(kind, max(100, int(count * amount.scale)))) + "</mediawiki>\n", encoding="utf-8")
            found += _compared(kind, file, amount.runs)
    return found


def _compared(kind: str, file: Path, runs: int) -> Iterator[Result]:
    sides = {"": ("0", TIMES), ", pure": ("1", TIMES / 2)} if characters.compiled is not None else {", pure": ("1", TIMES / 2)}
    for name, (pure, times) in sides.items():
        pairs = [(_side(OURS, file, pure), _side(PEER, file, pure)) for _ in range(runs)]
        assert len({seen for pair in pairs for _, seen in pair}) == 1, "the two sides have seen something else"
        ours, peer = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
        size = file.stat().st_size / 1e6
        yield Result(
            row=f"iterate, {kind}{name}", ours_s=ours, peer_s=peer, peer=_command(kind), version=f"mwxml {version(PEER)}", goal=1 / times,
            note=f"processor seconds; {size:.0f} MB, {size / ours:.0f} MB/s; the same was seen", runs=[(one[0], other[0]) for one, other in pairs],
        )


def _command(kind: str) -> str:
    return f"for page in mwxml.Dump.from_file(open('{kind}.xml')): for revision in page: every field"


def _side(module: str, file: Path, pure: str) -> tuple[float, str]:
    done = subprocess.run([sys.executable, "-m", "bench.iterate", module, str(file)], capture_output=True, text=True, check=True,
                          env={**os.environ, "CARREL_PURE": pure})
    seconds, seen = done.stdout.split()
    return float(seconds), seen


def _pages(kind: str, revisions: int) -> Iterator[str]:
    chosen = random.Random(1)
    for number in range(0, revisions, 20):
        yield f"  <page>\n    <title>Page {number}</title>\n    <ns>0</ns>\n    <id>{number + 1}</id>\n"
        yield from (_revision(kind, number + place, chosen) for place in range(20))
        yield "  </page>\n"


def _revision(kind: str, number: int, chosen: random.Random) -> str:
    words = " ".join(chosen.choices(WORDS * 8 + MARKUP, k=1600)) if kind == "history" else ""
    text = f'<text bytes="{len(words)}" sha1="{number:031}" xml:space="preserve">{words}</text>' if words else f'<text bytes="900" id="{number}" />'
    return (
        f"    <revision>\n      <id>{number + 1}</id>\n      <parentid>{number}</parentid>\n"
        f"      <timestamp>2018-05-{number % 28 + 1:02}T10:20:30Z</timestamp>\n"
        f"      <contributor>\n        <username>User {number % 97}</username>\n        <id>{number % 97}</id>\n      </contributor>\n"
        f"      <comment>/* Section */ change &quot;{number}&quot;</comment>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
        f"      {text}\n      <sha1>{number:031}</sha1>\n    </revision>\n"
    )


def _seen(dump: Any) -> int:
    """A sum over every field, so that each is asked for."""
    total = 0
    for page in dump:
        total += page.id + page.namespace + len(page.title)
        for revision in page:
            total += revision.id + (revision.parent_id or 0) + revision.timestamp.unix() + revision.user.id + len(revision.user.text)
            total += len(revision.comment) + len(revision.text or "") + revision.bytes + len(revision.sha1) + len(revision.model) + len(revision.format)
            total += revision.minor + revision.deleted.text + len(revision.slots.contents)
    return total


def main() -> None:
    module, file = sys.argv[1:]
    dumps = import_module(module)
    with open(file, encoding="utf-8") as source:
        begun = time.process_time()
        total = _seen(dumps.Dump.from_file(source))
        print(time.process_time() - begun, total)


if __name__ == "__main__":
    main()

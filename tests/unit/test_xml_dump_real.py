"""Every real export: what is loaded is what lxml finds in it, or it is refused, for a reason that is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from carrel.model.errors import BadInput
from carrel.sources.xml_dump.native import available
from tests.exports_real import FOLDERS, SHARED, by_lxml, files, ours, unpacked
from tests.shared import cannot_run, shared_path

REFUSED = {
    "mediawiki-dump-test.xml": "expected <id> in <revision>",
    "dumpster-tinywiki-pages-articles.xml": "a <page> whose <id> came before",
    "fowiki-macbre/dump.xml": "expected <id> in <revision>",
}
LARGE = 5 << 20
"""Packed bytes from which on a file is left to `make dumps-table`."""

FOUND = [path for folder in FOLDERS for path in files(SHARED / folder) if path.stat().st_size < LARGE]


def test_the_exports_are_there() -> None:
    assert shared_path("data/1-xml-dumps").is_dir()


@pytest.mark.parametrize("pure", [False, True], ids=["native", "pure"])
@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_loaded_is_what_lxml_finds(path: Path, pure: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if pure:
        monkeypatch.setenv("CARREL_PURE", "1")
    elif not available():
        cannot_run("the native scanner is not built")
    reason = next((reason for name, reason in REFUSED.items() if str(path).endswith(name)), None)
    if reason is not None:
        with pytest.raises(BadInput, match=reason):
            ours(path)
        return
    assert ours(path)[0] == by_lxml(path)


def test_small_dumps_of_a_hundred_languages(tmp_path: Path) -> None:
    paths = list(unpacked(shared_path("data/1-xml-dumps/dbpedia-minidumps.tar.gz"), tmp_path))
    assert len(paths) > 100
    for path in paths:
        assert ours(path)[0] == by_lxml(path), path.name

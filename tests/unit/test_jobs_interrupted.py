"""A load of an export that is interrupted and gone on with finds what an unbroken one finds: numbers that came before the interruption count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from carrel.lake import load as lake_load
from carrel.model.errors import BadInput
from carrel.sources.xml_dump import native, reading, window
from carrel.sources.xml_dump.seen import Seen
from tests.lake_fixture import LakeFixture

HEAD = '<mediawiki version="0.10"><siteinfo><namespaces><namespace key="0"/></namespaces></siteinfo>'
PAGE = (
    "<page><title>P{page}</title><ns>0</ns><id>{page}</id>{odd}<revision><id>{revision}</id><timestamp>2018-05-01T00:00:00Z</timestamp>"
    "<contributor><ip>::1</ip></contributor><text>x</text></revision></page>\n"
)
LOG = "<logitem><id>{number}</id><timestamp>2018-05-01T00:00:00Z</timestamp><contributor><ip>::1</ip></contributor><type>t</type><action>a</action></logitem>\n"


@pytest.fixture
def fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LakeFixture]:
    """Small pieces and small steps, so that there is much to go on from."""
    monkeypatch.setattr(lake_load, "_STEP", 1)
    monkeypatch.setattr(reading, "BATCH_ROWS", 20)
    monkeypatch.setattr(reading, "BATCH_BYTES", 5000)
    for name in ("_LEAST", "CHUNK"):
        monkeypatch.setattr(window, name, 3000)
    fixture = LakeFixture(tmp_path / "home")
    yield fixture
    fixture.close()


def interrupted(fixture: LakeFixture, path: Path, **options: Any) -> None:
    """Loads until most has landed, then Ctrl-C."""
    told: list[int] = []

    def stop(_: Path, position: int) -> None:
        told.append(position)
        if len(told) == 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fixture.load("xml-dump", path, progress=stop, **options)


def going_on(fixture: LakeFixture, path: Path, **options: Any) -> Any:
    notices: list[str] = []
    try:
        return fixture.load("xml-dump", path, notice=notices.append, **options)
    finally:
        assert "going on with an interrupted load" in notices[0]


def pages(*more: str) -> str:
    numbers = range(1, 400)
    return HEAD + "".join(PAGE.format(page=number, revision=number, odd="<!-- -->" if number % 40 == 0 else "") for number in numbers) + "".join(more)


AGAIN = {
    "page": (pages(PAGE.format(page=3, revision=1003, odd="")), "a <page> whose <id> came before"),
    "revision": (pages(PAGE.format(page=1003, revision=3, odd="")), "a <revision> whose <id> came before"),
    "log item": (HEAD + "".join(LOG.format(number=number) for number in range(1, 400)) + LOG.format(number=3), "a <logitem> whose <id> came before"),
}


@pytest.mark.parametrize("pure", ["0", "1"])
@pytest.mark.parametrize("what", AGAIN)
def test_a_number_that_came_before_the_interruption(what: str, pure: str, fixture: LakeFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARREL_PURE", pure)
    text, reason = AGAIN[what]
    (path := tmp_path / "export.xml").write_text(text + "</mediawiki>")
    with pytest.raises(BadInput) as unbroken:
        fixture.load("xml-dump", path)
    interrupted(fixture, path)
    with pytest.raises(BadInput, match=reason) as broken:
        going_on(fixture, path)
    assert (broken.value.file, broken.value.position, broken.value.reason) == (unbroken.value.file, unbroken.value.position, unbroken.value.reason)
    whole = fixture.load("xml-dump", path, wiki="whole", options={"lenient": True})
    interrupted(fixture, path, wiki="broken", options={"lenient": True})
    report = going_on(fixture, path, wiki="broken", options={"lenient": True})
    assert (report.aside, report.tables) == (1, whole.tables)


def test_both_ways_remember_the_same() -> None:
    numbers = pa.array([5, 0, 2**32 - 1, 7, 7, 40_000], pa.uint32()).slice(1)
    kept = []
    for pure in "01":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CARREL_PURE", pure)
            native.remember(seen := Seen(), numbers)
            native.remember(seen, pa.array([], pa.uint32()))
        kept.append(bytes(seen.touched))
        assert [seen.mark(number) for number in (0, 2**32 - 1, 7, 40_000, 5)] == [False, False, False, False, True]
    assert kept[0] == kept[1]

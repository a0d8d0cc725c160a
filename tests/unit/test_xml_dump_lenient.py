"""Bad pages that are set aside, sets of files, options, and reading that goes on where it was."""

from __future__ import annotations

import bz2
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carrel.model.errors import BadInput
from carrel.sources.xml_dump import reading, window
from carrel.sources.xml_dump.native import available
from carrel.sources.xml_dump.options import Options
from carrel.sources.xml_dump.seen import Seen
from carrel.sources.xml_dump.source import Load
from tests.exports import HEAD
from tests.exports import read as read_by
from tests.shared import cannot_run, shared_path


@pytest.fixture(params=["native", "pure", "exact"])
def read(request: pytest.FixtureRequest) -> Callable[..., dict[str, Any]]:
    if request.param == "native" and not available():
        cannot_run("the native scanner is not built")
    return lambda *paths, **options: read_by(request.param, *paths, **options)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


def revision(number: int, text: str = "t", more: str = "") -> str:
    contributor = "<contributor><username>A</username><id>1</id></contributor>"
    return f"<revision><id>{number}</id><timestamp>2018-05-01T12:34:56Z</timestamp>{contributor}<text>{text}</text>{more}</revision>"


def page(number: int, *revisions: str, title: str | None = None) -> str:
    return f"<page><title>{title or f'P{number}'}</title><ns>0</ns><id>{number}</id>{''.join(revisions)}</page>\n"


def write(path: Path, *pages: str, end: str = "</mediawiki>", version: str = "0.10") -> Path:
    path.write_text(HEAD.format(version=version) + "".join(pages) + end)
    return path


GOOD = page(1, revision(1), revision(2)), page(3, revision(30))
BAD = {
    "no title": page(2, revision(20)).replace("<title>P2</title>", ""),
    "an unknown element": page(2, revision(20), revision(21, more="<b/>"), revision(22)),
    "no timestamp": page(2, revision(20), revision(21).replace("<timestamp>2018-05-01T12:34:56Z</timestamp>", "")),
    "a page that came": page(1, revision(20)),
    "a revision that came": page(2, revision(20), revision(1)),
    "a control character": page(2, revision(20), revision(21, text="\x01")),
    "tags crossed": page(2, revision(20), revision(21).replace("</text>", "</txt>")),
    "no end": page(2, revision(20)).replace("</page>", ""),
    "another length": page(2, revision(20).replace("<text>", '<text bytes="9">')),
    "an unknown reference": page(2, revision(20, text="&boom;")),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_page_is_set_aside_whole(case: str, read: Callable[..., Any], path: Path) -> None:
    write(path, GOOD[0], BAD[case], GOOD[1])
    strict = read(path)
    found = read(path, lenient=True)
    assert [row["page_id"] for row in found["page"]] == [1, 3]
    assert [row["rev_id"] for row in found["revision"]] == [1, 2, 30]
    assert [row["old_id"] for row in found["text"]] == [1, 2, 30]
    (aside,) = found["load_quarantine"]
    assert (aside["lq_file"], aside["lq_reason"], aside["lq_position"]) == ("export.xml", strict["error"], strict["position"])
    assert len(aside["lq_loaded"]) == 14


@pytest.mark.parametrize("batch", [1, 500, 1 << 20])
def test_what_a_bad_page_had_before_its_fault_goes_too(batch: int, read: Callable[..., Any], path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it has been handed on already: it was kept aside until the page's end."""
    monkeypatch.setattr(reading, "BATCH_BYTES", batch)
    monkeypatch.setattr(window, "CHUNK", 100)
    monkeypatch.setattr(window, "_LEAST", 100)
    long = page(2, *(revision(number) for number in range(100, 150)), revision(99, more="<b/>"))
    found = read(write(path, GOOD[0], long, page(4, revision(100), revision(101)), GOOD[1]), lenient=True)
    assert [row["page_id"] for row in found["page"]] == [1, 3, 4]
    assert sorted(row["rev_id"] for row in found["revision"]) == [1, 2, 30, 100, 101]
    assert [row["lq_page"] for row in found["load_quarantine"]] == [2]


def test_a_cut_file_leaves_what_was_whole(read: Callable[..., Any], path: Path) -> None:
    write(path, *GOOD, page(5, revision(50), revision(51)), end="")
    whole = path.read_bytes()
    path.write_bytes(bz2.compress(whole[:-20]))
    assert read(path)["error"].startswith("the file ends before </mediawiki>")
    found = read(path, lenient=True)
    assert [row["rev_id"] for row in found["revision"]] == [1, 2, 30]
    assert [row["lq_page"] for row in found["load_quarantine"]] == [5]
    path.write_bytes(bz2.compress(whole)[:-30])
    assert "cut short" in read(path)["error"]


def test_pages_and_revisions_are_told_across_the_files_of_a_load(read: Callable[..., Any], tmp_path: Path) -> None:
    first, second = write(tmp_path / "p2", GOOD[1]), write(tmp_path / "p1", GOOD[0])
    assert [row["rev_id"] for row in read(first, second)["revision"]] == [1, 2, 30]
    third = write(tmp_path / "p3", page(7, revision(30)))
    assert read(first, second, third)["error"] == "a <revision> whose <id> came before, in page 7"
    assert [row["lq_file"] for row in read(first, third, second, lenient=True)["load_quarantine"]] == ["p3"]


def test_a_revision_that_is_too_long_is_refused(read: Callable[..., Any], path: Path) -> None:
    write(path, GOOD[0], page(2, revision(20, text="x" * (3 << 20))), GOOD[1])
    assert len(read(path)["revision"]) == 4
    refused = read(path, most_mb=1)
    assert refused["error"] == "a text of more than 1 MiB, in page 2"
    assert len(path.read_bytes()) > refused["position"] > len(HEAD)
    found = read(path, most_mb=1, lenient=True)
    assert [row["page_id"] for row in found["page"]] == [1, 3]


def test_texts_can_be_left_out(read: Callable[..., Any], path: Path) -> None:
    write(path, *GOOD)
    found = read(path, text=False)
    assert "text" not in found
    assert [(row["rev_text_id"], row["rev_len"]) for row in found["revision"]] == [(None, 1)] * 3


def test_checksums_are_compared_when_that_is_asked_for(path: Path) -> None:
    right = page(1, revision(1, more="<sha1>a9tm7nxl0gz0q5nsc33flozl7g1qohg</sha1>"))
    wrong = page(2, revision(2, more="<sha1>a9tm7nxl0gz0q5nsc33flozl7g1qohh</sha1>"))
    write(path, right.replace("<text>t<", "<text>hello<"), wrong)
    assert len(read_by("pure", path)["revision"]) == 2
    for way in ("pure", "exact"):
        found = read_by(way, path, check_sha1=True, lenient=True)
        assert found["load_quarantine"][-1]["lq_reason"].startswith("a <text> whose checksum (sha1) is another one than the file says")


def test_a_miscounted_length_is_no_fault_where_the_checksum_is_right(read: Callable[..., Any]) -> None:
    """Official dumps have such revisions: the wiki has counted a line break that it then dropped."""
    found = read(shared_path("data/1-xml-dumps/aawiki-20260101/aawiki-20260101-pages-meta-current.xml.bz2"))
    row = next(row for row in found["revision"] if row["rev_id"] == 4139)
    text = next(text["old_text"] for text in found["text"] if text["old_id"] == 4139)
    assert (row["rev_len"], len(text.encode())) == (1436, 1435)


@pytest.mark.parametrize("form", ["<!-- c -->", "<?odd?>", ""])
def test_a_page_in_another_form_is_read_by_the_exact_parser(form: str, read: Callable[..., Any], path: Path) -> None:
    second, third = revision(21, text=f"<![CDATA[<b>]]>&#65;{form}&#x42;\r\n"), revision(22).replace("<text", "<text odd='1'")
    odd = page(2, form, revision(20), second, form, third, title="A&#38;B")
    found = read(write(path, GOOD[0], odd, form, GOOD[1], end=f"</mediawiki>{form}\n"))
    assert [row["page_title"] for row in found["page"]] == ["P1", "A&B", "P3"]
    assert [row["old_text"] for row in found["text"]] == ["t", "t", "t", "<b>AB\n", "t", "t"]


def test_namespaces_are_told_by_the_title_where_the_schema_has_no_numbers(read: Callable[..., Any], path: Path) -> None:
    pages = [page(number, revision(number), title=title).replace("<ns>0</ns>", "") for number, title in enumerate(["A: b", "Talk:A b", "Projekt: X:C"], 1)]
    found = read(write(path, *pages, version="0.4"))
    assert [(row["page_namespace"], row["page_title"]) for row in found["page"]] == [(0, "A:_b"), (1, "A_b"), (0, "Projekt:_X:C")]
    assert "expected a number for <ns>" in read(write(path, *pages, version="0.6"))["error"]


LOGS = """<logitem><id>1</id><timestamp>2018-01-01T00:00:00Z</timestamp><contributor><username>A</username><id>2</id></contributor><comment>c</comment>
<type>move</type><action>move</action><logtitle>Talk:A b</logtitle><params xml:space="preserve">p</params></logitem>
<logitem><id>2</id><timestamp>2018-01-01T00:00:00Z</timestamp><contributor deleted="deleted" /><comment deleted="deleted" /><type>block</type>
<action>block</action>
<text deleted="deleted" /></logitem>
"""


def test_logs(read: Callable[..., Any], path: Path) -> None:
    found = read(write(path, LOGS))
    assert list(found) == ["logging"]
    first, second = ({name: value for name, value in row.items() if value is not None} for row in found["logging"])
    assert first == {
        "log_id": 1, "log_type": "move", "log_action": "move", "log_timestamp": "20180101000000", "log_user": 2, "log_user_text": "A", "log_namespace": 1,
        "log_title": "A_b", "log_comment": "c", "log_params": "p", "log_deleted": 0,
    }
    assert second == {"log_id": 2, "log_timestamp": "20180101000000", "log_deleted": 7}
    assert "a <logitem> whose <id> came before" in read(write(path, LOGS, LOGS))["error"]


@pytest.mark.parametrize(("encoding", "plain"), [
    ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("iso-8859-1", "iso-8859-1"),
])
def test_encodings_and_the_place_of_a_fault_in_them(encoding: str, plain: str, read: Callable[..., Any], path: Path) -> None:
    write(path, GOOD[0], page(2, revision(20, text="ü"), revision(21, more="<b/>")))
    declared = "" if "utf" in encoding else f'<?xml version="1.0" encoding="{encoding}"?>'
    data = (declared + path.read_text()).encode(encoding)
    path.write_bytes(data)
    assert data[read(path)["position"]:].decode(plain).startswith("<b/>")


@pytest.mark.parametrize("seed", range(4))
def test_reading_goes_on_from_any_mark(seed: int, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(reading, "BATCH_BYTES", 700)
    monkeypatch.setattr(window, "CHUNK", chance.choice([100, 5000]))
    numbers = iter(range(1, 1000))
    odd = ["", "", "<!-- c -->"]
    write(path, *(page(n, *(chance.choice(odd) + revision(next(numbers)) for _ in range(chance.randrange(9)))) for n in range(1, 60)))
    given = _given(path)
    marks = [place for place, (_, _, mark) in enumerate(given) if mark]
    assert len(marks) >= 3
    for place in chance.sample(marks, 3):
        both = [*given[:place + 1], *_given(path, given[place][2])]
        for name in ("page", "revision", "text"):
            assert _rows(both, name) == _rows(given, name)


def _given(path: Path, resume: str | None = None) -> list[tuple[str, Any, str | None]]:
    items = Load(Options()).tables(path, "w", lambda _: None, resume=resume)
    return [(item.table.name.table, batch, item.mark()) for item in items for batch in item.batches()]


def _rows(batches: list[tuple[str, Any, str | None]], name: str) -> list[str]:
    return sorted(json.dumps(row) for table, batch, _ in batches if table == name for row in batch.to_pylist())


def test_a_file_that_has_shrunk_is_not_gone_on_with(path: Path) -> None:
    write(path, *GOOD)
    with pytest.raises(BadInput, match="shorter than it was"):
        list(Load(Options()).tables(path, "w", lambda _: None, resume=json.dumps([10_000, None])))


def test_what_is_seen_takes_no_more_memory_than_it_may() -> None:
    seen = Seen(most=2)
    assert [seen.mark(number) for number in (1, 1, 40_000, 40_000, 1 << 31, 1 << 31)] == [True, False, True, False, True, True]
    seen.forget(1)
    assert seen.mark(1)

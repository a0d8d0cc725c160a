"""Exports of MediaWiki: what becomes of each element, and what is refused."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path
from typing import Any

import pytest

from carrel.model.errors import BadInput
from carrel.sources.xml_dump import reading, window
from carrel.sources.xml_dump.native import available
from carrel.sources.xml_dump.options import Options
from carrel.sources.xml_dump.parser import SCHEMAS
from carrel.sources.xml_dump.source import Load
from tests.shared import cannot_run, shared_path

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-{version}/" version="{version}" xml:lang="en">
  <siteinfo>
    <sitename>Test</sitename><dbname>testwiki</dbname><base>http://x/</base><generator>MediaWiki 1.31</generator><case>first-letter</case>
    <namespaces>
      <namespace key="-1" case="first-letter">Special</namespace>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">Talk</namespace>
    </namespaces>
  </siteinfo>
"""
REVISION = """<revision><id>11</id><parentid>10</parentid><timestamp>2018-05-01T12:34:56Z</timestamp>
<contributor><username>Ann</username><id>7</id></contributor><minor/><comment>Fix &amp; &lt;b&gt;</comment><model>wikitext</model><format>text/x-wiki</format>
<text bytes="8" xml:space="preserve">a &lt; b ü</text><sha1>abc</sha1></revision>"""


def page(inside: str = REVISION, head: str = "<title>Talk:Foo bar</title><ns>1</ns><id>5</id>") -> str:
    return f"<page>{head}{inside}</page>"


def document(*pages: str, version: str = "0.10") -> bytes:
    return (HEAD.format(version=version) + "\n".join(pages) + "\n</mediawiki>\n").encode()


def read(*paths: Path, **options: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    load = Load(Options(**options))
    for path in paths:
        for item in load.tables(path, "wiki", lambda position: None):
            assert [column.name for column in item.table.columns] == next(iter(item.batches())).schema.names
            for batch in item.batches():
                batch.validate(full=True)
                found.setdefault(item.table.name.table, []).extend(batch.to_pylist())
    return found


@pytest.fixture(autouse=True, params=["native", "pure"])
def _scanner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both scanners, save where there is no C compiler."""
    if request.param == "pure":
        monkeypatch.setenv("CARREL_PURE", "1")
    elif not available():
        cannot_run("the native scanner is not built")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


def rows(path: Path, *pages: str, version: str = "0.10") -> dict[str, list[dict[str, Any]]]:
    path.write_bytes(document(*pages, version=version))
    return read(path)


def revision(path: Path, text: str) -> dict[str, Any]:
    return rows(path, page(text))["revision"][0]


@pytest.mark.parametrize("version", SCHEMAS)
def test_a_page_with_a_revision(version: str, path: Path) -> None:
    found = rows(path, page(), version=version)
    assert {name: value for name, value in found["page"][0].items() if value is not None} == {
        "page_id": 5, "page_namespace": 1, "page_title": "Foo_bar", "page_is_redirect": 0,
    }
    assert found["revision"] == [{
        "rev_id": 11, "rev_page": 5, "rev_text_id": 11, "rev_comment": "Fix & <b>", "rev_user": 7, "rev_user_text": "Ann", "rev_timestamp": "20180501123456",
        "rev_minor_edit": 1, "rev_deleted": 0, "rev_len": 8, "rev_parent_id": 10, "rev_sha1": "abc", "rev_content_model": "wikitext",
        "rev_content_format": "text/x-wiki",
    }]
    assert found["text"] == [{"old_id": 11, "old_text": "a < b ü", "old_flags": "utf-8"}]


def test_what_the_file_does_not_say_is_null(path: Path) -> None:
    user = "<contributor><username>A</username></contributor>"
    found = revision(path, f"<revision><id>1</id><timestamp>2018-05-01T00:00:00Z</timestamp>{user}<text>é</text></revision>")
    assert found == {
        "rev_id": 1, "rev_page": 5, "rev_text_id": 1, "rev_comment": "", "rev_user": None, "rev_user_text": "A", "rev_timestamp": "20180501000000",
        "rev_minor_edit": 0, "rev_deleted": 0, "rev_len": 2, "rev_parent_id": None, "rev_sha1": None, "rev_content_model": None, "rev_content_format": None,
    }


@pytest.mark.parametrize(("element", "bits", "nulls"), [
    ('<text bytes="9" deleted="deleted" />', 1, {"rev_text_id", "rev_sha1"}),
    ('<comment deleted="deleted" />', 2, {"rev_comment"}),
    ('<contributor deleted="deleted" />', 4, {"rev_user", "rev_user_text"}),
])
def test_what_the_wiki_has_deleted(element: str, bits: int, nulls: set[str], path: Path) -> None:
    parts = {
        "contributor": "<contributor><username>A</username><id>1</id></contributor>", "comment": "<comment>c</comment>", "text": "<text>t</text>",
    }
    name = next(name for name in parts if element.startswith(f"<{name}"))
    parts[name] = element
    head = "<id>1</id><parentid>2</parentid><timestamp>2018-05-01T00:00:00Z</timestamp>"
    tail = "<model>w</model><format>f</format><sha1>s</sha1>"
    found = rows(path, page(f"<revision>{head}{''.join(parts.values())}{tail}</revision>"))
    row = found["revision"][0]
    assert row["rev_deleted"] == bits
    assert {column for column, value in row.items() if value is None} == nulls
    assert len(found["text"]) == (0 if bits == 1 else 1)


def test_addresses_are_users_with_number_0(path: Path) -> None:
    row = revision(path, "<revision><id>1</id><timestamp>2018-05-01T00:00:00Z</timestamp><contributor><ip>10.0.0.1</ip></contributor><text/></revision>")
    assert (row["rev_user"], row["rev_user_text"], row["rev_len"]) == (0, "10.0.0.1", 0)


@pytest.mark.parametrize("text", ['<text id="42" bytes="9" />', '<text bytes="9" sha1="x" location="tt:42" id="42" />'])
def test_stubs_have_the_wikis_own_text_ids_and_no_text(text: str, path: Path) -> None:
    found = rows(path, page(f"<revision><id>1</id><timestamp>2018-05-01T00:00:00Z</timestamp><contributor><ip>::1</ip></contributor>{text}</revision>"))
    assert (found["revision"][0]["rev_text_id"], found["revision"][0]["rev_len"]) == (42, 9)
    assert found["text"] == []


@pytest.mark.parametrize(("head", "title"), [
    ("<title>A b: c</title><ns>0</ns><id>5</id>", "A_b:_c"),
    ("<title>Talk:Talk:X</title><ns>1</ns><id>5</id>", "Talk:X"),
    ("<title>Special:Badtitle/NS90:Old one</title><ns>90</ns><id>5</id>", "Old_one"),
])
def test_titles(head: str, title: str, path: Path) -> None:
    assert rows(path, page(head=head))["page"][0]["page_title"] == title


def test_redirects_restrictions_and_uploads(path: Path) -> None:
    found = rows(path, page(
        head='<title>A</title><ns>0</ns><id>5</id><redirect title="B" /><restrictions>edit=sysop</restrictions>',
        inside=REVISION.replace("<sha1>", "<origin>3</origin><sha1>") + "<upload><timestamp>x</timestamp></upload>",
    ), version="0.11")
    assert found["page"][0]["page_is_redirect"] == 1
    assert found["page"][0]["page_restrictions"] == "edit=sysop"
    assert len(found["text"]) == len(found["revision"]) == 1


def slot(role: str = "mediainfo", text: str = '<text bytes="2" sha1="x1" xml:space="preserve">{}</text>') -> str:
    return f"<content><role>{role}</role><origin>3</origin><model>m</model><format>f/g</format>{text}</content>"


def with_slots(*slots: str) -> bytes:
    return document(page(REVISION.replace("<sha1>", "".join(slots) + "<sha1>")), version="0.11")


def test_slots_beside_main(path: Path) -> None:
    path.write_bytes(with_slots(slot(), slot("other", '<text bytes="9" location="tt:42" />')))
    found = read(path)
    assert len(found["text"]) == len(found["revision"]) == 1
    assert found["revision"][0]["rev_deleted"] == 0
    told = {"es_rev_id": 11, "es_origin": 3, "es_model": "m", "es_format": "f/g"}
    assert found["export_slots"] == [
        told | {"es_role": "mediainfo", "es_size": 2, "es_sha1": "x1", "es_text_id": None, "es_text": "{}"},
        told | {"es_role": "other", "es_size": 9, "es_sha1": None, "es_text_id": 42, "es_text": None},
    ]
    assert [row["es_text"] for row in read(path, text=False)["export_slots"]] == [None, None]


def test_a_hidden_slot_hides_the_revisions_content(path: Path) -> None:
    path.write_bytes(with_slots(slot(text='<text bytes="2" sha1="x1" deleted="deleted" />')))
    found = read(path)
    assert found["revision"][0]["rev_deleted"] == 1
    assert (found["export_slots"][0]["es_sha1"], found["export_slots"][0]["es_text"]) == (None, None)


@pytest.mark.parametrize(("slots", "reason"), [
    ((slot(), slot()), "two <content> of one <role>"),
    ((slot("main"),), "expected a <role> other than `main` in <content>"),
    ((slot(""),), "expected a <role> other than `main` in <content>"),
    ((slot(text='<text bytes="3">{}</text>'),), "a <text> of 2 bytes, where the file says 3"),
    ((slot(text="<text/><text/>"),), "two <text> in one <content>"),
    ((slot(text="<sha1/>"),), "found <sha1>"),
])
def test_slots_that_cannot_be(slots: tuple[str, ...], reason: str, path: Path) -> None:
    path.write_bytes(with_slots(*slots))
    with pytest.raises(BadInput, match=reason):
        read(path)
    assert [row["lq_page"] for row in read(path, lenient=True)["load_quarantine"]] == [5]


def test_the_texts_of_all_slots_together_are_bounded(path: Path) -> None:
    path.write_bytes(with_slots(*(slot(f"r{number}", f"<text>{'x' * 300_000}</text>") for number in range(4))))
    with pytest.raises(BadInput, match="a text of more than 1 MiB"):
        read(path, most_mb=1)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda data: data, lambda data: data.decode().encode("utf-16")])
def test_packed_and_encoded_forms(pack: Any, path: Path) -> None:
    path.write_bytes(pack(document(page(), page(head="<title>B</title><ns>0</ns><id>6</id>", inside=REVISION.replace("11", "12")))))
    assert [row["rev_id"] for row in read(path)["revision"]] == [11, 12]


BAD = {
    "not XML": (b"INSERT INTO", "not well-formed"),
    "empty": (b"", "the file ends before </mediawiki>"),
    "cut": (document(page())[:-40], "the file ends before </mediawiki>, in page 5|ends before"),
    "tags crossed": (document(page(REVISION.replace("</text>", "</txt>"))), "not well-formed XML: mismatched tag, in page 5"),
    "bytes that are not UTF-8": (document(page()).replace("ü".encode(), b"\xfc"), r"not well-formed XML: invalid token, in page 5"),
    "a reference to a control character": (document(page()).replace(b"a &lt;", b"a &#1;"), "not well-formed XML"),
    "an unknown entity": (document(page()).replace(b"&lt;", b"&boom;", 1), "not well-formed XML: undefined entity"),
    "another schema": (document(page(), version="0.12"), "export schema 0.12 is not read: 0.3 to 0.11 are"),
    "another document": (b"<html></html>", "expected one of <mediawiki>, found <html>"),
    "an empty log item": (document("<logitem></logitem>"), "expected <id> in <logitem>"),
    "abstracts": (b"<feed><doc><title>A</title></doc></feed>", "an abstract dump .<feed>., which holds no pages"),
    "a page twice": (document(page(), page()), "a <page> whose <id> came before, in page 5"),
    "a revision twice": (document(page(REVISION + REVISION)), "a <revision> whose <id> came before, in page 5"),
    "another length": (document(page(REVISION.replace('bytes="8"', 'bytes="7"'))), "a <text> of 8 bytes, where the file says 7, in page 5"),
    "a NUL": (document(page()).replace(b"a &lt;", b"a \0"), "not well-formed XML: invalid token, in page 5"),
    "what no character is": (document(page()).replace(b"a &lt;", b"a \xef\xbf\xbf"), "not well-formed XML: invalid token, in page 5"),
    "an end of CDATA": (document(page()).replace(b"a &lt;", b"a ]]>"), "not well-formed XML"),
    "two titles": (document(page(head="<title>A</title><title>A</title><ns>0</ns><id>5</id>")), "two <title> in one <page>"),
    "more after the end": (document(page()) + b"<mediawiki>", "not well-formed XML: junk after document element"),
    "a strange encoding": (b"<?xml version='1.0' encoding='utf-7'?>" + document(page()), "an encoding that is not read"),
    "an unknown element": (document(page(REVISION.replace("<minor/>", "<major/>"))), "found <major>, in page 5"),
    "an element in text": (document(page(REVISION.replace("a &lt;", "a <b/>"))), "expected text in <text>, found <b>, in page 5"),
    "text between": (document(page("stray")), "text in <page>, where only elements belong, in page 5"),
    "no id": (document(page(REVISION.replace("<id>11</id>", ""))), "expected <id> in <revision>, in page 5"),
    "a word for an id": (document(page(REVISION.replace("<id>11</id>", "<id>x</id>"))), "expected a number for <id> of <revision>, in page 5"),
    "too large": (document(page(REVISION.replace("<id>11</id>", "<id>4294967296</id>"))), "expected a number of 32 bits"),
    "no timestamp": (document(page(REVISION.replace("2018-05-01T", "yesterday "))), "expected <timestamp> as"),
    "no namespace": (document(page(head="<title>A</title><id>5</id>")), "expected a number for <ns>"),
    "another namespace": (document(page(head="<title>A</title><ns>1</ns><id>5</id>")), "does not begin with the name of its namespace 1, in page 5"),
    "no title": (document(page(head="<ns>1</ns><id>5</id>")), "a <page> without <title>"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_refused(case: str, path: Path) -> None:
    data, reason = BAD[case]
    path.write_bytes(data)
    with pytest.raises(BadInput, match=reason) as caught:
        read(path)
    assert caught.value.file == str(path)
    assert caught.value.position is not None
    assert 0 <= caught.value.position <= len(data)


def test_the_position_is_that_of_the_bad_byte(path: Path) -> None:
    data = document(page(), page(head="<title>B</title><ns>0</ns><id>6</id>", inside=REVISION.replace("11", "12"))).replace(b"<sha1>abc", b"<sha1>a\x01c", 2)
    path.write_bytes(gzip.compress(data))
    with pytest.raises(BadInput) as caught:
        read(path)
    assert caught.value.position == data.index(b"\x01")


@pytest.mark.parametrize("declaration", [
    '<!DOCTYPE mediawiki [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE mediawiki [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE mediawiki SYSTEM "http://127.0.0.1/x.dtd">',
])
def test_document_types_and_their_entities_are_refused(declaration: str, path: Path) -> None:
    path.write_bytes(declaration.encode() + document(page()))
    with pytest.raises(BadInput, match="a document type declaration"):
        read(path)


def test_batches_do_not_grow_with_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH_ROWS", 10)
    monkeypatch.setattr(window, "CHUNK", 2000)
    monkeypatch.setattr(window, "_LEAST", 2000)
    path.write_bytes(document(*(page(REVISION.replace("<id>11<", f"<id>{n}<"), f"<title>P{n}</title><ns>0</ns><id>{n}</id>") for n in range(1, 500))))
    sizes = [batch.num_rows for item in Load(Options()).tables(path, "w", lambda position: None) for batch in item.batches()]
    assert sum(sizes) == 3 * 499
    assert max(sizes) < 30


COUNTS = {
    "data/1-xml-dumps/twelfwiki-all.xml": (696, 696),
    "data/1-xml-dumps/stochsdwiki-dump.xml": (61, 144),
    "data/1-xml-dumps/fandom/jiaxing_pages_current.xml": (757, 757),
    "data/1-xml-dumps/pywikibot/pair-0.10.xml": (2, 4),
    "data/1-xml-dumps/pywikibot/article-pear-0.10.xml": (1, 1),
}


@pytest.mark.parametrize("relative", COUNTS)
def test_real_exports_have_the_pages_and_revisions_that_are_known(relative: str) -> None:
    found = read(shared_path(relative))
    assert (len(found["page"]), len(found["revision"])) == COUNTS[relative]

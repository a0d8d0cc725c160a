"""Dumps are iterated in the regular form and in any other, whole, in whatever pieces they come, and what is wrong is said with its place."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import carrel.dumps as mwxml
from carrel.dumps.reading import Reading
from carrel.model.errors import BadInput
from tests.dumps_mwxml import events

HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en"><siteinfo><sitename>Wiki &amp; more</sitename>'
    "<dbname>xwiki</dbname><base>http://x/</base><generator>MediaWiki 1.40</generator><case>first-letter</case><namespaces>"
    '<namespace key="0" case="first-letter" /><namespace key="1" case="first-letter">Talk</namespace></namespaces></siteinfo>'
)
REGULAR = (
    "<page>\n<title>Talk:A &quot;b&quot;</title>\n<ns>1</ns>\n<id>5</id>\n<redirect title=\"C &amp; d\" />\n<restrictions>sysop</restrictions>\n"
    "<revision>\n<id>7</id>\n<parentid>6</parentid>\n<timestamp>2009-02-13T23:31:30Z</timestamp>\n"
    "<contributor><username>Änn &amp; co</username><id>3</id></contributor>\n<minor/>\n<comment>why &lt;not&gt;</comment>\n<origin>7</origin>\n"
    "<model>wikitext</model>\n<format>text/x-wiki</format>\n"
    '<text bytes="11" sha1="abc" xml:space="preserve">text &amp;amp; 日本</text>\n<sha1>abc</sha1>\n</revision>\n'
    "<revision>\n<id>8</id>\n<timestamp>2009-02-13T23:31:31Z</timestamp>\n<contributor deleted=\"deleted\" />\n<comment deleted=\"deleted\" />\n"
    '<model>wikitext</model><format>text/x-wiki</format><text bytes="0" deleted="deleted" />\n<sha1 />\n</revision>\n</page>\n'
)
HAND = (
    "<page><!-- by hand --><id>9</id><title>B_c</title><revision><timestamp>2009-02-13T23:31:30Z</timestamp><id>10</id>"
    "<contributor><ip>10.0.0.1</ip></contributor><text>a&#10;b<![CDATA[</page>]]></text></revision></page>\n"
)
SLOTS = (
    "<page><title>S</title><ns>0</ns><id>11</id><revision><id>12</id><timestamp>2009-02-13T23:31:30Z</timestamp><contributor><ip>::1</ip></contributor>"
    '<model>wikitext</model><format>text/x-wiki</format><text bytes="4" sha1="m">main</text>'
    '<content><role>mediainfo</role><origin>12</origin><model>wikibase-mediainfo</model><format>application/json</format><text bytes="2" sha1="s">{}</text>'
    "</content><sha1>all</sha1></revision></page>\n"
)
LOG = (
    "<logitem><id>1</id><timestamp>2009-02-13T23:31:30Z</timestamp><contributor><username>A</username><id>1</id></contributor><comment>c</comment>"
    "<type>move</type><action>move</action><logtitle>Talk:X y</logtitle><params>p</params></logitem>"
    '<logitem><id>2</id><timestamp>2009-02-13T23:31:30Z</timestamp><contributor deleted="deleted" /><comment deleted="deleted" /><type>x</type>'
    '<action>y</action><text deleted="deleted" /></logitem>'
)
TAIL = "</mediawiki>\n"
ALL = (HEAD + REGULAR + HAND + SLOTS + REGULAR + LOG + LOG.replace("<params>", '<params xml:space="preserve">') + TAIL).encode()


def read(data: bytes | str) -> list[Any]:
    return list(events(mwxml, io.BytesIO(data.encode() if isinstance(data, str) else data)))


def failure(data: bytes | str) -> BadInput:
    with pytest.raises(BadInput) as error:
        _read_pages(data.encode() if isinstance(data, str) else data)
    return error.value


def _read_pages(data: bytes) -> None:
    for page in mwxml.Dump.from_file(io.BytesIO(data)).pages:
        list(page)


def test_a_page_in_the_regular_form() -> None:
    (page,) = list(mwxml.Dump.from_file(io.StringIO(HEAD + REGULAR.replace("\n<revision>\n<id>8", "<!---->\n<revision>\n<id>8") + TAIL)))[:1]
    assert isinstance(page, mwxml.Page)
    assert (page.id, page.title, page.namespace, page.redirect, page.restrictions) == (5, 'Talk:A "b"', 1, "C & d", ["sysop"])
    dump = mwxml.Dump.from_file(io.StringIO(HEAD + REGULAR + TAIL))
    first, second = next(dump)  # type: ignore[misc]
    assert (first.id, first.parent_id, str(first.timestamp), first.user, first.minor) == (7, 6, "2009-02-13T23:31:30Z", mwxml.User(3, "Änn & co"), True)
    assert (first.comment, first.text, first.bytes, first.sha1) == ("why <not>", "text &amp; 日本", 11, "abc")
    assert (first.model, first.format) == ("wikitext", "text/x-wiki")
    assert first.slots.contents == {"main": mwxml.Content("main", None, "wikitext", "text/x-wiki", False, None, None, 11, "abc", "text &amp; 日本")}
    assert (second.user, second.comment, second.text, second.sha1, second.minor, second.bytes) == (None, None, None, None, False, 0)
    assert second.deleted == mwxml.Deleted(text=True, comment=True, user=True)


def test_what_the_file_says_of_its_wiki() -> None:
    info = mwxml.Dump.from_file(io.StringIO(HEAD + TAIL)).site_info
    assert (info.name, info.dbname, info.base, info.generator, info.case) == ("Wiki & more", "xwiki", "http://x/", "MediaWiki 1.40", "first-letter")
    assert info.namespaces == [mwxml.Namespace(0, "", case="first-letter"), mwxml.Namespace(1, "Talk", case="first-letter")]


def test_a_page_that_is_written_by_hand() -> None:
    page = next(mwxml.Dump.from_file(io.StringIO(HEAD + HAND + TAIL)).pages)
    assert (page.id, page.title, page.namespace, page.restrictions) == (9, "B c", 0, [])
    (revision,) = page
    assert (revision.text, revision.user) == ("a\nb</page>", mwxml.User(None, "10.0.0.1"))


def test_slots_beside_the_main_one() -> None:
    page = next(mwxml.Dump.from_file(io.StringIO(HEAD + SLOTS + TAIL)).pages)
    (revision,) = page
    assert revision.slots is not None
    assert revision.slots.sha1 == "all"
    assert (revision.sha1, revision.text) == ("m", "main")
    assert revision.slots["mediainfo"].text == "{}"  # type: ignore[union-attr]


@pytest.mark.parametrize("change", [
    lambda log: log, lambda log: log.replace("<params>", '<params xml:space="preserve">'), lambda log: log.replace("<id>", "<id >"),
], ids=["first by hand", "regular", "all by hand"])
def test_log_items(change: Any) -> None:
    first, second = mwxml.Dump.from_file(io.StringIO(HEAD + change(LOG) + TAIL)).log_items
    assert (first.id, first.type, first.action, first.params, first.comment) == (1, "move", "move", "p", "c")
    assert (first.page.namespace, first.page.title) == (1, "X y")  # type: ignore[union-attr]
    assert (first.deleted.comment, first.deleted.user, first.user) == (False, False, mwxml.User(1, "A"))  # type: ignore[union-attr]
    assert (second.user, second.comment, second.deleted.action) == (None, None, True)  # type: ignore[union-attr]


@given(st.integers(1, 3000))
def test_the_size_of_the_pieces_does_not_matter(chunk: int) -> None:
    found = type("Module", (), {"Dump": type("Dump", (), {"from_file": staticmethod(lambda source: _dump(source, chunk))})})
    assert list(events(found, io.BytesIO(ALL))) == WHOLE  # type: ignore[arg-type]


def _dump(source: Any, chunk: int) -> mwxml.Dump:
    reading = Reading(source, chunk)
    return mwxml.Dump(reading.site_info, reading.items())


WHOLE = read(ALL)

PLACES = st.lists(st.tuples(st.integers(0, len(ALL)), st.integers(0, 12), st.sampled_from([
    b"", b"<", b">", b"&", b"&amp;", b"&#65;", b"\0", b"\xff", b"\r\n", b"<!-- -->", b"<![CDATA[", b"]]>", b"</page>", b"<minor/>", b"<id>1</id>", b"<text/>",
    b"x",
])), min_size=1, max_size=3)


@given(PLACES, st.integers(1, 600))
def test_whatever_is_changed_reads_the_same_in_pieces_of_any_size_or_is_refused(changes: list[tuple[int, int, bytes]], chunk: int) -> None:
    data = ALL
    for place, length, other in changes:
        data = data[:place] + other + data[place + length:]
    whole, pieces = _outcome(data, 1 << 20), _outcome(data, chunk)
    assert whole == pieces


def _outcome(data: bytes, chunk: int) -> tuple[list[Any], str]:
    found: list[Any] = []
    try:
        reading = Reading(io.BytesIO(data), chunk)
        for item in reading.items():
            found.append(item)
            found += [revision.to_json() for revision in item] if isinstance(item, mwxml.Page) else []
    except (BadInput, ValueError) as error:  # of a moment that is none
        return found, str(error)
    return found, ""


def test_nothing_is_left_out() -> None:
    assert [event[0] for event in WHOLE] == ["site", "page", "revision", "revision", "page", "revision", "page", "revision", "page", "revision", "revision",
                                             "log item", "log item", "log item", "log item"]


@pytest.mark.parametrize("change", [
    lambda text: text.replace("\n", "\r\n"), lambda text: text.replace("<minor/>", "<minor></minor>"), lambda text: text.replace("<page>", "<page >"),
    lambda text: text.replace("<ns>", "<!-- x --><ns>"), lambda text: text.replace("&quot;", "&#34;"), lambda text: text.replace("<id>7", "<id >7"),
    lambda text: text.replace("<mediawiki ", '<m:mediawiki xmlns:m="http://x" ').replace("</mediawiki", "</m:mediawiki"),
    lambda text: '<?xml version="1.0"?>\n<!-- before -->' + text, lambda text: "\ufeff" + text, lambda text: text + "\n \n",
], ids=["crlf", "long tag", "blank in tag", "comment", "numeric", "blank in leaf", "prefix", "declaration", "mark", "blank end"])
def test_what_is_written_otherwise_reads_the_same(change: Any) -> None:
    assert read(change(ALL.decode())) == WHOLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_told_from_the_beginning(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n' + ALL.decode()
    assert read(text.encode(encoding)) == WHOLE


def test_latin_is_read_where_it_is_declared() -> None:
    data = ('<?xml version="1.0" encoding="iso-8859-1"?>' + HEAD + REGULAR.replace("日本", "ü") + TAIL).encode("latin-1")
    assert read(data) == read(HEAD + REGULAR.replace("日本", "ü") + TAIL)
    assert "unknown encoding" in failure(data.replace(b"iso-8859-1", b"klingon")).text


def test_files_are_taken_as_they_are_opened(tmp_path: Path) -> None:
    paths = {"x.xml": ALL, "x.xml.gz": gzip.compress(ALL), "x.xml.bz2": bz2.compress(ALL), "x.xml.xz": lzma.compress(ALL)}
    for name, data in paths.items():
        (tmp_path / name).write_bytes(data)
        assert list(events(mwxml, tmp_path / name)) == WHOLE
        assert list(events(mwxml, str(tmp_path / name))) == WHOLE
    for name, opener, options in (
        ("x.xml", open, {"mode": "rb"}), ("x.xml", open, {"encoding": "utf-8"}), ("x.xml.gz", gzip.open, {}), ("x.xml.gz", gzip.open, {"mode": "rt"}),
        ("x.xml.bz2", bz2.open, {"mode": "rt", "encoding": "utf-8"}), ("x.xml.xz", lzma.open, {}),
    ):
        with opener(tmp_path / name, **options) as file:  # type: ignore[operator]
            assert list(events(mwxml, file)) == WHOLE
    assert list(events(mwxml, io.StringIO(ALL.decode()))) == WHOLE


def test_a_text_file_that_has_been_read_from_goes_on_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a line before\n" + ALL)
    with (tmp_path / "x").open(encoding="utf-8") as file:
        file.readline()
        assert list(events(mwxml, file)) == WHOLE


def test_bytes_that_are_no_text_are_refused_or_replaced_as_the_file_was_opened(tmp_path: Path) -> None:
    data = ALL.replace("日本".encode(), b"\xff\xe6")
    assert "invalid token" in failure(data).text
    (tmp_path / "x").write_bytes(data)
    replaced = read(ALL.replace("日本".encode(), "\ufffd\ufffd".encode()))
    with (tmp_path / "x").open(encoding="utf-8", errors="replace") as file:
        assert list(events(mwxml, file)) == replaced
    assert list(events(mwxml, tmp_path / "x")) == replaced


def test_one_page_alone() -> None:
    for source in (REGULAR, io.StringIO(REGULAR)):
        dump = mwxml.Dump.from_page_xml(source)
        assert dump.site_info == mwxml.SiteInfo()
        page = next(dump.pages)
        assert [revision.id for revision in page] == [7, 8]


def test_revisions_that_nobody_reads_are_passed_over() -> None:
    dump = mwxml.Dump.from_file(io.BytesIO(ALL))
    assert [page.id for page in dump.pages] == [5, 9, 11, 5]
    pages = list(mwxml.Dump.from_file(io.BytesIO(ALL)).pages)
    assert [list(page) for page in pages] == [[]] * 4
    first = next(page for page in mwxml.Dump.from_file(io.BytesIO(ALL)).pages)
    assert next(first).id == 7
    assert [revision.id for revision in first] == [8]


@pytest.mark.parametrize(("data", "said"), [
    ("", "ends before </mediawiki>"), ("plain", "not well-formed"), ("<html></html>", "expected <mediawiki>, found <html>"),
    (HEAD + "<pages></pages>" + TAIL, "expected <page> or <logitem>, found <pages>"), (HEAD + REGULAR, "ends before </mediawiki>"),
    (HEAD + REGULAR[:400], "ends before </mediawiki>, in page 5"), (HEAD + REGULAR.replace("<minor/>", "<major/>") + TAIL, "unexpected <major> in <revision>"),
    (HEAD + REGULAR.replace("<id>7<", "<id>x<") + TAIL, "in <revision>: invalid literal"), (HEAD + REGULAR + TAIL + "<more/>", "behind </mediawiki>"),
    (HEAD + "<page><ns>0</ns><id>1</id></page>" + TAIL, "a page without title"), (HEAD + REGULAR.replace("</page>", "<other/></page>") + TAIL, "found <other>"),
    (HEAD + REGULAR.replace("&quot;", "&nbsp;") + TAIL, "undefined entity"), (HEAD + REGULAR.replace("text &", "te\0xt &") + TAIL, "invalid token"),
    ('<!DOCTYPE mediawiki [<!ENTITY a "b">]>' + HEAD + TAIL, "document type declaration"), (HEAD.replace("key=", "number=") + TAIL, "as the key"),
    (HEAD + LOG.replace("<id>2", "<number>2").replace("2</id>", "2</number>") + TAIL, "unexpected <number> in <logitem>"),
])
def test_what_is_wrong_is_said_with_its_place(data: str, said: str) -> None:
    error = failure(data) if "logitem" not in said else _log_failure(data)
    assert said in error.text
    assert isinstance(error, mwxml.MalformedXML)
    assert error.position is not None
    assert error.position <= len(data.encode())


def _log_failure(data: str) -> BadInput:
    with pytest.raises(BadInput) as error:
        list(mwxml.Dump.from_file(io.StringIO(data)))
    return error.value


def test_a_file_that_is_cut_gives_what_it_has_first(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(ALL)[:-200])
    found = list(events(mwxml, tmp_path / "x.gz"))
    assert found[:2] == WHOLE[:2]
    assert found[-1][0] == "error"
    assert "cut short" in found[-1][1]


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(BadInput, match="cannot be opened"):
        mwxml.Dump.from_file("no such file.xml")


def test_fields_can_be_changed() -> None:
    (page,) = list(mwxml.Dump.from_file(io.BytesIO(ALL)).pages)[:1]
    for revision in page:
        revision.text = "other"
        assert revision.text == "other"
    with pytest.raises(AttributeError):
        assert page.nothing  # type: ignore[attr-defined]


PROGRAM = """
import resource, sys
import carrel.dumps as mwxml

class Endless:
    def __init__(self, head, page, count):
        self.parts = iter([head, *[page] * count, b"</mediawiki>"])
    def read(self, size):
        return next(self.parts, b"")

revision = (b"<revision>\\n<id>%d</id>\\n<timestamp>2009-02-13T23:31:30Z</timestamp>\\n<contributor><ip>::1</ip></contributor>\\n"
            b"<model>wikitext</model>\\n<format>text/x-wiki</format>\\n<text>" + b"x" * 100_000 + b"</text>\\n</revision>\\n")
def run(count):
    page = b"<page>\\n<title>A</title>\\n<ns>0</ns>\\n<id>1</id>\\n" + b"".join(revision % number for number in range(20)) + b"</page>\\n"
    dump = mwxml.Dump.from_file(Endless(b"<mediawiki><siteinfo></siteinfo>", page, count))
    assert sum(len(revision.text) for page in dump for revision in page) == count * 2_000_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(run(5), run(150))
"""


def test_memory_does_not_grow_with_the_dump() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    small, large = map(int, done.stdout.split())
    assert large - small < 20_000  # kB; the dump has 300 MB


def test_importing_it_brings_no_heavy_library() -> None:
    program = "import sys, carrel.dumps; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"pyarrow", "duckdb", "sqlalchemy", "pydantic", "numpy", "starlette", "click", "isal"}

"""Exports made at random, with every oddity that a parser has to take or to refuse, and how the three ways of reading one are compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from carrel.model.errors import BadInput
from carrel.sources.xml_dump import native, reading
from carrel.sources.xml_dump.options import Options
from carrel.sources.xml_dump.scan import Outcome, PureScanner
from carrel.sources.xml_dump.source import Load

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-{version}/" version="{version}" xml:lang="en">
  <siteinfo><namespaces><namespace key="-1">Special</namespace><namespace key="0" /><namespace key="1">Talk</namespace><namespace key="4">Projekt: X</namespace>
  </namespaces></siteinfo>
"""


class ExactOnly(PureScanner):
    """Leaves every page to the exact parser."""

    def scan(self, data: bytes, start: int, rows: int, held: int) -> tuple[int, Outcome]:
        return start, Outcome.FOREIGN


def _pure(kind: type[PureScanner]) -> Callable[..., PureScanner]:
    return lambda namespaces, pages, revisions, options: kind(namespaces, pages, revisions, text=options.text, sha1=options.check_sha1)


WAYS: dict[str, Callable[..., Any]] = {"exact": _pure(ExactOnly), "pure": _pure(PureScanner)}
if native.compiled is not None:
    WAYS["native"] = lambda namespaces, pages, revisions, options: native.NativeScanner(namespaces, pages, revisions, text=options.text)


def read(way: str, *paths: Path, **options: Any) -> dict[str, Any]:
    """Rows of each table, sorted, and the error that ended the reading, if one did."""
    reading.new_scanner, before = WAYS[way], reading.new_scanner
    found: dict[str, Any] = {}
    try:
        load = Load(Options(**options))
        for path in paths:
            for item in load.tables(path, "wiki", lambda position: None):
                for batch in item.batches():
                    batch.validate(full=True)
                    found.setdefault(item.table.name.table, []).extend(batch.to_pylist())
    except BadInput as error:
        return {"error": error.reason, "position": error.position}
    finally:
        reading.new_scanner = before
    for rows in found.values():
        rows.sort(key=lambda row: repr([value for name, value in row.items() if name != "lq_loaded"]))
    return found


# ---- at random ----

_CHARACTERS = st.sampled_from(
    [*"ab01 \n\t<>&\"'[]{}|=-:/", "ü", "漢", "😀", "\u0085", "\ufeff", "\U0010fe41", "]]>", "&amp;", "</text>", "<!--", "Badtitle/NS0:", "\r"],
)
_TEXT = st.lists(_CHARACTERS, max_size=12).map("".join)
_NUMBER = st.one_of(st.integers(1, 60), st.integers((1 << 32) - 3, (1 << 32) + 2))
_SPACE = st.sampled_from(["", " ", "\n      ", "\r\n", "\t"])


@st.composite
def _written(draw: st.DrawFn, text: str) -> str:
    """Character data in one of the ways that XML has for it."""
    way = draw(st.sampled_from(["exporter"] * 6 + ["quotes", "numbers", "cdata", "comment", "raw >"]))
    if way == "quotes":
        return escape(text, {'"': "&quot;", "'": "&#039;", "\r": "&#13;"})
    if way == "numbers":
        return "".join(f"&#{ord(letter)};" if letter in "<>&]\r" else f"&#x{ord(letter):x};" if letter > "\x7f" else letter for letter in text)
    if way == "cdata":
        return f"<![CDATA[{text.replace(']]>', '')}]]>"
    if way == "comment":
        return escape(text) + "<!-- c -->"
    return text.replace("&", "&amp;").replace("<", "&lt;") if way == "raw >" else escape(text, {'"': "&quot;"})


@st.composite
def _leaf(draw: st.DrawFn, name: str, text: str, attributes: str = "") -> str:
    if not text and draw(st.booleans()):
        return f"<{name}{attributes}{draw(st.sampled_from(['/>', ' />']))}"
    return f"<{name}{attributes}>{draw(_written(text))}</{name}>"


@st.composite
def _contributor(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["user", "user", "address", "deleted", "nobody", "name only"]))
    if kind == "deleted":
        return '<contributor deleted="deleted" />'
    if kind == "nobody":
        return "<contributor></contributor>"
    if kind == "address":
        return f"<contributor><ip>{draw(_written(draw(_TEXT)))}</ip></contributor>"
    name = draw(_leaf("username", "imported>" + draw(_TEXT) if draw(st.booleans()) else draw(_TEXT)))
    return f"<contributor>{name}{'<id>7</id>' if kind == 'user' else ''}</contributor>"


@st.composite
def _text_leaf(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["inline"] * 5 + ["deleted", "stub", "lost"]))
    if kind == "deleted":
        return '<text bytes="9" deleted="deleted" />'
    if kind == "stub":
        return draw(st.sampled_from([
            '<text id="42" bytes="9" />', '<text bytes="9" sha1="x" location="tt:42" id="42" />', '<text location="es:DB://c/1" id="4" />',
        ]))
    if kind == "lost":
        return '<text bytes="9" xml:space="preserve" />'
    text = draw(_TEXT)
    length = len(text.encode()) + draw(st.sampled_from([0] * 9 + [1]))
    attributes = draw(st.sampled_from(["", ' xml:space="preserve"', f' bytes="{length}" xml:space="preserve"', f' bytes="{length}" odd={quoteattr(text)}']))
    return draw(_leaf("text", text, attributes))


@st.composite
def _content(draw: st.DrawFn) -> str:
    """A slot beside main; now and then one that is refused."""
    role = draw(st.sampled_from(["<role>mediainfo</role>"] * 4 + ["<role>x/y</role>", "<role>main</role>", "<role/>", ""]))
    rest = draw(st.sampled_from(["<origin>3</origin><model>m</model><format>f</format>", "", "<minor/>"]))
    return f"<content>{role}{rest}{draw(_text_leaf())}</content>"


@st.composite
def _revision(draw: st.DrawFn) -> str:
    number, parent, space = draw(_NUMBER), draw(_NUMBER), draw(_SPACE)
    parts = [f"<id>{number}</id>", f"<parentid>{parent}</parentid>", "<timestamp>2018-05-01T12:34:56Z</timestamp>", draw(_contributor()), "<minor/>"]
    parts.append(draw(st.one_of(st.just('<comment deleted="deleted" />'), _TEXT.flatmap(lambda text: _leaf("comment", text)))))
    parts += ["<origin>3</origin>", "<model>wikitext</model>", "<format>text/x-wiki</format>", draw(_text_leaf())]
    parts.append(draw(st.sampled_from(["<sha1 />", "<sha1>abc</sha1>"])))
    dropped = draw(st.sets(st.sampled_from([1, 4, 5, 6, 7, 8, 10]), max_size=4)) | draw(st.sampled_from([set()] * 12 + [{0}, {2}, {3}, {9}]))
    kept = [part for place, part in enumerate(parts) if place not in dropped]
    extra = draw(st.sampled_from([""] * 14 + ["<!-- c -->", "<b/>", "stray", "<?p i?>", "<minor/>"]))
    kept.insert(draw(st.integers(0, len(kept))), extra)
    if draw(st.integers(0, 9)) == 0:
        kept += draw(st.lists(_content(), min_size=1, max_size=2))
    return "<revision>" + space.join(kept) + space + "</revision>"


@st.composite
def _page(draw: st.DrawFn) -> str:
    namespace, prefix = draw(st.sampled_from([(0, ""), (0, ""), (1, "Talk:"), (4, "Projekt: X:"), (9, "Odd:"), (1, "Special:Badtitle/NS1:")]))
    title = draw(_leaf("title", prefix + draw(_TEXT)))
    head = [title, f"<ns>{namespace}</ns>", f"<id>{draw(_NUMBER)}</id>"]
    if draw(st.booleans()):
        head.append(draw(st.sampled_from([
            '<redirect title="B &amp; ü" />', "<redirect />", "<restrictions>edit=sysop</restrictions>", "<upload><x/></upload>",
        ])))
    if draw(st.integers(0, 15)) == 0:
        head.pop(draw(st.integers(0, 2)))
    space = draw(_SPACE)
    body = draw(st.lists(_revision(), max_size=4))
    return f"<page>{space}{space.join(head + body)}{space}</page{draw(st.sampled_from(['>', '>', '>', ' >']))}"


@st.composite
def exports(draw: st.DrawFn) -> bytes:
    """Whole files; some are bad, some cut."""
    pages = draw(st.lists(_page(), max_size=5))
    between = draw(st.sampled_from(["\n"] * 8 + ["<!-- between -->", "\r\n", "stray"]))
    version = draw(st.sampled_from(["0.3", "0.8", "0.10", "0.11"]))
    text = HEAD.format(version=version) + between.join(pages) + draw(st.sampled_from(["</mediawiki>\n"] * 4 + ["", "</mediawiki><x/>"]))
    data = text.encode()
    change = draw(st.sampled_from([None] * 10 + [b"\0", b"\xff", b"\x0b", b"\xed\xa0\x80", b"\xef\xbf\xbf"]))
    if change and len(data) > len(HEAD) + 10:
        place = draw(st.integers(len(HEAD), len(data)))
        data = data[:place] + change + data[place:]
    return data

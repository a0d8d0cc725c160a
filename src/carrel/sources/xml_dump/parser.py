"""The exact parser: the elements of an export of any schema as pages, revisions and log items, by expat. No entity and no external thing is ever resolved.

Elements used, by their parent: `mediawiki`: siteinfo, page, logitem; `page`: title, ns, id, redirect, restrictions, revision;
`revision`: id, parentid, timestamp, contributor, minor, comment, model, format, text, content, sha1; `contributor`: username, id, ip;
`content`, a slot beside `main` (0.11): role, origin, model, format, text;
`logitem`: id, timestamp, contributor, comment, type, action, logtitle, params, text.
Passed over: upload, a page's sha1 (0.6), the elements of LiquidThreads, and a revision's origin.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from carrel.model.errors import BadInput

SCHEMAS: Final = ("0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "0.10", "0.11")
_LEAF, _OPEN, _SKIP = "leaf", "open", "skip"
_CHILDREN: Final = {
    "": {"mediawiki": _OPEN},
    "mediawiki": {"siteinfo": _OPEN, "page": _OPEN, "logitem": _OPEN},
    "siteinfo": {**dict.fromkeys(("sitename", "dbname", "base", "generator", "case"), _SKIP), "namespaces": _OPEN},
    "namespaces": {"namespace": _LEAF},
    "page": {
        **dict.fromkeys(("title", "ns", "id", "redirect", "restrictions"), _LEAF),
        "revision": _OPEN,
        **dict.fromkeys(("upload", "sha1", "discussionthreadinginfo", "DiscussionThreading"), _SKIP),
    },
    "revision": {
        **dict.fromkeys(("id", "parentid", "timestamp", "minor", "comment", "model", "format", "text", "sha1"), _LEAF),
        "contributor": _OPEN, "content": _OPEN, "origin": _SKIP,
    },
    "content": dict.fromkeys(("role", "origin", "model", "format", "text"), _LEAF),
    "logitem": {**dict.fromkeys(("id", "timestamp", "comment", "type", "action", "logtitle", "params", "text"), _LEAF), "contributor": _OPEN},
    "contributor": dict.fromkeys(("username", "id", "ip"), _LEAF),
}
_SEVERAL: Final = frozenset({"namespace"})
"""Leaves that may come again."""

_RESUMED: Final = b"<mediawiki>"


@dataclass(slots=True)
class Element:
    """An element with its leaves: text and attributes by name. A leaf that is not there is in neither. `slots`: a revision's beside `main`."""

    text: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    slots: list[Element] = field(default_factory=list)

    def deleted(self, leaf: str) -> bool:
        """Whether the wiki has hidden the leaf: `deleted="deleted"`."""
        return "deleted" in self.attributes.get(leaf, {})


class Parser:
    """Fed with bytes in UTF-8, it calls back for each element that has ended.

    Args:
        file: for messages.
        most: bytes of text that a revision may have.
        on_revision: gets the page as far as it is known, and the revision; the contributor's leaves are in the revision as `contributor/id` and so on.
        on_page: gets the page when it has ended.
        on_log: gets a log item when it has ended.
        translate: turns a position in the bytes fed into one in the file, for messages.

    Attributes:
        namespaces: the file's, as far as they have been read.
        schema: the version that the file says it has.
        ended: pages and log items that have come to their end.
        wrong: where the last error is, in the bytes that are fed.
    """

    def __init__(
        self, file: str, *, most: int, on_revision: Callable[[Element, Element], None], on_page: Callable[[Element], None],
        on_log: Callable[[Element], None], translate: Callable[[int], int] = lambda place: place,
    ) -> None:
        self.namespaces: dict[int, str] = {}
        self.schema: str | None = None
        self.ended = 0
        self.wrong = 0
        self._file = file
        self._most = most
        self._on_revision, self._on_page, self._on_log = on_revision, on_page, on_log
        self._translate = translate
        self._fed = 0
        self._places = [(0, 0)]
        self._path = [""]
        self._skipped = 0
        self._leaf: str | None = None
        self._leaf_attributes: dict[str, str] = {}
        self._parts: list[str] = []
        self._size = 0
        self._page = Element()
        self._inner = Element()
        self._slot = Element()
        self._in_slots = 0
        self._expat = expat.ParserCreate("utf-8")
        self._expat.buffer_text = True
        self._expat.buffer_size = 1 << 16
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters
        # An export has no document type; without one there are no entities to blow up and no external ones to fetch.
        self._expat.StartDoctypeDeclHandler = self._doctype

    @property
    def between(self) -> bool:
        """Whether it stands between two pages."""
        return self._path == ["", "mediawiki"] and not self._skipped

    @property
    def done(self) -> bool:
        """Whether the document has ended."""
        return self._path == [""] and self._fed > 0

    @property
    def page(self) -> int | None:
        """The number of the page that is being read, where it is known."""
        number = self._page.text.get("id", "")
        known = "page" in self._path and number.isascii() and number.isdigit() and len(number) <= 10
        return int(number) if known and int(number) < 1 << 32 else None

    def resume(self, position: int, *, head: bytes | None = None, head_position: int = 0) -> None:
        """Before anything is fed: what is fed next stands at `position` of the file, inside `mediawiki`, and inside of a page where its `head` is given."""
        self._feed(_RESUMED, position)
        if head is not None:
            self._feed(b"<page>" + head, head_position)
        self.stand(position)

    def stand(self, position: int) -> None:
        """What is fed next stands at `position` of the file."""
        self._places.append((self._fed, position))

    def feed(self, data: bytes) -> None:
        """Raises BadInput with position, and the page it is in."""
        self._parse(data, last=False)
        if self._size + self._in_slots > self._most:
            raise self.bad(f"a text of more than {self._most >> 20} MiB")

    def close(self) -> None:
        """To be called at the end of the stream. Raises BadInput where the document is not complete."""
        self._parse(b"", last=True)

    def bad(self, reason: str) -> BadInput:
        """An error about what is being read."""
        return self._bad(reason, self._place(self._expat.CurrentByteIndex))

    def _feed(self, data: bytes, position: int) -> None:
        self._places.append((self._fed, position))
        self._parse(data, last=False)

    def _place(self, fed: int) -> int:
        begun, position = self._places[bisect_right(self._places, (fed, 1 << 62)) - 1]
        return position + fed - begun

    def _bad(self, reason: str, place: int) -> BadInput:
        self.wrong = place
        where = f", in page {self.page}" if self.page is not None else ""
        return BadInput(reason + where, file=self._file, position=self._translate(place))

    def _parse(self, data: bytes, *, last: bool) -> None:
        try:
            self._expat.Parse(data, last)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code).replace("not well-formed (invalid token)", "invalid token")
            reason = "the file ends before </mediawiki>" if last else f"not well-formed XML: {what}"
            raise self._bad(reason, self._place(max(0, self._expat.ErrorByteIndex))) from None
        self._fed += len(data)

    def _doctype(self, *_: object) -> None:
        raise self.bad("a document type declaration, which an export does not have")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipped:
            self._skipped += 1
            return
        parent = self._path[-1]
        kind = None if self._leaf else _CHILDREN[parent].get(name)
        if kind is None:
            raise self.bad(self._unexpected(parent, name))
        if kind is _SKIP:
            self._skipped = 1
        elif kind is _LEAF:
            self._leaf, self._leaf_attributes, self._parts, self._size = name, attributes, [], 0
        else:
            self._open(name, attributes)

    def _unexpected(self, parent: str, name: str) -> str:
        if self._leaf:
            return f"expected text in <{self._leaf}>, found <{name}>"
        if name == "feed" and not parent:
            return "an abstract dump (<feed>), which holds no pages: load the articles or the history instead"
        expected = ", ".join(f"<{child}>" for child in _CHILDREN[parent])
        return f"expected one of {expected}, found <{name}>"

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name == "mediawiki":
            self._check_schema(attributes)
        elif name == "page":
            self._page = Element()
        elif name in {"revision", "logitem"}:
            self._inner = Element()
            self._in_slots = 0
        elif name == "content":
            self._slot = Element()
            self._inner.slots.append(self._slot)
        elif name == "contributor":
            if "contributor" in self._inner.attributes:
                raise self.bad("two <contributor> in one element")
            self._inner.attributes["contributor"] = attributes

    def _check_schema(self, attributes: dict[str, str]) -> None:
        self.schema = attributes.get("version")
        if self.schema is not None and self.schema not in SCHEMAS:
            raise self.bad(f"export schema {self.schema} is not read: {SCHEMAS[0]} to {SCHEMAS[-1]} are")

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._leaf:
            self._end_leaf(name)
            self._leaf = None
        else:
            if name == "revision":
                self._on_revision(self._page, self._inner)
            elif name == "page":
                self._on_page(self._page)
            elif name == "logitem":
                self._on_log(self._inner)
            self._path.pop()
            self.ended += name in {"page", "logitem"}

    def _end_leaf(self, name: str) -> None:
        text = "".join(self._parts)
        parent = self._path[-1]
        if parent == "content":
            self._in_slots += self._size
        if parent == "namespaces":
            self.namespaces[self.number(self._leaf_attributes.get("key", ""), "the key of a namespace")] = text
            return
        element = self._page if parent == "page" else self._slot if parent == "content" else self._inner
        key = f"contributor/{name}" if parent == "contributor" else name
        if key in element.text:
            raise self.bad(f"two <{name}> in one <{parent}>")
        element.text[key] = text
        element.attributes[key] = self._leaf_attributes

    def _characters(self, data: str) -> None:
        if self._leaf and not self._skipped:
            self._parts.append(data)
            self._size += len(data)
        elif not self._skipped and not data.isspace():
            raise self.bad(f"text in <{self._path[-1]}>, where only elements belong")

    def number(self, text: str, what: str) -> int:
        """Raises BadInput where `text` is no number."""
        digits = text.strip(" \t\n").removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
            raise self.bad(f"expected a number for {what}")
        return int(text)

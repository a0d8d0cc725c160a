"""The elements of an export, schema 0.10 and 0.11, as pages and revisions: expat underneath, no entity and no external thing ever resolved.

Elements used, by their parent: `mediawiki`: siteinfo, page; `page`: title, ns, id, redirect, restrictions, revision;
`revision`: id, parentid, timestamp, contributor, minor, comment, model, format, text, sha1; `contributor`: username, id, ip.
Passed over: upload, discussionthreadinginfo, origin, and content (the slots beside `main`, for which the layout of 2018 has no place).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from carrel.model.errors import BadInput

SCHEMAS: Final = ("0.10", "0.11")
_LEAF, _OPEN, _SKIP = "leaf", "open", "skip"
_CHILDREN: Final = {
    "": {"mediawiki": _OPEN},
    "mediawiki": {"siteinfo": _OPEN, "page": _OPEN},
    "siteinfo": {**dict.fromkeys(("sitename", "dbname", "base", "generator", "case"), _SKIP), "namespaces": _OPEN},
    "namespaces": {"namespace": _LEAF},
    "page": {
        **dict.fromkeys(("title", "ns", "id", "redirect", "restrictions"), _LEAF),
        "revision": _OPEN,
        **dict.fromkeys(("upload", "discussionthreadinginfo"), _SKIP),
    },
    "revision": {
        **dict.fromkeys(("id", "parentid", "timestamp", "minor", "comment", "model", "format", "text", "sha1"), _LEAF),
        "contributor": _OPEN, **dict.fromkeys(("origin", "content"), _SKIP),
    },
    "contributor": dict.fromkeys(("username", "id", "ip"), _LEAF),
}


@dataclass(slots=True)
class Element:
    """An element with its leaves: text and attributes by name. A leaf that is not there is in neither."""

    text: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    position: int = 0

    def deleted(self, leaf: str) -> bool:
        """Whether the wiki has hidden the leaf: `deleted="deleted"`."""
        return "deleted" in self.attributes.get(leaf, {})


class Parser:
    """Fed with bytes, it calls back for each element that has ended.

    Args:
        file: for messages.
        on_revision: gets the page as far as it is known, and the revision; the contributor's leaves are in the revision as `contributor/id` and so on.
        on_page: gets the page when it has ended.
    """

    def __init__(self, file: str, *, on_revision: Callable[[Element, Element], None], on_page: Callable[[Element], None]) -> None:
        self.namespaces: dict[int, str] = {}
        self._file = file
        self._on_revision = on_revision
        self._on_page = on_page
        self._path = [""]
        self._skipped = 0
        self._leaf: str | None = None
        self._leaf_attributes: dict[str, str] = {}
        self._parts: list[str] = []
        self._page = Element()
        self._revision = Element()
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.buffer_size = 1 << 16
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters
        # An export has no document type; without one there are no entities to blow up and no external ones to fetch.
        self._expat.StartDoctypeDeclHandler = self._doctype

    @property
    def position(self) -> int:
        """Bytes of the stream up to the element that is being read."""
        return self._expat.CurrentByteIndex

    def feed(self, data: bytes) -> None:
        """Raises BadInput with position, and the page it is in."""
        self._parse(data, last=False)

    def close(self) -> None:
        """To be called at the end of the stream. Raises BadInput where the document is not complete."""
        self._parse(b"", last=True)

    def bad(self, reason: str) -> BadInput:
        return self._bad(reason, self.position)

    def _bad(self, reason: str, position: int) -> BadInput:
        page = self._page.text.get("id")
        where = f", in page {page}" if "page" in self._path and page and page.isdigit() else ""
        return BadInput(reason + where, file=self._file, position=position)

    def _parse(self, data: bytes, *, last: bool) -> None:
        try:
            self._expat.Parse(data, last)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code).replace("not well-formed (invalid token)", "invalid token")
            reason = "the file ends before </mediawiki>" if last else f"not well-formed XML: {what}"
            raise self._bad(reason, max(0, self._expat.ErrorByteIndex)) from None

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
            self._leaf, self._leaf_attributes, self._parts = name, attributes, []
        else:
            self._open(name, attributes)

    def _unexpected(self, parent: str, name: str) -> str:
        if self._leaf:
            return f"expected text in <{self._leaf}>, found <{name}>"
        expected = ", ".join(f"<{child}>" for child in _CHILDREN[parent])
        return f"expected one of {expected}, found <{name}>"

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name == "mediawiki":
            version = attributes.get("version", "none")
            if version not in SCHEMAS:
                raise self.bad(f"export schema {version} is not read: {' and '.join(SCHEMAS)} are")
        elif name == "page":
            self._page = Element(position=self.position)
        elif name == "revision":
            self._revision = Element(position=self.position)
        elif name == "contributor":
            self._revision.attributes["contributor"] = attributes

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._leaf:
            self._end_leaf(name)
            self._leaf = None
        else:
            if name == "revision":
                self._on_revision(self._page, self._revision)
            elif name == "page":
                self._on_page(self._page)
            self._path.pop()

    def _end_leaf(self, name: str) -> None:
        text = "".join(self._parts)
        parent = self._path[-1]
        if parent == "namespaces":
            self.namespaces[self.number(self._leaf_attributes.get("key", ""), "the key of a namespace")] = text
            return
        element = self._page if parent == "page" else self._revision
        key = f"contributor/{name}" if parent == "contributor" else name
        element.text[key] = text
        element.attributes[key] = self._leaf_attributes

    def _characters(self, data: str) -> None:
        if self._leaf and not self._skipped:
            self._parts.append(data)
        elif not self._skipped and not data.isspace():
            raise self.bad(f"text in <{self._path[-1]}>, where only elements belong")

    def number(self, text: str, what: str) -> int:
        """Raises BadInput where `text` is no number."""
        try:
            return int(text)
        except ValueError:
            raise self.bad(f"expected a number for {what}") from None

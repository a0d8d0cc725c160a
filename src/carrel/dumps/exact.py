"""What is not in the regular form, by expat: the head of a file, pages that are older, newer or written by hand, log items. No entity and no document type.

The loader has an exact parser too, which knows what tables need and refuses the rest. This one keeps every element, as scripts may ask for any.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from carrel.dumps.errors import MalformedXML

_CUT: Final = frozenset({
    expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN, expat.errors.XML_ERROR_PARTIAL_CHAR,
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
})
_ITEMS: Final = frozenset({"page", "logitem"})


class Node:
    """An element with what is in it. `text` is what stands before the first child."""

    __slots__ = ("attributes", "children", "parts", "tag")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node] | tuple[()] = ()
        self.parts: list[str] | tuple[()] = ()

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def add(self, child: Node) -> None:
        if self.children:
            self.children.append(child)
        else:
            self.children = [child]

    def add_text(self, data: str) -> None:
        if self.children:
            return
        if self.parts:
            self.parts.append(data)
        else:
            self.parts = [data]


class _Stop(Exception):
    """The parser is not to read on behind here."""


class Exact:
    """Reads on from a place in a document.

    Args:
        opening: the tags that are open there: none at the beginning of a file, the root's, or the root's and a page's.

    Attributes:
        found: what has been read, in order: `siteinfo`, `page` (as far as it stands before its revisions), `revision`, `logitem`, each with its node,
            `page end`, and `end` of the root.
        root: the root's start tag; None before it has come.
        stopped: it will not read on: a page or log item has ended, or, at the beginning of a file, the first one begins.
    """

    def __init__(self, opening: bytes) -> None:
        self.found: deque[tuple[str, Node]] = deque()
        self.root: tuple[int, int] | None = None
        self.stopped = False
        self._at_head = not opening
        self._stack: list[Node] = []
        self._begun = False
        self._stop_at = 0
        self._expat = expat.ParserCreate("UTF-8", "}")
        self._expat.buffer_text = not self._at_head
        self._expat.buffer_size = 1 << 16
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._opened = len(opening)
        if opening:
            self._expat.Parse(opening, False)
            self._begun = len(self._stack) > 1
            self.found.clear()

    def feed(self, data: bytes | memoryview, last: bool = False) -> int:
        """Reads `data`, or up to where it stops; gives how many bytes have been read since the beginning, the opening not counted.

        Raises:
            MalformedXML: `position` counts as the result does.
        """
        try:
            self._expat.Parse(data, last)
        except _Stop:
            self.stopped = True
            return self._stop_at - self._opened
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            cut = last and what in _CUT
            reason = "the file ends before </mediawiki>" if cut else f"not well-formed XML: {what.replace('not well-formed (invalid token)', 'invalid token')}"
            raise MalformedXML(reason, position=max(0, self._expat.ErrorByteIndex - self._opened)) from None
        return self._expat.CurrentByteIndex - self._opened

    def _doctype(self, *_: object) -> None:
        raise MalformedXML("a document type declaration, which an export does not have", position=self._expat.CurrentByteIndex)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        depth = len(self._stack)
        if self._at_head:
            self._mark_root()
        if not depth:
            if tag != "mediawiki":
                raise self._bad(f"expected <mediawiki>, found <{tag}>")
            self.root = (self._expat.CurrentByteIndex, -1)
        elif depth == 1:
            if self._at_head and tag in _ITEMS:
                self._stop_at = self._expat.CurrentByteIndex
                raise _Stop
            if tag not in _ITEMS and not (self._at_head and tag == "siteinfo"):
                raise self._bad(f"expected <page> or <logitem>, found <{tag}>")
            self._begun = False
        elif depth == 2 and tag == "revision":
            self._begin()
        self._stack.append(Node(tag, attributes))

    def _end(self, name: str) -> None:
        if self._at_head:
            self._mark_root()
        node = self._stack.pop()
        depth = len(self._stack)
        if not depth:
            self.found.append(("end", node))
        elif depth == 1:
            self._end_item(node)
        elif depth == 2 and node.tag == "revision" and self._stack[1].tag == "page":
            self.found.append(("revision", node))
        elif depth > 2 or not self._begun:
            self._stack[-1].add(node)
        elif node.tag not in _AFTER:
            raise self._bad(f"expected <revision>, found <{node.tag}>")

    def _end_item(self, node: Node) -> None:
        if node.tag == "page":
            self._stack.append(node)
            self._begin()
            self._stack.pop()
        self.found.append(("page end" if node.tag == "page" else node.tag, node))
        if node.tag in _ITEMS:
            # The end tag that is being read has no blank before its name, and ends in the next `>`.
            self._stop_at = self._expat.CurrentByteIndex
            raise _Stop

    def _begin(self) -> None:
        """The page is known as far as it stands before its revisions."""
        if not self._begun and self._stack[1].tag == "page":
            self._begun = True
            self.found.append(("page", self._stack[1]))

    def _text(self, data: str) -> None:
        if self._at_head:
            self._mark_root()
        self._stack[-1].add_text(data)

    def _mark_root(self) -> None:
        if self.root is not None and self.root[1] < 0:
            self.root = (self.root[0], self._expat.CurrentByteIndex)

    def _bad(self, reason: str) -> MalformedXML:
        return MalformedXML(reason, position=max(0, self._expat.CurrentByteIndex - self._opened))


_AFTER: Final = frozenset({"upload", "sha1", "discussionthreadinginfo", "DiscussionThreading"})
"""What may stand in a page beside its revisions, and is passed over."""

"""Pages, revisions and log items of the exact parser as rows. What the file does not say is NULL."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from carrel.sources.xml_dump.columns import Rows
from carrel.sources.xml_dump.layout import SLOTS
from carrel.sources.xml_dump.options import Options
from carrel.sources.xml_dump.parser import Element, Parser
from carrel.sources.xml_dump.seen import Seen
from carrel.sources.xml_dump.values import base36

_TIMESTAMP: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)
_TEXT_ID: Final = re.compile(r"(?:tt:)?(\d+)", re.ASCII)
_WITHOUT_NS: Final = frozenset({"0.3", "0.4", "0.5"})
"""Schemas that have no <ns>."""

# MediaWiki, Defines.php: RevisionRecord::DELETED_TEXT, DELETED_COMMENT, DELETED_USER; LogPage::DELETED_ACTION is that of texts.
_DELETED: Final = {"text": 1, "comment": 2, "contributor": 4}


class Maker:
    """Makes rows of what `parser` finds; `parser` is set by who makes both.

    Args:
        namespaces: the file's.
        schema: that the file says.
        known: the page's number has been marked as seen already: a scanner has read its head.

    Attributes:
        marked: the number of the page that was read last, which counts as seen because of it.
    """

    parser: Parser
    marked: int | None = None

    def __init__(
        self, rows: Rows, pages: Seen, revisions: Seen, logs: Seen, options: Options, *, namespaces: Mapping[int, str], schema: str | None, known: bool = False
    ) -> None:
        self._rows = rows
        self._pages = pages
        self._revisions = revisions
        self._logs = logs
        self._options = options
        self._namespaces = namespaces
        self._schema = schema
        self._known = known
        self._numbers = {name.replace("_", " "): number for number, name in namespaces.items()}

    def on_page(self, page: Element) -> None:
        number = self._page_number(page)
        space, title = self._title(page)
        self._known = False
        restrictions = page.text.get("restrictions")
        self._rows.add("page", (number, space, title, None if restrictions is None else restrictions.encode(), int("redirect" in page.text)))

    def on_revision(self, page: Element, revision: Element) -> None:
        number = self._number(revision, "id", "revision")
        page_number = self._page_number(page)
        text = self._inline(revision)
        data = None if text is None else text.encode()
        comment = None if revision.deleted("comment") else revision.text.get("comment", "").encode()
        kept = data if self._options.text else None
        slots = [self._slot(number, slot) for slot in revision.slots]
        if len({slot[1] for slot in slots}) < len(slots):
            raise self.parser.bad("two <content> of one <role>")
        row = (
            number, page_number, number if kept is not None else self._text_id(revision), comment, *self._user(revision), self._timestamp(revision, "revision"),
            int("minor" in revision.text), self._bits(revision) | any(slot.deleted("text") for slot in revision.slots), self._length(revision, data),
            self._optional(revision.text.get("parentid"), "<parentid>"),
            None if revision.deleted("text") else _bytes(revision.text.get("sha1") or None), _bytes(revision.text.get("model")),
            _bytes(revision.text.get("format")),
        )
        if not self._revisions.mark(number):
            raise self.parser.bad("a <revision> whose <id> came before")
        if kept is not None:
            self._rows.add("text", (number, kept), len(kept))
        self._rows.add("revision", row, len(comment or b""))
        for slot in slots:
            self._rows.add(SLOTS, slot, len(slot[-1] or b""))

    def _slot(self, number: int, slot: Element) -> tuple[Any, ...]:
        """A row of a slot beside `main`."""
        role, inline = slot.text.get("role"), self._inline(slot)
        if not role or role == "main":
            raise self.parser.bad("expected a <role> other than `main` in <content>")
        data = None if inline is None else inline.encode()
        length, sha1 = self._length(slot, data), None if slot.deleted("text") else _bytes(slot.attributes.get("text", {}).get("sha1") or None)
        return (
            number, role.encode(), self._optional(slot.text.get("origin"), "<origin> of <content>"), _bytes(slot.text.get("model")),
            _bytes(slot.text.get("format")), length, sha1, self._text_id(slot), data if self._options.text else None,
        )

    def on_log(self, item: Element) -> None:
        number = self._number(item, "id", "logitem")
        comment = None if item.deleted("comment") else item.text.get("comment", "").encode()
        hidden = item.deleted("text")
        row = (
            number, None if hidden else _bytes(item.text.get("type")), None if hidden else _bytes(item.text.get("action")), self._timestamp(item, "logitem"),
            *self._user(item), *self._log_title(item), comment, None if hidden else _bytes(item.text.get("params")), self._bits(item),
        )
        if not self._logs.mark(number):
            raise self.parser.bad("a <logitem> whose <id> came before")
        self._rows.add("logging", row, len(comment or b""))

    @staticmethod
    def _bits(element: Element) -> int:
        return sum(bit for leaf, bit in _DELETED.items() if element.deleted(leaf))

    def _page_number(self, page: Element) -> int:
        number = self._number(page, "id", "page")
        if not self._known and not self._pages.mark(number):
            raise self.parser.bad("a <page> whose <id> came before")
        self._known = True
        self.marked = number
        return number

    def _inline(self, revision: Element) -> str | None:
        """The revision's text; None where the wiki has hidden it, in stubs, whose `<text>` is a reference, and where the exporter could not find it."""
        attributes = revision.attributes.get("text", {})
        text = revision.text.get("text")
        if revision.deleted("text"):
            return None
        if not text and ("id" in attributes or "location" in attributes or (attributes.get("bytes") or "0").strip("0")):
            return None
        return text

    def _text_id(self, revision: Element) -> int | None:
        """The key of the row in `text` where it is not kept: `id` (to 0.10) or `location` (0.11) of a stub."""
        attributes = revision.attributes.get("text", {})
        match = _TEXT_ID.fullmatch(attributes.get("location") or attributes.get("id") or "")
        return self._optional(match.group(1) if match else None, "the id of <text>")

    def _length(self, revision: Element, text: bytes | None) -> int | None:
        """Bytes of the text: `bytes` of `<text>`, else counted. Raises BadInput where the text is another one than the file says."""
        attributes = revision.attributes.get("text", {})
        told = self._optional(attributes.get("bytes") or None, "bytes of <text>")
        if text is None:
            return told
        sha1 = attributes.get("sha1") or revision.text.get("sha1")
        counted = told is None or told == len(text)
        if counted and not (self._options.check_sha1 and sha1):
            return len(text)
        # Wikis have revisions whose length they have miscounted themselves: a text with the right checksum is the right one.
        if sha1 and base36(hashlib.sha1(text, usedforsecurity=False).digest()) == sha1.encode():
            return len(text) if told is None else told
        if counted:
            raise self.parser.bad("a <text> whose checksum (sha1) is another one than the file says")
        raise self.parser.bad(f"a <text> of {len(text)} bytes, where the file says {told}")

    def _user(self, element: Element) -> tuple[int | None, bytes | None]:
        if element.deleted("contributor"):
            return None, None
        address = element.text.get("contributor/ip")
        if address is not None:
            return 0, address.encode()
        return self._optional(element.text.get("contributor/id"), "<id> of <contributor>"), _bytes(element.text.get("contributor/username"))

    def _timestamp(self, element: Element, name: str) -> bytes:
        match = _TIMESTAMP.fullmatch(element.text.get("timestamp", ""))
        if match is None:
            raise self.parser.bad(f"expected <timestamp> as 2018-05-01T12:00:00Z in <{name}>")
        return "".join(match.groups()).encode()

    def _title(self, page: Element) -> tuple[int, bytes]:
        """Namespace, and the title as the database has it: without its namespace's name, blanks as underscores."""
        title = page.text.get("title")
        if not title:
            raise self.parser.bad("a <page> without <title>")
        if "ns" not in page.text and self._schema in _WITHOUT_NS:
            return self._split(title)
        number = self.parser.number(page.text.get("ns", ""), "<ns> of <page>")
        if not -(1 << 31) <= number < 1 << 31:
            raise self.parser.bad("expected a number of 32 bits for <ns> of <page>")
        return number, self._without_namespace(title, number)

    def _without_namespace(self, title: str, number: int) -> bytes:
        prefix = self._namespaces.get(number, "")
        # MediaWiki, Title::getPrefixedText: pages of a namespace that the wiki no longer has.
        for start in (f"{prefix}:" if prefix else "", f"{self._namespaces.get(-1, 'Special')}:Badtitle/NS{number}:"):
            if start and title.startswith(start) and len(title) > len(start):
                return _stored(title.removeprefix(start))
        if number == 0:
            return _stored(title)
        if number not in self._namespaces and title.partition(":")[2]:
            return _stored(title.partition(":")[2])
        raise self.parser.bad(f"a <title> that does not begin with the name of its namespace {number}")

    def _log_title(self, item: Element) -> tuple[int | None, bytes | None]:
        title = item.text.get("logtitle")
        if title is None or item.deleted("text"):
            return None, None
        return self._split(title)

    def _split(self, title: str) -> tuple[int, bytes]:
        """By the names of the file's namespaces, where no number is told."""
        name, colon, rest = title.partition(":")
        number = self._numbers.get(name.replace("_", " ")) if colon and rest else None
        return (0, _stored(title)) if number is None else (number, _stored(rest))

    def _number(self, element: Element, leaf: str, what: str) -> int:
        text = element.text.get(leaf)
        if text is None:
            raise self.parser.bad(f"expected <{leaf}> in <{what}>")
        return self._unsigned(text, f"<{leaf}> of <{what}>")

    def _optional(self, text: str | None, what: str) -> int | None:
        return None if text is None else self._unsigned(text, what)

    def _unsigned(self, text: str, what: str) -> int:
        number = self.parser.number(text, what)
        if not 0 <= number < 1 << 32:
            raise self.parser.bad(f"expected a number of 32 bits for {what}")
        return number


def _stored(title: str) -> bytes:
    return title.replace(" ", "_").encode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()



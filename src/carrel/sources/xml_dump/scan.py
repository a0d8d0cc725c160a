"""The regular form of an export, as MediaWiki's exporter writes it, by regular expressions: the twin of `_scan.c`, and what it means.

Both accept nothing that is not well-formed XML in UTF-8, and each piece, a page's head or a revision, whole or not at all. Whatever else comes is FOREIGN:
the exact parser reads that page, or says what is wrong with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any, Final, Protocol

from carrel.sources.xml_dump.columns import Batch, Rows
from carrel.sources.xml_dump.regular import BLANKS, HEAD, LAST, PAGE_END, REVISION
from carrel.sources.xml_dump.seen import Seen
from carrel.sources.xml_dump.values import base36, page_title, split_text_id, unescape, unescaped_length

_LIMIT: Final = 1 << 32


class Outcome(IntEnum):
    """Why a scan came to its end."""

    MORE = 1
    FOREIGN = 2
    FULL = 3
    END = 4


class Scanner(Protocol):
    """Reads on from one piece of a file to the next. A page is *open* from its head to its end."""

    def scan(self, data: bytes, start: int, rows: int, held: int) -> tuple[int, Outcome]:
        """Reads from `start`, until `rows` revisions or `held` bytes of rows are there and a page has ended, or twice as many within a page.

        Everything before the place that it gives is done with.
        """
        ...

    def take(self) -> Iterator[Batch]:
        """The rows so far; they are gone from here."""
        ...

    def head(self) -> bytes | None:
        """The bytes between `<page>` and the first revision of the page that is open; None: no page is open."""
        ...

    def leave(self) -> bytes | None:
        """The head of the page that is open, which another parser now reads on; None: no page is open."""
        ...

    def drop(self) -> None:
        """Takes back the rows since the head of the page that was opened last, or since `settle`."""
        ...

    def settle(self) -> None:
        """What is here stays when the next page is dropped."""
        ...

    def ended(self) -> int:
        """How many pages have come to their end."""
        ...

    def open(self) -> bool:
        """Whether a page is open."""
        ...

    def settled(self) -> dict[str, int]:
        """How many rows of each table `drop` would leave."""
        ...


_NO_CONTROLS: Final = bytes(byte for byte in range(256) if byte >= 0x20 or byte in b"\t\n")
# \r too: XML reads it as \n, which is for the exact parser.
_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]")
_MOST_HEAD: Final = 1 << 16


class PureScanner:
    """Args:
        namespaces: the file's, number and name.
        text: whether the texts are wanted.
        sha1: whether texts are compared with the checksums that the file tells.
    """

    def __init__(self, namespaces: Sequence[tuple[int, bytes]], pages: Seen, revisions: Seen, *, text: bool = True, sha1: bool = False) -> None:
        self._namespaces = dict(namespaces)
        self._pages = pages
        self._revisions = revisions
        self._text = text
        self._sha1 = sha1
        self._rows = Rows()
        self._page: tuple[Any, ...] | None = None
        self._head = b""
        self._ended = 0
        self._checked: tuple[bytes, int] = (b"", 0)

    def scan(self, data: bytes, start: int, rows: int, held: int) -> tuple[int, Outcome]:
        end = self._clean_until(data, start)
        place = start
        revisions = self._rows.rows["revision"]
        while True:
            if self._page is not None:
                found = REVISION.match(data, place, end)
                if found is None:
                    found = PAGE_END.match(data, place, end)
                    if found is None:
                        return self._stuck(data, place, end)
                    self._rows.add("page", self._page)
                    self._page = None
                    self._ended += 1
                elif not self._revision(found):
                    return place, Outcome.FOREIGN
                place = found.end()
            else:
                place = _skip(data, place)
                found = HEAD.match(data, place, end)
                if found is None:
                    last = LAST.match(data, place, end)
                    return (last.end(), Outcome.END) if last else self._stuck(data, place, end)
                if not self._open(found):
                    return place, Outcome.FOREIGN
                place = found.end()
            most = 1 if self._page is None else 2
            if len(revisions) >= most * rows or self._rows.held >= most * held:
                return place, Outcome.FULL

    def take(self) -> Iterator[Batch]:
        return self._rows.take()

    def head(self) -> bytes | None:
        return None if self._page is None else self._head

    def leave(self) -> bytes | None:
        if self._page is None:
            return None
        self._page = None
        return self._head

    def drop(self) -> None:
        self._rows.drop(self._revisions.forget, self._revisions.forget)
        self._page = None

    def settle(self) -> None:
        self._rows.settle()

    def ended(self) -> int:
        return self._ended

    def open(self) -> bool:
        return self._page is not None

    def settled(self) -> dict[str, int]:
        return self._rows.settled()

    def _clean_until(self, data: bytes, start: int) -> int:
        """Up to where the bytes are UTF-8 and hold no character that XML does not allow."""
        if data is self._checked[0]:
            return self._checked[1]
        end = len(data)
        text = "\ufffe"
        try:
            # A character that is cut at the end is not wrong yet.
            text = str(memoryview(data)[start:], "utf-8")
        except UnicodeDecodeError as error:
            end = start + error.start
        if data.translate(None, _NO_CONTROLS) or "\ufffe" in text or "\uffff" in text:
            wrong = _FORBIDDEN.search(data, start, end)
            end = wrong.start() if wrong else end
        self._checked = (data, end)
        return end

    def _stuck(self, data: bytes, place: int, end: int) -> tuple[int, Outcome]:
        """MORE where a whole piece is not there yet; FOREIGN where it is, or where what stopped it is there."""
        if len(data) - end > 4:
            return place, Outcome.FOREIGN
        start = _skip(data, place)
        if self._page is not None and data.startswith(b"<revision", start):
            whole = data.find(b"</revision", start, end) >= 0
        elif data.startswith(b"<page>", start):
            whole = data.find(b"<revision>", start, end) >= 0 or data.find(b"</page>", start, end) >= 0
        else:
            whole = len(data) - start >= 16
        return place, Outcome.FOREIGN if whole else Outcome.MORE

    def _open(self, found: re.Match[bytes]) -> bool:
        head, title, namespace, number, redirect, restrictions = found.groups()
        title, restrictions = unescape(title), unescape(restrictions)
        if len(head) > _MOST_HEAD or title is None or int(number) >= _LIMIT or abs(int(namespace)) >= _LIMIT // 2:
            return False
        stored = page_title(title, int(namespace), self._namespaces)
        if stored is None or (restrictions is None and found.group(6) is not None) or not self._pages.mark(int(number)):
            return False
        self._rows.settle()
        self._page = (int(number), int(namespace), stored, restrictions, int(redirect is not None))
        self._head = head
        return True

    def _revision(self, found: re.Match[bytes]) -> bool:
        (
            number, parent, *moment, no_user, name, user, address, minor, comment, no_comment, model, form, attributes, text, sha1, model2, form2,
        ) = found.groups()
        # The regular form has pairs of ` name=` and a value in quotation marks.
        parts = attributes.split(b'"')
        said = dict(zip(parts[::2], parts[1::2], strict=False))
        names = unescape(address if address is not None else name)
        note = unescape(comment) if comment is not None else b""
        if model2 is not None:
            model, form, twice = model2, form2, model is not None
        else:
            twice = False
        if note is None or (names is None and no_user is None) or twice or len(said) < len(parts) // 2:
            return False
        numbers = int(number), None if parent is None else int(parent), None if no_user else int(user or 0)
        parsed = self._text_part(numbers[0], said, text or b"", sha1)
        if parsed is None or numbers[0] >= _LIMIT or (numbers[1] or 0) >= _LIMIT or (numbers[2] or 0) >= _LIMIT or not self._revisions.mark(numbers[0]):
            return False
        text_id, length, hidden, kept = parsed
        assert self._page is not None
        if kept is not None:
            self._rows.add("text", (numbers[0], kept), len(kept))
        self._rows.add("revision", (
            numbers[0], self._page[0], text_id, None if no_comment else note, numbers[2], None if no_user else names, b"".join(moment), int(minor is not None),
            hidden | 2 * bool(no_comment) | 4 * bool(no_user), length, numbers[1], None if hidden else sha1 or None, model, form,
        ), len(note))
        return True

    def _text_part(self, number: int, said: dict[bytes, bytes], text: bytes, sha1: bytes | None) -> tuple[int | None, int | None, int, bytes | None] | None:
        """The text's number, its length, whether it is hidden, and itself where it is kept; None: it is for the exact parser."""
        told, hidden = said.get(b" bytes=") or None, int(b" deleted=" in said)
        split = split_text_id(said.get(b" location=") or said.get(b" id=") or b"")
        if split is None or (told is not None and not (told.isdigit() and len(told) <= 10 and int(told) < _LIMIT)):
            return None
        length = None if told is None else int(told)
        if hidden or (not text and (length or b" id=" in said or b" location=" in said)):
            # What is hidden is looked at all the same: it may not be well-formed.
            return None if text and unescaped_length(text) is None else (split[0], length, hidden, None)
        whole = unescape(text) if self._text or self._sha1 else None
        size = unescaped_length(text) if whole is None else len(whole)
        if size is None or length not in {None, size} or (self._sha1 and whole is not None and not _is_right(whole, said.get(b" sha1=") or sha1)):
            return None
        return (number, size, 0, whole) if self._text else (split[0], size, 0, None)


def _is_right(text: bytes, told: bytes | None) -> bool:
    return not told or base36(hashlib.sha1(text, usedforsecurity=False).digest()) == told


def _skip(data: bytes, place: int) -> int:
    found = BLANKS.match(data, place)
    return found.end() if found else place

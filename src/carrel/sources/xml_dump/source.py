"""Rebuilds page, revision and text from an export. What the file does not say is NULL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from carrel.io.streams import CHUNK, open_stream
from carrel.model.ports import SourceTable
from carrel.sources.xml_dump.layout import TABLES, schema, table
from carrel.sources.xml_dump.parser import Element, Parser

_BATCH_ROWS: Final = 50_000
_BATCH_BYTES: Final = 16 << 20
_TIMESTAMP: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")
_TEXT_ID: Final = re.compile(r"(?:tt:)?(\d+)")

# MediaWiki, Defines.php: RevisionRecord::DELETED_TEXT, DELETED_COMMENT, DELETED_USER.
_DELETED: Final = {"text": 1, "comment": 2, "contributor": 4}


def tables(file: Path, database: str, progress: Callable[[int], None]) -> Iterator[SourceTable]:
    """The three tables with their rows, in turns; see `model.ports.Source`."""
    with open_stream(file) as stream:
        rows = _Rows(str(file))
        while True:
            data = stream.read(CHUNK)
            progress(stream.consumed())
            if data:
                rows.parser.feed(data)
            else:
                rows.parser.close()
            if not data or rows.full:
                for name, batch in rows.take():
                    yield SourceTable(table=table(database, name), batches=lambda batch=batch: iter((batch,)))  # type: ignore[misc]
            if not data:
                return


class _Rows:
    """Rows that have been read and not yet been given on."""

    def __init__(self, file: str) -> None:
        self.parser = Parser(file, on_revision=self._revision, on_page=self._page)
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self._bytes = 0

    @property
    def full(self) -> bool:
        return self._bytes >= _BATCH_BYTES or len(self._rows["revision"]) >= _BATCH_ROWS

    def take(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        for name in TABLES:
            rows, self._rows[name] = self._rows[name], []
            yield name, pa.RecordBatch.from_pylist(rows, schema(name))
        self._bytes = 0

    def _page(self, page: Element) -> None:
        self._rows["page"].append({
            "page_id": self._number(page, "id", "page"),
            "page_namespace": self._signed(page, "ns"),
            "page_title": self._title(page),
            "page_restrictions": page.text.get("restrictions"),
            "page_is_redirect": int("redirect" in page.text),
        })

    def _revision(self, page: Element, revision: Element) -> None:
        number = self._number(revision, "id", "revision")
        text = self._inline(revision)
        if text is not None:
            self._rows["text"].append({"old_id": number, "old_text": text, "old_flags": "utf-8"})
            self._bytes += len(text)
        comment = None if revision.deleted("comment") else revision.text.get("comment", "")
        self._bytes += 200 + len(comment or "")
        self._rows["revision"].append({
            "rev_id": number,
            "rev_page": self._number(page, "id", "page"),
            "rev_text_id": self._text_id(revision, number, text),
            "rev_comment": comment,
            **self._user(revision),
            "rev_timestamp": self._timestamp(revision),
            "rev_minor_edit": int("minor" in revision.text),
            "rev_deleted": sum(bit for leaf, bit in _DELETED.items() if revision.deleted(leaf)),
            "rev_len": self._length(revision, text),
            "rev_parent_id": self._optional(revision.text.get("parentid"), "<parentid>"),
            "rev_sha1": None if revision.deleted("text") else revision.text.get("sha1"),
            "rev_content_model": revision.text.get("model"),
            "rev_content_format": revision.text.get("format"),
        })

    def _inline(self, revision: Element) -> str | None:
        """The revision's text; None where the wiki has hidden it and in stubs, whose `<text>` is a reference: `id` (0.10) or `location` (0.11)."""
        attributes = revision.attributes.get("text", {})
        text = revision.text.get("text")
        if revision.deleted("text") or (not text and ("id" in attributes or "location" in attributes)):
            return None
        return text

    def _text_id(self, revision: Element, number: int, text: str | None) -> int | None:
        """The key of the row in `text`. A full export does not carry the wiki's own: there the revision's number stands for it, in both tables."""
        if text is not None:
            return number
        attributes = revision.attributes.get("text", {})
        match = _TEXT_ID.fullmatch(attributes.get("location") or attributes.get("id") or "")
        return self._optional(match.group(1) if match else None, "the id of <text>")

    def _length(self, revision: Element, text: str | None) -> int | None:
        """Bytes of the text: `bytes` of `<text>`, else counted."""
        said = revision.attributes.get("text", {}).get("bytes")
        if said:
            return self.parser.number(said, "bytes of <text>")
        return None if text is None else len(text.encode())

    def _user(self, revision: Element) -> dict[str, Any]:
        if revision.deleted("contributor"):
            return {"rev_user": None, "rev_user_text": None}
        address = revision.text.get("contributor/ip")
        if address is not None:
            return {"rev_user": 0, "rev_user_text": address}
        return {
            "rev_user": self._optional(revision.text.get("contributor/id"), "<id> of <contributor>"),
            "rev_user_text": revision.text.get("contributor/username"),
        }

    def _timestamp(self, revision: Element) -> str:
        match = _TIMESTAMP.fullmatch(revision.text.get("timestamp", ""))
        if match is None:
            raise self.parser.bad("expected <timestamp> as 2018-05-01T12:00:00Z in <revision>")
        return "".join(match.groups())

    def _title(self, page: Element) -> str:
        """The title as the database has it: without its namespace's name, blanks as underscores."""
        title = page.text.get("title")
        if not title:
            raise self.parser.bad("a <page> without <title>")
        number = self._signed(page, "ns")
        prefix = self.parser.namespaces.get(number, "")
        # MediaWiki, Title::getPrefixedText: pages of a namespace that the wiki no longer has.
        for start in (f"{prefix}:" if prefix else "", f"{self.parser.namespaces.get(-1, 'Special')}:Badtitle/NS{number}:"):
            if start and title.startswith(start):
                return title.removeprefix(start).replace(" ", "_")
        if number:
            raise self.parser.bad(f"a <title> that does not begin with the name of its namespace {number}")
        return title.replace(" ", "_")

    def _number(self, element: Element, leaf: str, what: str) -> int:
        text = element.text.get(leaf)
        if text is None:
            raise self.parser.bad(f"expected <{leaf}> in <{what}>")
        return self._unsigned(text, f"<{leaf}> of <{what}>")

    def _signed(self, page: Element, leaf: str) -> int:
        return self.parser.number(page.text.get(leaf, ""), f"<{leaf}> of <page>")

    def _optional(self, text: str | None, what: str) -> int | None:
        return None if text is None else self._unsigned(text, what)

    def _unsigned(self, text: str, what: str) -> int:
        number = self.parser.number(text, what)
        if not 0 <= number < 1 << 32:
            raise self.parser.bad(f"expected a number of 32 bits for {what}")
        return number

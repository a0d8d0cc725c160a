"""A dump as scripts hold it: what it says of its wiki, and its pages."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import IO, Self

from carrel.dumps.feed import Readable
from carrel.dumps.page import Page
from carrel.dumps.reading import Reading
from carrel.dumps.types import LogItem, SiteInfo


class Dump:
    """An iterator over the pages, or log items, of a dump, and `site_info`. `items`, `pages` and `log_items` go over the same file: it is read once.

        dump = Dump.from_file(open("dump.xml"))
        for page in dump:
            for revision in page:
                print(page.title, revision.id)
    """

    __slots__ = ("_reading", "items", "log_items", "pages", "site_info")

    def __init__(self, site_info: SiteInfo | None, items: Iterable[Page | LogItem] | None) -> None:
        self._reading: Reading | None = None
        self.site_info = site_info or SiteInfo()
        self.items: Iterator[Page | LogItem] = iter(()) if items is None else iter(items)
        self.pages: Iterator[Page] = (item for item in self.items if isinstance(item, Page))
        self.log_items: Iterator[LogItem] = (item for item in self.items if isinstance(item, LogItem))

    @classmethod
    def from_file(cls, f: Readable) -> Self:
        """The dump in a file.

        Args:
            f: open, as text or as bytes; or a path, of which the compression is told by the content: then it is unpacked by more than one core where that
                can be, and closed at the end or by `close`. Bytes that are no UTF-8 become U+FFFD in a path, as `mwxml.map` has it.

        Raises:
            MalformedXML: it is no export.
            BadInput: it cannot be opened, or is cut or damaged.
        """
        reading = Reading(f)
        dump = cls(reading.site_info, reading.items())
        dump._reading = reading
        return dump

    @classmethod
    def from_page_xml(cls, page_xml: str | IO[str]) -> Self:
        """The dump whose only page is a `<page>` block, as a string or as a file."""
        text = page_xml if isinstance(page_xml, str) else page_xml.read()
        return cls.from_file(io.StringIO(f"<mediawiki><siteinfo></siteinfo>{text}</mediawiki>"))

    def close(self) -> None:
        """Closes what `from_file` has opened."""
        if self._reading is not None:
            self._reading.close()

    def __iter__(self) -> Iterator[Page | LogItem]:
        return self.items

    def __next__(self) -> Page | LogItem:
        return next(self.items)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

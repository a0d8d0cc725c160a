"""One pass over a dump: pages and log items in order, the revisions of a page while it is the current one. One iterator, one owner."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeVar
from weakref import finalize

from carrel.dumps.characters import text
from carrel.dumps.errors import BadInput, MalformedXML
from carrel.dumps.exact import Exact, Node
from carrel.dumps.feed import CHUNK, Feed, Readable
from carrel.dumps.page import Page, log_item_of, log_item_of_raw, page_of, site_info
from carrel.dumps.raw import Raw
from carrel.dumps.revision import Revision, from_node, from_raw
from carrel.dumps.types import LogItem, Namespace, SiteInfo
from carrel.sources.xml_dump.regular import BLANKS, HEAD, LAST, LOG_ITEM, PAGE_END, REVISION

T = TypeVar("T")

_REDIRECT: Final = re.compile(rb'<redirect title="([^"]*)"')
_ROOT: Final = b"<mediawiki>"


class Reading:
    """Args:
        chunk: bytes that are read at a time, at least.

    Attributes:
        site_info: what stands at the head of the file.
    """

    def __init__(self, source: Readable, chunk: int = CHUNK) -> None:
        self._feed = Feed(source, chunk)
        self.close = finalize(self, self._feed.close)
        self._root = _ROOT
        self._page: Page | None = None
        self._exact: Exact | None = None
        self._fed = 0
        self._failure: MalformedXML | None = None
        self._done = False
        self.site_info = SiteInfo()
        self._namespaces: dict[str, Namespace] | None = None
        self._guarded(self._read_head)

    def items(self) -> Iterator[Page | LogItem]:
        """The pages and log items. Revisions of a page that have not been read when the next one is asked for are passed over."""
        while not self._done:
            item = self._guarded(self._next_item)
            if item is not None:
                yield item
        self.close()

    def _guarded(self, step: Callable[[], T]) -> T:
        """What `step` gives. After an error the dump is at its end; an error of ours says where it happened."""
        try:
            return step()
        except MalformedXML as error:
            if error.file is not None:
                self._stop()
                raise
            where = f", in page {self._page.id}" if self._page is not None else ""
            place = self._feed.place if error.position is None else error.position
            self._stop()
            raise MalformedXML(error.reason + where, file=self._feed.name, position=self._feed.base + place) from None
        except BadInput:
            self._stop()
            raise

    def _stop(self) -> None:
        self._done, self._page, self._exact = True, None, None
        self.close()

    # ---- the head of the file ----

    def _read_head(self) -> None:
        """Up to the first page or log item. Nothing of it leaves the window before its end is found."""
        feed = self._feed
        exact = Exact(b"")
        fed = place = 0
        while not exact.stopped and not feed.ended:
            feed.more()
            place = exact.feed(memoryview(feed.data)[fed:], last=feed.ended)
            fed = len(feed.data)
        for what, node in exact.found:
            if what == "siteinfo":
                self.site_info = site_info(node)
        self._done = not exact.stopped
        if self.site_info.namespaces is not None:
            self._namespaces = {namespace.name: namespace for namespace in self.site_info.namespaces}
        assert exact.root is not None
        begin, end = exact.root
        self._root = feed.data[begin:end]
        feed.place = place

    # ---- items ----

    def _next_item(self) -> Page | LogItem | None:
        while self._page is not None:
            self._skip_revisions()
        feed = self._feed
        while True:
            found = BLANKS.match(feed.data, feed.place)
            feed.place = found.end() if found else feed.place
            head = HEAD.match(feed.data, feed.place, feed.clean)
            if head is not None:
                feed.place = head.end()
                return self._opened(self._from_head(head))
            log_item = LOG_ITEM.match(feed.data, feed.place, feed.clean)
            if log_item is not None:
                feed.place = log_item.end()
                return self._log_item(log_item.groups())
            last = LAST.match(feed.data, feed.place, feed.clean)
            if last is not None:
                feed.place = last.end()
                self._finish()
                return None
            if self._is_foreign((b"<page>", b"<revision>", b"</page>")) or not feed.more():
                return self._foreign_item()

    def _is_foreign(self, marks: tuple[bytes, ...]) -> bool:
        """Whether what stands here is whole, and yet not in the regular form."""
        feed = self._feed
        first, *ends = marks
        if feed.hindered():
            return True
        if feed.data.startswith(b"<logitem>", feed.place):
            return feed.data.find(b"</logitem>", feed.place) >= 0
        if feed.data.startswith(first, feed.place):
            return any(feed.data.find(end, feed.place) >= 0 for end in ends)
        return len(feed.data) - feed.place >= 16

    def _log_item(self, raw: Raw) -> LogItem:
        try:
            return log_item_of_raw(raw, self._namespaces)
        except ValueError as error:
            raise MalformedXML(f"in <logitem>: {error}") from None

    def _from_head(self, head: re.Match[bytes]) -> Page:
        whole, title, namespace, number, redirect, restrictions = head.groups()
        target = _REDIRECT.search(whole) if redirect else None
        return Page(
            int(number), text(title).replace("_", " "), int(namespace), None if target is None else text(target[1]),
            [] if restrictions is None else [text(restrictions) or None],
        )

    def _opened(self, page: Page) -> Page:
        self._page = page
        return page.read_from(self._revisions(page))

    def _finish(self) -> None:
        feed = self._feed
        self._done = True
        while True:
            if feed.data[feed.place:].strip():
                raise MalformedXML("expected nothing behind </mediawiki>")
            feed.place = len(feed.data)
            if not feed.more():
                return

    # ---- revisions ----

    def _revisions(self, page: Page) -> Iterator[Revision]:
        """Those of `page`, as long as it is the current one."""
        while self._page is page:
            if self._exact is None:
                feed = self._feed
                found = REVISION.match(feed.data, feed.place, feed.clean)
                if found is not None:
                    feed.place = found.end()
                    yield from_raw(found.groups(), page)
                    continue
            revision = self._guarded(self._next_other)
            if revision is not None:
                revision.page = page
                yield revision

    def _skip_revisions(self) -> None:
        feed = self._feed
        while self._exact is None and (found := REVISION.match(feed.data, feed.place, feed.clean)) is not None:
            feed.place = found.end()
        self._next_other()

    def _next_other(self) -> Revision | None:
        """The next revision that is not in the regular form; None where the page ends, or a regular one may come."""
        if self._exact is not None:
            return self._next_exact()
        feed = self._feed
        end = PAGE_END.match(feed.data, feed.place, feed.clean)
        if end is not None:
            feed.place = end.end()
            self._page = None
            return None
        found = BLANKS.match(feed.data, feed.place)
        feed.place = found.end() if found else feed.place
        if self._is_foreign((b"<revision>", b"</revision>")) or not feed.more():
            self._begin_exact(self._root + b"<page>")
        return None

    # ---- what is not regular ----

    def _begin_exact(self, opening: bytes) -> None:
        self._exact = Exact(opening)
        self._fed = 0

    def _foreign_item(self) -> Page | LogItem | None:
        self._begin_exact(self._root)
        what, node = self._pull()
        if what == "page":
            return self._opened(page_of(node, self._namespaces))
        if what == "logitem":
            self._leave_exact()
            return log_item_of(node, self._namespaces)
        self._leave_exact()
        self._finish()
        return None

    def _next_exact(self) -> Revision | None:
        what, node = self._pull()
        if what == "revision":
            return from_node(node)
        self._leave_exact()
        self._page = None
        return None

    def _leave_exact(self) -> None:
        self._exact = None
        self._feed.look_again()

    def _pull(self) -> tuple[str, Node]:
        """What the exact parser finds next. What it has read is gone from the feed. What it has found before an error comes before the error."""
        exact = self._exact
        assert exact is not None
        while not exact.found:
            if self._failure is not None:
                raise self._failure
            try:
                self._feed_exact(exact)
            except MalformedXML as error:
                self._failure = error
        return exact.found.popleft()

    def _feed_exact(self, exact: Exact) -> None:
        feed = self._feed
        if feed.place == len(feed.data):
            feed.more()
        before = self._fed
        try:
            reached = exact.feed(memoryview(feed.data)[feed.place:], last=feed.ended)
        except MalformedXML as error:
            raise MalformedXML(error.reason, position=feed.place + (error.position or 0) - before) from None
        if exact.stopped:
            at = max(feed.place, feed.place + reached - before)
            feed.place = feed.data.index(b">", at) + 1
        else:
            self._fed += len(feed.data) - feed.place
            feed.place = len(feed.data)

"""One file on its way to batches: the scanner reads the regular form, the exact parser each page that is in another, and says what is wrong."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from carrel.io.streams import ByteStream
from carrel.model.errors import BadInput
from carrel.sources.xml_dump.columns import Batch, Rows
from carrel.sources.xml_dump.header import read_header
from carrel.sources.xml_dump.layout import QUARANTINE
from carrel.sources.xml_dump.native import new_scanner
from carrel.sources.xml_dump.options import Options
from carrel.sources.xml_dump.parser import Parser
from carrel.sources.xml_dump.rows import Maker
from carrel.sources.xml_dump.scan import Outcome, Scanner
from carrel.sources.xml_dump.seen import Seen
from carrel.sources.xml_dump.spool import Spool
from carrel.sources.xml_dump.window import Window

BATCH_ROWS = 50_000
BATCH_BYTES = 4 << 20

_ENDS: Final = re.compile(rb"</(?:page|logitem|mediawiki)\s*>")
_NEXT: Final = re.compile(rb"<(?:page|logitem)[\s>]|</mediawiki\s*>|</(?:page|logitem)\s*>")
_NUMBER: Final = re.compile(rb"<id>(\d+)</id>")
_TAIL: Final = 32
"""Bytes at the end of what is at hand that an end of a page may begin in."""


@dataclass(slots=True)
class Common:
    """What the files of one load share.

    Attributes:
        aside: pages that were set aside.
        loaded: when the load began, yyyymmddHHMMSS in UTC.
    """

    pages: Seen = field(default_factory=Seen)
    revisions: Seen = field(default_factory=Seen)
    logs: Seen = field(default_factory=Seen)
    aside: int = 0
    loaded: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y%m%d%H%M%S}")


class Reading:
    """Args:
        stream: the file.
        common: shared with the other files of the load.
        resume: the `mark` of an earlier reading of the file, to go on from.

    Attributes:
        mark: where a reading can go on after what `batches` has given so far; None: it cannot, just here.
    """

    def __init__(self, stream: ByteStream, options: Options, common: Common, resume: str | None = None) -> None:
        self._file = stream.file
        self._options = options
        self._common = common
        self._window = Window(stream)
        self._header = read_header(self._window, stream.file)
        namespaces = [(number, name.encode()) for number, name in self._header.namespaces.items()]
        self._scanner = new_scanner(namespaces, common.pages, common.revisions, options)
        self._rows = Rows()
        self._spool = Spool()
        self._exact_open = False
        self._ended = 0
        self._spooled_at = 0
        self._most = options.most_mb << 20
        self._begun = 0  # where the page that may be bad begins
        self._wrong_at: int | None = None
        self._wrong_page: int | None = None
        self.mark: str | None = None
        if resume is not None:
            place, head = json.loads(resume)
            self._window.skip(place, b"" if head is None else b"<page>" + b64decode(head))

    def batches(self) -> Iterator[Batch]:
        """All rows, in the order of the file within each table. Raises BadInput with file, position, page and reason."""
        try:
            going = True
            while going:
                try:
                    going = yield from self._step()
                except BadInput as error:
                    if not self._options.lenient:
                        raise
                    yield from self._settle_spool()
                    going = self._set_aside(error)
            self._exact_open = False
            yield from self._settle_spool()
            yield from self._flush()
        finally:
            self._spool.close()

    def _step(self) -> Generator[Batch, None, bool]:
        """Gives, as a generator's value, whether there is more."""
        if self._rows.held >= BATCH_BYTES:
            yield from self._flush()
        window = self._window
        window.at, outcome = self._scanner.scan(window.data, window.at, BATCH_ROWS, BATCH_BYTES)
        self._begun = window.place
        self._wrong_at = self._wrong_page = None
        if outcome is Outcome.FULL:
            yield from self._flush()
        if outcome is Outcome.MORE and (len(window.data) - window.at >= self._most or not self._more()):
            # The exact parser says what is wrong, or can still make something of it.
            outcome = Outcome.FOREIGN
        if outcome is Outcome.END:
            self._check_rest()
            return False
        return not (outcome is Outcome.FOREIGN and (yield from self._exact()))

    def _more(self) -> bool:
        try:
            return self._window.more()
        except BadInput as error:
            found = _NUMBER.search(self._scanner.leave() or b"")
            if found is None:
                self._settle()
                raise
            self._wrong_page = int(found.group(1))
            self._common.pages.forget(self._wrong_page)
            raise BadInput(f"{error.reason}, in page {self._wrong_page}", file=error.file, position=error.position, help=error.help) from None

    def _exact(self) -> Generator[Batch, None, bool]:
        """One page by the exact parser. Gives whether the document has ended."""
        with self._opened() as (parser, maker):
            while not parser.ended and not parser.done:
                self._feed(parser, maker)
                # Between two pages the next step does it, and can say where to go on from.
                if self._rows.held >= BATCH_BYTES and not parser.ended:
                    yield from self._flush()
            done = parser.done
        if done:
            self._check_rest()
        return done

    @contextmanager
    def _opened(self) -> Iterator[tuple[Parser, Maker]]:
        head = self._scanner.leave()
        if head is None:
            self._settle()
        else:
            self._begun = -1
        self._rows.settle()
        self._exact_open = True
        maker = Maker(
            self._rows, self._common.pages, self._common.revisions, self._common.logs, self._options, namespaces=self._header.namespaces,
            schema=self._header.schema, known=head is not None,
        )
        parser = Parser(
            self._file, most=self._most, on_revision=maker.on_revision, on_page=maker.on_page, on_log=maker.on_log, translate=self._window.position,
        )
        maker.parser = parser
        parser.resume(self._window.place, head=head)
        maker.marked = parser.page
        try:
            yield parser, maker
        except BadInput:
            self._wrong_at, self._wrong_page = parser.wrong, parser.page
            if maker.marked is not None:
                self._common.pages.forget(maker.marked)
            raise
        self._ended += parser.ended
        self._exact_open = False
        self._settle()

    def _feed(self, parser: Parser, maker: Maker) -> None:
        """Up to the end of the page where it is at hand, else what is at hand."""
        window = self._window
        found = _ENDS.search(window.data, window.at)
        end = found.end() if found else max(window.at, len(window.data) - _TAIL)
        data = window.data[window.at:end]
        parser.feed(data)
        window.at = end
        if found is None and not window.more():
            parser.feed(window.data[window.at:])
            window.at = len(window.data)
            parser.close()

    def _check_rest(self) -> None:
        """Behind </mediawiki> there is nothing but space and comments."""
        self._settle()
        window = self._window
        parser = Parser(self._file, most=self._most, on_revision=_nothing, on_page=_nothing, on_log=_nothing, translate=window.position)
        parser.resume(window.place)
        parser.feed(b"</mediawiki>")
        parser.stand(window.place)
        while True:
            parser.feed(window.data[window.at:])
            window.at = len(window.data)
            if not window.more():
                return

    # ---- rows ----

    def _settle(self) -> None:
        """No page is open: what is here stays."""
        self._scanner.settle()
        self._rows.settle()

    def _flush(self) -> Iterator[Batch]:
        """The rows so far. In a lenient load those of the page that is not at its end are spooled: they may have to go."""
        spools = self._options.lenient and (self._exact_open or self._scanner.open())
        yield from self._settle_spool()
        mark = None if self._exact_open or spools else self._mark()
        given = [batch for source in (self._scanner, self._rows) for batch in self._taken(source, spools=spools)]
        for number, batch in enumerate(given, 1):
            self.mark = mark if number == len(given) else None
            yield batch

    def _mark(self) -> str:
        head = self._scanner.head()
        return json.dumps([self._window.place, None if head is None else b64encode(head).decode()])

    def _taken(self, source: Scanner | Rows, *, spools: bool) -> Iterator[Batch]:
        settled = source.settled()
        for table, batch in source.take():
            stays = settled.get(table, 0) if spools else batch.num_rows
            if stays:
                yield table, batch.slice(0, stays)
            if stays < batch.num_rows:
                self._spool.add(table, batch.slice(stays))
                self._spooled_at = self._pages_ended()

    def _settle_spool(self) -> Iterator[Batch]:
        """What is spooled, where its page has come to its end since."""
        if self._spool and self._pages_ended() > self._spooled_at:
            self.mark = None
            yield from self._spool.take()

    def _pages_ended(self) -> int:
        return self._ended + self._scanner.ended()

    # ---- what is set aside ----

    def _set_aside(self, error: BadInput) -> bool:
        """Takes the bad page's rows back and finds the next page. Gives whether there is one."""
        common = self._common
        self._scanner.drop()
        self._rows.drop(common.revisions.forget, common.logs.forget)
        self._spool.drop(common.revisions.forget)
        self._exact_open = False
        common.aside += 1
        self._rows.add(QUARANTINE, (
            self._file.rsplit("/", 1)[-1].encode()[:255], error.position, self._wrong_page, error.reason.encode(), common.loaded.encode(),
        ))
        self._rows.settle()
        return self._find_next()

    def _find_next(self) -> bool:
        window = self._window
        if self._wrong_at is not None:
            window.at = min(max(window.at, self._wrong_at - window.base), len(window.data))
        while True:
            found = _NEXT.search(window.data, window.at)
            if found is not None and window.base + found.start() <= self._begun and not found.group().startswith(b"</"):
                window.at = found.end()
                continue
            if found is not None:
                window.at = found.end() if found.group().startswith((b"</page", b"</logitem")) else found.start()
                return True
            window.at = max(window.at, len(window.data) - _TAIL)
            try:
                if not window.more():
                    return False
            except BadInput:
                return False


def _nothing(*_: object) -> None:
    return None

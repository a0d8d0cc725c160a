"""Answers of a session on the wire: column definitions, rows, endings, one after the other, each streamed as the engine gives it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from carrel.doors import _native
from carrel.doors.mysql import charsets, packets
from carrel.doors.mysql.charsets import Charset
from carrel.doors.mysql.cursor import Cursor
from carrel.doors.mysql.encode import send_batch
from carrel.doors.mysql.packets import Capability, Ending, Status
from carrel.doors.mysql.stream import PacketStream
from carrel.doors.mysql.types import Definition, WireType, define
from carrel.model.errors import CarrelError
from carrel.model.queries import Done, Rows

SendBatch = Callable[[PacketStream, pa.RecordBatch, Sequence[WireType]], None]


class Answers:
    """Writes answers for one client.

    Attributes:
        capabilities: what the client and we agreed on.
        charset: in which it reads results.
    """

    def __init__(self, stream: PacketStream, capabilities: Capability, charset: Charset) -> None:
        self._stream = stream
        self.capabilities = capabilities
        self.charset = charset
        self._pending: _End | None = None

    def send(self, answers: Iterator[Rows | Done], encode: SendBatch = send_batch) -> None:
        """Sends each answer. Its end says whether another one follows, so it goes out when the next statement has begun.

        Raises:
            CarrelError: of the statement that failed; what came before it has been sent and ended.
            Closed: the client has gone.
        """
        self._pending = None
        try:
            while (answer := self._next(answers)) is not None:
                self._pending = _done(answer, self.capabilities) if isinstance(answer, Done) else self._rows(answer, encode)
                self._stream.flush()
        finally:
            _close(answers)
        self._end(self._pending or _End(ending=Ending(), after_rows=False))

    def _next(self, answers: Iterator[Rows | Done]) -> Rows | Done | None:
        """The next answer, if there is one; the end of the one before it is written as soon as it is known that it is not the last."""
        try:
            answer = next(answers, None)
        except CarrelError:
            self.go_on()
            raise
        if answer is not None:
            self.go_on()
        return answer

    def go_on(self) -> None:
        """Ends the answer before, as something follows it: another, an error, or a request for a file."""
        pending, self._pending = self._pending, None
        if pending is not None:
            self._end(pending, more=True)

    def open_cursor(self, answers: Iterator[Rows | Done]) -> Cursor | None:
        """Tells the columns of the one answer, whose rows are fetched later; an answer without rows is sent, and None is given."""
        try:
            answer = next(answers)
            if not isinstance(answer, Done):
                definitions = [define(column) for column in answer.columns]
                self.definitions(definitions, end=False)
                self.end_of_part(Status.CURSOR_EXISTS, len(answer.notices))
                batches = self.readable(answer.batches(by_value=_native.available()), definitions)
                return Cursor(answers, answer, batches, [definition.type for definition in definitions])
            self._end(_done(answer, self.capabilities))
        except BaseException:
            _close(answers)
            raise
        _close(answers)
        return None

    def end_of_part(self, status: Status, warnings: int = 0) -> None:
        """Ends what a cursor told: its columns, or some rows."""
        self._stream.write(packets.end_of_rows(self.capabilities, Ending(status=Status.AUTOCOMMIT | status, warnings=warnings)))

    def ok(self, ending: Ending | None = None) -> None:
        self._stream.write(packets.ok(self.capabilities, ending or Ending()))

    def definitions(self, definitions: list[Definition], *, end: bool = True) -> None:
        """Column definitions with their count before and, where the client wants it and `end` says so, an EOF after them."""
        self._stream.write(packets.lenenc(len(definitions)))
        for definition in definitions:
            self._stream.write(definition.payload(self.charset))
        if end and not self.capabilities & Capability.DEPRECATE_EOF:
            self._stream.write(packets.eof(Ending()))

    def _rows(self, rows: Rows, encode: SendBatch) -> _End:
        try:
            definitions = [define(column) for column in rows.columns]
            self.definitions(definitions)
            kinds = [definition.type for definition in definitions]
            for batch in self.readable(rows.batches(by_value=_native.available()), definitions):
                encode(self._stream, batch, kinds)
            return _End(ending=Ending(warnings=len(rows.notices)), after_rows=True)
        finally:
            rows.close()

    def readable(self, batches: Iterator[pa.RecordBatch], definitions: Sequence[Definition]) -> Iterator[pa.RecordBatch]:
        """The batches with declared texts in the client's character set. Expressions stay as they are: those over MediaWiki's binary columns are bytes."""
        if not charsets.small(self.charset):
            return batches
        declared = [number for number, definition in enumerate(definitions) if definition.type.text and definition.org_name]
        return (charsets.narrowed(batch, declared, self.charset) for batch in batches)

    def _end(self, end: _End, *, more: bool = False) -> None:
        ending = replace(end.ending, status=end.ending.status | Status.MORE_RESULTS) if more else end.ending
        self._stream.write(packets.end_of_rows(self.capabilities, ending) if end.after_rows else packets.ok(self.capabilities, ending))


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """How an answer ends, once it is known whether it is the last."""

    ending: Ending
    after_rows: bool


def _done(answer: Done, capabilities: Capability) -> _End:
    found = answer.matched is not None and Capability.FOUND_ROWS in capabilities
    affected, warnings = (answer.matched or 0) if found else answer.affected, max(answer.warnings, len(answer.notices))
    ending = Ending(affected=affected, warnings=warnings, info=answer.info, database=answer.database)
    return _End(ending=ending, after_rows=False)


def _close(answers: Iterator[Rows | Done]) -> None:
    if isinstance(answers, Generator):
        answers.close()

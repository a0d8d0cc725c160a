"""An answer as a streamed HTTP response. One that breaks off ends without the last chunk, so that no client takes it for whole."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carrel.doors.http.encode import columns_of
from carrel.doors.http.questions import Emit, Question, Work, answers
from carrel.model.errors import CarrelError, NotAllowed
from carrel.model.queries import Done, Notice, ResultColumn, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from carrel.doors.http.encode import Format
    from carrel.doors.http.encode.base import Piece
    from carrel.model.ports import Session

HEADER_BYTES: Final = 8192
"""Longest value of a header of ours; a longer one is left out."""


@dataclass(frozen=True, slots=True)
class Head:
    """An answer with rows is about to come. `form` encodes it."""

    form: Format
    columns: tuple[ResultColumn, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """All statements ran, and none had rows."""

    notices: tuple[Notice, ...]


def streamed(sql: str, kind: type[Format], file: str | None = None) -> Work:
    """Work for a question: emits a Head and then the pieces of the one answer with rows, or Nothing.

    The first piece is made before the Head goes out, so that a failure until then is an ordinary error response. An answer that becomes a `file` is
    entered in the registry of copies first.
    """

    def work(session: Session, emit: Emit) -> None:
        notices: tuple[Notice, ...] = ()
        found = False
        with closing(answers(session, sql)) as given:
            for answer in given:
                if isinstance(answer, Done):
                    notices += answer.notices
                    continue
                if found:
                    raise NotAllowed("a request gives one answer with rows, and a second one followed", help="send each statement in a request of its own")
                found = True
                _send(answer, kind(answer.columns) if file is None else _kept(answer, kind, file), notices, emit)
        if not found:
            emit(Nothing(notices))

    return work


def _kept(answer: Rows, kind: type[Format], file: str) -> Format:
    copy = answer.copied(file)
    return kind(answer.columns, None if copy is None else copy.manifest)


def _send(answer: Rows, form: Format, notices: tuple[Notice, ...], emit: Emit) -> None:
    pieces = _pieces(answer, form)
    first = next(pieces, b"")
    emit(Head(form, answer.columns, notices + answer.notices))
    emit(form.head() + first)
    for piece in pieces:
        emit(piece)


def _pieces(answer: Rows, form: Format) -> Iterator[Piece]:
    for batch in answer.batches():
        yield from form.pieces(batch)
    tail = form.tail()
    if tail:
        yield tail


def answer_headers(columns: tuple[ResultColumn, ...], notices: tuple[Notice, ...]) -> dict[str, str]:
    """What a format has no place for: `Carrel-Columns` and `Carrel-Notices`, JSON in ASCII."""
    facts: dict[str, object] = {"Carrel-Columns": columns_of(columns)}
    if notices:
        facts["Carrel-Notices"] = [{"code": notice.code, "text": notice.text} for notice in notices]
    written = {name: json.dumps(value, separators=(",", ":")) for name, value in facts.items()}
    return {name: value for name, value in written.items() if len(value) <= HEADER_BYTES}


def attached(file: str) -> str:
    """The header that makes a browser keep the answer under that name, which holds letters, digits, `.`, `_` and `-` alone."""
    return f'attachment; filename="{file}"'


class Watch:
    """Cancels the question when the client goes away, and at the end in any case."""

    def __init__(self, request: Request, question: Question) -> None:
        self.question = question
        self._task = asyncio.create_task(question.cancel_when_gone(request.receive))

    def end(self) -> None:
        self.question.cancel()
        self._task.cancel()


class StreamedAnswer:
    """The response. It ends its watch, and with it the question, whatever happens."""

    def __init__(self, watch: Watch, head: Head, headers: dict[str, str]) -> None:
        self._watch = watch
        self._head = head
        self._headers = {**answer_headers(head.columns, head.notices), **headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self._headers.items()]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            if scope["method"] != "HEAD":
                await self._pour(send)
        finally:
            self._watch.end()

    async def _pour(self, send: Send) -> None:
        try:
            while (piece := await self._watch.question.next()) is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        except CarrelError as error:
            line = self._head.form.failure(error)
            if line:
                await send({"type": "http.response.body", "body": line, "more_body": True})
            return  # without a last chunk: the server closes the connection, and the client sees that the answer is not whole
        await send({"type": "http.response.body", "body": b"", "more_body": False})

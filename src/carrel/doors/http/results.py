"""`/results`: an answer that is kept for a while, to be fetched again, in parts, after a broken connection. Each fetch is decided anew and recorded."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response

from carrel.doors.http.asking import format_of, parse_query
from carrel.doors.http.conditions import unchanged, wanted
from carrel.doors.http.desk import body_of, caller, desk_of, origin_of
from carrel.doors.http.problems import Rejected
from carrel.doors.http.questions import answers
from carrel.doors.http.shelf import Answered, no_such
from carrel.doors.http.streaming import Watch, answer_headers
from carrel.model.errors import CarrelError
from carrel.model.queries import Done

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from carrel.doors.http.asking import QueryBody
    from carrel.doors.http.encode import Format
    from carrel.doors.http.questions import Emit, Work
    from carrel.doors.http.shelf import Kept, Shelf, Writing
    from carrel.model.ports import Session

PART_BYTES: Final = 1 << 18
_CHECK_S: Final = 1.0


async def keep(request: Request) -> Response:
    """Runs a query to its end and keeps its answer."""
    kind = format_of(request)
    principal = await caller(request)
    asked = parse_query(request.headers.get("content-type", ""), await body_of(request))
    desk = desk_of(request)
    watch = Watch(
        request, desk.ask(principal, origin_of(request), _keeping(asked, principal.person, kind, desk.shelf), dialect=asked.dialect, database=asked.database)
    )
    try:
        kept = await watch.question.next()
    finally:
        watch.end()
    asyncio.get_running_loop().call_later(desk.shelf.keep_s + 0.1, desk.shelf.sweep)
    answered = kept.answered
    facts = {"name": kept.name, "bytes": answered.size, "type": answered.headers["Content-Type"], "seconds": int(desk.shelf.keep_s)}
    headers = {**answered.headers, "Content-Type": "application/json", "Location": f"{request.url.path}/{kept.name}", "ETag": answered.etag}
    return JSONResponse(facts, status_code=201, headers=headers)


def _keeping(asked: QueryBody, person: str, kind: type[Format], shelf: Shelf) -> Work:
    def work(session: Session, emit: Emit) -> None:
        standing = session.standing(asked.sql, "keep")  # before it runs: a table that is replaced in between makes what is kept too old, never too new
        outcome = "failed"
        try:
            with closing(shelf.begin(person)) as writing:
                kept = shelf.put(person, asked.sql, asked.database, asked.dialect, _write(session, asked.sql, kind, writing, standing.fingerprint))
                writing.handed_over()
            try:
                emit(kept)
            except BaseException:  # nobody waits for its name
                shelf.drop(kept)
                raise
            outcome = "complete"
        finally:
            standing.close(outcome)

    return work


def _write(session: Session, sql: str, kind: type[Format], writing: Writing, fingerprint: str) -> Answered:
    headers: dict[str, str] = {}
    with closing(answers(session, sql)) as given:
        for answer in given:
            if isinstance(answer, Done):
                continue
            form = kind(answer.columns)
            writing.write(form.head())
            for batch in answer.batches():
                for piece in form.pieces(batch):
                    writing.write(piece)
            writing.write(form.tail())
            headers = {"Content-Type": kind.content_type(), **answer_headers(answer.columns, answer.notices)}
    return writing.whole(headers, fingerprint)


async def fetch(request: Request) -> ASGIApp:
    """The answer, or the range of it that is wanted; decided anew for who asks now."""
    principal = await caller(request)
    desk = desk_of(request)
    kept = desk.shelf.find(request.path_params["name"], principal.person)
    answered = kept.answered
    headers = {**answered.headers, "ETag": answered.etag, "Accept-Ranges": "bytes"}
    known = unchanged(request, answered.etag)
    part = None if known or request.method != "GET" else wanted(request, answered.size, answered.etag)
    start, end = part or (0, answered.size)
    none = known or request.method == "HEAD"
    work = _fetching(kept, desk.shelf, start, start if none else end)
    watch = Watch(request, desk.ask(principal, origin_of(request), work, dialect=kept.dialect, database=kept.database))
    try:
        await watch.question.next()
        if known:
            await watch.question.next()
            watch.end()
            return Response(status_code=304, headers={"ETag": answered.etag})
    except BaseException:
        watch.end()
        raise
    if part is not None and start == end:
        watch.end()
        raise Rejected("the range lies outside of the answer", code="range_not_satisfiable", help=f"it has {answered.size} bytes")
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{answered.size}"
    return _Part(watch, 200 if part is None else 206, {**headers, "Content-Length": str(end - start)})


def _fetching(kept: Kept, shelf: Shelf, start: int, end: int) -> Work:
    """Emits True once the asker may have it, then its bytes. What the asker may not have any more is dropped."""

    def work(session: Session, emit: Emit) -> None:
        try:
            standing = session.standing(kept.sql, "fetch")
        except CarrelError as error:
            if not error.retry:
                shelf.drop(kept)
            raise
        outcome, place, checked = "disconnected", start, time.monotonic()
        try:
            if standing.fingerprint != kept.answered.fingerprint:
                shelf.drop(kept)
                raise no_such()
            emit(True)
            while place < end:
                if time.monotonic() - checked > _CHECK_S:
                    standing.check()
                    checked = time.monotonic()
                emit(shelf.part(kept, place, min(PART_BYTES, end - place)))
                place = min(end, place + PART_BYTES)
            outcome = "complete"
        except CarrelError as error:
            outcome = error.code
            raise
        finally:
            standing.close(outcome, place - start)

    return work


async def drop(request: Request) -> Response:
    """Ends an answer before its time."""
    principal = await caller(request)
    shelf = desk_of(request).shelf
    shelf.drop(shelf.find(request.path_params["name"], principal.person))
    return Response(status_code=204)


class _Part:
    """A response of known length; cut short, without an end, where the asker may not have the rest."""

    def __init__(self, watch: Watch, status: int, headers: dict[str, str]) -> None:
        self._watch = watch
        self._status = status
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self._headers.items()]
            await send({"type": "http.response.start", "status": self._status, "headers": headers})
            while (piece := await self._watch.question.next()) is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except CarrelError:
            return
        finally:
            self._watch.end()

"""The SQL page: a box to ask in, the first rows of each answer, the whole answer as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from starlette.routing import Route

from carrel.doors.http.asking import DIALECTS
from carrel.doors.http.desk import blocking, desk_of, origin_of
from carrel.doors.http.encode.tab import TabSeparated
from carrel.doors.http.pages import signed_in
from carrel.doors.http.preview import AnswerView, previewed
from carrel.doors.http.problems import status
from carrel.doors.http.render import render
from carrel.doors.http.streaming import Head, StreamedAnswer, Watch, attached, streamed
from carrel.model.errors import BadInput, CarrelError, SyntaxRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from carrel.doors.http.sessions import WebSession

_NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands in the box."""

    sql: str
    database: str
    dialect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the question an error lies: the line's text and spaces up to the place."""

    line: int
    text: str
    spaces: str


async def box(request: Request, session: WebSession) -> ASGIApp:
    return await _page(request, session, _asked(request.query_params))


async def run(request: Request, session: WebSession) -> ASGIApp:
    asked = _asked(request.state.form)
    question = _ask(request, session, asked, previewed(asked.sql)) if asked.sql.strip() else None
    if question is None:
        return await _page(request, session, asked, error=BadInput("there is no question in the box"))
    answers: list[AnswerView] = []
    error: CarrelError | None = None
    watch = Watch(request, question)
    database = asked.database
    try:
        while (item := await question.next()) is not None:
            if isinstance(item, AnswerView):
                answers.append(item)
            else:
                database = item
    except CarrelError as raised:
        error = raised
    finally:
        watch.end()
    return await _page(request, session, Asked(sql=asked.sql, database=database, dialect=asked.dialect), answers=answers, error=error)


async def download(request: Request, session: WebSession) -> ASGIApp:
    asked = _asked(request.state.form)
    if not asked.sql.strip():
        return await _page(request, session, asked, error=BadInput("there is no question in the box"))
    file = _file(asked)
    watch = Watch(request, _ask(request, session, asked, streamed(asked.sql, TabSeparated, file)))
    try:
        head = await watch.question.next()
    except CarrelError as error:
        watch.end()
        return await _page(request, session, asked, error=error)
    except BaseException:
        watch.end()
        raise
    if isinstance(head, Head):
        return StreamedAnswer(watch, head, {"Content-Type": f"{TabSeparated.media_type}; charset=utf-8", "Content-Disposition": attached(file)})
    watch.end()
    return await _page(request, session, asked, error=BadInput("the statement has no rows to download"))


def _ask(request: Request, session: WebSession, asked: Asked, work: Any) -> Any:
    return desk_of(request).ask(session.principal, origin_of(request), work, dialect=asked.dialect, database=asked.database or None)


def _asked(fields: Mapping[str, str]) -> Asked:
    dialect = fields.get("dialect", DIALECTS[0])
    sql = fields.get("sql", "").replace("\r\n", "\n")
    return Asked(sql=sql, database=fields.get("database", ""), dialect=dialect if dialect in DIALECTS else DIALECTS[0])


def _file(asked: Asked) -> str:
    base = "".join(character for character in asked.database if character in _NAME_CHARACTERS) or "answer"
    return f"{base}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tsv"


async def _page(
    request: Request, session: WebSession, asked: Asked, *, answers: list[AnswerView] | None = None, error: CarrelError | None = None
) -> Response:
    databases = await blocking(desk_of(request).doors.browser.databases, session.principal, origin_of(request))
    facts: dict[str, Any] = {"asked": asked, "answers": answers or [], "error": error, "place": _place(asked.sql, error), "dialects": DIALECTS}
    return render(request, "sql.html", status=status(error) if error else 200, session=session, databases=databases, **facts)


def _place(sql: str, error: CarrelError | None) -> Place | None:
    if not isinstance(error, SyntaxRefused):
        return None
    lines = sql.split("\n")
    if not 0 < error.line <= len(lines):
        return None
    before = lines[error.line - 1][:max(0, error.column - 1)]
    return Place(line=error.line, text=lines[error.line - 1], spaces="".join("\t" if character == "\t" else " " for character in before))


routes: Final = [
    Route("/sql", signed_in(box), methods=["GET"]),
    Route("/sql", signed_in(run), methods=["POST"]),
    Route("/sql/download", signed_in(download), methods=["POST"]),
]

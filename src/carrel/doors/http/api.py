"""The JSON API. `openapi.json` beside this file describes every route; a test compares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from carrel.doors.http import CAPABILITIES
from carrel.doors.http.desk import blocking, body_of, caller, desk_of, origin_of
from carrel.doors.http.encode import FORMATS, negotiate
from carrel.doors.http.problems import Rejected
from carrel.doors.http.streaming import Head, StreamedAnswer, Watch, answer_headers, streamed
from carrel.doors.http.views import TableView, view
from carrel.model.errors import BadInput
from carrel.model.names import TableName

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

PREFIX: Final = "/api/v1"
DIALECTS: Final = ("mysql", "hive", "duckdb")
WORDS_LENGTH: Final = 200
_OPENAPI: Final = Path(__file__).with_name("openapi.json").read_bytes()
_TYPES: Final = {"sql": str, "database": (str, type(None)), "dialect": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryBody:
    """What `POST /query` takes."""

    sql: str
    database: str | None = None
    dialect: str = CAPABILITIES.dialect


async def query(request: Request) -> ASGIApp:
    kind = negotiate(request.headers.get("accept", ""))
    if kind is None:
        raise Rejected("none of the wanted formats is given", code="not_acceptable", help=f"Accept: {', '.join(form.media_type for form in FORMATS)}")
    if request.scope["http_version"] == "1.0":
        raise Rejected("an answer that breaks off could not be told from a whole one in HTTP/1.0", code="http_version", help="use HTTP/1.1")
    principal = await caller(request)
    asked = parse_query(request.headers.get("content-type", ""), await body_of(request))
    desk = desk_of(request)
    question = desk.ask(principal, origin_of(request), streamed(asked.sql, kind), dialect=asked.dialect, database=asked.database)
    watch = Watch(request, question)
    try:
        head = await question.next()
    except BaseException:
        watch.end()
        raise
    if isinstance(head, Head):
        return StreamedAnswer(watch, head, {"Content-Type": kind.content_type(), "Vary": "Accept"})
    watch.end()
    return Response(status_code=204, headers={name: value for name, value in answer_headers((), head.notices).items() if name == "Carrel-Notices"})


def parse_query(content_type: str, body: bytes) -> QueryBody:
    """Raises Rejected for another type, BadInput for a body that is not what the document says."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Rejected("the body is not JSON", code="unsupported_media_type", help="Content-Type: application/json")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("the body is not JSON") from None
    if not isinstance(given, dict):
        raise BadInput("the body is not a JSON object")
    for key, value in given.items():
        if key not in _TYPES:
            raise BadInput("the body has an unknown key", help=f"the keys are {', '.join(_TYPES)}")
        if not isinstance(value, _TYPES[key]) or (isinstance(value, str) and not _is_text(value)):  # type: ignore[arg-type]
            raise BadInput(f"`{key}` is not text")
    asked = QueryBody(**{"sql": "", **given})
    if not asked.sql.strip():
        raise BadInput("`sql` is empty")
    if asked.dialect not in DIALECTS:
        raise BadInput("`dialect` is unknown", help=f"the dialects are {', '.join(DIALECTS)}")
    return asked


def _is_text(value: str) -> bool:
    """Whether it can be written as UTF-8; JSON can spell lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


async def me(request: Request) -> Response:
    principal = await caller(request)
    groups = await blocking(desk_of(request).doors.browser.groups, principal)
    return JSONResponse({"person": principal.person, "service": principal.service, "via": principal.via, "groups": sorted(groups)})


async def databases(request: Request) -> Response:
    found = await blocking(desk_of(request).doors.browser.databases, await caller(request), origin_of(request))
    return JSONResponse({"databases": [{"name": database.name, "kind": database.kind.value, "private": database.private} for database in found]})


async def tables(request: Request) -> Response:
    database = request.path_params["database"]
    found = await blocking(desk_of(request).doors.browser.tables, await caller(request), origin_of(request), database)
    return JSONResponse({"database": database, "tables": [_short(view(page)) for page in found]})


async def table(request: Request) -> Response:
    name = TableName(request.path_params["database"], request.path_params["table"])
    page = await blocking(desk_of(request).doors.browser.table, await caller(request), origin_of(request), name)
    return JSONResponse(_long(view(page)))


async def search(request: Request) -> Response:
    principal = await caller(request)
    words = request.query_params.get("q", "").strip()
    if not words or len(words) > WORDS_LENGTH:
        raise BadInput(f"`q` must hold 1 to {WORDS_LENGTH} characters")
    found = await blocking(desk_of(request).doors.browser.search, principal, origin_of(request), words)
    return JSONResponse({"tables": [_short(view(page)) for page in found]})


async def openapi(_request: Request) -> Response:
    return Response(_OPENAPI, media_type="application/json", headers={"Cache-Control": "no-cache"})


def _short(table: TableView) -> dict[str, Any]:
    return {"database": table.database, "table": table.name, "description": table.description, "readable": table.readable}


def _long(table: TableView) -> dict[str, Any]:
    columns = [
        {
            "name": column.name, "type": column.type, "nullable": column.nullable, "tag": column.tag, "description": column.description,
            "shown": column.shown.value, "hidden_cells": column.partly, "rule": column.rule, "reason": column.reason,
        }
        for column in table.columns
    ]
    keys = [{"name": key.name, "kind": key.kind, "columns": list(key.columns)} for key in table.keys]
    facts = {"hidden_rows": table.rows_hidden, "retention": table.retention, "readers": list(table.readers), "rule": table.rule, "reason": table.reason}
    return {**_short(table), **facts, "columns": columns, "keys": keys}


routes: Final = [
    Route(f"{PREFIX}/query", query, methods=["POST"]),
    Route(f"{PREFIX}/me", me),
    Route(f"{PREFIX}/databases", databases),
    Route(f"{PREFIX}/databases/{{database}}/tables", tables),
    Route(f"{PREFIX}/databases/{{database}}/tables/{{table}}", table),
    Route(f"{PREFIX}/search", search),
    Route(f"{PREFIX}/openapi.json", openapi),
]

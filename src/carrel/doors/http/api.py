"""The JSON API. `openapi.json` beside this file describes every route; a test compares."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response
from starlette.routing import Route

from carrel.doors.http import results
from carrel.doors.http.asking import file_of, format_of, parse_query
from carrel.doors.http.conditions import tag, told, unchanged
from carrel.doors.http.desk import blocking, body_of, caller, desk_of, origin_of
from carrel.doors.http.problems import Rejected
from carrel.doors.http.streaming import Head, StreamedAnswer, Watch, answer_headers, attached, streamed
from carrel.doors.http.views import TableView, view
from carrel.model.errors import BadInput
from carrel.model.names import TableName

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp
PREFIX: Final = "/api/v1"
WORDS_LENGTH: Final = 200
_OPENAPI: Final = Path(__file__).with_name("openapi.json").read_bytes()
_OPENAPI_TAG: Final = tag(_OPENAPI)


async def query(request: Request) -> ASGIApp:
    kind, file = format_of(request), file_of(request)
    if request.scope["http_version"] == "1.0":
        raise Rejected("an answer that breaks off could not be told from a whole one in HTTP/1.0", code="http_version", help="use HTTP/1.1")
    principal = await caller(request)
    asked = parse_query(request.headers.get("content-type", ""), await body_of(request))
    desk = desk_of(request)
    question = desk.ask(principal, origin_of(request), streamed(asked.sql, kind, file), dialect=asked.dialect, database=asked.database)
    watch = Watch(request, question)
    try:
        head = await question.next()
    except BaseException:
        watch.end()
        raise
    if isinstance(head, Head):
        disposition = {} if file is None else {"Content-Disposition": attached(file)}
        return StreamedAnswer(watch, head, {"Content-Type": kind.content_type(), "Vary": "Accept", **disposition})
    watch.end()
    return Response(status_code=204, headers={name: value for name, value in answer_headers((), head.notices).items() if name == "Carrel-Notices"})


async def me(request: Request) -> Response:
    principal = await caller(request)
    groups = await blocking(desk_of(request).doors.browser.groups, principal)
    return told(request, {"person": principal.person, "service": principal.service, "via": principal.via, "groups": sorted(groups)})


async def databases(request: Request) -> Response:
    found = await blocking(desk_of(request).doors.browser.databases, await caller(request), origin_of(request))
    return told(request, {"databases": [{"name": database.name, "kind": database.kind.value, "private": database.private} for database in found]})


async def tables(request: Request) -> Response:
    database = request.path_params["database"]
    found = await blocking(desk_of(request).doors.browser.tables, await caller(request), origin_of(request), database)
    return told(request, {"database": database, "tables": [_short(view(page)) for page in found]})


async def table(request: Request) -> Response:
    name = TableName(request.path_params["database"], request.path_params["table"])
    page = await blocking(desk_of(request).doors.browser.table, await caller(request), origin_of(request), name)
    return told(request, _long(view(page)))


async def search(request: Request) -> Response:
    principal = await caller(request)
    words = request.query_params.get("q", "").strip()
    if not words or len(words) > WORDS_LENGTH:
        raise BadInput(f"`q` must hold 1 to {WORDS_LENGTH} characters")
    found = await blocking(desk_of(request).doors.browser.search, principal, origin_of(request), words)
    return told(request, {"tables": [_short(view(page)) for page in found]})


async def openapi(request: Request) -> Response:
    headers = {"Cache-Control": "no-cache", "ETag": _OPENAPI_TAG}
    if unchanged(request, _OPENAPI_TAG):
        return Response(status_code=304, headers=headers)
    return Response(_OPENAPI, media_type="application/json", headers=headers)


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
    Route(f"{PREFIX}/results", results.keep, methods=["POST"]),
    Route(f"{PREFIX}/results/{{name}}", results.fetch),
    Route(f"{PREFIX}/results/{{name}}", results.drop, methods=["DELETE"]),
    Route(f"{PREFIX}/me", me),
    Route(f"{PREFIX}/databases", databases),
    Route(f"{PREFIX}/databases/{{database}}/tables", tables),
    Route(f"{PREFIX}/databases/{{database}}/tables/{{table}}", table),
    Route(f"{PREFIX}/search", search),
    Route(f"{PREFIX}/openapi.json", openapi),
]

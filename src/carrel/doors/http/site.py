"""The ASGI application: all routes, the rails around them, and errors as problem documents or pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from carrel.doors.http import api, copies, pages, render, workbench
from carrel.doors.http.desk import Desk, session_of
from carrel.doors.http.problems import PROBLEM_JSON, Rejected, problem, status
from carrel.doors.http.rails import Rails
from carrel.model.errors import CarrelError, NotFound

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request
    from starlette.types import ASGIApp

_CODES: Final = {404: "unknown_page", 405: "method_not_allowed"}
_RETRY_AFTER: Final = {429: "5", 503: "10"}


def build(desk: Desk, *, hosts: Collection[str] = ()) -> ASGIApp:
    """The application of one door; `hosts` are the names it answers to beside the loopback names, in lower case."""
    site = Starlette(
        routes=[*api.routes, *pages.routes, *workbench.routes, *copies.routes, *render.routes],
        exception_handlers={CarrelError: _refused, HTTPException: _refused_by_router},
    )
    site.router.redirect_slashes = False
    site.state.desk = desk
    return Rails(site, hosts=hosts)


async def _refused_by_router(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "bad_input")
    response = await _refused(request, Rejected(HTTPStatus(error.status_code).phrase.lower(), code=code))
    response.headers.update(error.headers or {})
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, CarrelError)
    if request.url.path.startswith("/api/"):
        return _as_problem(error)
    number = status(error)
    # What is not there and what this person does not know of must look the same.
    unknown = isinstance(error, NotFound) or number == 404
    return render.render(request, "error.html", status=404 if unknown else number, session=session_of(request), error=None if unknown else error)


def _as_problem(error: CarrelError) -> Response:
    number = status(error)
    headers = {"Retry-After": _RETRY_AFTER[number]} if number in _RETRY_AFTER else {}
    if number == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Carrel", charset="UTF-8"'
    return JSONResponse(problem(error), status_code=number, headers=headers, media_type=PROBLEM_JSON)

"""The pages' endpoints: who is signed in, what is shown. What a page looks like is in `templates`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from carrel.doors.http.desk import blocking, demand_own_page, demand_token, desk_of, form_of, origin_of, session_of
from carrel.doors.http.rails import host_name
from carrel.doors.http.render import render
from carrel.doors.http.views import starter, view
from carrel.model.errors import AuthenticationFailed
from carrel.model.names import TableName

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from carrel.doors.http.sessions import WebSession

    Endpoint = Callable[[Request, WebSession], Awaitable[ASGIApp]]

WORDS_LENGTH: Final = 200


def signed_in(endpoint: Endpoint) -> Callable[[Request], Awaitable[ASGIApp]]:
    """Lets only a signed-in person through; a posted form must come from our own page and carry the session's token.

    A link from another site comes without the `SameSite=Strict` cookie: such a visitor gets a page that opens the same address once more, from here.
    """

    async def guarded(request: Request) -> ASGIApp:
        session = session_of(request)
        if session is None:
            if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
                return render(request, "opening.html", status=200, headers={"Refresh": "0"})
            return RedirectResponse(f"/sign-in?next={quote(_address(request), safe='')}", status_code=303)
        if request.method == "POST":
            demand_own_page(request)
            request.state.form = await form_of(request)
            demand_token(session, request.state.form.get("token", ""))
        return await endpoint(request, session)

    return guarded


def _address(request: Request) -> str:
    if request.method != "GET":
        return "/sql"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def local(address: str) -> str:
    """The address when it is a path on this door, else the start page."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if plain and not parts.scheme and not parts.netloc else "/"


async def sign_in_form(request: Request) -> ASGIApp:
    if session_of(request) is not None:
        return RedirectResponse(local(request.query_params.get("next", "/")), status_code=303)
    return _sign_in_page(request, request.query_params.get("next", "/"))


async def sign_in(request: Request) -> ASGIApp:
    desk, secure = desk_of(request), request.url.scheme == "https"
    demand_own_page(request)
    form = await form_of(request)
    user, target = form.get("user", "").strip(), form.get("next", "/")
    if not desk.forms.fits(request.cookies.get(desk.cookie("form", secure=secure)), form.get("token", "")):
        return _sign_in_page(request, target, user=user, complaint="This page had been open for too long. Please try again.", status=403)
    try:
        principal = await desk.verify(user, form.get("secret", ""), origin_of(request))
    except AuthenticationFailed as error:
        return _sign_in_page(request, target, user=user, complaint=error.text[:1].upper() + error.text[1:] + ".", status=401)
    response = RedirectResponse(local(target), status_code=303)
    _set_cookie(request, response, "session", desk.sessions.open(principal))
    return response


def _sign_in_page(request: Request, target: str, *, user: str = "", complaint: str = "", status: int = 200) -> Response:
    desk = desk_of(request)
    cookie = desk.forms.cookie()
    response = render(request, "sign-in.html", status=status, next=local(target), user=user, complaint=complaint, token=desk.forms.token(cookie))
    _set_cookie(request, response, "form", cookie)
    return response


def _set_cookie(request: Request, response: Response, purpose: str, value: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(desk_of(request).cookie(purpose, secure=secure), value, path="/", httponly=True, secure=secure, samesite="strict")


async def sign_out(request: Request, _session: WebSession) -> ASGIApp:
    desk, secure = desk_of(request), request.url.scheme == "https"
    name = desk.cookie("session", secure=secure)
    desk.sessions.close(request.cookies.get(name))
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(name, path="/", httponly=True, secure=secure, samesite="strict")
    return response


async def start(request: Request, session: WebSession) -> ASGIApp:
    desk = desk_of(request)
    groups = await blocking(desk.doors.browser.groups, session.principal)
    name = host_name(request.headers["host"]) or ""
    # The mysql client takes `localhost` for a socket file, whatever port it is told.
    host = "127.0.0.1" if name == "localhost" else name
    ways: dict[str, Any] = {"host": host, "mysql_port": desk.doors.ports.get("mysql"), "base": str(request.base_url).rstrip("/")}
    return render(request, "start.html", session=session, groups=sorted(groups), **ways)


async def data(request: Request, session: WebSession) -> ASGIApp:
    browser, words = desk_of(request).doors.browser, request.query_params.get("q", "").strip()[:WORDS_LENGTH]
    facts: dict[str, Any] = {"words": words, "found": None}
    if words:
        facts["found"] = [view(page) for page in await blocking(browser.search, session.principal, origin_of(request), words)]
    databases = await blocking(browser.databases, session.principal, origin_of(request))
    return render(request, "data.html", session=session, databases=databases, **facts)


async def database(request: Request, session: WebSession) -> ASGIApp:
    name = request.path_params["database"]
    found = await blocking(desk_of(request).doors.browser.tables, session.principal, origin_of(request), name)
    return render(request, "database.html", session=session, name=name, tables=[view(page) for page in found])


async def table(request: Request, session: WebSession) -> ASGIApp:
    name = TableName(request.path_params["database"], request.path_params["table"])
    browser = desk_of(request).doors.browser
    seen = view(await blocking(browser.table, session.principal, origin_of(request), name))
    groups = await blocking(browser.groups, session.principal)
    return render(request, "table.html", session=session, table=seen, starter=starter(seen), groups=groups)


routes: Final = [
    Route("/", signed_in(start)),
    Route("/sign-in", sign_in_form, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", signed_in(sign_out), methods=["POST"]),
    Route("/data", signed_in(data)),
    Route("/data/{database}", signed_in(database)),
    Route("/data/{database}/{table}", signed_in(table)),
]

"""The page of a person's own copies, where they say that a file outside is deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import RedirectResponse
from starlette.routing import Route

from carrel.doors.http.desk import blocking, desk_of, origin_of
from carrel.doors.http.pages import signed_in
from carrel.doors.http.problems import Rejected
from carrel.doors.http.render import render
from carrel.model.copies import CopyState, Receiver, ReceiverKind

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from carrel.doors.http.sessions import WebSession
    from carrel.model.ports import CopyBook


async def copies(request: Request, session: WebSession) -> ASGIApp:
    own = await blocking(_book(request).own, session.principal, origin_of(request))
    today = datetime.now(UTC).date()
    parts: dict[str, Any] = {"outside": [copy for copy in own if copy.state is CopyState.OUT], "inside": [copy for copy in own if copy.state is CopyState.HERE]}
    with_ = {copy.id: await blocking(_book(request).receivers, copy.id) for copy in parts["inside"]}
    return render(request, "copies.html", session=session, **parts, receivers=with_, left={copy.id: (copy.ends - today).days for copy in own})


async def deleted(request: Request, session: WebSession) -> ASGIApp:
    await blocking(_book(request).deleted, session.principal, origin_of(request), request.state.form.get("copy", ""))
    return RedirectResponse("/copies", status_code=303)


async def unshared(request: Request, session: WebSession) -> ASGIApp:
    form = request.state.form
    try:
        receiver = Receiver(ReceiverKind(form.get("kind", "")), form.get("name", ""))
    except ValueError:
        raise Rejected("with whom it is shared no longer?", code="bad_input") from None
    await blocking(_book(request).unshare, session.principal, origin_of(request), form.get("copy", ""), receiver)
    return RedirectResponse("/copies", status_code=303)


def _book(request: Request) -> CopyBook:
    book = desk_of(request).doors.copies
    if book is None:
        raise Rejected("there is no registry of copies here", code="unknown_page")
    return book


routes: Final = [
    Route("/copies", signed_in(copies), methods=["GET"]),
    Route("/copies/deleted", signed_in(deleted), methods=["POST"]),
    Route("/copies/unshared", signed_in(unshared), methods=["POST"]),
]

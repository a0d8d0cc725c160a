"""Templates and static files. A page knows nothing but what it is handed; every value is escaped."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from carrel.doors.http.problems import Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_TICKED: Final = re.compile(r"`([^`]+)`")
_FOLDER: Final = Path(__file__).with_name("static")
FILES: Final = {name: (_FOLDER / name).read_bytes() for name in ("carrel.css", "carrel.js", "carrel.svg")}
"""All there is under `/static`."""

_DIGESTS: Final = {name: hashlib.sha256(held).hexdigest()[:12] for name, held in FILES.items()}


def _segment(name: str) -> str:
    return quote(name, safe="")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ticks(text: str) -> Markup:
    """What stands in back-ticks as code; all of it is escaped first."""
    return Markup(_TICKED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - only the escaped text and our own tag


def _static(name: str) -> str:
    return f"/static/{name}?v={_DIGESTS[name]}"


_pages: Final = Environment(
    loader=PackageLoader("carrel.doors.http"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
)
_pages.filters["segment"] = _segment
_pages.filters["sentence"] = _sentence
_pages.filters["ticks"] = _ticks
_pages.globals["static"] = _static


def render(request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, session: Any = None, **facts: Any) -> Response:
    """A page; `session` is None on pages for people who are not signed in."""
    text = _pages.get_template(template).render(session=session, path=request.url.path, **facts)
    return HTMLResponse(text, status_code=status, headers=headers)


async def static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FILES:
        raise Rejected("there is no such page", code="unknown_page")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    lasting = request.query_params.get("v") == _DIGESTS[name]
    return Response(FILES[name], media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache"})


routes: Final = [Route("/static/{name}", static)]

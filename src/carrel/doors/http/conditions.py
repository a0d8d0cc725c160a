"""Conditional requests and ranges (RFC 9110): entity tags, `If-None-Match`, `If-Range`, `Range`."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

_ONE_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def tag(body: bytes) -> str:
    """A strong entity tag."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def unchanged(request: Request, etag: str) -> bool:
    """Whether the client says that it has this already."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in (part.strip().removeprefix("W/") for part in known.split(","))


def told(request: Request, facts: object) -> Response:
    """Facts as JSON with their entity tag, or 304 for a client that has them. They have been looked up and recorded by then."""
    answer = JSONResponse(facts)
    headers = {"ETag": tag(bytes(answer.body))}
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


def wanted(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """Start and end of the one range that is wanted of `size` bytes; None for the whole: no range, several, one that cannot be read, or another entity.
    A range that lies outside has no bytes."""
    found = _ONE_RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or not any(found.groups()) or request.headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    end = min(size, int(last) + 1) if last else size
    if last and int(last) < int(first):
        return None
    return (int(first), end) if int(first) < size else (size, size)

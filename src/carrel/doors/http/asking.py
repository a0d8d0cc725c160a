"""What a request asks: its body, and the format that it wants."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carrel.doors.http import CAPABILITIES
from carrel.doors.http.encode import FORMATS, negotiate
from carrel.doors.http.problems import Rejected
from carrel.model.errors import BadInput

if TYPE_CHECKING:
    from starlette.requests import Request

    from carrel.doors.http.encode import Format

DIALECTS: Final = ("mysql", "hive", "duckdb")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TYPES: Final = {"sql": str, "database": (str, type(None)), "dialect": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryBody:
    """What `POST /query` takes."""

    sql: str
    database: str | None = None
    dialect: str = CAPABILITIES.dialect


def format_of(request: Request) -> type[Format]:
    """Raises Rejected where the client takes none of ours."""
    kind = negotiate(request.headers.get("accept", ""))
    if kind is None:
        raise Rejected("none of the wanted formats is given", code="not_acceptable", help=f"Accept: {', '.join(form.media_type for form in FORMATS)}")
    return kind


def file_of(request: Request) -> str | None:
    """The name of the file that the answer becomes, as `?download=edits.tsv` says; None where it does not become one. Raises BadInput."""
    name = request.query_params.get("download")
    if name is not None and not _FILE.fullmatch(name):
        raise BadInput("`download` is not a file's name", help="letters, digits, `.`, `_` and `-`, at most 100, a letter or a digit first")
    return name


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

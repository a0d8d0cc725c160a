"""An answer's Arrow batches as bytes: one module per format. Which format a client gets is decided here, by its Accept header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carrel.doors.http.encode.arrow import ArrowStream, ArrowStreamLz4, ArrowStreamZstd, Parquet
from carrel.doors.http.encode.base import Format
from carrel.doors.http.encode.comma import CommaSeparated
from carrel.doors.http.encode.jsonlines import JsonLines
from carrel.doors.http.encode.tab import TabSeparated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carrel.model.queries import ResultColumn

FORMATS: Final[tuple[type[Format], ...]] = (TabSeparated, JsonLines, CommaSeparated, ArrowStream, ArrowStreamLz4, ArrowStreamZstd, Parquet)
"""The first one serves clients that have no wish."""

_ALIASES: Final[dict[str, str]] = {"application/jsonl": JsonLines.media_type, "application/json-lines": JsonLines.media_type}


def negotiate(accept: str) -> type[Format] | None:
    """The format that an Accept header prefers (RFC 9110): of each format the most specific range counts. Among equals the more specific, then the earlier
    range, then the earlier of `FORMATS`, which is also what an empty header gets. None where it takes none of ours."""
    if not accept.strip():
        return FORMATS[0]
    ranges = [_range(place, part) for place, part in enumerate(accept.split(","))]
    best: tuple[float, int, int, int] | None = None
    for number, kind in enumerate(FORMATS):
        found = max(((specific, -place, quality) for specific, place, quality in (_fit(kind, one) for one in ranges) if specific), default=None)
        if found is not None and found[2] > 0:
            best = max(filter(None, (best, (found[2], found[0], found[1], -number))))
    return None if best is None else FORMATS[-best[3]]


def _range(place: int, part: str) -> tuple[str, int, float]:
    """Media type with its codec, place in the header, quality."""
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    name = ";".join((media, *(parameter for parameter in parameters if parameter.startswith("codec="))))
    return _ALIASES.get(name, name), place, _quality(parameters)


def _fit(kind: type[Format], wanted: tuple[str, int, float]) -> tuple[int, int, float]:
    """How specific a range names a format: 3, 2, 1, or 0 for not at all; its place and quality. A codec is given to those alone who name it."""
    name, place, quality = wanted
    group = "" if ";" in kind.media_type else f"{kind.media_type.partition('/')[0]}/*"
    return {kind.media_type: 3, group: 2, "*/*" if group else "": 1}.get(name, 0) if name else 0, place, quality


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def columns_of(columns: Sequence[ResultColumn]) -> list[dict[str, str]]:
    """Names and types of an answer's columns, as JSON values."""
    return [{"name": column.name, "type": str(column.type)} for column in columns]


__all__ = ["FORMATS", "Format", "columns_of", "negotiate"]

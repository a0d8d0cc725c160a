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

_ALIASES: Final[dict[str, type[Format]]] = {
    "application/jsonl": JsonLines, "application/json-lines": JsonLines, "application/*": JsonLines, "text/*": TabSeparated, "*/*": FORMATS[0],
}
_BY_TYPE: Final[dict[str, type[Format]]] = {**{kind.media_type: kind for kind in FORMATS}, **_ALIASES}


def negotiate(accept: str) -> type[Format] | None:
    """The format that an Accept header prefers; the first of `FORMATS` for an empty one, None where it takes none of ours."""
    if not accept.strip():
        return FORMATS[0]
    best: tuple[float, int, type[Format]] | None = None
    for place, part in enumerate(accept.split(",")):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = _quality(parameters)
        kind = _BY_TYPE.get(";".join((media, *(parameter for parameter in parameters if parameter.startswith("codec=")))))
        if kind is not None and quality > 0 and (best is None or (quality, -place) > best[:2]):
            best = (quality, -place, kind)
    return best[2] if best else None


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

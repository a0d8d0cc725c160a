"""Dates and times as text, on their way into a table's columns: read as MariaDB reads them, and written as it writes them."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_APART: Final = re.compile(r"\s*(\d{1,4})[^\w\s](\d{1,2})[^\w\s](\d{1,2})(?:(?:T|\s+)(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?)?\s*", re.ASCII)
_TOGETHER: Final = re.compile(r"\s*(\d{4}|\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?(?:\.(\d*))?\s*", re.ASCII)
_TIME: Final = re.compile(r"\s*(-?)(?:(\d+)\s+)?(\d+):(\d{1,2})(?::(\d{1,2}))?(?:\.(\d*))?\s*", re.ASCII)
_SHORT_TIME: Final = re.compile(r"\s*(-?)(\d{1,3}?)(\d\d)?(\d\d)(?:\.(\d*))?\s*", re.ASCII)
_FORMATS: Final = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M:%S"}
KINDS: Final = re.compile(r"(date|datetime|timestamp|time)(?:\((\d)\))?")
_LAST_HOUR: Final = 838


def moments(texts: pa.Array, native: str) -> pa.Array:
    """The texts as a column of this type keeps them. Raises ValueError where one is no such time, strict as MariaDB is by default."""
    found = KINDS.fullmatch(native)
    assert found is not None
    kind, digits = "datetime" if found[1] == "timestamp" else found[1], int(found[2] or 0)
    if kind in _FORMATS and not digits:
        again = pc.strftime(pc.strptime(texts, format=_FORMATS[kind], unit="s", error_is_null=True), format=_FORMATS[kind])
        if pc.all(pc.fill_null(pc.equal(again, texts), False)).as_py() is True:
            return texts
    made = (None if text is None else time_of(text, digits) if kind == "time" else moment_of(text, kind, digits) for text in texts.to_pylist())
    return pa.array(list(made), pa.string())


def moment_of(text: str, kind: str, digits: int) -> str:
    """`kind`: date or datetime. Zero dates and dates whose day or month is zero are as good as others. Raises ValueError."""
    found = _APART.fullmatch(text) or _TOGETHER.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if len(found[1]) < 3:
        year += 2000 if year < 70 else 1900
    if month > 12 or (day > (monthrange(year or 4, month)[1] if month else 31)) or hour > 23 or minute > 59 or second > 59:
        raise ValueError(text)
    date = f"{year:04}-{month:02}-{day:02}"
    return date if kind == "date" else f"{date} {hour:02}:{minute:02}:{second:02}{_fraction(found[7], digits)}"


def time_of(text: str, digits: int) -> str:
    """Raises ValueError."""
    if _APART.fullmatch(text) and ":" in text and "-" in text.lstrip(" -"):
        return moment_of(text, "datetime", digits)[11:]
    if (found := _TIME.fullmatch(text)) is not None:
        sign, days, hour, minute, second, fraction = found.groups()
    elif (found := _SHORT_TIME.fullmatch(text)) is not None:
        sign, first, middle, second, fraction = found.groups()
        days, (hour, minute) = None, (first, middle) if middle is not None else ("0", first)
    else:
        raise ValueError(text)
    hours = int(days or 0) * 24 + int(hour)
    if hours > _LAST_HOUR or int(minute) > 59 or int(second or 0) > 59:
        raise ValueError(text)
    return f"{sign}{hours:02}:{int(minute):02}:{int(second or 0):02}{_fraction(fraction, digits)}"


def _fraction(text: str | None, digits: int) -> str:
    return "." + (text or "")[:digits].ljust(digits, "0") if digits else ""

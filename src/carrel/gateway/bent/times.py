"""Dates and times out of the texts of a file. They stay text, as MariaDB prints them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from carrel.gateway.bent.told import Bent, Level, incorrect, out_of_range, truncated
from carrel.model.tables import Column

_TYPE: Final = re.compile(r"(?P<base>date|datetime|timestamp|time|year)(?:\((?P<places>\d+)\))?\Z")
_APART: Final = re.compile(
    r"\s*(\d{1,4})[^\w\s:](\d{1,2})[^\w\s:](\d{1,2})(?:(?:[T ]|\s+)(\d{1,2})(?:[^\w\s](\d{1,2})(?:[^\w\s](\d{1,2})(?:\.(\d{0,9}))?)?)?)?", re.ASCII,
)
_TOGETHER: Final = re.compile(r"\s*(\d{14}|\d{12}|\d{8}|\d{6})(?:\.(\d{0,9}))?(?!\d)", re.ASCII)
_TIME: Final = re.compile(r"\s*(-?)(?:(\d{1,3}) )?(\d{1,4}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?", re.ASCII)
_DIGITS: Final = re.compile(r"\s*(-?)(\d{1,7})(?:\.(\d{0,9}))?", re.ASCII)
_LARGEST_H: Final = 838
_ZERO: Final = {"date": "0000-00-00", "datetime": "0000-00-00 00:00:00", "timestamp": "0000-00-00 00:00:00", "time": "00:00:00", "year": "0000"}

_Moment = tuple[int, int, int, int, int, int, str]


def maker(column: Column) -> Callable[[bytes], Bent] | None:
    """What makes a text a time of this column; None where it holds none."""
    found = _TYPE.match(column.native_type)
    if found is None or column.type != "VARCHAR":
        return None
    places = int(found["places"] or 0) if found["base"] != "year" else 0
    return partial(_MAKERS[found["base"]], found["base"], places)


def zero(column: Column) -> str:
    found = _TYPE.match(column.native_type)
    assert found is not None
    return _nothing(found["base"], int(found["places"] or 0))


def _nothing(base: str, places: int) -> str:
    return _ZERO[base] + ("." + "0" * places if places and base in {"datetime", "timestamp", "time"} else "")


def _moment(text: str) -> tuple[_Moment | None, str]:
    """Year, month, day, hour, minute, second and the digits of a fraction; and what comes after them. None for what is no date."""
    found = _APART.match(text)
    if found is not None:
        year = found[1]
        parts = [int(part or 0) for part in found.groups()[1:6]]
        return _checked(_century(year), parts, found[7] or ""), text[found.end() :]
    found = _TOGETHER.match(text)
    if found is None:
        return None, text
    digits = found[1]
    head = 4 if len(digits) in {8, 14} else 2
    pairs = [int(digits[at : at + 2]) for at in range(head, len(digits), 2)]
    return _checked(_century(digits[:head]), (pairs + [0] * 5)[:5], found[2] or ""), text[found.end() :]


def _century(year: str) -> int:
    return int(year) if len(year) > 2 else int(year) + (2000 if int(year) < 70 else 1900)


def _checked(year: int, parts: Sequence[int], fraction: str) -> _Moment | None:
    month, day, hour, minute, second = parts
    if not (month or day) and year == 2000:
        year = 0  # `00-00-00` is the zero date
    most = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 31
    if month > 12 or day > most or hour > 23 or minute > 59 or second > 59:
        return None
    return year, month, day, hour, minute, second, fraction


def _fraction(digits: str, places: int) -> str:
    return "." + digits[:places].ljust(places, "0") if places else ""


def _text(data: bytes) -> str:
    return data.decode("ascii", "replace")


def _date(base: str, places: int, data: bytes) -> Bent:
    moment, rest = _moment(_text(data))
    if moment is None:
        return truncated(_nothing(base, places))
    year, month, day, *clock = moment
    value = f"{year:04d}-{month:02d}-{day:02d}"
    if rest.strip():
        return truncated(value)
    return truncated(value, Level.NOTE) if any(clock[:3]) or str(clock[3]).strip("0") else Bent(value)


def _datetime(base: str, places: int, data: bytes) -> Bent:
    moment, rest = _moment(_text(data))
    if moment is None or (base == "timestamp" and moment[0] and not (moment[1] and moment[2])):
        return truncated(_nothing(base, places))
    year, month, day, hour, minute, second, fraction = moment
    if rest[:1].isalpha() and rest[0] != "T" and not (hour or minute or second):
        return truncated(_nothing(base, places))  # a letter right behind the day
    value = f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}{_fraction(fraction, places)}"
    return truncated(value) if rest.strip() else Bent(value)


def _time(base: str, places: int, data: bytes) -> Bent:
    text = _text(data)
    whole = _APART.match(text)
    if whole is not None:
        moment, rest = _moment(text)
        if moment is None:
            return truncated(_nothing(base, places))
        value = f"{moment[3]:02d}:{moment[4]:02d}:{moment[5]:02d}{_fraction(moment[6], places)}"
        return truncated(value, Level.WARNING if rest.strip() else Level.NOTE)
    found = _TIME.match(text)
    if found is not None:
        hours, minutes, seconds = int(found[2] or 0) * 24 + int(found[3]), int(found[4]), int(found[5] or 0)
        sign, fraction = found[1], found[6] or ""
    else:
        found = _DIGITS.match(text)
        if found is None:
            return truncated(_nothing(base, places))
        sign, number, fraction = found[1], int(found[2]), found[3] or ""
        hours, minutes, seconds = number // 10000, number // 100 % 100, number % 100
    if minutes > 59 or seconds > 59:
        return truncated(_nothing(base, places))
    if hours > _LARGEST_H:
        return out_of_range(f"{sign}838:59:59{_fraction('9' * places, places)}")
    value = f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}{_fraction(fraction, places)}"
    return truncated(value) if text[found.end() :].strip() else Bent(value)


def _year(_base: str, _places: int, data: bytes) -> Bent:
    text = _text(data).strip()
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
        return incorrect("0000", "integer") if not text[:1].isdigit() else truncated("0000")
    year = int(text) if len(text) > 2 else _century(text)
    return Bent(f"{year:04d}") if year == 0 or 1901 <= year <= 2155 else out_of_range("0000")


_MAKERS: Final[dict[str, Callable[[str, int, bytes], Bent]]] = {"date": _date, "datetime": _datetime, "timestamp": _datetime, "time": _time, "year": _year}

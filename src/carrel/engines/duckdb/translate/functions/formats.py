"""DATE_FORMAT and STR_TO_DATE: MySQL's codes, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.functions.registry import constant_text
from carrel.engines.duckdb.translate.kinds import DATE, DATETIME, TEXT
from carrel.engines.duckdb.translate.values import Value, as_datetime, as_text
from carrel.model.errors import NotAllowed

_PLAIN: Final = {
    "Y": "%Y", "y": "%y", "m": "%m", "c": "%-m", "d": "%d", "e": "%-d", "H": "%H", "k": "%-H", "h": "%I", "I": "%I", "l": "%-I", "i": "%M", "s": "%S",
    "S": "%S", "p": "%p", "f": "%f", "j": "%j", "a": "%a", "b": "%b", "M": "%B", "W": "%A", "w": "%w", "T": "%H:%M:%S", "r": "%I:%M:%S %p", "%": "%%",
}
"""MySQL's code to DuckDB's strftime."""
_COMPUTED: Final = {
    "D": "carrel_day_suffix({0})",
    "U": "lpad(CAST(carrel_week_0({0}) AS VARCHAR), 2, '0')", "u": "lpad(CAST(carrel_week_1({0}) AS VARCHAR), 2, '0')",
    "V": "lpad(CAST(carrel_week_2({0}) AS VARCHAR), 2, '0')", "v": "lpad(CAST(carrel_week_3({0}) AS VARCHAR), 2, '0')",
    "X": "lpad(CAST(carrel_yearweek_2({0}) // 100 AS VARCHAR), 4, '0')", "x": "lpad(CAST(carrel_yearweek_3({0}) // 100 AS VARCHAR), 4, '0')",
}
"""MySQL's code to an expression of the time."""
_READ: Final = {
    "Y": "%Y", "y": "%y", "m": "%m", "c": "%m", "d": "%d", "e": "%d", "H": "%H", "k": "%H", "h": "%I", "I": "%I", "l": "%I", "i": "%M", "s": "%S", "S": "%S",
    "p": "%p", "f": "%f", "j": "%j", "b": "%b", "M": "%B", "a": "%a", "W": "%A", "T": "%H:%M:%S", "r": "%I:%M:%S %p", "%": "%%",
}
"""MySQL's code to DuckDB's strptime."""
_WIDTHS: Final = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "h": 2, "I": 2, "i": 2, "s": 2, "S": 2, "j": 3, "T": 8, "%": 1}
_CLOCK: Final = frozenset("HkhIlisSpfTr")


def date_format(arguments: Sequence[Value]) -> Value:
    moment = as_datetime(arguments[0])
    pieces: list[str] = []
    plain = ""
    for code, text in _codes(constant_text(arguments[1], "a date format")):
        if code in _COMPUTED:
            pieces += [_strftime(moment, plain)] if plain else []
            pieces.append(_COMPUTED[code].format(moment))
            plain = ""
        else:
            plain += _PLAIN.get(code, code) if code else text.replace("%", "%%")
    if plain or not pieces:
        pieces.append(_strftime(moment, plain))
    return Value("(" + " || ".join(pieces) + ")", TEXT)


def _strftime(moment: Value, pattern: str) -> str:
    return f"strftime({moment}, {literal(pattern)})"


def str_to_date(arguments: Sequence[Value]) -> Value:
    week = _of_week(arguments)
    if week is not None:
        return week
    pattern, codes = "", set()
    for code, text in _codes(constant_text(arguments[1], "a date format")):
        if code and code not in _READ:
            raise NotAllowed(f"`STR_TO_DATE` does not know the code `%{code}` here")
        codes.add(code)
        pattern += _READ[code] if code else text.replace("%", "%%")
    moment = f"try_strptime({_cut(as_text(arguments[0]), arguments[1])}, {literal(pattern)})"
    codes -= {"", "%"}
    if codes and codes <= _CLOCK:
        return Value(f"strftime({moment}, '%H:%M:%S')", TEXT)
    partial = _partial(codes)
    if codes & _CLOCK:
        return Value(moment, replace(DATETIME, partial=f"{partial} %H:%M:%S" if partial else ""))
    return Value(f"CAST({moment} AS DATE)", replace(DATE, partial=partial))


def _partial(codes: set[str]) -> str:
    """How a date is shown of which the format has not all parts; empty where it has."""
    if "j" in codes and codes & {"Y", "y"}:
        return ""
    parts = [("%Y", "0000", {"Y", "y"}), ("%m", "00", {"m", "c", "b", "M"}), ("%d", "00", {"d", "e"})]
    shown = "-".join(part if codes & known else missing for part, missing, known in parts)
    return shown if "00" in shown else ""


def _of_week(arguments: Sequence[Value]) -> Value | None:
    """STR_TO_DATE of a year, a week and a day of the week; None where the format says something else."""
    codes = list(_codes(constant_text(arguments[1], "a date format")))
    names = [code for code, _ in codes if code]
    week = next((code for code in names if code in _WEEKS), None)
    if week is None or sorted(map(_week_part, names)) != ["day", "week", "year"]:
        return None
    pattern = "^" + "".join(_WEEK_READ[_week_part(code)] if code else re.escape(text) for code, text in codes)
    places = {_week_part(name): place for place, name in enumerate(names, 1)}
    text = as_text(arguments[0])
    year, number, day = (f"regexp_extract({text}, {literal(pattern)}, {places[part]})" for part in ("year", "week", "day"))
    return Value(f"carrel_week_date({year}, {number}, {day}, {_WEEKS[week]})", DATE)


_WEEKS: Final = {"U": 0, "V": 0, "u": 1, "v": 1}
"""Codes of a week's number: 0 where weeks begin on Sunday, 1 on Monday."""
_WEEK_READ: Final = {"year": r"\s*(\d{4})", "week": r"\s*(\d{1,2})", "day": r"\s*([A-Za-z]+|\d)"}


def _week_part(code: str) -> str:
    return "week" if code in _WEEKS else "year" if code in "XxY" else "day" if code in "Wwa" else ""


def _cut(text: Value, pattern: Value) -> str:
    """What follows the last code is ignored, as in MySQL, where the width of what comes before is fixed."""
    width = 0
    for code, plain in _codes(constant_text(pattern, "a date format")):
        if code and code not in _WIDTHS:
            return str(text)
        width += _WIDTHS[code] if code else len(plain)
    return f"substr({text}, 1, {width})" if width else str(text)


def _codes(pattern: str) -> Iterator[tuple[str, str]]:
    """(code, "") or ("", text), in order."""
    index = 0
    while index < len(pattern):
        if pattern[index] == "%" and index + 1 < len(pattern):
            yield pattern[index + 1], ""
            index += 2
        else:
            yield "", pattern[index]
            index += 1

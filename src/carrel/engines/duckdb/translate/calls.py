"""Which function of MySQL a node of the parsed tree is, and its arguments in MySQL's order: the parser gives many functions a class of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sqlglot import exp
from sqlglot.dialects.mysql import MySQL

Arguments = list[exp.Expression]
_CODE: Final = re.compile(r"%-?[A-Za-z%](?:strict)?")
Reader = Callable[[exp.Expression], Arguments]


def _arguments(*names: str) -> Reader:
    return lambda node: [node.args[name] for name in names if node.args.get(name) is not None]


def _with_list(*names: str) -> Reader:
    return lambda node: [*(node.args[name] for name in names), *node.expressions]


def _unwrapped(name: str, *more: str) -> Reader:
    """The parser wraps what date functions read in conversions that MySQL does not have."""

    def read(node: exp.Expression) -> Arguments:
        first = node.args[name]
        if isinstance(first, exp.TsOrDsToDate | exp.TsOrDsToTimestamp):
            first = first.this
        return [first, *(node.args[other] for other in more if node.args.get(other) is not None)]

    return read


def formatted(node: exp.Expression) -> Arguments:
    """DATE_FORMAT and its like: the parser has turned the codes into another dialect's."""
    first = node.this
    if isinstance(node, exp.TimeToStr) and isinstance(first, exp.TsOrDsToDate | exp.TsOrDsToTimestamp | exp.TimeStrToTime):
        first = first.this
    pattern = node.args.get("format")
    if pattern is None:
        return [first]
    if isinstance(pattern, exp.Literal) and pattern.is_string:
        pattern = exp.Literal.string(_CODE.sub(lambda found: MySQL.INVERSE_TIME_MAPPING.get(found[0], found[0]), pattern.this))
    return [first, pattern]


CALLS: Final[dict[type[exp.Expression], tuple[str, Reader]]] = {
    exp.Left: ("left", _arguments("this", "expression")), exp.Right: ("right", _arguments("this", "expression")),
    exp.Substring: ("substr", _arguments("this", "start", "length")), exp.SubstringIndex: ("substring_index", _arguments("this", "delimiter", "count")),
    exp.Concat: ("concat", _with_list()), exp.ConcatWs: ("concat_ws", _with_list()), exp.BitLength: ("bit_length", _arguments("this")),
    exp.StrPosition: ("locate", _arguments("substr", "this", "position")), exp.Replace: ("replace", _arguments("this", "expression", "replacement")),
    exp.Hex: ("hex", _arguments("this")), exp.LowerHex: ("hex", _arguments("this")), exp.Unhex: ("unhex", _arguments("this")),
    exp.MD5: ("md5", _arguments("this")), exp.SHA: ("sha1", _arguments("this")), exp.SHA2: ("sha2", _arguments("this", "length")),
    exp.NumberToStr: ("format", _arguments("this", "format")), exp.Elt: ("elt", _with_list("this")), exp.Lower: ("lower", _arguments("this")),
    exp.Upper: ("upper", _arguments("this")), exp.Reverse: ("reverse", _arguments("this")), exp.Repeat: ("repeat", _arguments("this", "times")),
    exp.Space: ("space", _arguments("this")), exp.Ascii: ("ascii", _arguments("this")), exp.Chr: ("char", _with_list()),
    exp.Soundex: ("soundex", _arguments("this")),
    exp.Stuff: ("insert", _arguments("this", "start", "length", "expression")), exp.ToBase64: ("to_base64", _arguments("this")),
    exp.FromBase64: ("from_base64", _arguments("this")),
    exp.Abs: ("abs", _arguments("this")), exp.Ceil: ("ceil", _arguments("this")), exp.Floor: ("floor", _arguments("this")),
    exp.Round: ("round", _arguments("this", "decimals")), exp.Trunc: ("truncate", _arguments("this", "decimals")),
    exp.Pow: ("pow", _arguments("this", "expression")), exp.Sqrt: ("sqrt", _arguments("this")), exp.Exp: ("exp", _arguments("this")),
    exp.Ln: ("ln", _arguments("this")), exp.Log: ("log", _arguments("this", "expression")), exp.Sign: ("sign", _arguments("this")),
    exp.Pi: ("pi", _arguments()), exp.Rand: ("rand", _arguments("this")), exp.Sin: ("sin", _arguments("this")), exp.Cos: ("cos", _arguments("this")),
    exp.Tan: ("tan", _arguments("this")), exp.Atan: ("atan", _arguments("this", "expression")), exp.Atan2: ("atan2", _arguments("this", "expression")),
    exp.Asin: ("asin", _arguments("this")), exp.Acos: ("acos", _arguments("this")), exp.Cot: ("cot", _arguments("this")),
    exp.Degrees: ("degrees", _arguments("this")), exp.Radians: ("radians", _arguments("this")), exp.BitwiseCount: ("bit_count", _arguments("this")),
    exp.TsOrDsToDate: ("date", _arguments("this")), exp.Date: ("date", _arguments("this")), exp.TsOrDsToTimestamp: ("timestamp", _arguments("this")),
    exp.Timestamp: ("timestamp", _arguments("this", "zone")), exp.Time: ("time", _arguments("this")),
    exp.TimeFromParts: ("maketime", _arguments("hour", "min", "sec")), exp.TimeToStr: ("date_format", formatted),
    exp.StrToDate: ("str_to_date", formatted), exp.StrToTime: ("str_to_date", formatted), exp.UnixToTime: ("from_unixtime", formatted),
    exp.Year: ("year", _unwrapped("this")), exp.Month: ("month", _unwrapped("this")), exp.Day: ("dayofmonth", _unwrapped("this")),
    exp.DayOfMonth: ("dayofmonth", _unwrapped("this")), exp.DayOfWeek: ("dayofweek", _unwrapped("this")), exp.DayOfYear: ("dayofyear", _unwrapped("this")),
    exp.Hour: ("hour", _arguments("this")), exp.Minute: ("minute", _arguments("this")), exp.Second: ("second", _arguments("this")),
    exp.Quarter: ("quarter", _arguments("this")), exp.Week: ("week", _unwrapped("this", "mode")), exp.WeekOfYear: ("weekofyear", _unwrapped("this")),
    exp.Dayname: ("dayname", _arguments("this")), exp.LastDay: ("last_day", _arguments("this")), exp.DateDiff: ("datediff", _arguments("this", "expression")),
    exp.ConvertTimezone: ("convert_tz", _arguments("timestamp", "source_tz", "target_tz")),
    exp.JSONValue: ("json_value", _arguments("this", "path")), exp.JSONType: ("json_type", _arguments("this", "expression")),
    exp.JSONKeys: ("json_keys", _arguments("this", "expression")), exp.JSONExtract: ("json_extract", _arguments("this", "expression")),
    exp.JSONExtractScalar: ("json_extract_scalar", _arguments("this", "expression")),
}
"""By class: MySQL's name, and how to read the arguments."""

SYNONYMS: Final = {
    "mid": "substr", "substring": "substr", "octet_length": "length", "character_length": "char_length", "lcase": "lower", "ucase": "upper", 
    "position": "locate",
    "sha": "sha1", "ceiling": "ceil", "power": "pow", "day": "dayofmonth", "date_sub": "subdate", "date_add": "adddate",
}
"""Names that MySQL has for one and the same function."""


def call(node: exp.Expression) -> tuple[str, Arguments] | None:
    """MySQL's name of the function in small letters and its arguments; None where the node is no plain function."""
    if isinstance(node, exp.Anonymous):
        name = str(node.this).lower()
        return SYNONYMS.get(name, name), list(node.expressions)
    if isinstance(node, exp.Length):
        return "length" if node.args.get("binary") else "char_length", [node.this]
    if isinstance(node, exp.Trim):
        return _trim(node)
    if isinstance(node, exp.Pad):
        fill = node.args.get("fill_pattern")
        return "lpad" if node.args.get("is_left") else "rpad", [node.this, node.expression, *([fill] if fill is not None else [])]
    if isinstance(node, exp.DateDiff) and _since_year_zero(node):
        return "days_before", [node.this.this]
    found = CALLS.get(type(node))
    return (found[0], found[1](node)) if found else None


def _since_year_zero(node: exp.DateDiff) -> bool:
    """The parser makes TO_DAYS(x) of DATEDIFF(x, '0000-01-01') + 1."""
    start = node.expression
    return isinstance(start, exp.TsOrDsToDate) and start.this.name == "0000-01-01" and isinstance(node.this, exp.TsOrDsToDate)


def _trim(node: exp.Trim) -> tuple[str, Arguments]:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
    part = node.args.get("expression")
    return name, [node.this, *([part] if part is not None else [])]

"""Functions on dates and times. Dates come as DATE and DATETIME, as MediaWiki's 14 digits, as text or as numbers; what is no date is NULL. The zone is UTC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.functions.formats import date_format, str_to_date
from carrel.engines.duckdb.translate.functions.registry import Function, constant_int, constant_text
from carrel.engines.duckdb.translate.kinds import BIGINT, DATE, DATETIME, TEXT, Family, decimal
from carrel.engines.duckdb.translate.values import Value, as_date, as_datetime, as_double, as_int, as_text
from carrel.model.errors import NotAllowed

Arguments = Sequence[Value]

UNITS: Final = {
    "MICROSECOND": "to_microseconds({})", "SECOND": "to_seconds({})", "MINUTE": "to_minutes({})", "HOUR": "to_hours({})", "DAY": "to_days({})",
    "WEEK": "to_weeks({})", "MONTH": "to_months({})", "QUARTER": "to_quarters({})", "YEAR": "to_years({})",
}
"""MySQL's plain interval units."""
BOUNDS: Final = {
    "MICROSECOND": 320_000_000_000_000_000, "SECOND": 320_000_000_000, "MINUTE": 5_300_000_000, "HOUR": 88_000_000, "DAY": 3_660_000, "WEEK": 522_000,
    "MONTH": 120_000, "QUARTER": 40_000, "YEAR": 10_000,
}
"""The most of each unit that leads from one year of MySQL's to another; more gives NULL."""
PAIRS: Final = {
    "YEAR_MONTH": ("YEAR", "MONTH"), "DAY_HOUR": ("DAY", "HOUR"), "DAY_MINUTE": ("DAY", "HOUR", "MINUTE"), "DAY_SECOND": ("DAY", "HOUR", "MINUTE", "SECOND"),
    "HOUR_MINUTE": ("HOUR", "MINUTE"), "HOUR_SECOND": ("HOUR", "MINUTE", "SECOND"), "MINUTE_SECOND": ("MINUTE", "SECOND"),
}
"""MySQL's composed interval units, each with its parts."""
_DAYS: Final = frozenset({"DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "YEAR_MONTH"})
_EXTRACTS: Final = {
    "YEAR": "year({0})", "MONTH": "month({0})", "DAY": "day({0})", "QUARTER": "quarter({0})", "WEEK": "carrel_week_0({0})",
    "YEAR_MONTH": "(year({0}) * 100 + month({0}))", "MICROSECOND": "carrel_microsecond({0})",
    "HOUR": "hour({0})", "MINUTE": "minute({0})", "SECOND": "second({0})", "DAY_HOUR": "(day({0}) * 100 + hour({0}))",
    "DAY_MINUTE": "(day({0}) * 10000 + hour({0}) * 100 + minute({0}))",
    "DAY_SECOND": "(day({0}) * 1000000 + hour({0}) * 10000 + minute({0}) * 100 + second({0}))",
    "HOUR_MINUTE": "(hour({0}) * 100 + minute({0}))", "HOUR_SECOND": "(hour({0}) * 10000 + minute({0}) * 100 + second({0}))",
    "MINUTE_SECOND": "(minute({0}) * 100 + second({0}))",
}


def _of(expression: str) -> Function:
    """A number read off a time."""
    return Function(lambda arguments: Value(expression.format(as_datetime(arguments[0])), BIGINT), 1, 1)


def _of_clock(part: int, expression: str) -> Function:
    """HOUR, MINUTE, SECOND: of a time of day as well, `12:34:56`."""

    def build(arguments: Arguments) -> Value:
        value = arguments[0]
        if value.kind.temporal:
            return Value(expression.format(as_datetime(value)), BIGINT)
        return Value(f"carrel_clock_part({as_text(value)}, {expression.format(as_datetime(value))}, {part})", BIGINT)

    return Function(build, 1, 1)


def _name(pattern: str) -> Function:
    return Function(lambda arguments: Value(f"strftime({as_datetime(arguments[0])}, '{pattern}')", TEXT), 1, 1)


def extract(unit: str, value: Value) -> Value:
    """`EXTRACT(unit FROM value)`."""
    if unit not in _EXTRACTS:
        raise NotAllowed(f"`EXTRACT` does not know the unit `{unit}`")
    return Value(_EXTRACTS[unit].format(as_datetime(value)), BIGINT)


def interval(amount: Value, unit: str, sign: int) -> str:
    """The interval as DuckDB's text; NULL where it leads out of MySQL's years."""
    minus = "-" if sign < 0 else ""
    if unit.endswith("_MICROSECOND"):
        raise NotAllowed(f"the interval unit `{unit}` is not known here")
    if unit in PAIRS:
        return _composed(amount, PAIRS[unit], minus)
    if unit not in UNITS:
        raise NotAllowed(f"the interval unit `{unit}` is not known")
    number = f"carrel_bounded({as_double(amount) if unit == 'SECOND' else as_int(amount)}, {BOUNDS[unit]})"
    if unit not in ("SECOND", "HOUR", "MINUTE", "MICROSECOND"):
        number = f"TRY_CAST({number} AS INTEGER)"
    return minus + UNITS[unit].format(number)


def _composed(amount: Value, parts: Sequence[str], minus: str) -> str:
    text = as_text(amount)
    count = len(parts)
    numbers = [f"carrel_bounded(carrel_interval_part({text}, {count}, {index}), {BOUNDS[part]})" for index, part in enumerate(parts, 1)]
    return minus + "(" + " + ".join(UNITS[part].format(number) for part, number in zip(parts, numbers, strict=True)) + ")"


def shift(value: Value, amount: Value, unit: str, sign: int) -> Value:
    """`value + INTERVAL amount unit`, or minus."""
    moved = f"carrel_valid({as_datetime(value)} + {interval(amount, unit, sign)})"
    if value.kind.family is Family.DATE:
        return Value(f"CAST({moved} AS DATE)", DATE) if unit in _DAYS else Value(moved, DATETIME)
    if value.kind.family is Family.DATETIME:
        return Value(moved, value.kind)
    text = as_text(value)
    with_time = "true" if unit not in _DAYS else f"(length({text}) > 10)"
    return Value(f"carrel_moment_text({moved}, {with_time}, {literal(_fraction(value))})", TEXT)


def _fraction(value: Value) -> str:
    """MariaDB expects microseconds in a text that is not written out, and shows them."""
    return ".000000" if value.kind.textual and value.constant is None else ""


def difference(unit: str, later: Value, earlier: Value) -> Value:
    """`TIMESTAMPDIFF`: whole units from earlier to later."""
    if unit not in UNITS:
        raise NotAllowed(f"the interval unit `{unit}` is not known")
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}.get(unit)
    if months:
        return Value(f"(carrel_months_between({as_datetime(earlier)}, {as_datetime(later)}) // {months})", BIGINT)
    return Value(f"date_sub('{unit.lower()}', {as_datetime(earlier)}, {as_datetime(later)})", BIGINT)


def days_between(later: Value, earlier: Value) -> Value:
    """`DATEDIFF`."""
    return Value(f"date_diff('day', {as_date(earlier)}, {as_date(later)})", BIGINT)


def _week(arguments: Arguments) -> Value:
    mode = constant_int(arguments[1], "the mode of WEEK", 0, 7) if len(arguments) > 1 else 0
    return Value(f"carrel_week_{mode}({as_datetime(arguments[0])})", BIGINT)


def _yearweek(arguments: Arguments) -> Value:
    mode = constant_int(arguments[1], "the mode of YEARWEEK", 0, 7) if len(arguments) > 1 else 0
    return Value(f"carrel_yearweek_{mode | 2}({as_datetime(arguments[0])})", BIGINT)


def _move_days(sign: int) -> Function:
    return Function(lambda arguments: shift(arguments[0], arguments[1], "DAY", sign), 2, 2)


def _unix_timestamp(arguments: Arguments) -> Value:
    seconds = f"carrel_epoch({as_datetime(arguments[0])})"
    if _fraction(arguments[0]):
        return Value(f"CAST({seconds} AS DECIMAL(25,6))", decimal(25, 6))
    return Value(seconds, BIGINT)


def _from_unixtime(arguments: Arguments) -> Value:
    places = 6 if _fraction(arguments[0]) else min(arguments[0].kind.shown, 6) or None
    moment = Value(f"carrel_from_epoch({as_double(arguments[0])})", replace(DATETIME, decimals=places))
    return date_format([moment, arguments[1]]) if len(arguments) > 1 else moment


def _date(arguments: Arguments) -> Value:
    return as_date(arguments[0])


def _timestamp(arguments: Arguments) -> Value:
    moment = as_datetime(arguments[0])
    if len(arguments) == 1:
        return Value(moment.text, replace(DATETIME, decimals=6)) if _fraction(arguments[0]) else moment
    return Value(f"carrel_valid({moment} + to_seconds(CAST(carrel_time_seconds({as_text(arguments[1])}) AS DOUBLE)))", DATETIME)


def _time(arguments: Arguments) -> Value:
    value = arguments[0]
    if value.kind.temporal:
        return Value(f"strftime({as_datetime(value)}, '%H:%M:%S')", TEXT)
    return Value(f"(carrel_seconds_text(carrel_time_seconds({as_text(value)})) || {literal(_fraction(value))})", TEXT)


def _time_to_sec(arguments: Arguments) -> Value:
    seconds = f"carrel_time_seconds({as_text(arguments[0])})"
    if _fraction(arguments[0]):
        return Value(f"CAST({seconds} AS DECIMAL(25,6))", decimal(25, 6))
    return Value(seconds, BIGINT)


def _add_time(sign: int) -> Function:
    """ADDTIME and SUBTIME: of a date and time, or of a time of day."""

    def build(arguments: Arguments) -> Value:
        moment, more = arguments[0], as_text(arguments[1])
        if moment.kind.temporal:
            return Value(f"carrel_valid({as_datetime(moment)} + to_seconds(CAST({sign} * carrel_time_seconds({more}) AS DOUBLE)))", DATETIME)
        return Value(f"carrel_addtime({as_text(moment)}, {more}, {sign})", TEXT)

    return Function(build, 2, 2)


def _timediff(arguments: Arguments) -> Value:
    one, two = arguments
    if one.kind.temporal or two.kind.temporal:
        return Value(f"carrel_seconds_text(carrel_between({as_datetime(two)}, {as_datetime(one)}))", TEXT)
    return Value(f"carrel_timediff({as_text(one)}, {as_text(two)}, {as_datetime(one)}, {as_datetime(two)})", TEXT)


def _to_days(arguments: Arguments) -> Value:
    return Value(f"(date_diff('day', DATE '1970-01-01', {as_date(arguments[0])}) + 719528)", BIGINT)


def _from_days(arguments: Arguments) -> Value:
    return Value(f"carrel_from_days({as_int(arguments[0])})", DATE)


def _to_seconds(arguments: Arguments) -> Value:
    return Value(f"(carrel_epoch({as_datetime(arguments[0])}) + 62167219200)", BIGINT)


def _makedate(arguments: Arguments) -> Value:
    return Value(f"carrel_makedate({as_int(arguments[0])}, {as_int(arguments[1])})", DATE)


def _last_day(arguments: Arguments) -> Value:
    return Value(f"last_day({as_date(arguments[0])})", DATE)


def _period(macro: str) -> Function:
    return Function(lambda arguments: Value(f"{macro}({as_int(arguments[0])}, {as_int(arguments[1])})", BIGINT), 2, 2)


def _sec_to_time(arguments: Arguments) -> Value:
    return Value(f"carrel_seconds_text(TRY_CAST(trunc({as_double(arguments[0])}) AS BIGINT))", TEXT)


def _convert_tz(arguments: Arguments) -> Value:
    seconds = _offset(arguments[2]) - _offset(arguments[1])
    moment = as_datetime(arguments[0])
    return Value(f"carrel_valid({moment} + to_seconds(CAST({seconds} AS DOUBLE)))", DATETIME) if seconds else moment


def _offset(zone: Value) -> int:
    """Seconds east of UTC. Raises NotAllowed for a zone that is given by name."""
    text = constant_text(zone, "a time zone")
    found = re.fullmatch(r"([+-])(\d{1,2}):(\d{2})", text)
    if found:
        return (1 if found[1] == "+" else -1) * (int(found[2]) * 3600 + int(found[3]) * 60)
    if text.upper() in ("UTC", "GMT", "SYSTEM"):
        return 0
    raise NotAllowed("`CONVERT_TZ` knows UTC and offsets such as `+01:00`")


def _maketime(arguments: Arguments) -> Value:
    hour, minute, second = (as_int(argument) for argument in arguments)
    return Value(f"carrel_maketime({hour}, {minute}, {second})", TEXT)


def _time_format(arguments: Arguments) -> Value:
    moment = Value(f"carrel_on_a_day(carrel_time_seconds({as_text(_time(arguments[:1]))}))", DATETIME)
    return date_format([moment, arguments[1]])


TIMES: Final = {
    "date": Function(_date, 1, 1), "time": Function(_time, 1, 1), "timestamp": Function(_timestamp, 1, 2), "date_format": Function(date_format, 2, 2),
    "str_to_date": Function(str_to_date, 2, 2), "year": _of("year({})"), "month": _of("month({})"), "dayofmonth": _of("day({})"),
    "dayofweek": _of("(dayofweek({}) + 1)"), "weekday": _of("(isodow({}) - 1)"), "dayofyear": _of("dayofyear({})"), "quarter": _of("quarter({})"),
    "hour": _of_clock(1, "hour({})"), "minute": _of_clock(2, "minute({})"), "second": _of_clock(3, "second({})"), "microsecond": _of("carrel_microsecond({})"),
    "dayname": _name("%A"), "monthname": _name("%B"), "week": Function(_week, 1, 2), "weekofyear": _of("carrel_week_3({})"),
    "yearweek": Function(_yearweek, 1, 2), "adddate": _move_days(1), "subdate": _move_days(-1), "last_day": Function(_last_day, 1, 1),
    "unix_timestamp": Function(_unix_timestamp, 1, 1), "from_unixtime": Function(_from_unixtime, 1, 2), "to_days": Function(_to_days, 1, 1),
    "days_before": Function(lambda arguments: Value(f"({_to_days(arguments)} - 1)", BIGINT), 1, 1),
    "from_days": Function(_from_days, 1, 1), "to_seconds": Function(_to_seconds, 1, 1), "makedate": Function(_makedate, 2, 2),
    "timediff": Function(_timediff, 2, 2), "addtime": _add_time(1), "subtime": _add_time(-1),
    "time_to_sec": Function(_time_to_sec, 1, 1),
    "sec_to_time": Function(_sec_to_time, 1, 1), "period_diff": _period("carrel_period_diff"), "period_add": _period("carrel_period_add"),
    "maketime": Function(_maketime, 3, 3), "time_format": Function(_time_format, 2, 2),
    "convert_tz": Function(_convert_tz, 3, 3), "datediff": Function(lambda arguments: days_between(*arguments), 2, 2),
}
"""By MySQL's name."""


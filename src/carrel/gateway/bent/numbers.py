"""Numbers out of the texts of a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.gateway.bent.told import TRUNCATED, Bent, Level, incorrect, out_of_range, truncated
from carrel.model.tables import Column

_NUMBER: Final = re.compile(rb"\s*([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+))?")
_BASE: Final = re.compile(r"(?P<base>[a-z]+)(?:\((?P<arguments>[\d, ]*)\))?(?P<unsigned>.*unsigned)?")
_BITS: Final = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
_LARGEST: Final = {"float": 3.4028234663852886e38, "double": 1.7976931348623157e308}
_LEAST_SINGLE: Final = 7e-46
_PLAIN: Final = r"^-?[0-9]{1,18}$"
_MOST_DIGITS: Final = 4096
"""Digits that are read; more never change a value that any column can hold."""


def maker(column: Column) -> Callable[[bytes], Bent] | None:
    """What makes a text a number of this column; None where it holds none."""
    found = _BASE.match(column.native_type)
    base = found["base"] if found is not None else ""
    if base in _BITS:
        return partial(_integer, *bounds(column))
    if base in _LARGEST:
        assert found is not None
        places = (found["arguments"] or "").partition(",")[2]
        most = _LARGEST[base] if not places else float(Decimal(10) ** (int(found["arguments"].partition(",")[0]) - int(places)) - Decimal(10) ** -int(places))
        return partial(_real, 0.0 if found["unsigned"] else -most, most, int(places) if places else None, base == "float")
    if column.type.startswith("DECIMAL("):
        precision, scale = map(int, column.type.removeprefix("DECIMAL(").rstrip(")").split(","))
        return partial(_decimal, precision, scale, bool(found and found["unsigned"]))
    return None


def zero(column: Column) -> Any:
    return Decimal(0) if column.type.startswith("DECIMAL(") else 0


def bounds(column: Column) -> tuple[int, int]:
    """The smallest and the largest whole number."""
    found = _BASE.match(column.native_type)
    assert found is not None
    bits = _BITS[found["base"]]
    return (0, 2**bits - 1) if found["unsigned"] else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def fast(found: pa.Array, column: Column, kind: pa.DataType) -> pa.Array | None:
    """All at once, where each is a whole number as a program writes it and fits; None where one is not."""
    if not pa.types.is_integer(kind) or maker(column) is None:
        return None
    try:
        text = found.cast(pa.string())
    except pa.ArrowInvalid:
        return None
    if not pc.all(pc.match_substring_regex(text, _PLAIN), min_count=0).as_py():
        return None
    whole = text.cast(pa.int64())
    low, high = bounds(column)
    span = pc.min_max(whole)
    if span["min"].is_valid and (span["min"].as_py() < low or span["max"].as_py() > high):
        return None
    return whole.cast(kind)


def _read(text: bytes) -> tuple[Decimal | None, bytes]:
    """The number that a text begins with, and what comes after it. Finite, and of an exponent that costs nothing."""
    found = _NUMBER.match(text)
    if found is None:
        return None, text
    digits, exponent = found[1], found[2] or b"0"
    power = max(-9999, min(9999, int(exponent[:8])))
    whole = digits.lstrip(b"+-")
    if len(whole) > _MOST_DIGITS:
        before = len(whole.partition(b".")[0])
        kept = whole[:_MOST_DIGITS]
        power += max(0, before - _MOST_DIGITS)
        digits = digits[:1].replace(b"+", b"") + kept if digits[:1] in b"+-" else kept
    with localcontext() as context:
        context.prec = _MOST_DIGITS + 16
        return Decimal(digits.decode()).scaleb(power), text[found.end() :]


def _after(bent: Bent, rest: bytes) -> Bent:
    """With what is told of a text that goes on behind its number."""
    if not rest or (bent.told and bent.told[0][0] != TRUNCATED):
        return bent
    level = Level.WARNING if rest.strip() else Level.NOTE
    return Bent(bent.value, ((TRUNCATED, level, "data truncated"), *bent.told))


def _integer(low: int, high: int, text: bytes) -> Bent:
    number, rest = _read(text)
    if number is None:
        return incorrect(0, "integer")
    whole = number.to_integral_value(ROUND_HALF_UP)
    if not low <= whole <= high:
        return out_of_range(low if whole < low else high)
    return _after(Bent(int(whole)), rest)


def _real(low: float, high: float, places: int | None, single: bool, text: bytes) -> Bent:
    number, rest = _read(text)
    if number is None:
        return incorrect(0.0, "double")
    real = float(number) if places is None else float(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)) if abs(number) < high + 1 else float(number)
    if not low <= real <= high:
        return out_of_range(low if real < low else high)
    return _after(Bent(0.0 if single and abs(real) < _LEAST_SINGLE else real), rest)


def _decimal(precision: int, scale: int, unsigned: bool, text: bytes) -> Bent:
    number, rest = _read(text)
    if number is None:
        return incorrect(Decimal(0), "decimal")
    most = (Decimal(10) ** precision - 1).scaleb(-scale)
    least = Decimal(0) if unsigned else -most
    if abs(number) > most + 1:
        return out_of_range(least if number < 0 else most)
    with localcontext() as context:
        context.prec = _MOST_DIGITS + 64
        kept = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    if not least <= kept <= most:
        return out_of_range(least if kept < least else most)
    return _after(truncated(kept, Level.NOTE) if kept != number else Bent(kept), rest)

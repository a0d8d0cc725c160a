"""Arithmetic and functions on numbers. Exact numbers stay exact; what does not fit, and division by zero, is NULL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from carrel.engines.duckdb.translate.functions.registry import Function
from carrel.engines.duckdb.translate.kinds import BIGINT, DOUBLE, INT, UBIGINT, Family, decimal, digits
from carrel.engines.duckdb.translate.values import Value, as_bits, as_decimal, as_double, as_int, as_number, as_text

Arguments = Sequence[Value]
SHOWN_MORE: Final = 4
"""MySQL's `div_precision_increment`: digits that a quotient has beyond those of the dividend."""


def calculate(operator: str, a: Value, b: Value) -> Value:
    """`+`, `-`, `*`. Types are wide enough for every result, so that nothing overflows; TRY would forbid windows and subqueries inside."""
    a, b = as_number(a), as_number(b)
    if Family.DOUBLE in (a.kind.family, b.kind.family):
        return Value(f"carrel_finite({as_double(a)} {operator} {as_double(b)})", DOUBLE)
    if Family.DECIMAL in (a.kind.family, b.kind.family):
        return _decimals(operator, as_decimal(a), as_decimal(b))
    return _integers(operator, a, b)


def _integers(operator: str, a: Value, b: Value) -> Value:
    kind = UBIGINT if a.kind.unsigned or b.kind.unsigned else BIGINT
    whole = width(a) + width(b) if operator == "*" else max(width(a), width(b)) + 1
    if whole <= 18 and (kind is BIGINT or operator != "-"):
        return Value(f"(CAST({a} AS {kind.type}) {operator} CAST({b} AS {kind.type}))", kind)
    if operator == "*" and whole > 38:
        a, b = (Value(f"TRY_CAST({value} AS BIGINT)", BIGINT) for value in (a, b))
    return Value(f"TRY_CAST(CAST({a} AS HUGEINT) {operator} CAST({b} AS HUGEINT) AS {kind.type})", kind)


def width(number: Value) -> int:
    """Digits before the point: of a literal, those that it has."""
    return len(str(abs(number.constant))) if isinstance(number.constant, int) else digits(number.kind)


def _decimals(operator: str, a: Value, b: Value) -> Value:
    if operator == "*":
        scale, shown = a.kind.scale + b.kind.scale, a.kind.shown + b.kind.shown
        whole = width(a) + width(b)
    else:
        scale, shown = max(a.kind.scale, b.kind.scale), max(a.kind.shown, b.kind.shown)
        whole = max(width(a), width(b)) + 1
    if whole + scale > 38:
        scale = min(scale, 12)
        return Value(f"TRY_CAST({as_double(a)} {operator} {as_double(b)} AS DECIMAL(38,{scale}))", decimal(38, scale, min(scale, shown)))
    kind = decimal(whole + scale, scale, shown)
    if operator != "*":
        a, b = (Value(f"CAST({value} AS {kind.type})", kind) for value in (a, b))
    else:
        # DuckDB multiplies decimals of at most 18 digits in 64 bits; 19 digits on one side make it 128.
        least = 19 if whole + scale > 18 else 1
        a = Value(f"CAST({a} AS DECIMAL({max(least, width(a) + a.kind.scale)},{a.kind.scale}))", a.kind)
        b = Value(f"CAST({b} AS DECIMAL({max(1, width(b) + b.kind.scale)},{b.kind.scale}))", b.kind)
    return Value(f"CAST({a} {operator} {b} AS {kind.type})", kind)


WHOLE: Final = 22
"""Digits before the point that a quotient may have; a larger one is NULL."""


def divide(a: Value, b: Value) -> Value:
    a, b = as_number(a), as_number(b)
    if Family.DOUBLE in (a.kind.family, b.kind.family):
        return Value(f"carrel_divide({as_double(a)}, {as_double(b)})", DOUBLE)
    a, b = as_decimal(a), as_decimal(b)
    scale = _hidden_scale(a.kind.scale, b.kind.scale)
    shown = min(a.kind.shown + SHOWN_MORE, scale)
    kind = decimal(min(38, min(WHOLE, width(a) + b.kind.scale) + scale), scale, shown)
    if width(a) + scale + b.kind.scale > 38 or width(b) + b.kind.scale > 38:
        return Value(f"TRY_CAST(carrel_divide({as_double(a)}, {as_double(b)}) AS {kind.type})", kind)
    if scale == 9 and a.kind.scale == b.kind.scale == 0 and width(a) <= 10 and width(b) <= 18:
        # The common case, integers of 32 bits: 64 bits hold the dividend with nine more digits, and divide ten times as fast as 128.
        quotient = f"CAST({a} AS BIGINT) * 1000000000 // NULLIF(CAST({b} AS BIGINT), 0)"
        return Value(f"CAST(CAST({quotient} AS DECIMAL(19,0)) * CAST(0.000000001 AS DECIMAL(9,9)) AS {kind.type})", kind)
    up = "1" + "0" * (scale - a.kind.scale + b.kind.scale)
    unit = "0." + "0" * (scale - 1) + "1"
    quotient = f"{_unscaled(a)} * {up} // NULLIF({_unscaled(b)}, 0)"
    whole = f"TRY_CAST({quotient} AS DECIMAL({kind.precision},0))"
    return Value(f"TRY_CAST({whole} * CAST({unit} AS DECIMAL({scale},{scale})) AS {kind.type})", kind)


def _hidden_scale(a: int, b: int) -> int:
    """Digits that MariaDB computes of a quotient: whole groups of nine (`decimal_div` of its strings/decimal.c)."""
    whole_a, whole_b = -(-a // 9) * 9, -(-b // 9) * 9
    more = max(SHOWN_MORE - (whole_a - a + whole_b - b), 0)
    return max(9, -(-(whole_a + whole_b + more) // 9) * 9)


def _unscaled(value: Value) -> str:
    """The decimal's digits without its point, as HUGEINT."""
    if not value.kind.scale:
        return f"CAST({value} AS HUGEINT)"
    up = "1" + "0" * value.kind.scale
    return f"(CAST(trunc({value}) AS HUGEINT) * {up} + CAST(({value} - trunc({value})) * {up} AS HUGEINT))"


def divide_whole(a: Value, b: Value) -> Value:
    """`DIV`."""
    a, b = as_number(a), as_number(b)
    if a.kind.family is Family.INT and b.kind.family is Family.INT:
        kind = UBIGINT if a.kind.unsigned or b.kind.unsigned else BIGINT
        return Value(f"TRY_CAST(CAST({a} AS HUGEINT) // NULLIF(CAST({b} AS HUGEINT), 0) AS {kind.type})", kind)
    if Family.DOUBLE in (a.kind.family, b.kind.family):
        return Value(f"TRY_CAST(trunc(carrel_divide({as_double(a)}, {as_double(b)})) AS BIGINT)", BIGINT)
    return Value(f"TRY_CAST(trunc({divide(a, b)}) AS BIGINT)", BIGINT)


def remainder(a: Value, b: Value) -> Value:
    a, b = as_number(a), as_number(b)
    if Family.DOUBLE in (a.kind.family, b.kind.family):
        return Value(f"carrel_remainder({as_double(a)}, {as_double(b)})", DOUBLE)
    if Family.DECIMAL in (a.kind.family, b.kind.family):
        scale = max(a.kind.scale, b.kind.scale)
        kind = decimal(max(digits(a.kind), digits(b.kind)) + scale, scale, max(a.kind.shown, b.kind.shown))
        a, b = (Value(f"TRY_CAST({value} AS {kind.type})", kind) for value in (a, b))
        return Value(f"TRY_CAST({a} % NULLIF({b}, 0) AS {kind.type})", kind)
    kind = UBIGINT if a.kind.unsigned else BIGINT
    return Value(f"TRY_CAST(CAST({a} AS HUGEINT) % NULLIF(CAST({b} AS HUGEINT), 0) AS {kind.type})", kind)


def negate(value: Value) -> Value:
    number = as_number(value)
    if number.kind.family is Family.INT:
        constant = -number.constant if isinstance(number.constant, int) else None
        text = f"(-{number})" if constant is not None and digits(number.kind) <= 10 else f"TRY_CAST(-CAST({number} AS HUGEINT) AS BIGINT)"
        return Value(text, number.kind if constant is not None and not number.kind.unsigned else BIGINT, constant)
    return Value(f"(-{number})", number.kind)


def bitwise(operator: str, a: Value, b: Value) -> Value:
    """`&`, `|`, `^`, `<<`, `>>` on 64 unsigned bits."""
    if operator in ("<<", ">>"):
        return Value(f"{'carrel_shift_left' if operator == '<<' else 'carrel_shift_right'}({as_bits(a)}, {as_int(b)})", UBIGINT)
    if operator == "^":
        return Value(f"xor({as_bits(a)}, {as_bits(b)})", UBIGINT)
    return Value(f"({as_bits(a)} {operator} {as_bits(b)})", UBIGINT)


def invert(value: Value) -> Value:
    """`~`."""
    return Value(f"xor({as_bits(value)}, CAST(18446744073709551615 AS UBIGINT))", UBIGINT)


def _whole(function: str) -> Function:
    """CEIL and FLOOR."""

    def build(arguments: Arguments) -> Value:
        number = as_number(arguments[0])
        if number.kind.family is Family.INT:
            return number
        if number.kind.family is Family.DOUBLE:
            return Value(f"({function}({number}) + 0.0)", replace(DOUBLE, decimals=0))
        return Value(f"TRY_CAST({function}({number}) AS BIGINT)", BIGINT)

    return Function(build, 1, 1)


def _round(function: str) -> Function:
    """ROUND and TRUNCATE."""

    def build(arguments: Arguments) -> Value:
        number = as_number(arguments[0])
        places = arguments[1] if len(arguments) > 1 else Value("0", INT, 0)
        if not isinstance(places.constant, int):
            return Value(f"carrel_{function}_places({as_double(number)}, {as_int(places)})", DOUBLE)
        count = max(-30, min(30, places.constant))
        if number.kind.family is Family.DOUBLE:
            return Value(f"carrel_{function}_places({number}, {count})", replace(DOUBLE, decimals=max(0, count) if count < 30 else None))
        return _round_exact(function, number, count)

    return Function(build, 1, 2)


def _round_exact(function: str, number: Value, count: int) -> Value:
    if count >= number.kind.scale and count >= 0:
        if number.kind.family is not Family.DECIMAL or digits(number.kind) + count > 38:
            return number
        wider = decimal(digits(number.kind) + count, count)
        return Value(f"CAST({number} AS {wider.type})", wider)
    if count >= 0:
        kind = decimal(38, count)
        value = number if function == "round" else Value(f"(trunc({number} * {10**count}) / {10**count})", number.kind)
        return Value(f"TRY_CAST({value} AS {kind.type})", kind)
    kind = (UBIGINT if number.kind.unsigned else BIGINT) if number.kind.family is Family.INT else decimal(38, 0)
    step = 10 ** min(-count, 37)
    whole = f"TRY_CAST({number} AS HUGEINT)" if function == "round" else f"TRY_CAST(trunc({number}) AS HUGEINT)"
    half = f" + sign({number}) * {step // 2}" if function == "round" else ""
    return Value(f"TRY_CAST(CAST({whole}{half} AS HUGEINT) // {step} * {step} AS {kind.type})", kind)


def _double(macro: str, least: int = 1, most: int = 1) -> Function:
    def build(arguments: Arguments) -> Value:
        return Value(f"{macro}({', '.join(str(as_double(argument)) for argument in arguments)})", DOUBLE)

    return Function(build, least, most)


def _abs(arguments: Arguments) -> Value:
    number = as_number(arguments[0])
    if number.kind.family is Family.INT:
        return number if number.kind.unsigned else Value(f"TRY_CAST(abs(CAST({number} AS HUGEINT)) AS BIGINT)", BIGINT)
    return Value(f"abs({number})", number.kind)


def _sign(arguments: Arguments) -> Value:
    return Value(f"CAST(sign({as_number(arguments[0])}) AS INTEGER)", INT)


def _bit_count(arguments: Arguments) -> Value:
    return Value(f"carrel_bit_count({as_bits(arguments[0])})", BIGINT)


def _rand(arguments: Arguments) -> Value:
    """With a seed: a number that the seed alone gives; MariaDB's own sequence is not followed."""
    return Value(f"carrel_seeded({as_int(arguments[0])})" if arguments else "random()", DOUBLE)


def _atan(arguments: Arguments) -> Value:
    return Value(f"atan2({as_double(arguments[0])}, {as_double(arguments[1])})" if len(arguments) > 1 else f"atan({as_double(arguments[0])})", DOUBLE)


def _crc32(arguments: Arguments) -> Value:
    return Value(f"carrel_crc32({as_text(arguments[0])})", BIGINT)


NUMBERS: Final = {
    "abs": Function(_abs, 1, 1), "sign": Function(_sign, 1, 1), "ceil": _whole("ceil"), "floor": _whole("floor"), "round": _round("round"),
    "truncate": _round("truncate"), "mod": Function(lambda arguments: remainder(*arguments), 2, 2), "bit_count": Function(_bit_count, 1, 1),
    "crc32": Function(_crc32, 1, 1),
    "pow": _double("carrel_pow", 2, 2), "sqrt": _double("carrel_sqrt"), "exp": _double("carrel_exp"), "ln": _double("carrel_ln"),
    "log": _double("carrel_log", 2, 2), "sin": _double("carrel_sin"), "cos": _double("carrel_cos"), "tan": _double("carrel_tan"), "atan": Function(_atan, 1, 2),
    "atan2": _double("atan2", 2, 2), "asin": _double("carrel_asin"), "acos": _double("carrel_acos"), "cot": _double("carrel_cot"),
    "degrees": _double("carrel_degrees"), "radians": _double("radians"),
    "pi": Function(lambda arguments: Value("pi()", replace(DOUBLE, decimals=6)), 0, 0), "rand": Function(_rand, 0, 1),
}
"""By MySQL's name."""


"""Values as DuckDB's text with their kind, and how one kind becomes another the way MySQL does it: no conversion raises, a text is its leading number."""

from __future__ import annotations

from dataclasses import dataclass

from carrel.engines.duckdb.translate.kinds import BIGINT, BOOL, BYTES, DATE, DATETIME, DOUBLE, TEXT, UBIGINT, Family, Kind, decimal, digits, shown

_SHORT = 80
"""Characters of a text's expression that may stand more than once."""


@dataclass(frozen=True, slots=True)
class Value:
    """`constant` holds what a literal says, for those who must look at it: patterns, formats, counts. `number`: what a hexadecimal one is among numbers."""

    text: str
    kind: Kind
    constant: str | int | None = None
    number: int | None = None

    def __str__(self) -> str:
        return self.text


def cast(value: Value, kind: Kind) -> Value:
    """The value as this kind, by MySQL's rules."""
    if value.kind == kind:
        return value
    if value.kind.type == kind.type and value.kind.family is kind.family:
        return Value(value.text, kind, value.constant)
    if value.kind.family is Family.NULL:
        return Value(f"CAST(NULL AS {kind.type})", kind)
    return _CASTS[kind.family](value, kind)


def show(value: Value) -> Value:
    """The value as it leaves a SELECT."""
    kind = shown(value.kind)
    if value.kind.family is Family.DECIMAL and kind != value.kind:
        return Value(f"TRY_CAST({value} AS {kind.type})", kind)
    return as_text(value) if value.kind.partial else cast(value, kind)


def as_text(value: Value) -> Value:
    """Numbers and times as MySQL prints them; a text stays what it is, bytes or characters."""
    family = value.kind.family
    if family is Family.TEXT:
        return value
    if family is Family.NULL:
        return Value("CAST(NULL AS VARCHAR)", TEXT)
    if family is Family.BLOB:
        return Value(f"carrel_blob_text({value})", BYTES)
    if family is Family.DOUBLE:
        if value.kind.decimals is not None:
            return Value(f"carrel_fixed_text({value}, {value.kind.decimals})", TEXT)
        return Value(f"carrel_double_text({value})", TEXT)
    if value.kind.partial:
        return Value(f"strftime({value}, '{value.kind.partial}')", TEXT)
    if family is Family.DATETIME:
        return Value(f"carrel_time_text({value})" if not value.kind.decimals else f"(carrel_time_text({value}) || '.{'0' * value.kind.decimals}')", TEXT)
    return Value(f"CAST({show(value)} AS VARCHAR)", TEXT)


def is_column(value: Value) -> bool:
    """Whether it is a column, which costs nothing to be written again."""
    return value.text.startswith('"') and "(" not in value.text and " " not in value.text


def unless_ascii(text: Value, quick: str, full: str) -> str:
    """`full`, but `quick` at once where the text is ASCII and short enough to be written again; both say the same of ASCII."""
    return f"CASE WHEN strlen({text}) = length({text}) THEN {quick} ELSE {full} END" if len(text.text) < _SHORT else full


def _numeral(value: Value) -> Value:
    """A hexadecimal literal as the number that it is."""
    return value if value.number is None else Value(f"CAST({value.number} AS UBIGINT)", UBIGINT, value.number)


def as_double(value: Value) -> Value:
    value = _numeral(value)
    family = value.kind.family
    if family is Family.DOUBLE:
        return value
    if value.kind.textual:
        return Value(f"carrel_number({as_text(value)})", DOUBLE)
    return Value(f"CAST({as_number(value)} AS DOUBLE)", DOUBLE)


def as_number(value: Value) -> Value:
    """INT, DECIMAL or DOUBLE: a text is its leading number, a time its digits."""
    value = _numeral(value)
    family = value.kind.family
    if family is Family.BOOL:
        return Value(f"CAST({value} AS INTEGER)", Kind(Family.INT, "INTEGER"))
    if family is Family.NULL:
        return Value("CAST(NULL AS DOUBLE)", DOUBLE)
    if value.kind.textual:
        return as_double(value)
    if family is Family.DATE:
        return Value(f"carrel_date_number({value})", BIGINT)
    if family is Family.DATETIME:
        return Value(f"carrel_time_number({value})", BIGINT)
    return value


def as_bool(value: Value) -> Value:
    """TRUE where MySQL takes it as true, NULL for NULL."""
    if value.kind.family is Family.BOOL:
        return value
    number = as_number(value)
    return Value(f"({number} <> 0)", BOOL)


def as_int(value: Value) -> Value:
    """BIGINT: decimals and doubles are rounded, a text is its leading integer; NULL where it does not fit."""
    value = _numeral(value)
    family = value.kind.family
    if family is Family.INT and value.kind.type == "UBIGINT":
        return Value(f"TRY_CAST({value} AS BIGINT)", BIGINT)
    if family in (Family.INT, Family.BOOL):
        return value if value.kind.type == "BIGINT" else Value(f"CAST({value} AS BIGINT)", BIGINT, value.constant)
    if value.kind.textual:
        return Value(f"carrel_integer({as_text(value)})", BIGINT)
    if family is Family.DOUBLE:
        return Value(f"TRY_CAST(round({value}) AS BIGINT)", BIGINT)
    return Value(f"TRY_CAST({show(as_number(value))} AS BIGINT)", BIGINT)


def as_bits(value: Value) -> Value:
    """UBIGINT, negative numbers in two's complement, as MySQL's bit operators take them."""
    value = _numeral(value)
    kind = value.kind
    if kind.unsigned or (kind.family is Family.INT and isinstance(value.constant, int) and value.constant >= 0):
        return Value(f"CAST({value} AS UBIGINT)", UBIGINT)
    if kind.textual:
        return Value(f"carrel_bits(carrel_rounded({as_text(value)}))", UBIGINT)
    if kind.family is Family.DECIMAL:
        return Value(f"carrel_bits(TRY_CAST(round({value}) AS HUGEINT))", UBIGINT)
    return Value(f"carrel_bits({as_int(value)})", UBIGINT)


def as_datetime(value: Value) -> Value:
    family = value.kind.family
    if family is Family.DATETIME:
        return value
    if family is Family.DATE:
        return Value(f"CAST({value} AS TIMESTAMP)", DATETIME)
    if value.kind.digits14:
        return Value(f"carrel_timestamp14({value})", DATETIME)
    return Value(f"carrel_timestamp({as_text(value)})", DATETIME)


def as_date(value: Value) -> Value:
    if value.kind.family is Family.DATE:
        return value
    return Value(f"CAST({as_datetime(value)} AS DATE)", DATE)


def _to_int(value: Value, kind: Kind) -> Value:
    if value.kind.textual and kind == BIGINT:
        return as_int(value)
    number = as_number(value)
    if number.kind.family is Family.INT and digits(number.kind) < digits(kind) and not kind.unsigned:
        return Value(f"CAST({number} AS {kind.type})", kind)
    if number.kind.family is Family.DOUBLE:
        number = Value(f"round({number})", DOUBLE)
    return Value(f"TRY_CAST({show(number)} AS {kind.type})", kind)


def _to_decimal(value: Value, kind: Kind) -> Value:
    if value.kind.textual:
        text = as_text(value)
        exact = f"CASE WHEN {text} IS NOT NULL THEN COALESCE(carrel_digits({text}), '0') END"
    else:
        exact = str(as_number(value))
    return Value(f"TRY_CAST({exact} AS {kind.type})", kind)


def _to_double(value: Value, kind: Kind) -> Value:
    return Value(as_double(value).text, DOUBLE)


def _to_text(value: Value, kind: Kind) -> Value:
    return Value(as_text(value).text, kind)


def _to_blob(value: Value, kind: Kind) -> Value:
    return Value(f"encode({as_text(value)})", kind)


_CASTS = {
    Family.BOOL: lambda value, kind: as_bool(value),
    Family.INT: _to_int,
    Family.DECIMAL: _to_decimal,
    Family.DOUBLE: _to_double,
    Family.TEXT: _to_text,
    Family.BLOB: _to_blob,
    Family.DATE: lambda value, kind: as_date(value),
    Family.DATETIME: lambda value, kind: as_datetime(value),
    Family.NULL: _to_text,
}


def as_decimal(value: Value) -> Value:
    """An exact number as DECIMAL; doubles and texts are left to `as_double`."""
    number = as_number(value)
    if number.kind.family is Family.INT:
        return Value(f"CAST({number} AS DECIMAL({digits(number.kind)},0))", decimal(digits(number.kind), 0), number.constant)
    return number

"""CAST, CONVERT and COLLATE."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlglot import exp

from carrel.engines.duckdb.translate.kinds import BIGINT, BYTES, DATE, DATETIME, DOUBLE, TEXT, UBIGINT, Family, Kind, decimal
from carrel.engines.duckdb.translate.values import Value, as_bits, as_double, as_text, cast, is_column, unless_ascii
from carrel.model.errors import NotAllowed

Types = exp.DataType.Type
_TEXTS: Final = frozenset({Types.CHAR, Types.NCHAR, Types.VARCHAR, Types.NVARCHAR, Types.TEXT, Types.CHARACTER_SET})
_BYTES: Final = frozenset({Types.BINARY, Types.VARBINARY, Types.BLOB})
_SIGNED: Final = frozenset({Types.BIGINT, Types.INT, Types.SMALLINT, Types.TINYINT, Types.MEDIUMINT})
_UNSIGNED: Final = frozenset({Types.UBIGINT, Types.UINT, Types.USMALLINT, Types.UTINYINT, Types.UMEDIUMINT})
_PLAIN: Final = {
    Types.DATE: DATE, Types.DATETIME: DATETIME, Types.TIMESTAMP: DATETIME, Types.TIMESTAMPTZ: DATETIME, Types.DOUBLE: DOUBLE, Types.FLOAT: DOUBLE,
}


def cast_to(value: Value, to: exp.DataType) -> Value:
    """CAST(value AS to). Raises NotAllowed for a type that has no meaning here."""
    kind = to.this
    if kind in _TEXTS:
        return _text(value, to)
    if kind in _BYTES:
        return _bytes(value, to)
    if kind in _SIGNED:
        return _signed(value)
    if kind in _UNSIGNED:
        return _unsigned(value)
    if kind is Types.DECIMAL:
        return _clamped(value, _decimal(to))
    if kind is Types.TIME:
        return Value(f"carrel_seconds_text(carrel_time_seconds({as_text(value)}))", TEXT)
    if kind is Types.JSON:
        return replace(as_text(value), kind=TEXT)
    if kind not in _PLAIN:
        raise NotAllowed(f"nothing can be cast to `{to.sql(dialect='mysql')}` here")
    return cast(value, _PLAIN[kind])


def cast_strictly(value: Value, to: exp.DataType) -> Value:
    """CAST of a text in dialects other than MySQL's: a text that is no number as a whole is NULL."""
    found = cast_to(value, to)
    if found.kind.family in (Family.INT, Family.DECIMAL, Family.DOUBLE):
        return Value(f"TRY_CAST({as_text(value)} AS {found.kind.type})", found.kind)
    return found


def _signed(value: Value) -> Value:
    if value.number is not None:
        value = as_bits(value)
    if value.kind.type == "UBIGINT":
        return Value(f"carrel_signed({value})", BIGINT)
    if value.kind.family is Family.DOUBLE:
        return Value(f"carrel_clamped_int({value})", BIGINT)
    if value.kind.textual:
        return Value(f"carrel_signed_text({as_text(value)})", BIGINT)
    return cast(value, BIGINT)


def _unsigned(value: Value) -> Value:
    if value.number is not None:
        return as_bits(value)
    if value.kind.family is Family.DECIMAL:
        return Value(f"TRY_CAST(CASE WHEN {value} < 0 THEN 0 ELSE {value} END AS UBIGINT)", UBIGINT)
    if value.kind.textual:
        return Value(f"carrel_unsigned({as_text(value)})", UBIGINT)
    return as_bits(value) if value.kind.family is not Family.DOUBLE else as_bits(cast(value, decimal(38, 0)))


def _clamped(value: Value, kind: Kind) -> Value:
    """What does not fit becomes the largest or smallest that does, as in MySQL."""
    most = "9" * (kind.precision - kind.scale) + ("." + "9" * kind.scale if kind.scale else "")
    number = as_double(value)
    edge = f"CASE WHEN {number} > 0 THEN CAST('{most}' AS {kind.type}) WHEN {number} < 0 THEN CAST('-{most}' AS {kind.type}) END"
    return Value(f"COALESCE({cast(value, kind)}, {edge})", kind)


def _text(value: Value, to: exp.DataType) -> Value:
    charset = (to.args.get("kind") or to.args.get("charset") or exp.Var(this="")).name.lower()
    text = as_text(value)
    if charset == "binary":
        return Value(_cut(text, to, "carrel_substr"), BYTES, None if to.expressions else value.constant)
    text = _characters(text, charset) if value.kind.textual else text
    return Value(_cut(text, to, "carrel_substr"), TEXT, None if to.expressions else text.constant)


def _bytes(value: Value, to: exp.DataType) -> Value:
    """BINARY(n) is cut to n bytes and filled up with zeros."""
    text = as_text(value)
    sizes = [int(parameter.name) for parameter in to.expressions if parameter.name.isdigit()]
    if not sizes:
        return Value(str(text), BYTES, value.constant)
    cut = f"carrel_bytes_substr({text}, 1, {sizes[0]})"
    return Value(f"carrel_filled({cut}, {sizes[0]})" if to.this is Types.BINARY else cut, BYTES)


def _characters(text: Value, charset: str) -> Value:
    """The text with `?` for what the character set has not."""
    if text.kind.digits14 or (isinstance(text.constant, str) and all(character < "\U00010000" for character in text.constant)):
        return text
    if charset in ("utf8", "utf8mb3"):
        return Value(unless_ascii(text, str(text), f"carrel_utf8mb3({text}, '{'????' if text.kind.bytes else '?'}')"), TEXT)
    return Value(unless_ascii(text, str(text), f"carrel_utf8mb4({text})"), TEXT) if text.kind.bytes else text


def _cut(text: Value, to: exp.DataType, macro: str) -> str:
    sizes = [int(parameter.name) for parameter in to.expressions if parameter.name.isdigit()]
    if not sizes:
        return str(text)
    return f"{'carrel_bytes_cut' if macro == 'carrel_bytes_substr' and sizes[0] and is_column(text) else macro}({text}, 1, {sizes[0]})"


def _decimal(to: exp.DataType) -> Kind:
    sizes = [int(parameter.name) for parameter in to.expressions if parameter.name.isdigit()]
    precision, scale = sizes if len(sizes) == 2 else (sizes[0] if sizes else 10, 0)
    if precision > 38 or scale > precision:
        raise NotAllowed(f"`DECIMAL({precision},{scale})` has more digits than the 38 that a number may have here")
    return decimal(precision, scale)


def collate(value: Value, name: str) -> Value:
    """`value COLLATE name`: compared bytewise, by code points (`_bin`) or without case and accents (`_ci`)."""
    text = as_text(value)
    lower = name.lower()
    if lower == "binary":
        return Value(text.text, BYTES, value.constant)
    return Value(text.text, replace(TEXT, folded=not lower.endswith(("_bin", "_cs"))), value.constant)

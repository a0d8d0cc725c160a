"""Values that the asker wrote out: numbers, texts, bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.kinds import BLOB, BYTES, DOUBLE, INT, NULL, TEXT, UBIGINT, Family, Kind, decimal
from carrel.engines.duckdb.translate.values import Value

if TYPE_CHECKING:
    from carrel.engines.duckdb.translate.expressions import Expressions
    from carrel.engines.duckdb.translate.scopes import Scope


def _literal(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    text = str(node.this)
    if node.args.get("is_string"):
        return Value(literal(text), TEXT, text)
    return number(text)


def number(text: str) -> Value:
    """A number as it was written: 12 is an INT, 1.50 a DECIMAL, 1e3 a DOUBLE."""
    if "e" in text.lower():
        return Value(f"carrel_finite(TRY_CAST({literal(text)} AS DOUBLE))", DOUBLE)
    whole, point, fraction = text.partition(".")
    if point:
        if len(whole) + len(fraction) > 38:
            return Value(f"CAST({literal(text)} AS DOUBLE)", DOUBLE)
        kind = decimal(len(whole) + len(fraction), len(fraction))
        return Value(f"CAST({literal(whole + '.' + fraction)} AS {kind.type})", kind)
    value = int(whole)
    if value < 2**31:
        return Value(str(value), INT, value)
    if value < 2**63:
        return Value(str(value), Kind(Family.INT, "BIGINT"), value)
    if value < 2**64:
        return Value(f"CAST({value} AS UBIGINT)", UBIGINT, value)
    return Value(f"CAST('{value}' AS DECIMAL(38,0))", decimal(38, 0)) if value < 10**38 else Value(f"CAST('{value}' AS DOUBLE)", DOUBLE)


def _introducer(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    value = write.value(node.expression, scope)
    return Value(value.text, BYTES if str(node.this).lower() == "_binary" else TEXT, value.constant)


def _hex_string(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    data = bytes.fromhex(str(node.this).rjust(len(str(node.this)) + len(str(node.this)) % 2, "0"))
    number_ = int.from_bytes(data[-8:])
    try:
        return Value(literal(data.decode()), BYTES, data.decode(), number_)
    except UnicodeDecodeError:
        return Value(f"unhex('{data.hex()}')", BLOB, None, number_)


def _national(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    text = node.this if isinstance(node.this, str) else node.this.name
    return Value(literal(text), TEXT, text)


def _bit_string(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    number_ = int(str(node.this), 2)
    return _hex_string(write, exp.HexString(this=f"{number_:x}"), scope)


def _null(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return Value("NULL", NULL)


def _boolean(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    return Value("1" if node.this else "0", INT, int(bool(node.this)))


LITERALS: Final[dict[type[exp.Expression], Callable[[Expressions, exp.Expression, Scope], Value]]] = {
    exp.Literal: _literal, exp.Null: _null, exp.Boolean: _boolean, exp.Introducer: _introducer, exp.HexString: _hex_string, exp.National: _national,
    exp.BitString: _bit_string,
}
"""By class."""

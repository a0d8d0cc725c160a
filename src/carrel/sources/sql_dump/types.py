"""Column types of MySQL and MariaDB: how DESCRIBE spells each, and the type in which the lake keeps its values.

Dates and times stay text, as MySQL prints them: a zero date, `2018-02-00` and `-838:59:59` have no other type that holds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

_INTEGERS: Final = {
    # name: (display width signed, display width unsigned, lake type)
    "tinyint": (4, 3, "TINYINT"),
    "smallint": (6, 5, "SMALLINT"),
    "mediumint": (9, 8, "INTEGER"),
    "int": (11, 10, "INTEGER"),
    "bigint": (20, 20, "BIGINT"),
}
_SYNONYMS: Final = {
    "integer": "int", "int1": "tinyint", "int2": "smallint", "int3": "mediumint", "middleint": "mediumint", "int4": "int", "int8": "bigint",
    "dec": "decimal", "numeric": "decimal", "fixed": "decimal", "real": "double", "float4": "float", "float8": "double",
    "character": "char", "varcharacter": "varchar", "nvarchar": "varchar", "nchar": "char", "json": "longtext", "long": "mediumtext",
}
_CHARACTER: Final = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "xmltype"})
_TIMES: Final = frozenset({"date", "datetime", "timestamp", "time"})
_GEOMETRIES: Final = frozenset({
    "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection", "vector",
})
_BINARY: Final = frozenset({"bit", *_GEOMETRIES})
_SPELLED: Final = {
    **{name: name + "{length}" for name in ("char", "varchar", "binary", "varbinary", "bit")},
    **{name: name + "{bracket}" for name in ("enum", "set", *_TIMES, *_GEOMETRIES)},
    **{name: name for name in ("tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob")},
    **{name: name for name in ("uuid", "inet4", "inet6", "xmltype")},
    "year": "year(4)",
}
"""How DESCRIBE spells what is no number: `length` is 1 where none is declared."""

_DECIMAL_DIGITS: Final = 38
"""The most digits that DuckDB's DECIMAL holds; MySQL's holds 65. A wider column is kept as text."""

_ARROW: Final = {
    "TINYINT": pa.int8(), "SMALLINT": pa.int16(), "INTEGER": pa.int32(), "BIGINT": pa.int64(),
    "UTINYINT": pa.uint8(), "USMALLINT": pa.uint16(), "UINTEGER": pa.uint32(), "UBIGINT": pa.uint64(), "DOUBLE": pa.float64(),
}


@dataclass(frozen=True, slots=True)
class NativeType:
    """A column's type.

    Attributes:
        native: as DESCRIBE prints it.
        lake: DuckDB's type.
        arrow: the type in which the reader gives its values; `binary` for all text.
        pad: to how many bytes a value is filled up with zero bytes, as `binary(n)` does; 0: not at all.
        character: whether its text has a character set.
    """

    native: str
    lake: str
    arrow: pa.DataType
    pad: int = 0
    character: bool = False

    @property
    def text(self) -> bool:
        return bool(pa.types.is_binary(self.arrow))


def native_type(name: str, arguments: Sequence[str], *, unsigned: bool = False, zerofill: bool = False) -> NativeType:
    """The type that a CREATE TABLE declares.

    Args:
        name: the word, in lower case.
        arguments: what stands in brackets, as written; quoted for `enum` and `set`.

    Raises:
        KeyError: no such type.
    """
    name = _SYNONYMS.get(name, name)
    bracket = f"({','.join(arguments)})" if arguments else ""
    if name in {"bool", "boolean"}:
        name, bracket = "tinyint", "(1)"
    if name in _INTEGERS:
        return _integer(name, bracket, unsigned or zerofill, zerofill)
    if name in {"decimal", "float", "double"}:
        return _fraction(name, arguments, (" unsigned" if unsigned or zerofill else "") + (" zerofill" if zerofill else ""))
    native = _SPELLED[name].format(bracket=bracket, length=bracket or "(1)")
    return NativeType(
        native.removesuffix("(0)") if name in _TIMES else native,
        "BLOB" if name in _BINARY else "VARCHAR",
        pa.binary(),
        pad=int((arguments or ["1"])[0]) if name == "binary" else 0,
        character=name in _CHARACTER,
    )


def _integer(name: str, bracket: str, unsigned: bool, zerofill: bool) -> NativeType:
    signed_width, unsigned_width, lake = _INTEGERS[name]
    lake = "U" + lake if unsigned else lake
    width = bracket or f"({unsigned_width if unsigned else signed_width})"
    native = f"{name}{width}{' unsigned' if unsigned else ''}{' zerofill' if zerofill else ''}"
    return NativeType(native, lake, _ARROW[lake])


def _fraction(name: str, arguments: Sequence[str], suffix: str) -> NativeType:
    if name != "decimal":
        # MySQL: float(p) with one argument is a float up to 24 bits of mantissa, a double from 25 on, and prints no bracket.
        if len(arguments) == 1:
            name, arguments = ("float" if int(arguments[0]) <= 24 else "double"), ()
        bracket = f"({','.join(arguments)})" if arguments else ""
        return NativeType(f"{name}{bracket}{suffix}", "DOUBLE", pa.float64())
    precision = int(arguments[0]) if arguments else 10
    scale = int(arguments[1]) if len(arguments) > 1 else 0
    native = f"decimal({precision},{scale}){suffix}"
    if precision > _DECIMAL_DIGITS:
        return NativeType(native, "VARCHAR", pa.binary())
    return NativeType(native, f"DECIMAL({precision},{scale})", pa.decimal128(precision, scale))


def as_numbers(texts: pa.Array, kind: NativeType) -> pa.Array:
    """Raises pa.ArrowInvalid for a text that is none of these numbers."""
    return fitting(texts.cast(kind.arrow))


def fitting(numbers: pa.Array) -> pa.Array:
    """The numbers that Arrow has read from text. Raises pa.ArrowInvalid for a decimal that is too long, which Arrow sees only without its scale's zeros."""
    if pa.types.is_decimal(numbers.type):
        numbers.validate(full=True)
    return numbers

"""Column definitions: what MariaDB 10.11 would say of a table's column, from its declared type; of an expression, from its Arrow type.

The figures are those that a real MariaDB 10.11 sends; a test compares them with one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from carrel.doors._texts import is_bytes, is_text
from carrel.doors.mysql.packets import lenenc_bytes

if TYPE_CHECKING:
    from carrel.doors.mysql.charsets import Charset
    from carrel.model.queries import ResultColumn
    from carrel.model.tables import Column

TINY, SHORT, LONG, FLOAT, DOUBLE, TIMESTAMP, LONGLONG, INT24 = 1, 2, 3, 4, 5, 7, 8, 9
DATE, TIME, DATETIME, YEAR, BIT, NEWDECIMAL, BLOB, VAR_STRING, STRING = 10, 11, 12, 13, 16, 246, 252, 253, 254
NOT_NULL, PRI_KEY, UNIQUE_KEY, MULTIPLE_KEY, BLOB_FLAG, UNSIGNED, ZEROFILL, BINARY_FLAG = 1, 2, 4, 8, 16, 32, 64, 128
ENUM_FLAG, AUTO_INCREMENT, TIMESTAMP_FLAG, SET_FLAG, NO_DEFAULT, ON_UPDATE_NOW, PART_KEY = 256, 512, 1024, 2048, 4096, 8192, 16384
BINARY_CHARSET: Final = 63
NOT_FIXED: Final = 31
_MAX_LENGTH: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class WireType:
    """The part of a column definition that its type decides.

    Attributes:
        length: in bytes, or in characters where `text`: these are multiplied by the width of the client's character set.
        text: whether values are characters, in the client's character set; else bytes.
        declared: False where an expression's times show a fraction only where it is not zero.
    """

    code: int
    length: int
    flags: int = 0
    decimals: int = 0
    text: bool = False
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Definition:
    """A column definition, whole. `default` goes into the answer to COM_FIELD_LIST only."""

    name: str
    type: WireType
    schema: str = ""
    table: str = ""
    org_name: str = ""

    def payload(self, charset: Charset, default: bytes | None = None) -> bytes:
        """Protocol::ColumnDefinition41."""
        kind = self.type
        length = min(kind.length * (charset.width if kind.text else 1), _MAX_LENGTH)
        names = (b"def", self.schema.encode(), self.table.encode(), self.table.encode(), self.name.encode(), self.org_name.encode())
        return b"".join((
            *map(lenenc_bytes, names), b"\x0c", (charset.number if kind.text else BINARY_CHARSET).to_bytes(2, "little"), length.to_bytes(4, "little"),
            kind.code.to_bytes(1, "little"), kind.flags.to_bytes(2, "little"), kind.decimals.to_bytes(1, "little"), b"\0\0", default or b"",
        ))


_INTEGERS: Final = {
    "tinyint": (TINY, 4, 3), "smallint": (SHORT, 6, 5), "mediumint": (INT24, 9, 8), "int": (LONG, 11, 10), "integer": (LONG, 11, 10),
    "bigint": (LONGLONG, 20, 20),
}
"""Type code, display width when signed and when unsigned."""

_WHOLE: Final = frozenset((TINY, SHORT, LONG, INT24, LONGLONG, YEAR))
_BLOBS: Final = {"tiny": 0xFF, "": 0xFFFF, "medium": 0xFFFFFF, "long": _MAX_LENGTH}
_NATIVE = re.compile(r"(?P<base>[a-z]+)\s*(?:\((?P<args>.*)\))?(?P<rest>[^)]*)\Z", re.DOTALL)
_MEMBER = re.compile(r"'((?:[^']|'')*)'")
_KEYS: Final = {"PRI": PRI_KEY | PART_KEY, "UNI": UNIQUE_KEY | PART_KEY, "MUL": MULTIPLE_KEY | PART_KEY}
_TEMPORAL: Final = {"datetime": (DATETIME, 19), "timestamp": (TIMESTAMP, 19), "time": (TIME, 10)}


def native(declared: str) -> WireType | None:
    """The wire type of a declared type, `int(10) unsigned`; None where it is not one of MariaDB's."""
    found = _NATIVE.match(declared.strip().lower())
    if found is None:
        return None
    base, rest = found["base"], found["rest"] or ""
    args = found["args"] or ""
    numeric_flags = (UNSIGNED if "unsigned" in rest else 0) | (ZEROFILL | UNSIGNED if "zerofill" in rest else 0)
    try:
        kinds = (build(base, args, numeric_flags) for build in (_integer, _real, _string, _blob, _temporal))
        return next((kind for kind in kinds if kind is not None), None)
    except ValueError:  # a length that is not a number
        return None


def _integer(base: str, args: str, flags: int) -> WireType | None:
    if base == "bit":
        return WireType(BIT, int(args or 1), UNSIGNED)
    if base == "year":
        return WireType(YEAR, 4, UNSIGNED | ZEROFILL)
    if base not in _INTEGERS:
        return None
    code, signed, unsigned = _INTEGERS[base]
    return WireType(code, int(args) if args else unsigned if flags else signed, flags)


def _real(base: str, args: str, flags: int) -> WireType | None:
    precision, _, scale = args.partition(",")
    if base in ("decimal", "numeric"):
        digits, places = int(precision or 10), int(scale or 0)
        return WireType(NEWDECIMAL, digits + (places > 0) + (not flags), flags, places)
    if base not in ("float", "double", "real"):
        return None
    code, length = (FLOAT, 12) if base == "float" else (DOUBLE, 22)
    return WireType(code, int(precision), flags, int(scale)) if scale else WireType(code, length, flags, NOT_FIXED)


def _string(base: str, args: str, _: int) -> WireType | None:
    if base in ("char", "varchar"):
        return WireType(STRING if base == "char" else VAR_STRING, int(args or 1), text=True)
    if base in ("binary", "varbinary"):
        return WireType(STRING if base == "binary" else VAR_STRING, int(args or 1), BINARY_FLAG)
    if base not in ("enum", "set"):
        return None
    lengths = [len(member.replace("''", "'")) for member in _MEMBER.findall(args)] or [0]
    if base == "enum":
        return WireType(STRING, max(lengths), ENUM_FLAG | BINARY_FLAG)
    return WireType(STRING, sum(lengths) + len(lengths) - 1, SET_FLAG | BINARY_FLAG)


def _blob(base: str, _args: str, _flags: int) -> WireType | None:
    if base == "json":
        return WireType(BLOB, _MAX_LENGTH, BLOB_FLAG | BINARY_FLAG, text=True)
    for size, length in _BLOBS.items():
        if base == f"{size}blob":
            return WireType(BLOB, length, BLOB_FLAG | BINARY_FLAG)
        if base == f"{size}text":
            return WireType(BLOB, length, BLOB_FLAG, text=True)
    return None


def _temporal(base: str, args: str, _: int) -> WireType | None:
    if base == "date":
        return WireType(DATE, 10, BINARY_FLAG)
    if base not in _TEMPORAL:
        return None
    code, length = _TEMPORAL[base]
    places = int(args or 0)
    return WireType(code, length + (places + 1 if places else 0), BINARY_FLAG | (UNSIGNED if code == TIMESTAMP else 0), places)


def of_arrow(kind: pa.DataType) -> WireType:
    """The wire type of an expression's values."""
    return next((build(kind) for matches, build in _ARROW if matches(kind)), WireType(VAR_STRING, 255, 0, 39, text=True))


def _of_arrow_real(kind: pa.DataType) -> WireType:
    return WireType(DOUBLE, 22, BINARY_FLAG, NOT_FIXED) if kind == pa.float64() else WireType(FLOAT, 12, BINARY_FLAG, NOT_FIXED)


def _of_arrow_moment(kind: pa.DataType) -> WireType:
    return WireType(DATETIME, 19, BINARY_FLAG) if kind.unit == "s" else WireType(DATETIME, 26, BINARY_FLAG, 6, declared=False)


def _of_arrow_time(kind: pa.DataType) -> WireType:
    return WireType(TIME, 10, BINARY_FLAG) if kind.unit == "s" else WireType(TIME, 17, BINARY_FLAG, 6, declared=False)


def _of_arrow_integer(kind: pa.DataType) -> WireType:
    unsigned = UNSIGNED if pa.types.is_unsigned_integer(kind) else 0
    code, length = {8: (TINY, 4), 16: (SHORT, 6), 32: (LONG, 11), 64: (LONGLONG, 21)}[kind.bit_width]
    return WireType(code, length, BINARY_FLAG | unsigned)


_ARROW: Final[tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.DataType], WireType]], ...]] = (
    (pa.types.is_boolean, lambda _: WireType(LONG, 1, BINARY_FLAG)),
    (pa.types.is_integer, _of_arrow_integer),
    (pa.types.is_decimal, lambda kind: WireType(NEWDECIMAL, kind.precision + (kind.scale > 0) + 1, BINARY_FLAG, max(kind.scale, 0))),
    (pa.types.is_floating, _of_arrow_real),
    (pa.types.is_date, lambda _: WireType(DATE, 10, BINARY_FLAG)),
    (pa.types.is_timestamp, _of_arrow_moment),
    (pa.types.is_time, _of_arrow_time),
    (pa.types.is_duration, lambda _: WireType(TIME, 17, BINARY_FLAG, 6, declared=False)),
    (is_bytes, lambda _: WireType(BLOB, _MAX_LENGTH, BLOB_FLAG | BINARY_FLAG)),
    (pa.types.is_null, lambda _: WireType(VAR_STRING, 0, BINARY_FLAG)),
)


def declared_flags(column: Column, key: str) -> int:
    """Flags that the column's declaration adds to those of its type."""
    extra, default = column.extra.lower(), (column.default or "").lower()
    flags = _KEYS.get(key, 0) | (0 if column.nullable else NOT_NULL)
    flags |= AUTO_INCREMENT if "auto_increment" in extra else 0
    flags |= ON_UPDATE_NOW if "on update" in extra else 0
    if column.native_type.lower().startswith("timestamp") and ("current_timestamp" in default or "on update" in extra):
        flags |= TIMESTAMP_FLAG
    if not column.nullable and column.default is None and "auto_increment" not in extra:
        flags |= NO_DEFAULT
    return flags


def _fits(kind: WireType, values: pa.DataType) -> bool:
    """Whether values can be told to be of a declared type; a pseudonym of a number is not one."""
    if pa.types.is_null(values) or kind.code in (BLOB, VAR_STRING, STRING, BIT):
        return True
    if kind.code in _WHOLE:
        return bool(pa.types.is_integer(values) or pa.types.is_boolean(values))
    if kind.code in (NEWDECIMAL, FLOAT, DOUBLE):
        return bool(pa.types.is_integer(values) or pa.types.is_floating(values) or pa.types.is_decimal(values))
    return bool(pa.types.is_temporal(values) or is_text(values))


def define(column: ResultColumn) -> Definition:
    """The definition of a result's column."""
    if column.origin is None:
        kind = of_arrow(column.type)
        if column.decimals is not None and kind.code == DOUBLE:
            kind = WireType(DOUBLE, 17 + column.decimals, kind.flags, column.decimals)  # MariaDB: DBL_DIG + 2 and the places
        elif column.decimals and kind.code == DATETIME:
            kind = WireType(DATETIME, 20 + column.decimals, kind.flags, column.decimals, declared=True)
        return Definition(column.name, replace(kind, flags=kind.flags | NOT_NULL) if column.required else kind)
    table, base = column.origin
    declared = native(base.native_type)
    kind = declared if declared is not None and _fits(declared, column.type) else of_arrow(column.type)
    flags = kind.flags | declared_flags(base, column.key) | (NO_DEFAULT if table.table.database == "information_schema" else 0)
    flags &= ~NOT_NULL if column.required is False else -1
    kind = WireType(kind.code, kind.length, flags, kind.decimals, kind.text)
    return Definition(column.name, kind, table.table.database, table.table.table, base.name)

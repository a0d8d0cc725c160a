"""What the asker's dialect knows of a value's type, and the DuckDB type that holds it.

A *kind* has a family, a DuckDB type, and what the family alone does not say: whether a text is made of bytes (compared and cut bytewise), whether it is
compared without case and accents (*folded*), and of a decimal how many of its digits are shown (MySQL computes a quotient with more digits than it shows).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from carrel.model.tables import Column, Table


class Family(StrEnum):
    NULL = "null"
    BOOL = "bool"
    INT = "int"
    DECIMAL = "decimal"
    DOUBLE = "double"
    TEXT = "text"
    BLOB = "blob"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Kind:
    """`precision` and `scale` are of DECIMAL; `shown` is the scale that a person sees.

    `decimals`: digits that each DOUBLE or DATETIME shows, None: as many as it has.
    `partial`: how a DATE is shown of which not all parts are known, `%Y-%m-00`.
    `required`: whether the column is told as never NULL; it makes no other kind.
    """

    family: Family
    type: str
    precision: int = 0
    scale: int = 0
    shown: int = 0
    bytes: bool = False
    folded: bool = False
    digits14: bool = False
    decimals: int | None = None
    partial: str = ""
    required: bool = field(default=False, compare=False)

    @property
    def unsigned(self) -> bool:
        return self.family is Family.INT and self.type.startswith("U")

    @property
    def exact(self) -> bool:
        return self.family in (Family.INT, Family.DECIMAL, Family.BOOL)

    @property
    def temporal(self) -> bool:
        return self.family in (Family.DATE, Family.DATETIME)

    @property
    def textual(self) -> bool:
        return self.family in (Family.TEXT, Family.BLOB)


NULL: Final = Kind(Family.NULL, "VARCHAR")
BOOL: Final = Kind(Family.BOOL, "BOOLEAN")
INT: Final = Kind(Family.INT, "INTEGER")
BIGINT: Final = Kind(Family.INT, "BIGINT")
UBIGINT: Final = Kind(Family.INT, "UBIGINT")
DOUBLE: Final = Kind(Family.DOUBLE, "DOUBLE")
TEXT: Final = Kind(Family.TEXT, "VARCHAR", folded=True)
BYTES: Final = Kind(Family.TEXT, "VARCHAR", bytes=True)
BLOB: Final = Kind(Family.BLOB, "BLOB", bytes=True)
DATE: Final = Kind(Family.DATE, "DATE")
DATETIME: Final = Kind(Family.DATETIME, "TIMESTAMP")

_DIGITS: Final = {
    "TINYINT": 3, "UTINYINT": 3, "SMALLINT": 5, "USMALLINT": 5, "INTEGER": 10, "UINTEGER": 10, "BIGINT": 19, "UBIGINT": 20,
}
_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_OTHERS: Final = {"DOUBLE": DOUBLE, "FLOAT": Kind(Family.DOUBLE, "FLOAT"), "BLOB": BLOB, "DATE": DATE, "TIMESTAMP": DATETIME, "BOOLEAN": BOOL}


def decimal(precision: int, scale: int, shown: int | None = None) -> Kind:
    precision = max(1, min(38, precision), scale)
    return Kind(Family.DECIMAL, f"DECIMAL({precision},{scale})", precision=precision, scale=scale, shown=scale if shown is None else shown)


def of_type(text: str) -> Kind:
    """The kind of a column of this DuckDB type; text is taken as bytes."""
    text = text.upper()
    found = _DECIMAL.fullmatch(text)
    if found:
        return decimal(int(found[1]), int(found[2]))
    if text == "HUGEINT":
        return decimal(38, 0)
    if text in _DIGITS:
        return Kind(Family.INT, text)
    return _OTHERS.get(text, BYTES)


@lru_cache(maxsize=1024)
def required_or_not(kind: Kind, required: bool) -> Kind:
    """The same kind, told as never NULL or not."""
    return kind if kind.required == required else replace(kind, required=required)


def of_column(column: Column, table: Table) -> Kind:
    """The kind of a base column: its DuckDB type, and of a text how its source compares it."""
    kind = of_type(column.type)
    if kind.family is not Family.TEXT:
        return kind
    native = column.native_type.lower()
    binary = "binary" in native or "_bin" in native or "blob" in native or "charset=binary" in table.options.lower()
    if not native or binary or not re.match(r"(tiny|medium|long)?text|(var)?char|enum|set", native):
        return replace(BYTES, digits14=native == "binary(14)")
    return TEXT


def digits(kind: Kind) -> int:
    """Digits before the point that a number of this kind may have."""
    if kind.family is Family.DECIMAL:
        return kind.precision - kind.scale
    return _DIGITS.get(kind.type, 1)


def shown(kind: Kind) -> Kind:
    """The kind as a person sees it: no BOOL, no hidden digits, no NULL without a type."""
    if kind.family is Family.BOOL:
        return INT
    if kind.family is Family.DECIMAL and kind.scale != kind.shown:
        return decimal(kind.precision - kind.scale + kind.shown + 1, kind.shown)
    if kind.family is Family.NULL:
        return BYTES
    return TEXT if kind.partial else kind


def unify(kinds: Iterable[Kind]) -> Kind:
    """The kind that holds values of each of these: for CASE, COALESCE, UNION and their like, as MySQL aggregates types."""
    found = [shown(kind) for kind in kinds if kind.family is not Family.NULL]
    if not found:
        return NULL
    first = found[0]
    for kind in found[1:]:
        first = first if first == kind else _pair(first, kind)
    return first


def _pair(a: Kind, b: Kind) -> Kind:
    if a.textual or b.textual:
        if Family.BLOB in (a.family, b.family):
            return BLOB if a.family == b.family else BYTES
        return BYTES if a.bytes or b.bytes else TEXT
    if a.temporal or b.temporal:
        if a.temporal and b.temporal:
            return DATETIME
        return TEXT
    if Family.DOUBLE in (a.family, b.family):
        return DOUBLE
    if Family.DECIMAL in (a.family, b.family):
        scale = max(a.scale, b.scale)
        return decimal(max(digits(a), digits(b)) + scale, scale)
    return _integers(a, b)


def _integers(a: Kind, b: Kind) -> Kind:
    if a.unsigned == b.unsigned:
        return a if digits(a) >= digits(b) else b
    unsigned, signed = (a, b) if a.unsigned else (b, a)
    if digits(unsigned) < digits(signed):
        return signed
    if unsigned.type == "UBIGINT":
        return decimal(20, 0)
    return BIGINT

"""Reads a column's declared MySQL type: what `information_schema.COLUMNS` derives from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TYPE: Final = re.compile(r"^(?P<base>[a-z]+)(?:\((?P<arguments>[^)]*)\))?(?P<rest>.*)$")
_BLOB_BYTES: Final = {
    "tinyblob": 255, "blob": 65535, "mediumblob": 16777215, "longblob": 4294967295,
    "tinytext": 255, "text": 65535, "mediumtext": 16777215, "longtext": 4294967295,
}
_NUMERIC_PRECISION: Final = {"tinyint": 3, "smallint": 5, "mediumint": 7, "int": 10, "bigint": 19, "float": 12, "double": 22}
_NUMERIC: Final = frozenset({*_NUMERIC_PRECISION, "decimal", "bit"})
_CHARACTER: Final = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"})
_BINARY: Final = frozenset({"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"})
UTF8MB4_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class NativeType:
    """The parts of `int(10) unsigned` or `varchar(255)`. Lengths count characters (or bytes, for binary types)."""

    base: str
    arguments: tuple[str, ...]
    unsigned: bool

    @property
    def numeric(self) -> bool:
        return self.base in _NUMERIC

    @property
    def character(self) -> bool:
        return self.base in _CHARACTER

    @property
    def length(self) -> int | None:
        """CHARACTER_MAXIMUM_LENGTH; None for types that have none."""
        if self.base in _BLOB_BYTES:
            return _BLOB_BYTES[self.base]
        if self.base in {"enum", "set"}:
            return max((len(value) - 2 for value in self.arguments), default=0)
        if self.base in _CHARACTER or self.base in _BINARY:
            return int(self.arguments[0]) if self.arguments else 1
        return None

    @property
    def octets(self) -> int | None:
        """CHARACTER_OCTET_LENGTH."""
        wide = self.base in {"char", "varchar", "enum", "set"}
        return None if self.length is None else self.length * (UTF8MB4_BYTES if wide else 1)

    @property
    def precision(self) -> int | None:
        if self.base == "decimal":
            return int(self.arguments[0]) if self.arguments else 10
        if self.base == "bigint" and self.unsigned:
            return 20
        return _NUMERIC_PRECISION.get(self.base)

    @property
    def scale(self) -> int | None:
        if self.base == "decimal":
            return int(self.arguments[1]) if len(self.arguments) > 1 else 0
        return 0 if self.base in _NUMERIC_PRECISION and self.base not in {"float", "double"} else None


def parse(native_type: str) -> NativeType:
    """The parts of a declared type; a text that is not one gives a type of that name without arguments."""
    match = _TYPE.match(native_type.lower())
    if match is None:
        return NativeType(native_type, (), False)
    arguments = match["arguments"]
    return NativeType(match["base"], tuple(part.strip() for part in arguments.split(",")) if arguments else (), "unsigned" in match["rest"])

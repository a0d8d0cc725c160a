"""The columns of a table for COM_FIELD_LIST, with which clients complete names: asked of the session as `SHOW COLUMNS`, hence filtered as all else is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from carrel.doors.mysql import types
from carrel.doors.mysql.packets import lenenc_bytes
from carrel.doors.mysql.types import Definition, WireType
from carrel.model.ports import Session
from carrel.model.queries import Done
from carrel.model.tables import Column

_NOTHING: Final = {
    **dict.fromkeys((types.BLOB, types.VAR_STRING, types.STRING), ""), types.DATE: "0000-00-00", types.TIME: "00:00:00",
    **dict.fromkeys((types.DATETIME, types.TIMESTAMP), "0000-00-00 00:00:00"),
}
"""What MariaDB puts into a row that names no value, by type; of the others `0`."""


def of_table(session: Session, table: str, wild: str) -> Iterator[tuple[Definition, bytes]]:
    """Each column's definition and its default as the packet holds it.

    Raises:
        CarrelError: the session's answer to `SHOW COLUMNS`.
    """
    name = table.replace("`", "``")
    like = " LIKE '" + wild.replace("\\", "\\\\").replace("'", "''") + "'" if wild else ""
    for answer in session.ask(f"SHOW COLUMNS FROM `{name}`{like}"):
        if isinstance(answer, Done):
            continue
        try:
            for batch in answer.batches():
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    yield _define(session.database or "", table, row)
        finally:
            answer.close()


def _define(database: str, table: str, row: tuple[Any, ...]) -> tuple[Definition, bytes]:
    name, native, nullable, key, default, extra = (None if value is None else _text(value) for value in row[:6])
    column = Column(name=name or "", type="", native_type=native or "", nullable=nullable == "YES", default=default, extra=extra or "")
    kind = types.native(column.native_type) or WireType(types.VAR_STRING, 255, text=True)
    kind = WireType(kind.code, kind.length, kind.flags | types.declared_flags(column, key or ""), kind.decimals, kind.text)
    return Definition(column.name, kind, database, table, column.name), _default(column, kind)


def _default(column: Column, kind: WireType) -> bytes:
    """The declared default, else what MariaDB puts into a row that names no value."""
    if column.default is None and column.nullable:
        return b"\xfb"
    value = column.default if column.default is not None else _NOTHING.get(kind.code, "0")
    fixed = kind.code == types.STRING and kind.flags & types.BINARY_FLAG and not kind.flags & (types.ENUM_FLAG | types.SET_FLAG)
    return lenenc_bytes(value.encode().ljust(kind.length, b"\0") if fixed else value.encode())


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

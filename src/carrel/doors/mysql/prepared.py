"""Prepared statements: their placeholders, the values that a client binds to them, and the ones that one connection holds."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from carrel.doors.mysql import charsets, types
from carrel.doors.mysql.charsets import Charset
from carrel.doors.mysql.cursor import Cursor
from carrel.doors.mysql.packets import Capability, Ending, Reader, eof
from carrel.doors.mysql.stream import WireError
from carrel.doors.mysql.types import Definition, WireType
from carrel.model.ports import Parameter

MOST: Final = 1024
"""Statements that one connection may hold."""

_OUTSIDE = re.compile(
    r"""
    '(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*" | `(?:[^`]|``)*`   # strings and names
    | --(?:[\s\x00-\x1f][^\n]*|$) | \#[^\n]*                       # comments to the end of the line
    | /\*(?![!M]).*?(?:\*/|\Z)                                     # comments; those with ! hold SQL
    | \?
    """,
    re.VERBOSE | re.DOTALL,
)
_BINARY_TYPES: Final = frozenset((249, 250, 251, 252))  # the four sizes of BLOB
_TEXT_TYPES: Final = frozenset((15, 16, 245, 247, 248, 253, 254, 255))  # VARCHAR, BIT, JSON, ENUM, SET, VAR_STRING, STRING, GEOMETRY
_INTEGERS: Final = {types.TINY: 1, types.SHORT: 2, types.YEAR: 2, types.LONG: 4, types.INT24: 4, types.LONGLONG: 8}
_NULL_TYPE: Final = 6
_UNSIGNED_FLAG: Final = 0x80


def placeholders(text: str) -> int:
    """How many `?` stand outside strings, quoted names and comments."""
    return sum(found[0] == "?" for found in _OUTSIDE.finditer(text))


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A statement that a client may run again.

    Attributes:
        kinds: type code and flags of each parameter, as last told.
        long: data that came before the execution, by parameter.
        too_long: whether more of it came than one connection may hold.
        cursor: its open one.
    """

    number: int
    text: str
    count: int
    kinds: list[tuple[int, int]] = field(default_factory=list)
    long: dict[int, bytearray] = field(default_factory=dict)
    too_long: bool = False
    cursor: Cursor | None = None

    def forget(self) -> None:
        """Drops long data."""
        self.long = {}
        self.too_long = False

    def answer(self, capabilities: Capability, charset: Charset, columns: Sequence[Definition]) -> list[bytes]:
        """What COM_STMT_PREPARE answers: the parameters, and the columns as far as they are known before the values are."""
        head = b"\0" + self.number.to_bytes(4, "little") + len(columns).to_bytes(2, "little") + self.count.to_bytes(2, "little") + bytes(3)
        payloads = [head]
        for definitions in ([_PARAMETER] * self.count, columns):
            payloads += [definition.payload(charset) for definition in definitions]
            if definitions and not capabilities & Capability.DEPRECATE_EOF:
                payloads.append(eof(Ending()))
        return payloads

    def close(self) -> None:
        """Closes the cursor and drops long data."""
        self.forget()
        if self.cursor is not None:
            self.cursor.close()
            self.cursor = None


_PARAMETER: Final = Definition("?", WireType(_NULL_TYPE, 0, types.BINARY_FLAG))


class Statements:
    """The prepared statements of one connection."""

    def __init__(self, most_bytes: int) -> None:
        """`most_bytes`: of data sent ahead of one execution."""
        self._held: dict[int, Prepared] = {}
        self._last = 0
        self._most_bytes = most_bytes

    def require_room(self, text: str) -> None:
        """Raises WireError for one more than a connection may hold, and for more placeholders than the protocol can count."""
        if len(self._held) >= MOST:
            raise WireError(1461, "42000", f"Can't create more than max_prepared_stmt_count statements (current value: {MOST})")
        if placeholders(text) > 0xFFFF:
            raise WireError(1390, "HY000", "Prepared statement contains too many placeholders")

    def add(self, text: str) -> Prepared:
        self.require_room(text)
        count = placeholders(text)
        self._last += 1
        self._held[self._last] = Prepared(number=self._last, text=text, count=count)
        return self._held[self._last]

    def get(self, number: int, command: str) -> Prepared:
        found = self._held.get(number)
        if found is None:
            raise WireError(1243, "HY000", f"Unknown prepared statement handler ({number}) given to {command}")
        return found

    def close(self, number: int) -> None:
        found = self._held.pop(number, None)
        if found is not None:
            found.close()

    def clear(self) -> None:
        self.close_cursors()
        self._held.clear()

    @property
    def cursors(self) -> bool:
        """Whether any is open."""
        return any(statement.cursor is not None for statement in self._held.values())

    def close_cursors(self) -> None:
        for statement in self._held.values():
            statement.close()

    def append(self, body: bytes) -> None:
        """COM_STMT_SEND_LONG_DATA; it has no answer, so what is wrong with it shows at the execution."""
        if len(body) < 6:
            return
        reader = Reader(body)
        statement = self._held.get(reader.integer(4))
        number = reader.integer(2)
        if statement is None or number >= statement.count:
            return
        statement.too_long |= sum(map(len, statement.long.values())) + reader.left > self._most_bytes
        if not statement.too_long:
            statement.long.setdefault(number, bytearray()).extend(reader.rest())


def parameters(statement: Prepared, reader: Reader, charset: Charset) -> list[Parameter]:
    """The values of an execution; `reader` stands behind the iteration count. Long data is used up.

    Raises:
        WireError: the values do not fit the statement or their types.
    """
    long, too_long = statement.long, statement.too_long
    statement.forget()
    if too_long:
        raise WireError(1153, "08S01", "Got a packet bigger than 'max_allowed_packet' bytes")
    if not statement.count:
        return []
    nulls = int.from_bytes(reader.take((statement.count + 7) // 8), "little")
    if reader.integer(1):
        statement.kinds = [(reader.integer(1), reader.integer(1)) for _ in range(statement.count)]
    if len(statement.kinds) != statement.count:
        raise WireError(1210, "HY000", "Incorrect arguments to mysqld_stmt_execute")
    values: list[Parameter] = []
    for number, (kind, flags) in enumerate(statement.kinds):
        if number in long:
            values.append(_characters(bytes(long[number]), kind, charset))
        elif nulls >> number & 1 or kind == _NULL_TYPE:
            values.append(None)
        else:
            values.append(_value(reader, kind, flags, charset))
    return values


def _value(reader: Reader, kind: int, flags: int, charset: Charset) -> Parameter:
    if kind in _INTEGERS:
        return int.from_bytes(reader.take(_INTEGERS[kind]), "little", signed=not flags & _UNSIGNED_FLAG)
    read = _READERS.get(kind)
    if read is not None:
        return read(reader)
    if kind in _BINARY_TYPES or kind in _TEXT_TYPES:
        return _characters(reader.lenenc_bytes(), kind, charset)
    raise WireError(1210, "HY000", "Incorrect arguments to mysqld_stmt_execute")


def _characters(value: bytes, kind: int, charset: Charset) -> Parameter:
    return value if kind in _BINARY_TYPES else charsets.decode(value, charset)


def _real(reader: Reader, form: str) -> float:
    value: float = struct.unpack(form, reader.take(struct.calcsize(form)))[0]
    if not math.isfinite(value):
        raise WireError(1210, "HY000", "Incorrect arguments to mysqld_stmt_execute")
    return value


def _decimal(reader: Reader) -> Decimal:
    try:
        value = Decimal(reader.lenenc_bytes().decode("ascii"))
    except (InvalidOperation, UnicodeDecodeError) as error:
        raise WireError(1210, "HY000", "Incorrect DECIMAL value") from error
    if not value.is_finite():
        raise WireError(1210, "HY000", "Incorrect DECIMAL value")
    return value


def _moment(reader: Reader) -> str | date | datetime:
    """A date or a date with a time; as text where no calendar has it, as `0000-00-00`."""
    inner = Reader(reader.take(reader.integer(1)))
    if not inner.left:
        return "0000-00-00 00:00:00"
    year, month, day = inner.integer(2), inner.integer(1), inner.integer(1)
    if not inner.left:
        return _calendar(f"{year:04d}-{month:02d}-{day:02d}", lambda: date(year, month, day))
    hour, minute, second = inner.integer(1), inner.integer(1), inner.integer(1)
    micro = inner.integer(4) if inner.left else 0
    if micro >= 1_000_000:
        raise WireError(1210, "HY000", "Incorrect DATETIME value")
    text = f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}" + (f".{micro:06d}" if micro else "")
    return _calendar(text, lambda: datetime(year, month, day, hour, minute, second, micro))


def _calendar(text: str, make: Callable[[], date]) -> str | date:
    try:
        return make()
    except ValueError:
        return text


def _time(reader: Reader) -> timedelta:
    inner = Reader(reader.take(reader.integer(1)))
    if not inner.left:
        return timedelta(0)
    sign = -1 if inner.integer(1) else 1
    days, hours, minutes, seconds = inner.integer(4), inner.integer(1), inner.integer(1), inner.integer(1)
    if days > 34:  # MariaDB's longest TIME is 838:59:59
        raise WireError(1210, "HY000", "Incorrect TIME value")
    return sign * timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=inner.integer(4) if inner.left else 0)


_READERS: Final[dict[int, Callable[[Reader], Parameter]]] = {
    types.FLOAT: lambda reader: _real(reader, "<f"),
    types.DOUBLE: lambda reader: _real(reader, "<d"),
    0: _decimal,
    types.NEWDECIMAL: _decimal,
    types.DATE: _moment,
    types.DATETIME: _moment,
    types.TIMESTAMP: _moment,
    types.TIME: _time,
}

"""Arrow batches to binary rows, the form in which prepared statements answer: by the native row writer or vectorised, as text rows are.

A binary row is 0x00, a bitmap of NULLs that begins at its third bit, and the values that are not NULL, each in the width of its column's type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors import _native
from carrel.doors._texts import is_text
from carrel.doors.mysql import types
from carrel.doors.mysql.encode import Part, pieces, prefixed, raw, send_native, send_rows
from carrel.doors.mysql.stream import PacketStream
from carrel.doors.mysql.texts import as_text
from carrel.doors.mysql.types import WireType

_EMPTY: Final = pa.scalar(b"", pa.binary())
_HEADER: Final = pa.scalar(b"\0", pa.binary())
_INTEGERS: Final = {types.TINY: 8, types.SHORT: 16, types.YEAR: 16, types.INT24: 32, types.LONG: 32, types.LONGLONG: 64}
_NATIVE: Final = {
    types.FLOAT: (_native.SINGLE, pa.float32()), types.DOUBLE: (_native.DOUBLE, pa.float64()), types.DATE: (_native.DATE, pa.date32()),
    types.DATETIME: (_native.MOMENT, pa.timestamp("us")), types.TIMESTAMP: (_native.MOMENT, pa.timestamp("us")),
}
_CLOCK: Final = re.compile(r"(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?\Z")
_MOMENT: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?\Z")
_MICROSECONDS_A_DAY: Final = 86_400_000_000


def send_batch(stream: PacketStream, batch: pa.RecordBatch, kinds: Sequence[WireType]) -> None:
    """Sends every row of a batch in binary. Holds one piece of it at a time.

    Raises:
        Closed: the client has gone.
    """
    def slow(part: pa.RecordBatch) -> None:
        send_vectorised(stream, part, kinds)

    if _native.available():
        columns = tuple(_described(_plain(column), kind) for column, kind in zip(batch.columns, kinds, strict=True))
        send_native(stream, batch, columns, _native.compiled.binary, slow)
    else:
        slow(batch)


def send_vectorised(stream: PacketStream, batch: pa.RecordBatch, kinds: Sequence[WireType]) -> None:
    """As `send_batch`, by Arrow's functions alone."""
    for piece in pieces(batch):
        values = [as_binary(_plain(column), kind) for column, kind in zip(piece.columns, kinds, strict=True)]
        nulls = [value.is_null() for value in values]
        parts: list[Part] = [_HEADER, *_bitmap(nulls)]
        for value, kind in zip(values, kinds, strict=True):
            parts += _whole(value) if _fixed(kind) else prefixed(value, null=b"")
        send_rows(stream, parts, piece.num_rows)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _described(array: pa.Array, kind: WireType) -> _native.Described:
    """A column as the native writer takes it."""
    if kind.code in _INTEGERS:
        array = _integers(array, kind)
        return _native.described(_native.INTEGERS[array.type], array)
    if kind.code not in _CONVERTERS:
        texts = array.type in (pa.string(), pa.binary())
        return _native.describe(array if texts else as_text(array, kind), places=None, slow=lambda: array)
    if is_text(array.type):  # times that no calendar has
        return _native.described(_native.WHOLE, _CONVERTERS[kind.code](array))
    if kind.code == types.TIME:
        return _native.described(_native.CLOCK, _microseconds(array))
    code, target = _NATIVE[kind.code]
    return _native.described(code, array.cast(target, safe=kind.code == types.DATE))


def as_binary(array: pa.Array, kind: WireType) -> pa.Array:
    """Each value's bytes, without the length that texts have before them."""
    if kind.code in _INTEGERS:
        return raw(_integers(array, kind))
    convert = _CONVERTERS.get(kind.code)
    return as_text(array, kind) if convert is None else convert(array)


def _integers(array: pa.Array, kind: WireType) -> pa.Array:
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.uint8())
    sign = "u" if kind.flags & types.UNSIGNED else ""
    return array.cast(getattr(pa, f"{sign}int{_INTEGERS[kind.code]}")())


def _microseconds(array: pa.Array) -> pa.Array:
    """Of a time or a duration."""
    return array.cast(pa.duration("us") if pa.types.is_duration(array.type) else pa.time64("us")).cast(pa.int64())


def _fixed(kind: WireType) -> bool:
    return kind.code in _INTEGERS or kind.code in _CONVERTERS


def _whole(value: pa.Array) -> list[Part]:
    return [pc.fill_null(value, _EMPTY) if value.null_count else value]


def _bitmap(nulls: Sequence[pa.Array]) -> list[pa.Array]:
    """Bit i + 2 is set where column i is NULL."""
    found: list[pa.Array] = []
    for start in range(-2, len(nulls), 8):
        byte = None
        for bit in range(8):
            if 0 <= start + bit < len(nulls):
                flag = pc.multiply(nulls[start + bit].cast(pa.uint8()), pa.scalar(1 << bit, pa.uint8()))
                byte = flag if byte is None else pc.bit_wise_or(byte, flag)
        if byte is not None:
            found.append(raw(byte))
    return found


def _join(*parts: Part) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _EMPTY)


def _byte(array: pa.Array) -> pa.Array:
    return raw(array.cast(pa.uint8()))


def _float(array: pa.Array) -> pa.Array:
    array = array.cast(pa.float32(), safe=False)
    return raw(pc.if_else(pc.is_finite(array), array, pa.scalar(None, pa.float32())))


def _double(array: pa.Array) -> pa.Array:
    array = array.cast(pa.float64(), safe=False)
    return raw(pc.if_else(pc.is_finite(array), array, pa.scalar(None, pa.float64())))


def _date(array: pa.Array) -> pa.Array:
    """4, year in 2 bytes, month, day; 0 for no date at all."""
    if is_text(array.type):
        return _each(array, _moment_bytes)
    return _join(pa.scalar(b"\4", pa.binary()), *_days(array.cast(pa.date32())))


def _days(array: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    return raw(pc.year(array).cast(pa.uint16())), _byte(pc.month(array)), _byte(pc.day(array))


def _moment(array: pa.Array) -> pa.Array:
    """4, 7 or 11: the date, hour, minute, second, and 4 bytes of microseconds, only as far as they are not zero."""
    if is_text(array.type):
        return _each(array, _moment_bytes)
    array = array.cast(pa.timestamp("us"), safe=False)
    days = _join(*_days(array))
    within = pc.add(pc.multiply(pc.add(pc.multiply(pc.hour(array), 60), pc.minute(array)), 60), pc.second(array))
    fraction = pc.add(pc.multiply(pc.millisecond(array), 1000), pc.microsecond(array))
    clock = _join(_byte(pc.hour(array)), _byte(pc.minute(array)), _byte(pc.second(array)))
    long = _join(pa.scalar(b"\x0b", pa.binary()), days, clock, raw(fraction.cast(pa.uint32())))
    middle = _join(pa.scalar(b"\7", pa.binary()), days, clock)
    short = _join(pa.scalar(b"\4", pa.binary()), days)
    return pc.if_else(pc.greater(fraction, 0), long, pc.if_else(pc.greater(within, 0), middle, short))


def _time(array: pa.Array) -> pa.Array:
    """0, 8 or 12: sign, 4 bytes of days, hour, minute, second, and 4 bytes of microseconds where they are not zero."""
    if is_text(array.type):
        return _each(array, _clock_bytes)
    total = _microseconds(array)
    size = pc.abs(total)
    days = pc.divide(size, _MICROSECONDS_A_DAY)
    within = pc.subtract(size, pc.multiply(days, _MICROSECONDS_A_DAY))
    seconds = pc.divide(within, 1_000_000)
    fraction = pc.subtract(within, pc.multiply(seconds, 1_000_000))
    minutes = pc.divide(seconds, 60)
    hours = pc.divide(minutes, 60)
    clock = _join(
        _byte(pc.less(total, 0)), raw(days.cast(pa.uint32())), _byte(hours), _byte(pc.subtract(minutes, pc.multiply(hours, 60))),
        _byte(pc.subtract(seconds, pc.multiply(minutes, 60))),
    )
    long = _join(pa.scalar(b"\x0c", pa.binary()), clock, raw(fraction.cast(pa.uint32())))
    short = _join(pa.scalar(b"\x08", pa.binary()), clock)
    timed = pc.if_else(pc.greater(fraction, 0), long, short)
    return pc.if_else(pc.equal(total, 0), pa.scalar(b"\0", pa.binary()), timed)


def _each(array: pa.Array, show: Callable[[str], bytes | None]) -> pa.Array:
    """For times that the lake keeps as text, because MariaDB has dates that no calendar has."""
    return pa.array([None if value is None else show(value) for value in array.cast(pa.string()).to_pylist()], pa.binary())


def _moment_bytes(text: str) -> bytes | None:
    found = _MOMENT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    micro = int((found[7] or "0").ljust(6, "0"))
    days = year.to_bytes(2, "little") + bytes((month, day))
    clock = bytes((hour, minute, second))
    if micro:
        return b"\x0b" + days + clock + micro.to_bytes(4, "little")
    if any(clock):
        return b"\7" + days + clock
    return b"\4" + days if any(days) else b"\0"


def _clock_bytes(text: str) -> bytes | None:
    found = _CLOCK.match(text)
    if found is None:
        return None
    value = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4]), microseconds=int((found[5] or "0").ljust(6, "0")))
    if not value:
        return b"\0"
    minutes, second = divmod(value.seconds, 60)
    clock = bytes((found[1] == "-",)) + value.days.to_bytes(4, "little") + bytes((minutes // 60, minutes % 60, second))
    return b"\x0c" + clock + value.microseconds.to_bytes(4, "little") if value.microseconds else b"\x08" + clock


_CONVERTERS: Final[dict[int, Callable[[pa.Array], pa.Array]]] = {
    types.FLOAT: _float, types.DOUBLE: _double, types.DATE: _date, types.DATETIME: _moment, types.TIMESTAMP: _moment, types.TIME: _time,
}

"""Moments as MediaWiki writes them, in UTC, to the second: what `mwtypes.Timestamp` does, parsed when it is first reckoned with, and fit to be hashed."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

LONG: Final = "%Y-%m-%dT%H:%M:%SZ"
SHORT: Final = "%Y%m%d%H%M%S"
_LONG: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)
_SHORT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)


class Timestamp:
    """A moment, from whatever tells one: `2009-02-13T23:31:30Z`, `20090213233130`, the same as bytes, seconds since 1970, a `datetime` (its own clock reading,
    as mwtypes takes it), a `time.struct_time`, or a Timestamp.

    Raises:
        ValueError: what is given is none of these.
    """

    __slots__ = ("_long",)
    _long: str

    def __new__(cls, time_thing: Any) -> Self:
        if isinstance(time_thing, cls):
            return time_thing
        if isinstance(time_thing, time.struct_time):
            return cls.from_time_struct(time_thing)
        if isinstance(time_thing, datetime):
            return cls.from_datetime(time_thing)
        if isinstance(time_thing, int | float):
            return cls.from_unix(time_thing)
        return cls.from_string(time_thing)

    if TYPE_CHECKING:
        def __init__(self, time_thing: Any) -> None: ...

    @classmethod
    def from_time_struct(cls, time_struct: time.struct_time) -> Self:
        return cls._of("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*time_struct[:6]))

    @classmethod
    def from_datetime(cls, dt: datetime) -> Self:
        return cls.from_time_struct(dt.timetuple())

    @classmethod
    def from_unix(cls, seconds: float) -> Self:
        return cls.from_time_struct(datetime.fromtimestamp(seconds, UTC).timetuple())

    @classmethod
    def from_string(cls, string: str | bytes) -> Self:
        text = string.decode() if isinstance(string, bytes) else str(string)
        found = _LONG.fullmatch(text) or _SHORT.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a valid Wikipedia date format")
        return cls._checked(*found.groups())

    @classmethod
    def from_digits(cls, year: bytes, month: bytes, day: bytes, hour: bytes, minute: bytes, second: bytes) -> Self:  # noqa: PLR0917 - in the format's order
        return cls._checked(year.decode(), month.decode(), day.decode(), hour.decode(), minute.decode(), second.decode())

    @classmethod
    def strptime(cls, string: str, format: str) -> Self:
        return cls.from_time_struct(time.strptime(string, format))

    @classmethod
    def from_json(cls, time_thing: Any) -> Self:
        return cls(time_thing)

    @classmethod
    def _checked(cls, year: str, month: str, day: str, hour: str, minute: str, second: str) -> Self:  # noqa: PLR0917 - in the order of the format
        text = f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
        try:
            # A minute may have 61 or 62 seconds for `time`, as for mwtypes; not for `datetime`.
            datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59))
        except ValueError:
            raise ValueError(f"{text!r} is not a valid Wikipedia date format") from None
        if int(second) > 61:
            raise ValueError(f"{text!r} is not a valid Wikipedia date format")
        return cls._of(text)

    @classmethod
    def _of(cls, text: str) -> Self:
        self = object.__new__(cls)
        object.__setattr__(self, "_long", text)
        return self

    def _struct(self) -> time.struct_time:
        return time.strptime(self._long, LONG)

    def short_format(self) -> str:
        """As the database writes it: `20090213233130`."""
        text = self._long
        return text[:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19]

    def long_format(self) -> str:
        """As the API and exports write it: `2009-02-13T23:31:30Z`."""
        return self._long

    def strftime(self, format: str) -> str:
        return time.strftime(format, self._struct())

    def unix(self) -> int:
        """Seconds since 1970."""
        text = self._long
        return calendar.timegm((int(text[:4]), int(text[5:7]), int(text[8:10]), int(text[11:13]), int(text[14:16]), int(text[17:19])))

    def to_json(self) -> str:
        return self._long

    def __format__(self, format: str) -> str:
        return self.strftime(format)

    def __str__(self) -> str:
        return self._long

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._long!r})"

    def __int__(self) -> int:
        return self.unix()

    def __float__(self) -> float:
        return float(self.unix())

    def __sub__(self, other: Any) -> Any:
        """Seconds between two moments, an int; or the moment so many seconds earlier."""
        return self.unix() - other.unix() if isinstance(other, Timestamp) else self + (other * -1)

    def __add__(self, seconds: float) -> Timestamp:
        return Timestamp(self.unix() + seconds)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timestamp) and self._long == other._long

    def __hash__(self) -> int:
        return hash(self._long)

    # The digits stand in the order of their weight, so that texts compare as moments do.
    def __lt__(self, other: object) -> bool:
        return self._long < other._long if isinstance(other, Timestamp) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self._long > other._long if isinstance(other, Timestamp) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self._long <= other._long if isinstance(other, Timestamp) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self._long >= other._long if isinstance(other, Timestamp) else NotImplemented

    def __reduce__(self) -> tuple[type[Timestamp], tuple[str]]:
        return (type(self), (self._long,))

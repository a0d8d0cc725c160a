"""What in texts looks like personal data or like a secret. By shape alone: nothing is looked up, so a find says nothing of what any table holds.

Expressions are RE2's, which take time in proportion to the text. A shape is not proof: a version number of four parts is found as an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_BYTE: Final = r"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
_GROUP: Final = r"[0-9A-Fa-f]{1,4}"


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape.

    Attributes:
        name: in explanations and tests.
        tag: what a column with such a value carries.
        hint: a sign that each value of the shape has; looked for first, since that is cheaper. Empty: there is none.
        expression: RE2.
    """

    name: str
    tag: str
    hint: str
    expression: str


SHAPES: Final = (
    Shape("e-mail address", "personal.email", "@", r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
    Shape("telephone number", "personal.email", "+", r"(?:^|[^0-9A-Za-z+])\+[0-9][0-9 ()./-]{6,18}[0-9](?:[^0-9]|$)"),
    Shape("telephone number of ten digits", "personal.email", "-", r"(?:^|[^0-9.-])(?:\([0-9]{3}\) ?|[0-9]{3}-)[0-9]{3}-[0-9]{4}(?:[^0-9-]|$)"),
    Shape("IPv4 address or network", "personal.ip", ".", rf"(?:^|[^0-9.])(?:{_BYTE}\.){{3}}{_BYTE}(?:[^0-9.]|\.[^0-9]|\.?$)"),
    Shape("IPv6 address or network", "personal.ip", ":", rf"(?:^|[^0-9A-Za-z:])(?:{_GROUP}:){{7}}{_GROUP}(?:[^0-9A-Za-z:]|$)"),
    Shape("IPv6 address, shortened", "personal.ip", "::",
          rf"(?:^|[^0-9A-Za-z:])(?:(?:{_GROUP}:){{2,7}}|[0-9A-Fa-f]{{4}}:):(?:{_GROUP}(?::{_GROUP}){{0,5}})?(?:[^0-9A-Za-z:]|$)"),
    Shape("address in MediaWiki's hexadecimal", "personal.ip", "", r"^(?:[0-9A-F]{0,7}[A-F][0-9A-F]{0,7}|v6-[0-9A-F]{32})$"),
    Shape("user agent", "personal.user_agent", "/",
          r"(?:Mozilla|Opera|AppleWebKit|Gecko|Dalvik|okhttp|curl|Wget|python-requests|Apache-HttpClient|Java|Go-http-client|CFNetwork)/[0-9]"),
    Shape("password hash of MediaWiki", "secret", ":", r":(?:A:[0-9a-f]{32}|B:[0-9a-f]{1,16}:[0-9a-f]{32}|pbkdf2:|bcrypt:|argon2:)"),
    Shape("password hash", "secret", "$", r"\$(?:2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{20}|argon2(?:id|i|d)\$|[156]\$[^$ ]{1,20}\$[./A-Za-z0-9]{20})"),
    Shape("signed token", "secret", "eyJ", r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\."),
)  # fmt: skip
"""Looked for in this order."""
_HEX_LENGTH: Final = {8, 35}


class Scan:
    """Looks for shapes in columns, batch by batch. It keeps no value, and looks in a column for no tag that was found there before."""

    def __init__(self) -> None:
        self._found: dict[int, dict[str, Shape]] = {}

    def look(self, place: int, values: pa.Array) -> None:
        """Looks at some values of the column at this place; at numbers and truth values never."""
        if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type) or pa.types.is_binary(values.type)):
            return
        found = self._found.setdefault(place, {})
        for shape in SHAPES:
            if shape.tag not in found and _there(shape, values):
                found[shape.tag] = shape

    def tags(self, place: int) -> frozenset[str]:
        return frozenset(self._found.get(place, ()))

    def shapes(self) -> tuple[Shape, ...]:
        """What was found, in any column: of each tag the shape that came first."""
        return tuple(shape for found in self._found.values() for shape in found.values())


def tags_in(texts: Iterable[str]) -> dict[str, Shape]:
    """Tags of single texts, with what was found of each."""
    scan = Scan()
    scan.look(0, pa.array(list(texts), pa.string()))
    return scan._found[0]


def _there(shape: Shape, values: pa.Array) -> bool:
    if shape.hint:
        values = values.filter(pc.fill_null(pc.match_substring(values, shape.hint), False))
    else:
        length = pc.binary_length(values)
        values = values.filter(pc.fill_null(pc.or_(*(pc.equal(length, size) for size in sorted(_HEX_LENGTH))), False))
    return len(values) > 0 and bool(pc.any(pc.match_substring_regex(values, shape.expression)).as_py())

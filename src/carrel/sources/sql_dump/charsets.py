"""In which character set a dump writes the text of its columns, and the way from there to UTF-8."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from carrel.sources.sql_dump.definition import Definition

Decoder = Callable[[pa.Array], pa.Array]

_AS_IT_IS: Final = frozenset({"utf8", "utf8mb3", "utf8mb4", "ascii", "binary", ""})

# MySQL's latin1 is Windows' code page 1252, with the five bytes that it leaves open standing for the control characters of the same number.
_LATIN1: Final = "".join(
    bytes([byte]).decode("cp1252") if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(byte) for byte in range(256)
)


class UnknownCharset(ValueError):
    """The dump writes text in a character set that is not read here; the argument is its name."""


def decoders(definition: Definition, client: str) -> dict[str, Decoder]:
    """How each column's text becomes UTF-8.

    Args:
        client: of the dump's `SET NAMES`: the server has turned all text into it, except that `binary` leaves each column in its own.

    Raises:
        UnknownCharset: it is neither UTF-8, ASCII nor latin1.
    """
    found: dict[str, Decoder] = {}
    for column, own in definition.charsets.items():
        charset = own if client == "binary" else client
        if charset == "latin1":
            found[column] = _from_latin1
        elif charset not in _AS_IT_IS:
            raise UnknownCharset(charset)
    return found


def _from_latin1(array: pa.Array) -> pa.Array:
    values = [None if value is None else value.decode("latin-1").translate(_TABLE).encode() for value in array.to_pylist()]
    return pa.array(values, pa.binary())


_TABLE: Final = {byte: character for byte, character in enumerate(_LATIN1) if byte != ord(character)}

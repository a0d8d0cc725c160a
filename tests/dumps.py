"""A SQL dump taken apart into the literals of its rows and put together again without the product, to change what a wiki hides before it is loaded."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LITERAL = re.compile(rb"NULL|0x[0-9A-Fa-f]*|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|'(?:[^'\\]|\\.|'')*'", re.S)
INSERT = re.compile(rb"^INSERT INTO `(\w+)` VALUES\s*(.*?);$", re.S | re.M)
CREATE = re.compile(rb"CREATE TABLE `(\w+)` \(\n(.*?)\n\) ENGINE", re.S)
ESCAPES = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a", b"b": b"\b"}

Row = dict[str, bytes]
"""Column name to the literal as the dump has it."""


def content(literal: bytes) -> bytes | None:
    """The bytes that a literal of text stands for; None for NULL. A number is its digits."""
    if literal == b"NULL":
        return None
    if literal.startswith(b"0x"):
        return bytes.fromhex(literal[2:].decode())
    if literal.startswith(b"'"):
        return re.sub(rb"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), literal[1:-1].replace(b"''", b"'"), flags=re.S)
    return literal


def text(value: bytes, like: bytes) -> bytes:
    """A literal of these bytes, spelled as the literal `like` is."""
    if like.startswith(b"'"):
        return b"'" + value.replace(b"\\", b"\\\\").replace(b"'", b"\\'").replace(b"\0", b"\\0").replace(b"\n", b"\\n").replace(b"\r", b"\\r") + b"'"
    return b"0x" + value.hex().upper().encode() if value else b"''"


def is_text(literal: bytes) -> bool:
    return literal.startswith((b"0x", b"'"))


@dataclass
class Dump:
    """All tables of one dump.

    Attributes:
        columns: of each table in order.
        rows: of each table; may be changed.
    """

    script: bytes
    columns: dict[str, list[str]]
    rows: dict[str, list[Row]]

    @classmethod
    def read(cls, path: Path) -> Dump:
        script = gzip.decompress(path.read_bytes())
        columns = {
            found[1].decode(): [name.decode() for name in re.findall(rb"^\s+`(\w+)` ", found[2], re.M)] for found in CREATE.finditer(script)
        }
        rows: dict[str, list[Row]] = {name: [] for name in columns}
        for found in INSERT.finditer(script):
            name = found[1].decode()
            rows[name] += [dict(zip(columns[name], literals, strict=True)) for literals in _rows(found[2])]
        return cls(script, columns, rows)

    def write(self, path: Path) -> None:
        """The dump with the rows as they are now, in the order of the original's tables."""
        written: set[str] = set()

        def inserted(found: re.Match[bytes]) -> bytes:
            name = found[1].decode()
            if name in written:
                return b""
            written.add(name)
            lines = [b"(" + b",".join(row[column] for column in self.columns[name]) + b")" for row in self.rows[name]]
            return b"INSERT INTO `" + found[1] + b"` VALUES\n" + b",\n".join(lines) + b";" if lines else b""

        script = INSERT.sub(inserted, self.script)
        assert all(name in written for name, rows in self.rows.items() if rows), "a table that had no rows cannot get any"
        path.write_bytes(gzip.compress(script, compresslevel=1))


def _rows(values: bytes) -> Iterator[list[bytes]]:
    at = values.index(b"(")
    while at >= 0:
        row: list[bytes] = []
        at += 1
        while True:
            found = LITERAL.match(values, at)
            assert found is not None, values[at : at + 40]
            row.append(found[0])
            at = found.end() + 1
            if values[at - 1 : at] == b")":
                break
        yield row
        at = values.find(b"(", at) if values[at : at + 1] == b"," else -1

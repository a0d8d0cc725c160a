"""Reads a captured wiki's whole dump into DuckDB without the product's own readers, so that both can be compared."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Table

VALUE = re.compile(rb"NULL|0x([0-9A-Fa-f]*)|(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|'((?:[^'\\]|\\.|'')*)'", re.S)
ESCAPE = re.compile(rb"\\(.)", re.S)
ESCAPED = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a", b"b": b"\b"}
NUMBER = re.compile(r"(tiny|small|medium|big)?int")


def text(raw: bytes) -> str:
    """UTF-8, with each byte that is not valid as U+10FE00 + byte."""
    return "".join(chr(0x10FE00 + ord(char) - 0xDC00) if "\udc80" <= char <= "\udcff" else char for char in raw.decode("utf-8", "surrogateescape"))


def rows(statement: bytes) -> Iterator[list[str | int | float | None]]:
    at = statement.index(b"(")
    while at >= 0:
        row: list[str | int | float | None] = []
        at += 1
        while True:
            found = VALUE.match(statement, at)
            assert found is not None, statement[at : at + 40]
            if found[1] is not None:
                row.append(text(bytes.fromhex(found[1].decode())))
            elif found[2] is not None:
                row.append(float(found[2]) if b"." in found[2] or b"e" in found[2].lower() else int(found[2]))
            elif found[3] is not None:
                row.append(text(ESCAPE.sub(lambda part: ESCAPED.get(part[1], part[1]), found[3].replace(b"''", b"'"))))
            else:
                row.append(None)
            at = found.end()
            if statement[at : at + 1] == b")":
                break
            at += 1
        yield row
        at = statement.find(b"(", at) if statement[at + 1 : at + 2] == b"," else -1


def load(path: Path, wiki: str) -> tuple[dict[str, Table], duckdb.DuckDBPyConnection]:
    """All tables of the dump as views of DuckDB tables of the same names, and their definitions without tags."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    tables: dict[str, Table] = {}
    script = gzip.decompress(path.read_bytes())
    for created in re.finditer(rb"CREATE TABLE `(\w+)` \(\n(.*?)\n\) ENGINE", script, re.S):
        name = created[1].decode()
        columns = []
        for line in created[2].decode("utf-8", "replace").splitlines():
            declared = re.match(r"\s+`(\w+)` (\w+(?:\([^)]*\))?(?: unsigned)?)", line)
            if declared:
                kind = "BIGINT" if NUMBER.match(declared[2]) else "DOUBLE" if declared[2].startswith(("double", "float")) else "VARCHAR"
                columns.append(Column(name=declared[1], type=kind, native_type=declared[2]))
        tables[name] = Table(name=TableName(wiki, name), kind=DatabaseKind.WIKI, columns=tuple(columns))
    values: dict[str, list[list[str | int | float | None]]] = {name: [] for name in tables}
    for inserted in re.finditer(rb"^INSERT INTO `(\w+)` VALUES\s*(.*?);$", script, re.S | re.M):
        values[inserted[1].decode()].extend(rows(inserted[2]))
    kinds = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "VARCHAR": pa.string()}
    for name, table in tables.items():
        columns = zip(*values[name], strict=True) if values[name] else [[] for _ in table.columns]
        data = pa.table({column.name: pa.array(list(cells), kinds[column.type]) for column, cells in zip(table.columns, columns, strict=True)})
        connection.register("incoming", data)
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
        connection.unregister("incoming")
    return tables, connection

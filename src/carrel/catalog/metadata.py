"""`information_schema` as tables: names, columns and types of MariaDB 10.11. Their rows come from the gateway, for each asker."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from carrel.model.names import TableName
from carrel.model.sensitivity import PUBLIC
from carrel.model.tables import Column, Database, DatabaseKind, Table

NAME: Final = "information_schema"
DATABASE: Final = Database(name=NAME, kind=DatabaseKind.METADATA)

_INTEGERS: Final = {"tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INTEGER", "bigint": "BIGINT"}
_OTHERS: Final = {"datetime": "TIMESTAMP", "date": "DATE"}


@cache
def tables() -> Mapping[str, Table]:
    """By lower-case name; spelled in capitals, as MariaDB does."""
    declared = tomllib.loads((resources.files("carrel.catalog") / "information_schema.toml").read_text(encoding="utf-8"))
    return {name.lower(): _table(name, columns) for name, columns in declared.items()}


def _table(name: str, columns: Mapping[str, str]) -> Table:
    return Table(
        name=TableName(NAME, name),
        kind=DatabaseKind.METADATA,
        columns=tuple(_column(column, declared) for column, declared in columns.items()),
        documented=True,
        options="ENGINE=MEMORY DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci",
    )


def _column(name: str, declared: str) -> Column:
    native = declared.removesuffix(" NULL")
    return Column(name=name, type=duckdb_type(native), native_type=native, nullable=declared.endswith(" NULL"), tag=PUBLIC)


def duckdb_type(native: str) -> str:
    """`bigint(21) unsigned` is UBIGINT; `decimal(22,3)` DECIMAL(22,3); text of every kind VARCHAR."""
    base = re.split(r"[ (]", native)[0]
    if base in _INTEGERS:
        return ("U" if native.endswith("unsigned") else "") + _INTEGERS[base]
    return native.upper() if base == "decimal" else _OTHERS.get(base, "VARCHAR")

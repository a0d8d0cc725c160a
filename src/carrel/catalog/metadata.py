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

_DESCRIPTIONS: Final = {
    "APPLICABLE_ROLES": "Roles that you may take.",
    "CHARACTER_SETS": "Character sets of texts.",
    "CHECK_CONSTRAINTS": "Conditions that rows must meet.",
    "COLLATIONS": "Orders in which texts are compared.",
    "COLLATION_CHARACTER_SET_APPLICABILITY": "Which collation goes with which character set.",
    "COLUMNS": "Columns of the tables that you know, with types and what they mean.",
    "COLUMN_PRIVILEGES": "Columns that you may read, where it is not the whole table.",
    "ENABLED_ROLES": "Roles that you have taken.",
    "ENGINES": "Storage engines.",
    "EVENTS": "Scheduled statements.",
    "FILES": "Files of tablespaces.",
    "GLOBAL_STATUS": "Figures of the server.",
    "GLOBAL_VARIABLES": "Variables of the server.",
    "KEY_COLUMN_USAGE": "Columns of primary and unique keys.",
    "PARAMETERS": "Parameters of stored routines.",
    "PARTITIONS": "Parts of tables.",
    "PLUGINS": "Extensions of the server.",
    "PROCESSLIST": "Your own connections.",
    "PROFILING": "Times of statements.",
    "REFERENTIAL_CONSTRAINTS": "Foreign keys.",
    "ROUTINES": "Stored procedures and functions.",
    "SCHEMATA": "Databases that you know.",
    "SCHEMA_PRIVILEGES": "Databases that you may read.",
    "SESSION_STATUS": "Figures of your session.",
    "SESSION_VARIABLES": "Variables of your session.",
    "STATISTICS": "Columns of indexes, in their order.",
    "TABLES": "Tables that you know, with what they hold.",
    "TABLESPACES": "Where tables are stored.",
    "TABLE_CONSTRAINTS": "Primary and unique keys.",
    "TABLE_PRIVILEGES": "Tables that you may read.",
    "TRIGGERS": "Statements that run when rows change.",
    "USER_PRIVILEGES": "What you may do on the whole server.",
    "VIEWS": "Tables that are defined by a query.",
}


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
        description=_DESCRIPTIONS.get(name, ""),
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

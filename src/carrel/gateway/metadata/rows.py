"""The rows of `information_schema`, as dictionaries, for tables that the asker knows. Nothing here is computed from the tables' rows.

Source of names and values: MariaDB's "Information Schema Tables" pages; figures about rows and sizes are NULL, since they would count hidden rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from carrel.gateway.metadata import charsets
from carrel.gateway.metadata.native import parse
from carrel.model.tables import Column, Database, DatabaseKind, Index, Table

Row = dict[str, Any]
_AUTO_INCREMENT: Final = re.compile(r"\s*AUTO_INCREMENT=\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What one asker knows, fetched when it is needed.

    Attributes:
        tables: of each of `databases`, as they are declared.
        seen: a table as the asker gets it.
        readable: the names of a table's columns that the asker may read; none where the table is closed.
        account: of the asker, `ann`@`192.0.2.7` with these quotes.
        variables: of the session, as texts.
        processes: the asker's own connections, as SHOW PROCESSLIST gives them.
        status: what SHOW STATUS tells.
    """

    databases: Sequence[Database]
    tables: Callable[[str], Sequence[Table]]
    seen: Callable[[Table], Table] = lambda table: table
    readable: Callable[[Table], frozenset[str]] = lambda table: frozenset(column.name for column in table.columns)
    account: str = ""
    variables: Callable[[], Mapping[str, str]] = dict
    processes: Callable[[], Sequence[Row]] = tuple
    status: Callable[[], Mapping[str, str]] = dict

    def every(self) -> Iterator[Table]:
        for database in self.databases:
            yield from self.tables(database.name)


def schemata(known: Knowledge) -> Iterator[Row]:
    for database in known.databases:
        yield {
            "CATALOG_NAME": "def", "SCHEMA_NAME": database.name, "DEFAULT_CHARACTER_SET_NAME": "binary" if database.kind is DatabaseKind.WIKI else "utf8mb4",
            "DEFAULT_COLLATION_NAME": "binary" if database.kind is DatabaseKind.WIKI else "utf8mb4_general_ci", "SQL_PATH": None, "SCHEMA_COMMENT": "",
        }


def tables(known: Knowledge) -> Iterator[Row]:
    for table in known.every():
        yield table_row(table)


def table_row(table: Table) -> Row:
    if table.view is not None:
        return {
            "TABLE_CATALOG": "def", "TABLE_SCHEMA": table.name.database, "TABLE_NAME": table.name.table, "TABLE_TYPE": "VIEW", "ENGINE": None, "VERSION": None,
            "ROW_FORMAT": None, "TABLE_COLLATION": None, "CREATE_OPTIONS": None, "TABLE_COMMENT": "VIEW",
        }
    metadata = table.kind is DatabaseKind.METADATA
    engine = re.search(r"ENGINE=(\w+)", table.options)
    return {
        "TABLE_CATALOG": "def", "TABLE_SCHEMA": table.name.database, "TABLE_NAME": table.name.table, "TABLE_TYPE": "SYSTEM VIEW" if metadata else "BASE TABLE",
        "ENGINE": "MEMORY" if metadata else (engine[1] if engine else "InnoDB"), "VERSION": 11 if metadata else 10,
        "ROW_FORMAT": "Fixed" if metadata else "Dynamic", "TABLE_COLLATION": table_collation(table), "CREATE_OPTIONS": "",
        "TABLE_COMMENT": "" if metadata else table.description,
    }


def table_collation(table: Table) -> str:
    match = re.search(r"COLLATE=(\w+)", table.options)
    if match:
        return match[1]
    charset = re.search(r"CHARSET=(\w+)", table.options)
    return charsets.default_collation(charset[1]) if charset else "utf8mb4_general_ci"


def columns(known: Knowledge) -> Iterator[Row]:
    for table in known.every():
        readable = known.readable(table)
        for row in column_rows(known.seen(table)):
            yield row if row["COLUMN_NAME"] in readable else {**row, "PRIVILEGES": ""}


def column_rows(table: Table) -> Iterator[Row]:
    for position, column in enumerate(table.columns, 1):
        native = parse(column.native_type)
        collation = table_collation(table) if native.character else None
        yield {
            "TABLE_CATALOG": "def", "TABLE_SCHEMA": table.name.database, "TABLE_NAME": table.name.table, "COLUMN_NAME": column.name,
            "ORDINAL_POSITION": position, "COLUMN_DEFAULT": _stored_default(column), "IS_NULLABLE": "YES" if column.nullable else "NO",
            "DATA_TYPE": native.base, "CHARACTER_MAXIMUM_LENGTH": native.length, "CHARACTER_OCTET_LENGTH": native.octets,
            "NUMERIC_PRECISION": native.precision, "NUMERIC_SCALE": native.scale,
            "DATETIME_PRECISION": 0 if native.base in {"datetime", "timestamp", "time"} else None,
            "CHARACTER_SET_NAME": collation.split("_")[0] if collation else None, "COLLATION_NAME": collation, "COLUMN_TYPE": column.native_type,
            "COLUMN_KEY": column_key(table, column), "EXTRA": column.extra, "PRIVILEGES": "select", "COLUMN_COMMENT": column.description,
            "IS_GENERATED": "NEVER", "GENERATION_EXPRESSION": None,
        }


def column_key(table: Table, column: Column) -> str:
    """`PRI`, `UNI`, `MUL` or nothing, as DESCRIBE shows it."""
    if column.name in table.primary_key:
        return "PRI"
    first = [index for index in table.indexes if _bare(index.columns[0]) == column.name]
    if any(index.unique and len(index.columns) == 1 for index in first):
        return "UNI"
    return "MUL" if first else ""


def _stored_default(column: Column) -> str | None:
    if column.default is None:
        return "NULL" if column.nullable else None
    quoted = column.default.replace("'", "''")
    return column.default if parse(column.native_type).numeric else f"'{quoted}'"


def statistics(known: Knowledge) -> Iterator[Row]:
    for table in known.every():
        yield from index_rows(known.seen(table))


def index_rows(table: Table) -> Iterator[Row]:
    for index in all_indexes(table):
        for sequence, part in enumerate(index.columns, 1):
            name, prefix = _bare(part), _prefix(part)
            column = table.column(name)
            yield {
                "TABLE_CATALOG": "def", "TABLE_SCHEMA": table.name.database, "TABLE_NAME": table.name.table, "NON_UNIQUE": 0 if index.unique else 1,
                "INDEX_SCHEMA": table.name.database, "INDEX_NAME": index.name, "SEQ_IN_INDEX": sequence, "COLUMN_NAME": name, "COLLATION": "A",
                "CARDINALITY": None, "SUB_PART": prefix, "PACKED": None, "NULLABLE": "YES" if column is not None and column.nullable else "",
                "INDEX_TYPE": "BTREE", "COMMENT": "", "INDEX_COMMENT": "", "IGNORED": "NO",
            }


def all_indexes(table: Table) -> Iterator[Index]:
    if table.primary_key:
        yield Index(name="PRIMARY", columns=table.primary_key, unique=True)
    yield from table.indexes


def key_column_usage(known: Knowledge) -> Iterator[Row]:
    for table in map(known.seen, known.every()):
        for index in all_indexes(table):
            if index.unique:
                for position, part in enumerate(index.columns, 1):
                    yield {
                        "CONSTRAINT_CATALOG": "def", "CONSTRAINT_SCHEMA": table.name.database, "CONSTRAINT_NAME": index.name, "TABLE_CATALOG": "def",
                        "TABLE_SCHEMA": table.name.database, "TABLE_NAME": table.name.table, "COLUMN_NAME": _bare(part), "ORDINAL_POSITION": position,
                    }


def table_constraints(known: Knowledge) -> Iterator[Row]:
    for table in map(known.seen, known.every()):
        for index in all_indexes(table):
            if index.unique:
                yield {
                    "CONSTRAINT_CATALOG": "def", "CONSTRAINT_SCHEMA": table.name.database, "CONSTRAINT_NAME": index.name, "TABLE_SCHEMA": table.name.database,
                    "TABLE_NAME": table.name.table, "CONSTRAINT_TYPE": "PRIMARY KEY" if index.name == "PRIMARY" else "UNIQUE",
                }


def views(known: Knowledge) -> Iterator[Row]:
    """The text of one's own alone."""
    for table in known.every():
        if table.view is not None:
            yield {
                "TABLE_CATALOG": "def", "TABLE_SCHEMA": table.name.database, "TABLE_NAME": table.name.table,
                "VIEW_DEFINITION": table.view.text if owns(known.account, table) else "", "CHECK_OPTION": "NONE", "IS_UPDATABLE": "NO",
                "DEFINER": f"{table.owner}@%", "SECURITY_TYPE": "INVOKER", "CHARACTER_SET_CLIENT": "utf8mb4", "COLLATION_CONNECTION": "utf8mb4_general_ci",
                "ALGORITHM": "UNDEFINED",
            }


def owns(account: str, table: Table) -> bool:
    """Whether the table is this account's, `ann`@`192.0.2.7`."""
    return table.owner is not None and account.startswith(f"`{table.owner}`@")


def engines(_: Knowledge) -> Iterator[Row]:
    yield {"ENGINE": "InnoDB", "SUPPORT": "DEFAULT", "COMMENT": "Read through Carrel's policy", "TRANSACTIONS": "NO", "XA": "NO", "SAVEPOINTS": "NO"}


def character_sets(_: Knowledge) -> Iterable[Row]:
    return charsets.character_set_rows()


def collations(_: Knowledge) -> Iterable[Row]:
    return charsets.collation_rows()


def grantee(known: Knowledge) -> str:
    return known.account.replace("`", "'")


def user_privileges(known: Knowledge) -> Iterator[Row]:
    yield {"GRANTEE": grantee(known), "TABLE_CATALOG": "def", "PRIVILEGE_TYPE": "USAGE", "IS_GRANTABLE": "NO"}


def table_privileges(known: Knowledge) -> Iterator[Row]:
    for table in known.every():
        if table.kind is not DatabaseKind.METADATA and known.readable(table):
            yield _select(known, table)


def column_privileges(known: Knowledge) -> Iterator[Row]:
    for table in known.every():
        if table.kind is not DatabaseKind.METADATA:
            readable = known.readable(table)
            yield from ({**_select(known, table), "COLUMN_NAME": column.name} for column in table.columns if column.name in readable)


def _select(known: Knowledge, table: Table) -> Row:
    return {
        "GRANTEE": grantee(known), "TABLE_CATALOG": "def", "TABLE_SCHEMA": table.name.database, "TABLE_NAME": table.name.table, "PRIVILEGE_TYPE": "SELECT",
        "IS_GRANTABLE": "NO",
    }


def session_variables(known: Knowledge) -> Iterator[Row]:
    for name, value in known.variables().items():
        yield {"VARIABLE_NAME": name.upper(), "VARIABLE_VALUE": value}


def session_status(known: Knowledge) -> Iterator[Row]:
    for name, value in sorted(known.status().items()):
        yield {"VARIABLE_NAME": name.upper(), "VARIABLE_VALUE": value}


def processlist(known: Knowledge) -> Iterator[Row]:
    for process in known.processes():
        yield {**process, "Time_ms": process["Time"] * 1000, "Stage": 0, "Max_stage": 0, "Memory_used": 0, "Max_memory_used": 0, "Examined_rows": 0,
               "Query_id": process["Id"], "Tid": process["Id"]}


def applicability(_: Knowledge) -> Iterator[Row]:
    for row in charsets.collation_rows():
        yield {**row, "FULL_COLLATION_NAME": row["COLLATION_NAME"]}


ROWS: Final[Mapping[str, Callable[[Knowledge], Iterable[Row]]]] = {
    "schemata": schemata,
    "tables": tables,
    "views": views,
    "columns": columns,
    "statistics": statistics,
    "key_column_usage": key_column_usage,
    "table_constraints": table_constraints,
    "engines": engines,
    "character_sets": character_sets,
    "collations": collations,
    "collation_character_set_applicability": applicability,
    "user_privileges": user_privileges,
    "table_privileges": table_privileges,
    "column_privileges": column_privileges,
    "session_variables": session_variables,
    "global_variables": session_variables,
    "session_status": session_status,
    "global_status": session_status,
    "processlist": processlist,
}
"""Tables of `information_schema` that have rows; the others that the catalog lists are empty here, as on a server without triggers or routines."""


def create_table(table: Table) -> str:
    """The table's CREATE TABLE as MariaDB prints it, without the AUTO_INCREMENT counter, which would tell how many rows there are."""
    parts = [f"  {_definition(column)}" for column in table.columns]
    for index in all_indexes(table):
        names = ",".join(f"`{_bare(part)}`" + (f"({_prefix(part)})" if _prefix(part) else "") for part in index.columns)
        if index.name == "PRIMARY":
            parts.append(f"  PRIMARY KEY ({names})")
        else:
            kind = "UNIQUE " if index.unique else f"{index.kind} ".lstrip()
            parts.append(f"  {kind}KEY `{index.name}` ({names})")
    options = (table.options if table.owner is not None else _AUTO_INCREMENT.sub("", table.options)) or "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
    kind = "TABLE" if table.session is None else "TEMPORARY TABLE"
    return f"CREATE {kind} `{table.name.table}` (\n" + ",\n".join(parts) + f"\n) {options.strip()}"


def create_view(table: Table) -> str:
    """The view's CREATE VIEW, with its text as its maker wrote it."""
    assert table.view is not None
    names = ", ".join(f"`{column.name.replace('`', '``')}`" for column in table.columns)
    return f"CREATE ALGORITHM=UNDEFINED DEFINER=`{table.owner}`@`%` SQL SECURITY INVOKER VIEW `{table.name.table}` ({names}) AS {table.view.text}"


def _definition(column: Column) -> str:
    text = f"`{column.name.replace('`', '``')}` {column.native_type}" + f" {column.collation}".rstrip()
    if not column.nullable:
        text += " NOT NULL"
    elif parse(column.native_type).base == "timestamp":
        text += " NULL"
    if column.default is not None:
        text += f" DEFAULT {_default(column, column.default)}"
    elif column.nullable:
        text += " DEFAULT NULL"
    return f"{text} {_EXTRAS.get(column.extra, column.extra.replace('on update', 'ON UPDATE'))}" if column.extra else text


def _default(column: Column, default: str) -> str:
    if parse(column.native_type).numeric or default.startswith("current_timestamp("):
        return default
    return "'" + default.translate(_ESCAPES) + "'"


_EXTRAS: Final = {"auto_increment": "AUTO_INCREMENT"}
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "'": "''", "\0": "\\0", "\n": "\\n", "\r": "\\r"})
"""MariaDB, `append_unescaped`: how SHOW CREATE TABLE writes a string."""


def _bare(part: str) -> str:
    return part.partition("(")[0]


def _prefix(part: str) -> int | None:
    inside = part.partition("(")[2].rstrip(")")
    return int(inside) if inside else None

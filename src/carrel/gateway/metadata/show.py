"""Answers SHOW and DESCRIBE: one function for each family, found by its words. Headings and texts as MariaDB 10.11 prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pyarrow as pa

from carrel.gateway.metadata import filters, rows
from carrel.gateway.metadata.relations import answer
from carrel.gateway.metadata.rows import Knowledge, Row
from carrel.gateway.metadata.words import Words
from carrel.model.errors import NotFound, Unsupported
from carrel.model.names import TableName
from carrel.model.queries import Notice
from carrel.model.tables import Table

TEXT: Final = pa.string()
NUMBER: Final = pa.int64()


class Host(Protocol):
    """What SHOW needs of the session."""

    database: str | None

    def known(self) -> Knowledge: ...

    def known_table(self, name: TableName) -> Table:
        """Raises NotFound, the same for a table that is not there and one that is not known."""
        ...

    def known_database(self, name: str) -> None: ...

    def variables(self) -> Mapping[str, Any]: ...

    def last_notices(self) -> tuple[Notice, ...]: ...

    def processes(self) -> list[Row]: ...

    def account(self) -> str: ...


_INSIDE: Final = frozenset({"BINARY", "MASTER", "REPLICA", "SLAVE", "RELAYLOG", "BINLOG", "ENGINE", "EXPLAIN", "PROFILE", "PROFILES", "OPEN", "PRIVILEGES"})


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, and the tables it speaks of, for the audit."""

    table: pa.Table
    of: tuple[TableName, ...] = ()


def show(words: Words, host: Host) -> Shown:
    """Answers the words after SHOW.

    Raises:
        NotFound: a database or table that the asker does not know.
        SyntaxRefused: not a SHOW that MariaDB has.
        Unsupported: MariaDB has it, Carrel does not.
    """
    full = words.accept("FULL")
    words.accept_any("SESSION", "GLOBAL", "EXTENDED")
    for keywords, family in _FAMILIES:
        if words.accept(*keywords):
            return family(words, host, full)
    if words.accept("FULL"):
        return show(words, host)
    if words.peek() in _INSIDE:
        raise Unsupported(f"`SHOW {words.peek()}` speaks of a server's inside, which Carrel does not show", help="SHOW TABLES or information_schema")
    raise words.error()


def describe(words: Words, host: Host) -> Shown:
    """DESCRIBE table [column or pattern]."""
    table = _table(words, host)
    pattern = None if words.done else (words.name() if words.peek() else words.string())
    words.end()
    found = [row for row in _columns(table, full=False) if pattern is None or filters.like(pattern, row["Field"])]
    return Shown(answer(_COLUMNS, found), (table.name,))


def _databases(words: Words, host: Host, _full: bool) -> Shown:
    heading, found = _filtered(words, "Database", [{"Database": database.name} for database in host.known().databases])
    return Shown(answer({heading: TEXT}, [{heading: row["Database"]} for row in found]))


def _tables(words: Words, host: Host, full: bool) -> Shown:
    database = _database(words, host)
    column = f"Tables_in_{database}"
    known = sorted(host.known().tables(database), key=lambda table: table.name.table)
    found = [{column: table.name.table, "Table_type": rows.table_row(table)["TABLE_TYPE"]} for table in known]
    heading, found = _filtered(words, column, found)
    columns = {heading: TEXT} | ({"Table_type": TEXT} if full else {})
    return Shown(answer(columns, [{heading: row[column], "Table_type": row["Table_type"]} for row in found]))


_COLUMNS: Final = dict.fromkeys(("Field", "Type", "Null", "Key", "Default", "Extra"), TEXT)
_FULL_COLUMNS: Final = dict.fromkeys(("Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges", "Comment"), TEXT)


def _show_columns(words: Words, host: Host, full: bool) -> Shown:
    if not words.accept_any("FROM", "IN"):
        raise words.error()
    table = _table(words, host)
    _, found = _filtered(words, "Field", _columns(table, full=full))
    return Shown(answer(_FULL_COLUMNS if full else _COLUMNS, found), (table.name,))


def _columns(table: Table, *, full: bool) -> list[Row]:
    found = []
    for row, column in zip(rows.column_rows(table), table.columns, strict=True):
        found.append(
            {
                "Field": column.name, "Type": column.native_type, "Collation": row["COLLATION_NAME"], "Null": row["IS_NULLABLE"], "Key": row["COLUMN_KEY"],
                "Default": column.default, "Extra": column.extra, "Privileges": "select", "Comment": column.description if full else "",
            }
        )
    return found


def _index(words: Words, host: Host, _full: bool) -> Shown:
    if not words.accept_any("FROM", "IN"):
        raise words.error()
    table = _table(words, host)
    columns = {
        "Table": TEXT, "Non_unique": NUMBER, "Key_name": TEXT, "Seq_in_index": NUMBER, "Column_name": TEXT, "Collation": TEXT, "Cardinality": NUMBER,
        "Sub_part": NUMBER, "Packed": TEXT, "Null": TEXT, "Index_type": TEXT, "Comment": TEXT, "Index_comment": TEXT, "Ignored": TEXT,
    }
    renamed = {"Table": "TABLE_NAME", "Key_name": "INDEX_NAME", "Null": "NULLABLE"}
    found = [{name: row[renamed.get(name, name.upper())] for name in columns} for row in rows.index_rows(table)]
    _, found = _filtered(words, "Key_name", found)
    return Shown(answer(columns, found), (table.name,))


def _create_table(words: Words, host: Host, _full: bool) -> Shown:
    table = _table(words, host)
    words.end()
    return Shown(answer({"Table": TEXT, "Create Table": TEXT}, [{"Table": table.name.table, "Create Table": rows.create_table(table)}]), (table.name,))


def _create_database(words: Words, host: Host, _full: bool) -> Shown:
    name = words.name()
    host.known_database(name)
    words.end()
    row = next(row for row in rows.schemata(host.known()) if row["SCHEMA_NAME"] == name)
    text = f"CREATE DATABASE `{name}` /*!40100 DEFAULT CHARACTER SET {row['DEFAULT_CHARACTER_SET_NAME']} */"
    return Shown(answer({"Database": TEXT, "Create Database": TEXT}, [{"Database": name, "Create Database": text}]))


def _variables(words: Words, host: Host, _full: bool) -> Shown:
    named = sorted(host.variables().items())
    return _pairs(words, [{"Variable_name": name, "Value": _variable_text(name, value)} for name, value in named])


_ON_OFF: Final = frozenset(
    {
        "autocommit", "big_tables", "foreign_key_checks", "local_infile", "lower_case_file_system", "performance_schema", "profiling", "read_only",
        "sql_auto_is_null", "sql_big_selects", "sql_log_bin", "sql_notes", "sql_quote_show_create", "sql_safe_updates", "sql_warnings",
        "transaction_read_only", "tx_read_only", "unique_checks",
    }
)


def _variable_text(name: str, value: Any) -> str:
    if name in _ON_OFF:
        return "ON" if value else "OFF"
    return "" if value is None else f"{value:.6f}" if isinstance(value, float) else str(value)


def _status(words: Words, host: Host, _full: bool) -> Shown:
    return _pairs(words, [{"Variable_name": "Threads_connected", "Value": str(len(host.processes()))}])


def _pairs(words: Words, found: list[Row]) -> Shown:
    _, found = _filtered(words, "Variable_name", found)
    return Shown(answer({"Variable_name": TEXT, "Value": TEXT}, found))


def _warnings(words: Words, host: Host, _full: bool) -> Shown:
    if words.accept("LIMIT"):
        words.number()
        if words.accept(","):
            words.number()
    words.end()
    columns = {"Level": TEXT, "Code": NUMBER, "Message": TEXT}
    # 1105 ER_UNKNOWN_ERROR is what MariaDB uses for notes that have no number of their own.
    return Shown(answer(columns, [{"Level": "Note", "Code": 1105, "Message": notice.text} for notice in host.last_notices()]))


def _count_warnings(words: Words, host: Host, _full: bool) -> Shown:
    words.end()
    return Shown(answer({"@@session.warning_count": NUMBER}, [{"@@session.warning_count": len(host.last_notices())}]))


def _errors(words: Words, _host: Host, _full: bool) -> Shown:
    words.end()
    return Shown(answer({"Level": TEXT, "Code": NUMBER, "Message": TEXT}, []))


def _collation(words: Words, host: Host, _full: bool) -> Shown:
    columns = {"Collation": TEXT, "Charset": TEXT, "Id": NUMBER, "Default": TEXT, "Compiled": TEXT, "Sortlen": NUMBER}
    renamed = {"Collation": "COLLATION_NAME", "Charset": "CHARACTER_SET_NAME", "Default": "IS_DEFAULT", "Compiled": "IS_COMPILED"}
    found = [{name: row[renamed.get(name, name.upper())] for name in columns} for row in rows.collations(host.known())]
    return Shown(answer(columns, _filtered(words, "Collation", found)[1]))


def _character_set(words: Words, host: Host, _full: bool) -> Shown:
    columns = {"Charset": TEXT, "Description": TEXT, "Default collation": TEXT, "Maxlen": NUMBER}
    renamed = {"Charset": "CHARACTER_SET_NAME", "Description": "DESCRIPTION", "Default collation": "DEFAULT_COLLATE_NAME", "Maxlen": "MAXLEN"}
    found = [{name: row[renamed[name]] for name in columns} for row in rows.character_sets(host.known())]
    return Shown(answer(columns, _filtered(words, "Charset", found)[1]))


def _engines(words: Words, host: Host, _full: bool) -> Shown:
    words.end()
    columns = dict.fromkeys(("Engine", "Support", "Comment", "Transactions", "XA", "Savepoints"), TEXT)
    return Shown(answer(columns, rows.engines(host.known())))


_TABLE_STATUS: Final = {
    "Name": TEXT, "Engine": TEXT, "Version": NUMBER, "Row_format": TEXT, "Rows": NUMBER, "Avg_row_length": NUMBER, "Data_length": NUMBER,
    "Max_data_length": NUMBER, "Index_length": NUMBER, "Data_free": NUMBER, "Auto_increment": NUMBER, "Create_time": TEXT, "Update_time": TEXT,
    "Check_time": TEXT, "Collation": TEXT, "Checksum": NUMBER, "Create_options": TEXT, "Comment": TEXT, "Max_index_length": NUMBER, "Temporary": TEXT,
}


def _table_status(words: Words, host: Host, _full: bool) -> Shown:
    database = _database(words, host)
    found = []
    for row in map(rows.table_row, sorted(host.known().tables(database), key=lambda table: table.name.table)):
        found.append(
            {
                "Name": row["TABLE_NAME"], "Engine": row["ENGINE"], "Version": row["VERSION"], "Row_format": row["ROW_FORMAT"],
                "Collation": row["TABLE_COLLATION"], "Create_options": "", "Comment": row["TABLE_COMMENT"], "Temporary": "N",
            }
        )
    return Shown(answer(_TABLE_STATUS, _filtered(words, "Name", found)[1]))


def _processes(words: Words, host: Host, _full: bool) -> Shown:
    words.end()
    columns = {"Id": NUMBER, "User": TEXT, "Host": TEXT, "db": TEXT, "Command": TEXT, "Time": NUMBER, "State": TEXT, "Info": TEXT, "Progress": pa.float64()}
    return Shown(answer(columns, host.processes()))


def _grants(words: Words, host: Host, _full: bool) -> Shown:
    if words.accept("FOR"):
        words.rest()
    account = host.account()
    heading = f"Grants for {account}"
    lines = [f"GRANT SELECT ON `{database.name}`.* TO {account}" for database in host.known().databases if database.name != "information_schema"]
    return Shown(answer({heading: TEXT}, [{heading: line} for line in [f"GRANT USAGE ON *.* TO {account}", *lines]]))


def _empty(*columns: str) -> Callable[[Words, Host, bool], Shown]:
    def family(words: Words, _host: Host, _full: bool) -> Shown:
        words.rest()
        return Shown(answer(dict.fromkeys(columns, TEXT), []))

    return family


_CONTEXT: Final = ("character_set_client", "collation_connection", "Database Collation")
_ROUTINE: Final = ("Db", "Name", "Type", "Definer", "Modified", "Created", "Security_type", "Comment", *_CONTEXT)
_TRIGGER: Final = ("Trigger", "Event", "Table", "Statement", "Timing", "Created", "sql_mode", "Definer", *_CONTEXT)
_EVENT: Final = (
    "Db", "Name", "Definer", "Time zone", "Type", "Execute at", "Interval value", "Interval field", "Starts", "Ends", "Status", "Originator", *_CONTEXT,
)

_FAMILIES: Final[tuple[tuple[tuple[str, ...], Callable[[Words, Host, bool], Shown]], ...]] = (
    (("DATABASES",), _databases),
    (("SCHEMAS",), _databases),
    (("TABLES",), _tables),
    (("TABLE", "STATUS"), _table_status),
    (("COLUMNS",), _show_columns),
    (("FIELDS",), _show_columns),
    (("INDEX",), _index),
    (("INDEXES",), _index),
    (("KEYS",), _index),
    (("CREATE", "TABLE"), _create_table),
    (("CREATE", "DATABASE"), _create_database),
    (("CREATE", "SCHEMA"), _create_database),
    (("VARIABLES",), _variables),
    (("STATUS",), _status),
    (("WARNINGS",), _warnings),
    (("ERRORS",), _errors),
    (("COUNT", "(", "*", ")", "WARNINGS"), _count_warnings),
    (("COLLATION",), _collation),
    (("CHARACTER", "SET"), _character_set),
    (("CHARSET",), _character_set),
    (("ENGINES",), _engines),
    (("STORAGE", "ENGINES"), _engines),
    (("PROCESSLIST",), _processes),
    (("GRANTS",), _grants),
    (("PLUGINS",), _empty("Name", "Status", "Type", "Library", "License")),
    (("TRIGGERS",), _empty(*_TRIGGER)),
    (("EVENTS",), _empty(*_EVENT)),
    (("FUNCTION", "STATUS"), _empty(*_ROUTINE)),
    (("PROCEDURE", "STATUS"), _empty(*_ROUTINE)),
)


def _table(words: Words, host: Host) -> Table:
    database, name = words.table(host.database)
    if words.accept_any("FROM", "IN"):
        database = words.name()
    if database is None:
        raise NotFound("no database selected", code="no_database", help="USE a database, or write database.table")
    return host.known_table(TableName(database, name))


def _database(words: Words, host: Host) -> str:
    database = words.name() if words.accept_any("FROM", "IN") else host.database
    if database is None:
        raise NotFound("no database selected", code="no_database", help="USE a database, or SHOW TABLES FROM one")
    host.known_database(database)
    return database


def _filtered(words: Words, column: str, found: list[Row]) -> tuple[str, list[Row]]:
    """The heading that MariaDB prints, and the rows that the LIKE or WHERE leaves."""
    if words.accept("LIKE"):
        pattern = words.string()
        words.end()
        return f"{column} ({pattern})" if column == "Database" or column.startswith("Tables_in_") else column, [
            row for row in found if filters.like(pattern, str(row[column]))
        ]
    if words.accept("WHERE"):
        return column, filters.where(words.rest(), found)
    words.end()
    return column, found

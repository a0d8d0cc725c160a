"""Answers SHOW and DESCRIBE: one function for each family, found by its words. Headings and texts as MariaDB 10.11 prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pyarrow as pa

from carrel.gateway.metadata import filters, rows
from carrel.gateway.metadata.absent import EMPTY, MOMENT, NUMBER, TEXT, absence, empty
from carrel.gateway.metadata.grants import grants
from carrel.gateway.metadata.relations import answer
from carrel.gateway.metadata.rows import Knowledge, Row
from carrel.gateway.metadata.words import Words
from carrel.model.copies import Receiver
from carrel.model.errors import AccessRefused, BadInput, NotFound, Unsupported
from carrel.model.names import TableName
from carrel.model.queries import Notice
from carrel.model.tables import Table


class Host(Protocol):
    """What SHOW needs of the session."""

    @property
    def database(self) -> str | None: ...

    @property
    def account(self) -> str: ...

    def known(self) -> Knowledge: ...

    def known_table(self, name: TableName) -> Table:
        """Raises NotFound, the same for a table that is not there and one that is not known."""
        ...

    def known_database(self, name: str) -> None: ...

    def variables(self) -> Mapping[str, Any]: ...

    def given(self) -> Sequence[tuple[TableName, Receiver]]:
        """What the asker shares of their own tables."""
        ...

    def last_notices(self) -> tuple[Notice, ...]: ...

    def processes(self) -> Sequence[Row]: ...

    def status(self) -> Mapping[str, str]:
        """Figures about the asker's own connections."""
        ...


_INSIDE: Final = frozenset(
    {"BINARY", "MASTER", "REPLICA", "SLAVE", "RELAYLOG", "BINLOG", "ENGINE", "EXPLAIN", "PROFILE", "AUTHORS", "CONTRIBUTORS", "USER_STATISTICS"}
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer.

    Attributes:
        of: the tables it speaks of, for the audit.
        source: the table of information_schema that MariaDB answers from, whose types it tells; empty: none.
    """

    table: pa.Table
    of: tuple[TableName, ...] = ()
    source: str = ""


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
    for keywords, (source, columns) in EMPTY.items():
        if words.accept(*keywords):
            words.rest()
            return Shown(empty(columns), source=source)
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
    return Shown(answer(_COLUMNS, found), (table.name,), "COLUMNS")


def _databases(words: Words, host: Host, _full: bool) -> Shown:
    heading, found = _filtered(words, "Database", [{"Database": database.name} for database in host.known().databases])
    return Shown(answer({heading: TEXT}, [{heading: row["Database"]} for row in found]), source="SCHEMATA")


def _tables(words: Words, host: Host, full: bool) -> Shown:
    database = _database(words, host)
    column = f"Tables_in_{database}"
    known = sorted(host.known().tables(database), key=lambda table: table.name.table)
    found = [{column: table.name.table, "Table_type": rows.table_row(table)["TABLE_TYPE"]} for table in known]
    heading, found = _filtered(words, column, found)
    columns = {heading: TEXT} | ({"Table_type": TEXT} if full else {})
    return Shown(answer(columns, [{heading: row[column], "Table_type": row["Table_type"]} for row in found]), source="TABLES")


_COLUMNS: Final = dict.fromkeys(("Field", "Type", "Null", "Key", "Default", "Extra"), TEXT)
_FULL_COLUMNS: Final = dict.fromkeys(("Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges", "Comment"), TEXT)


def _show_columns(words: Words, host: Host, full: bool) -> Shown:
    if not words.accept_any("FROM", "IN"):
        raise words.error()
    table = _table(words, host)
    readable = host.known().readable(table) if full else frozenset()
    columns = [row | {"Privileges": "select" if row["Field"] in readable else ""} for row in _columns(table, full=full)]
    _, found = _filtered(words, "Field", columns)
    return Shown(answer(_FULL_COLUMNS if full else _COLUMNS, found), (table.name,), "COLUMNS")


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
    return Shown(answer(columns, found), (table.name,), "STATISTICS")


def _create_table(words: Words, host: Host, _full: bool) -> Shown:
    table = _table(words, host)
    words.end()
    if table.view is not None:
        return _shown_view(table, host)
    return Shown(answer({"Table": TEXT, "Create Table": TEXT}, [{"Table": table.name.table, "Create Table": rows.create_table(table)}]), (table.name,))


def _create_view(words: Words, host: Host, _full: bool) -> Shown:
    table = _table(words, host)
    words.end()
    if table.view is None:
        raise BadInput(f"`{table.name}` is not of type VIEW", help="SHOW CREATE TABLE")
    return _shown_view(table, host)


def _shown_view(table: Table, host: Host) -> Shown:
    """Of its maker alone: what a view is made of is nobody else's."""
    if not rows.owns(host.account, table):
        raise AccessRefused(f"you may not see the text of `{table.name}`: it belongs to somebody else", help="DESCRIBE shows its columns")
    told = {
        "View": table.name.table, "Create View": rows.create_view(table), "character_set_client": "utf8mb4", "collation_connection": "utf8mb4_general_ci",
    }
    return Shown(answer(dict.fromkeys(told, TEXT), [told]), (table.name,))


def _create_absent(kind: str) -> Callable[[Words, Host, bool], Shown]:
    def family(words: Words, host: Host, _full: bool) -> Shown:
        _, name = words.table(host.database)
        raise absence(kind, name)

    return family


def _create_user(words: Words, host: Host, _full: bool) -> Shown:
    """Of oneself alone."""
    words.rest()
    heading = f"CREATE USER for {host.account}"
    return Shown(answer({heading: TEXT}, [{heading: f"CREATE USER {host.account}"}]))


def _privileges(words: Words, _host: Host, _full: bool) -> Shown:
    words.end()
    found = [{"Privilege": "Select", "Context": "Tables", "Comment": "To retrieve rows from table"}]
    return Shown(answer(dict.fromkeys(("Privilege", "Context", "Comment"), TEXT), found))


def _create_database(words: Words, host: Host, _full: bool) -> Shown:
    words.accept("IF", "NOT", "EXISTS")
    name = words.name()
    host.known_database(name)
    words.end()
    row = next(row for row in rows.schemata(host.known()) if row["SCHEMA_NAME"] == name)
    text = f"CREATE DATABASE `{name}` /*!40100 DEFAULT CHARACTER SET {row['DEFAULT_CHARACTER_SET_NAME']} */"
    return Shown(answer({"Database": TEXT, "Create Database": TEXT}, [{"Database": name, "Create Database": text}]))


def _variables(words: Words, host: Host, _full: bool) -> Shown:
    return _pairs(words, variable_texts(host.variables()), "SESSION_VARIABLES")


_ON_OFF: Final = frozenset(
    {
        "autocommit", "big_tables", "foreign_key_checks", "local_infile", "lower_case_file_system", "performance_schema", "profiling", "read_only",
        "sql_auto_is_null", "sql_big_selects", "sql_log_bin", "sql_notes", "sql_quote_show_create", "sql_safe_updates", "sql_warnings",
        "transaction_read_only", "tx_read_only", "unique_checks",
    }
)


def variable_texts(variables: Mapping[str, Any]) -> dict[str, str]:
    """Each variable as SHOW VARIABLES prints it, by name."""
    return {name: _variable_text(name, value) for name, value in sorted(variables.items())}


def _variable_text(name: str, value: Any) -> str:
    if name in _ON_OFF:
        return "ON" if value else "OFF"
    return "" if value is None else f"{value:.6f}" if isinstance(value, float) else str(value)


def _status(words: Words, host: Host, _full: bool) -> Shown:
    return _pairs(words, host.status(), "SESSION_STATUS")


def _pairs(words: Words, named: Mapping[str, str], source: str) -> Shown:
    _, found = _filtered(words, "Variable_name", [{"Variable_name": name, "Value": value} for name, value in sorted(named.items())])
    return Shown(answer({"Variable_name": TEXT, "Value": TEXT}, found), source=source)


def _warnings(words: Words, host: Host, _full: bool) -> Shown:
    if words.accept("LIMIT"):
        words.number()
        if words.accept(","):
            words.number()
    words.end()
    columns = {"Level": TEXT, "Code": NUMBER, "Message": TEXT}
    return Shown(answer(columns, [_warning(notice) for notice in host.last_notices()]))


def _warning(notice: Notice) -> Row:
    # 1105 ER_UNKNOWN_ERROR is what MariaDB uses for notes that have no number of their own.
    return {"Level": "Warning" if notice.number else "Note", "Code": notice.number or 1105, "Message": notice.text}


def _count_warnings(words: Words, host: Host, _full: bool) -> Shown:
    words.end()
    return Shown(answer({"@@session.warning_count": NUMBER}, [{"@@session.warning_count": len(host.last_notices())}]))


def _count_errors(words: Words, _host: Host, _full: bool) -> Shown:
    words.end()
    return Shown(answer({"@@session.error_count": NUMBER}, [{"@@session.error_count": 0}]))


def _errors(words: Words, _host: Host, _full: bool) -> Shown:
    words.end()
    return Shown(answer({"Level": TEXT, "Code": NUMBER, "Message": TEXT}, []))


def _collation(words: Words, host: Host, _full: bool) -> Shown:
    columns = {"Collation": TEXT, "Charset": TEXT, "Id": NUMBER, "Default": TEXT, "Compiled": TEXT, "Sortlen": NUMBER}
    renamed = {"Collation": "COLLATION_NAME", "Charset": "CHARACTER_SET_NAME", "Default": "IS_DEFAULT", "Compiled": "IS_COMPILED"}
    found = [{name: row[renamed.get(name, name.upper())] for name in columns} for row in rows.collations(host.known())]
    return Shown(answer(columns, _filtered(words, "Collation", found)[1]), source="COLLATIONS")


def _character_set(words: Words, host: Host, _full: bool) -> Shown:
    columns = {"Charset": TEXT, "Description": TEXT, "Default collation": TEXT, "Maxlen": NUMBER}
    renamed = {"Charset": "CHARACTER_SET_NAME", "Description": "DESCRIPTION", "Default collation": "DEFAULT_COLLATE_NAME", "Maxlen": "MAXLEN"}
    found = [{name: row[renamed[name]] for name in columns} for row in rows.character_sets(host.known())]
    return Shown(answer(columns, _filtered(words, "Charset", found)[1]), source="CHARACTER_SETS")


def _engines(words: Words, host: Host, _full: bool) -> Shown:
    words.end()
    columns = dict.fromkeys(("Engine", "Support", "Comment", "Transactions", "XA", "Savepoints"), TEXT)
    return Shown(answer(columns, rows.engines(host.known())), source="ENGINES")


_TABLE_STATUS: Final = {
    "Name": TEXT, "Engine": TEXT, "Version": NUMBER, "Row_format": TEXT, "Rows": NUMBER, "Avg_row_length": NUMBER, "Data_length": NUMBER,
    "Max_data_length": NUMBER, "Index_length": NUMBER, "Data_free": NUMBER, "Auto_increment": NUMBER, "Create_time": MOMENT, "Update_time": MOMENT,
    "Check_time": MOMENT, "Collation": TEXT, "Checksum": NUMBER, "Create_options": TEXT, "Comment": TEXT, "Max_index_length": NUMBER, "Temporary": TEXT,
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
    return Shown(answer(_TABLE_STATUS, _filtered(words, "Name", found)[1]), source="TABLES")


def _processes(words: Words, host: Host, _full: bool) -> Shown:
    words.end()
    columns = {"Id": NUMBER, "User": TEXT, "Host": TEXT, "db": TEXT, "Command": TEXT, "Time": NUMBER, "State": TEXT, "Info": TEXT, "Progress": pa.float64()}
    return Shown(answer(columns, host.processes()))


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
    (("CREATE", "VIEW"), _create_view),
    *((("CREATE", kind), _create_absent(kind)) for kind in ("FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "SEQUENCE", "PACKAGE")),
    (("CREATE", "USER"), _create_user),
    (("PRIVILEGES",), _privileges),
    (("VARIABLES",), _variables),
    (("STATUS",), _status),
    (("WARNINGS",), _warnings),
    (("ERRORS",), _errors),
    (("COUNT", "(", "*", ")", "WARNINGS"), _count_warnings),
    (("COUNT", "(", "*", ")", "ERRORS"), _count_errors),
    (("COLLATION",), _collation),
    (("CHARACTER", "SET"), _character_set),
    (("CHARSET",), _character_set),
    (("ENGINES",), _engines),
    (("STORAGE", "ENGINES"), _engines),
    (("PROCESSLIST",), _processes),
    (("GRANTS",), lambda words, host, _full: Shown(grants(words, host))),
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

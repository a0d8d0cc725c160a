"""Where the columns of SHOW come from: MariaDB answers most of them from `information_schema`, and tells their types as those tables declare them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from carrel.catalog.metadata import NAME, tables
from carrel.model.names import ColumnName, TableName
from carrel.model.tables import Column

_STATUS: Final = {"Variable_name": "VARIABLE_NAME", "Value": "VARIABLE_VALUE"}
_CONTEXT: Final = {"Database Collation": "DATABASE_COLLATION"}

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "SCHEMATA": {},
    "TABLES": {
        "Name": "TABLE_NAME", "Rows": "TABLE_ROWS", "Collation": "TABLE_COLLATION", "Comment": "TABLE_COMMENT", "Table_type": "TABLE_TYPE",
    },
    "COLUMNS": {
        "Field": "COLUMN_NAME", "Type": "COLUMN_TYPE", "Collation": "COLLATION_NAME", "Null": "IS_NULLABLE", "Key": "COLUMN_KEY",
        "Default": "COLUMN_DEFAULT", "Comment": "COLUMN_COMMENT",
    },
    "STATISTICS": {"Table": "TABLE_NAME", "Key_name": "INDEX_NAME", "Null": "NULLABLE"},
    "SESSION_VARIABLES": _STATUS,
    "SESSION_STATUS": _STATUS,
    "COLLATIONS": {"Collation": "COLLATION_NAME", "Charset": "CHARACTER_SET_NAME", "Default": "IS_DEFAULT", "Compiled": "IS_COMPILED"},
    "CHARACTER_SETS": {"Charset": "CHARACTER_SET_NAME", "Default collation": "DEFAULT_COLLATE_NAME"},
    "ENGINES": {},
    "PLUGINS": {
        "Name": "PLUGIN_NAME", "Status": "PLUGIN_STATUS", "Type": "PLUGIN_TYPE", "Library": "PLUGIN_LIBRARY", "License": "PLUGIN_LICENSE",
    },
    "TRIGGERS": {
        "Trigger": "TRIGGER_NAME", "Event": "EVENT_MANIPULATION", "Table": "EVENT_OBJECT_TABLE", "Statement": "ACTION_STATEMENT", "Timing": "ACTION_TIMING",
        **_CONTEXT,
    },
    "EVENTS": {
        "Db": "EVENT_SCHEMA", "Name": "EVENT_NAME", "Time zone": "TIME_ZONE", "Type": "EVENT_TYPE", "Execute at": "EXECUTE_AT",
        "Interval value": "INTERVAL_VALUE", "Interval field": "INTERVAL_FIELD", **_CONTEXT,
    },
    "ROUTINES": {
        "Db": "ROUTINE_SCHEMA", "Name": "ROUTINE_NAME", "Type": "ROUTINE_TYPE", "Modified": "LAST_ALTERED", "Comment": "ROUTINE_COMMENT", **_CONTEXT,
    },
}
"""For each table its headings in SHOW that are not the column's own name."""


def origin(source: str, heading: str) -> tuple[ColumnName, Column] | None:
    """The column of `information_schema` that stands under a heading; None where it comes from none."""
    if source not in _NAMES:
        return None
    name = _NAMES[source].get(heading) or ("SCHEMA_NAME" if source == "SCHEMATA" else "TABLE_NAME" if heading.startswith("Tables_in_") else heading)
    column = tables()[source.lower()].column(name)
    return None if column is None else (ColumnName(TableName(NAME, source), column.name), column)

"""Names of databases, tables and columns, spelled as MediaWiki and Wikimedia spell them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """A table as a person writes it: `enwiki.revision`. Case counts, as on the MariaDB servers that Wikimedia runs."""

    database: str
    table: str

    def __str__(self) -> str:
        return f"{self.database}.{self.table}"


@dataclass(frozen=True, slots=True, order=True)
class ColumnName:
    """A column of a base table. The spelling is the table's own; look-ups by a person's spelling ignore case, as MariaDB does."""

    table: TableName
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


SHARED_DATABASE = "staging"
"""Where people keep tables whose names others who have it may know."""

REFERENCE_DATABASE = "datasets"
"""Where stewards keep tables that all who may read their tags may read."""

_PERSONAL = "u_"


def personal_database(person: str) -> str:
    """The database that its owner alone knows of."""
    return _PERSONAL + person


def is_personal_database(database: str) -> bool:
    return database.startswith(_PERSONAL)

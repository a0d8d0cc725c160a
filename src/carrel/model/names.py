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

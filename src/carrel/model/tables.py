"""Databases, tables and columns, and how long their rows may stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from carrel.model.names import TableName
from carrel.model.sensitivity import Hidden, Mask

ROW = "_carrel_row"
"""A column that no table has, but for a statement that changes rows: where each of them is, the number of the file times `FILE_ROWS` and its place in it."""
FILE_ROWS = 1 << 40


class DatabaseKind(StrEnum):
    """What policy speaks about when it says "the wikis' databases" or "the lake"."""

    WIKI = "wiki"
    LOG = "log"
    LAKE = "lake"
    WORK = "work"
    DATASETS = "datasets"
    METADATA = "metadata"


MADE: Final = frozenset({DatabaseKind.WORK, DatabaseKind.DATASETS})
"""Kinds of database whose tables people make."""

PRIVATE: Final = "private"
OWN: Final = "own"
MADE_OF: Final = (PRIVATE, OWN)
"""PRIVATE: rows of a private wiki flowed in; OWN: what its maker alone may see: by a lift, or as metadata that is told to each person anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database as people see it.

    Attributes:
        name: `enwiki`, `log`, `wmf`, `information_schema`.
        kind: the class of database that permits name.
        private: a wiki that the public may not read; its existence is known only to those whom a permit names.
    """

    name: str
    kind: DatabaseKind
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long rows with personal columns may stay.

    Attributes:
        kind: `age`: until `limit` after the time in `column`; `mirror`: as long as the wiki itself keeps the row;
            `copy`: until the day that the registry of copies has for the table.
        column: the column of the event's time, for `age`.
        limit: for `age`.
    """

    kind: str
    column: str | None = None
    limit: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a base table.

    Attributes:
        name: as its source spells it.
        type: the DuckDB type in which the lake keeps it, `VARCHAR`, `BIGINT`, `UBIGINT`, `DECIMAL(10,2)`, `BLOB`.
        native_type: the type that its source declares, `varbinary(255)`, `int(10) unsigned`; empty where the source has none.
        nullable: as declared by the source. A mask may give NULL all the same.
        default: the text of the declared default, unquoted; None where none is declared.
        extra: `auto_increment` or empty, as `DESCRIBE` prints it.
        collation: what `SHOW CREATE TABLE` prints right after the type, `CHARACTER SET latin1 COLLATE latin1_bin`; empty where it prints nothing.
        tag: one of `sensitivity.TAGS`; None: nobody has classified it, and it is closed.
        also: further tags, where several flowed into a column of a table that a person made.
        masked: how strongly every personal value in such a column was masked when it was written.
        hidden_by: a cell is hidden when the row's hidden bits meet these.
        description: what the column means, one sentence.
    """

    name: str
    type: str
    native_type: str = ""
    nullable: bool = True
    default: str | None = None
    extra: str = ""
    collation: str = ""
    tag: str | None = None
    also: frozenset[str] = frozenset()
    masked: Mask = Mask.CLEAR
    hidden_by: Hidden = Hidden.NOTHING
    description: str = ""

    @property
    def tags(self) -> frozenset[str | None]:
        """All that it carries. A column is open to those alone to whom each of them is."""
        return self.also | {self.tag}


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A key as the source declares it; `columns` may carry a prefix length, as in `el_to(60)`. `kind` is `FULLTEXT` or `SPATIAL`; empty for an ordinary key."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a view is defined by.

    Attributes:
        text: its SELECT.
        database: what names without one mean in it; None: there are none.
        headings: what the columns are called in the text, in order.
    """

    text: str
    database: str | None
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A base table as the catalog describes it at one moment.

    Attributes:
        name: its database and table name.
        kind: its database's kind.
        columns: in order. The physical `_hidden` column is not among them.
        private: whether its database is a private wiki.
        documented: whether its name is in MediaWiki's or Wikimedia's public documentation, hence known to everybody who is signed in.
        visibility: whether the files have the `_hidden` column. A wiki's table without it has nothing that the wiki can hide.
        primary_key: column names.
        indexes: other keys.
        options: what follows the closing bracket of the source's CREATE TABLE, `ENGINE=InnoDB DEFAULT CHARSET=binary`.
        owner: the person who made it; None: a table that came from a source.
        copy: its id in the registry of copies, where a person made it.
        made_of: what flowed into a table that a person made: kinds of database, and the words of `MADE_OF`. Who else reads it must be able to read such.
        session: of a temporary table: what the process of its session holds as long as it lives.
        view: where it is one; its rows are those of its text, and its own files hold none.
        retention: None: no rule; a table with personal columns and no rule is unreadable.
        description: one or two sentences.
        version: the published snapshot that a question reads; None: known, but no rows have been loaded.
        rows: rows in that snapshot, hidden ones included: for the planner and the steward, never shown to people.
    """

    name: TableName
    kind: DatabaseKind
    columns: tuple[Column, ...]
    private: bool = False
    documented: bool = False
    visibility: bool = False
    primary_key: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()
    options: str = ""
    owner: str | None = None
    copy: str | None = None
    made_of: frozenset[str] = frozenset()
    session: str | None = None
    view: View | None = None
    retention: Retention | None = None
    description: str = ""
    version: str | None = None
    rows: int = 0
    _by_name: dict[str, Column] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_name.update((column.name.lower(), column) for column in self.columns)

    def column(self, name: str) -> Column | None:
        """The column that a person means by `name`, whatever its case."""
        return self._by_name.get(name.lower())

    @property
    def sort_key(self) -> tuple[str, ...]:
        """What the lake's files are sorted by, as InnoDB clusters a table, so that rows come in MariaDB's order: the primary key, else the first unique key
        without NULLs.
        """
        if self.primary_key:
            return self.primary_key
        for index in self.indexes:
            columns = [self.column(name) for name in index.columns]
            if index.unique and all(column is not None and not column.nullable for column in columns):
                return index.columns
        return ()

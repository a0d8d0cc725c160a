"""What a statement that writes is, once it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from carrel.model.names import TableName
from carrel.policy.guard.changes import Change


class Deed(StrEnum):
    """What a statement does; the value is the audit's `action`."""

    CREATE = "create"
    INSERT = "insert"
    DROP = "drop"
    TRUNCATE = "truncate"
    RENAME = "rename"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of VALUES: a literal, or the text of an expression. `first` and `after`: its placeholders among the statement's."""

    literal: str | int | None
    is_literal: bool
    text: str
    first: int
    after: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """A column as CREATE TABLE writes it: its type in lower case."""

    name: str
    native_type: str
    nullable: bool = True
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A statement that writes, as far as it can be told from its text.

    Attributes:
        table: that is changed.
        quiet: IF EXISTS or IF NOT EXISTS stands there.
        columns: named after INSERT INTO; none: all, in their order.
        declared: of CREATE TABLE with columns.
        query: the SELECT inside; None where there is none.
        rows: of VALUES.
        to: the new name.
        change: of UPDATE and DELETE; `table` is then the first that it names, until it is known which of them is changed.
    """

    deed: Deed
    table: TableName
    quiet: bool = False
    columns: tuple[str, ...] = ()
    declared: tuple[Declared, ...] = ()
    query: str | None = None
    rows: tuple[tuple[Value, ...], ...] = field(default=(), repr=False)
    to: TableName | None = None
    change: Change | None = None

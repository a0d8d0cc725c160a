"""What a statement that writes is, once it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from carrel.model.copies import Receiver
from carrel.model.names import TableName
from carrel.policy.guard.changes import Change
from carrel.policy.guard.writing.upload import Upload
from carrel.policy.guard.writing.value import Value

__all__ = ["Declared", "Deed", "Upload", "Value", "Write"]


class Deed(StrEnum):
    """What a statement does; the value is the audit's `action`."""

    CREATE = "create"
    INSERT = "insert"
    DROP = "drop"
    TRUNCATE = "truncate"
    RENAME = "rename"
    UPDATE = "update"
    DELETE = "delete"
    UPLOAD = "upload"
    GRANT = "grant"
    REVOKE = "revoke"


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
        upload: of LOAD DATA.
        receivers: of GRANT and REVOKE.
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
    upload: Upload | None = None
    receivers: tuple[Receiver, ...] = ()

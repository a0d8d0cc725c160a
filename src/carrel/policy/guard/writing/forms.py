"""What a statement that writes is, once it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from carrel.model.copies import Receiver
from carrel.model.names import TableName
from carrel.model.tables import Index
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
    REPLACE = "replace"
    ALTER = "alter"
    UPLOAD = "upload"
    CREATE_VIEW = "create_view"
    DROP_VIEW = "drop_view"
    GRANT = "grant"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Declared:
    """A column as CREATE TABLE and ALTER TABLE write it: its type in lower case, and the keys that stand behind it."""

    name: str
    native_type: str
    nullable: bool = True
    default: str | None = None
    extra: str = ""
    keys: tuple[Index, ...] = ()


class Clash(StrEnum):
    """What becomes of a row whose key is there: it is left out, it takes the place of what is there, or what is there is changed."""

    IGNORE = "ignore"
    REPLACE = "replace"
    UPDATE = "update"


PRIMARY = "PRIMARY"
"""Name of the key that is the primary one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column comes to stand: at the end, first, or after another."""

    first: bool = False
    after: str | None = None


@dataclass(frozen=True, slots=True)
class AddColumn:
    column: Declared
    place: Place
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class ChangeColumn:
    """`place`: None: where it stands."""

    name: str
    column: Declared
    place: Place | None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class DropColumn:
    name: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class RenameColumn:
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class SetDefault:
    """`default`: NULL where there is none."""

    name: str
    default: str | None


@dataclass(frozen=True, slots=True)
class AddKey:
    key: Index
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class DropKey:
    name: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class RenameKey:
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class RenameTable:
    to: TableName


Step = AddColumn | ChangeColumn | DropColumn | RenameColumn | SetDefault | AddKey | DropKey | RenameKey | RenameTable
"""One of the things that an ALTER TABLE does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A statement that writes, as far as it can be told from its text.

    Attributes:
        table: that is changed.
        quiet: IF EXISTS or IF NOT EXISTS stands there.
        columns: named after INSERT INTO or CREATE VIEW; none: all, in their order.
        declared: of CREATE TABLE with columns.
        keys: of CREATE TABLE; one without a name gets its first column's.
        steps: of ALTER TABLE, CREATE INDEX and DROP INDEX, in order.
        query: the SELECT inside; None where there is none.
        rows: of VALUES.
        clash: of INSERT IGNORE, REPLACE and ON DUPLICATE KEY UPDATE; None: a row whose key is there is refused.
        assignments: what stands behind ON DUPLICATE KEY UPDATE; the placeholders before it are `before`.
        to: the new name.
        change: of UPDATE and DELETE; `table` is then the first that it names, until it is known which of them is changed.
        upload: of LOAD DATA.
        replacing: OR REPLACE stands there.
        temporary: TEMPORARY stands there.
        receivers: of GRANT and REVOKE.
    """

    deed: Deed
    table: TableName
    quiet: bool = False
    columns: tuple[str, ...] = ()
    declared: tuple[Declared, ...] = ()
    keys: tuple[Index, ...] = ()
    steps: tuple[Step, ...] = ()
    query: str | None = None
    rows: tuple[tuple[Value, ...], ...] = field(default=(), repr=False)
    clash: Clash | None = None
    assignments: str = ""
    before: int = 0
    to: TableName | None = None
    change: Change | None = None
    upload: Upload | None = None
    replacing: bool = False
    temporary: bool = False
    receivers: tuple[Receiver, ...] = ()

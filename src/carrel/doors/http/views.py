"""A table as pages and the API show it to one person: what they see of each column, in words, with the rule's reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from carrel.model.decisions import Decision, Forbid, Limit, Permit, Verdict
from carrel.model.sensitivity import Hidden, Mask
from carrel.model.tables import DatabaseKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carrel.model.ports import TablePage
    from carrel.model.tables import Column, Retention, Table


class Shown(StrEnum):
    """What one person gets for a column's cells."""

    CLEAR = "clear"
    TRUNCATED = "truncated"
    HASHED = "hashed"
    NULL = "null"
    CLOSED = "closed"


WORDS: Final = {
    Shown.CLEAR: ("Clear", "as it is"),
    Shown.TRUNCATED: ("Masked", "shortened"),
    Shown.HASHED: ("Masked", "as a pseudonym"),
    Shown.NULL: ("Masked", "as NULL"),
    Shown.CLOSED: ("Hidden", "not to be asked for"),
}
"""A word and how it is meant, for people."""

TAG_WORDS: Final = {
    "public": "public",
    "restricted": "restricted",
    "secret": "secret",
    "personal.ip": "personal: IP address",
    "personal.user_agent": "personal: user agent",
    "personal.email": "personal: e-mail",
    "personal.name": "personal: name",
    "personal.location": "personal: location",
    "personal.session": "personal: session",
    "personal.search": "personal: search",
    "personal.reading": "personal: reading",
    None: "unclassified",
}

_MASKS: Final = {Mask.CLEAR: Shown.CLEAR, Mask.TRUNCATED: Shown.TRUNCATED, Mask.HASHED: Shown.HASHED, Mask.NULL: Shown.NULL}
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STARTER_COLUMNS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """One column. `reason` is the sentence of `rule`; `partly`: single cells that the wiki has hidden are NULL."""

    name: str
    type: str
    nullable: bool
    tag: str | None
    description: str
    key: bool
    shown: Shown
    partly: bool
    rule: str
    reason: str

    @property
    def word(self) -> str:
        return WORDS[self.shown][0]

    @property
    def manner(self) -> str:
        return WORDS[self.shown][1]

    @property
    def tag_words(self) -> str:
        return TAG_WORDS.get(self.tag, self.tag or "unclassified")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    name: str
    columns: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """One table. `rows_hidden`: rows that the wiki has hidden are left out; `loaded`: whether there is anything to read yet."""

    database: str
    name: str
    description: str
    readable: bool
    rule: str
    reason: str
    rows_hidden: bool
    loaded: bool
    retention: str
    readers: tuple[str, ...]
    columns: tuple[ColumnView, ...]
    keys: tuple[KeyView, ...]

    def count(self, *words: str) -> int:
        """How many columns are shown in one of these ways, in the words of `WORDS`."""
        return sum(column.word in words for column in self.columns)


def view(page: TablePage) -> TableView:
    """A column for which nothing was decided is left out: silence is no."""
    table, decision = page.table, page.decision
    decided = [(column, decision.columns[column.name]) for column in table.columns if column.name in decision.columns]
    rule, reason = _why(decision.read, decision.read.allowed)
    return TableView(
        database=table.name.database,
        name=table.name.table,
        description=table.description,
        readable=decision.read.allowed,
        rule=rule,
        reason=reason,
        rows_hidden=decision.read.allowed and bool(decision.read.hides & Hidden.ROW),
        loaded=table.version is not None or table.kind is DatabaseKind.METADATA,
        retention=_retention(table.retention),
        readers=page.readers,
        columns=tuple(_column(column, made, decision.read, table) for column, made in decided),
        keys=_keys(table),
    )


def starter(table: TableView) -> str:
    """A first question to the table: some columns that this person may name."""
    names = [_quoted(column.name) for column in table.columns if column.shown is Shown.CLEAR][:_STARTER_COLUMNS]
    return f"SELECT {', '.join(names) or '*'}\nFROM {_quoted(table.name)}\nLIMIT 20"


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else "`" + name.replace("`", "``") + "`"


def _column(column: Column, decision: Decision, read: Decision, table: Table) -> ColumnView:
    shown = _shown(decision, read)
    rule, reason = _why(decision, shown is Shown.CLEAR, masked=shown in {Shown.TRUNCATED, Shown.HASHED, Shown.NULL})
    if not read.allowed:
        rule, reason = _why(read, False)
    return ColumnView(
        name=column.name,
        type=column.native_type or column.type.lower(),
        nullable=column.nullable,
        tag=column.tag,
        description=column.description,
        key=column.name in table.primary_key,
        shown=shown,
        partly=shown is not Shown.CLOSED and bool(decision.hides & column.hidden_by),
        rule=rule,
        reason=reason,
    )


def _shown(decision: Decision, read: Decision) -> Shown:
    if not (read.allowed and decision.allowed and decision.nameable):
        return Shown.CLOSED
    return _MASKS.get(decision.mask, Shown.CLOSED)


def _why(decision: Decision, clear: bool, *, masked: bool = False) -> tuple[str, str]:
    """Rule and sentence of the verdict that counts most for what is shown."""
    if clear:
        chosen = _first(decision.verdicts, Permit)
    elif masked:
        chosen = next((v for v in decision.verdicts if isinstance(v, Limit) and v.mask == decision.mask), None)
    else:
        chosen = _first(decision.verdicts, Forbid) or next((v for v in decision.verdicts if isinstance(v, Limit) and not v.nameable), None)
    return (chosen.rule, chosen.reason) if chosen else ("", "" if clear else "no rule opens it to your groups")


def _first(verdicts: Iterable[Verdict], kind: type[Permit] | type[Forbid]) -> Verdict | None:
    return next((verdict for verdict in verdicts if isinstance(verdict, kind)), None)


def _retention(retention: Retention | None) -> str:
    if retention is None:
        return ""
    if retention.kind == "age" and retention.limit is not None:
        return f"rows stay {retention.limit.days} days, counted from {retention.column}"
    return "rows stay as long as the wiki itself keeps them"


def _keys(table: Table) -> tuple[KeyView, ...]:
    primary = (KeyView(name="PRIMARY", columns=table.primary_key, kind="primary"),) if table.primary_key else ()
    return primary + tuple(KeyView(name=index.name, columns=index.columns, kind="unique" if index.unique else "index") for index in table.indexes)

"""Copies: what was made of data and lives on beside it. Every copy has an owner and an end."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from carrel.model.sensitivity import is_personal


class CopyKind(StrEnum):
    """What a copy is. TABLE and VIEW lie in the lake; RESULT is kept by a door; DOWNLOAD went out by a door, FILE was told of by its owner."""

    TABLE = "table"
    VIEW = "view"
    RESULT = "result"
    DOWNLOAD = "download"
    FILE = "file"


class ReceiverKind(StrEnum):
    GROUP = "group"
    USER = "user"


@dataclass(frozen=True, slots=True, order=True)
class Receiver:
    """To whom the owner of a table shows it: the members of a group, or one person. They read what policy lets them read of its tags."""

    kind: ReceiverKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class CopyState(StrEnum):
    """HERE: the instance keeps it, and deletes it when its day has come. OUT: it left the house, and its owner says when it is deleted. GONE: it is no more."""

    HERE = "here"
    OUT = "out"
    GONE = "gone"


OUTSIDE = frozenset({CopyKind.DOWNLOAD, CopyKind.FILE})
"""Kinds that are out of the house from their first moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy, as the registry has it. Days and times are UTC.

    Attributes:
        id: stable and of no meaning, `c3f09a...`.
        kind: what it is.
        name: of a table or view `staging.t`; of a file what it was called. Two copies that are not gone share a name only where they are files.
        owner: the person whose it is.
        made: when it was first made.
        door: it was made by, `mysql`, `http`, `cli`.
        via: what spoke for the person, as in `Principal.via`; None where they spoke for themself.
        sources: the base columns that flowed into it, `enwiki.user.user_name`, in order.
        tags: of all its columns together.
        oldest: day of the oldest event with personal columns in it; None where it has none or no time is known.
        ends: the first day on which it may not be there any more.
        size: bytes.
        rows: how many.
        last_use: day of the last use that is known.
        state: where it is.
        gone_at: when it went; None unless `state` is GONE.
        statement: what made it, each literal replaced by a token.
    """

    id: str
    kind: CopyKind
    name: str
    owner: str
    made: datetime
    door: str
    via: str | None = None
    sources: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    oldest: date | None = None
    ends: date
    size: int = 0
    rows: int = 0
    last_use: date | None = None
    state: CopyState = CopyState.HERE
    gone_at: datetime | None = None
    statement: str = ""

    @property
    def personal(self) -> bool:
        """Whether any of its columns is about people."""
        return any(is_personal(tag) for tag in self.tags)

    @property
    def manifest(self) -> dict[str, str]:
        """What a file that can carry it says of itself, beside its rows: who, when, from what, until when. The key is `carrel`, the value JSON."""
        facts = {
            "copy": self.id, "owner": self.owner, "via": self.via, "made": self.made.isoformat(), "sources": list(self.sources), "tags": sorted(self.tags),
            "oldest": None if self.oldest is None else str(self.oldest), "delete_by": str(self.ends),
        }
        return {"carrel": json.dumps(facts)}

    def with_more(self, other: Self) -> Self:
        """This copy when what is in `other` has been added to it: it never ends later than either, and carries the tags of both."""
        days = [day for day in (self.oldest, other.oldest) if day is not None]
        return replace(
            self, sources=tuple(sorted({*self.sources, *other.sources})), tags=self.tags | other.tags, oldest=min(days, default=None),
            ends=min(self.ends, other.ends), size=self.size + other.size, rows=self.rows + other.rows,
        )

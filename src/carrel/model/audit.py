"""What the audit records. A begin row is committed before the first byte of an answer; a finish row closes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from carrel.model.people import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """A deed about to happen.

    Attributes:
        principal: person and service.
        door, address: where it came in.
        action: `query`, `show`, `login`, `login_failed`, `page`, `load`, `grant`, `credential` ...
        verdict: `allowed`; `refused`, known and not readable; `not_found`; `failed`, not a statement that can be asked.
        statement: the statement with each literal replaced by a token; never a value.
        policy: version (digest) of the policy that decided.
        groups, grants: that took part.
        tables, columns: `enwiki.revision`, `enwiki.revision.rev_id`.
        tags: of the columns that flow out.
        reach: for each table of which not every row can have been read, what bounds them: `since` and `until`, days of the rows' own time, both included;
            `keys`, tokens of the only values of the first column of its primary key. A table that is not named here may have been read whole.
        reasons: rule and sentence.
        details: what else the action needs, JSON values without personal data.
    """

    principal: Principal
    door: str
    address: str
    action: str
    verdict: str
    statement: str = ""
    policy: str = ""
    groups: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reach: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """How a deed ended. `outcome` is `complete`, `cancelled`, `failed`, `disconnected`, or an error's code."""

    outcome: str
    rows: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A begin or finish row as it is stored: `number` counts from 1 without gaps; `time` is UTC."""

    number: int
    time: datetime
    begin: Begin | None
    finish: Finish | None
    of: int | None
    digest: str

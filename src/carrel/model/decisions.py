"""Policy's vocabulary: what is asked of it, what a rule says, what is decided.

Permit opens, limit narrows, forbid closes; silence is closed. Each carries its rule and one sentence of reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from carrel.model.people import Asker
from carrel.model.sensitivity import Hidden, Mask
from carrel.model.tables import Column, Table


class Action(StrEnum):
    KNOW = "know"
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """May `asker` do `action` to `column` of `table`? `column` is None where the table as a whole is meant."""

    asker: Asker
    action: Action
    table: Table
    column: Column | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Opens what was asked. `lifts_masks` and `lifts_suppression` void the limits of those kinds, never a forbid."""

    rule: str
    reason: str
    grant: str
    lifts_masks: bool = False
    lifts_suppression: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Narrows what a permit opened: a mask on the column, or hidden rows and cells left out.

    Attributes:
        mask: for the column of the request.
        hides: the row bits that leave a row out (ROW) or make a cell NULL (the column's own `hidden_by`).
        nameable: False: naming the column is refused; only `SELECT *` passes it by, as NULL.
    """

    rule: str
    reason: str
    mask: Mask = Mask.CLEAR
    hides: Hidden = Hidden.NOTHING
    nameable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid:
    rule: str
    reason: str


Verdict = Permit | Limit | Forbid


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided for one request, with every verdict that took part, in the order of the rules' names.

    Attributes:
        allowed: some rule permits and none forbids.
        mask: the strongest mask that applies; CLEAR where none does.
        hides: bits that leave rows out or make cells NULL.
        nameable: whether the column may be written out.
        verdicts: all that rules said.
    """

    allowed: bool
    mask: Mask = Mask.CLEAR
    hides: Hidden = Hidden.NOTHING
    nameable: bool = True
    verdicts: tuple[Verdict, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(f"{verdict.rule}: {verdict.reason}" for verdict in self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDecision:
    """What one person may see of one table: the table's own decision, and one for each column by its spelled name."""

    table: Table
    known: Decision
    read: Decision
    columns: Mapping[str, Decision]

"""What nobody has classified is closed: a column, and a table that has no classified column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrel.model.decisions import Action, Forbid, Limit, Request, Verdict
from carrel.model.sensitivity import TAGS, Mask
from carrel.policy.load import Policy


@dataclass(frozen=True, slots=True)
class Unclassified:
    """An unclassified table that no documentation names is not known either: its name comes from data."""

    name: str = "unclassified"

    def judge(self, request: Request) -> Iterable[Verdict]:
        table, column = request.table, request.column
        if column is None:
            bare = not any(item.tags <= TAGS for item in table.columns)
            if bare and (request.action is Action.READ or not table.documented):
                yield Forbid(rule=self.name, reason="nobody has classified this table's columns")
        elif request.action is Action.READ and not column.tags <= TAGS:
            yield Limit(rule=self.name, reason="nobody has classified this column", mask=Mask.NULL, nameable=False)
            yield Forbid(rule=self.name, reason="nobody has classified this column")


def make(_policy: Policy) -> Unclassified:
    return Unclassified()

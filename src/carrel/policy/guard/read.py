"""Known is not yet readable: a table that the asker may not read is refused with the way to ask."""

from __future__ import annotations

from carrel.model.decisions import Forbid, TableDecision
from carrel.model.errors import AccessRefused
from carrel.policy.guard.work import Work


def decide_reading(work: Work) -> None:
    """Raises: AccessRefused."""
    for decision in work.decisions.values():
        if not decision.read.allowed:
            raise refusal(work, decision)


def refusal(work: Work, decision: TableDecision) -> AccessRefused:
    """The refusal of a known table, with the reasons of the rules that forbid it and a group to ask for."""
    forbids = [f"{verdict.rule}: {verdict.reason}" for verdict in decision.read.verdicts if isinstance(verdict, Forbid)]
    reason = ": " + forbids[0].partition(": ")[2] if forbids else ": no group of yours opens it"
    groups = () if forbids else work.policy.openers(decision.table, work.query.asker.door)
    help_ = f"ask a data steward for the group `{groups[0]}`" if groups else None
    return AccessRefused(f"you may not read `{decision.table.name}`{reason}", reasons=tuple(forbids) or ("grants: no permit",), help=help_)

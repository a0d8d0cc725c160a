"""Closed columns: NULL where they are merely shown, refused where anything would depend on them. By column, never by data."""

from __future__ import annotations

from carrel.model.decisions import Forbid, Limit
from carrel.model.errors import AccessRefused
from carrel.model.names import TableName
from carrel.model.queries import Notice
from carrel.model.sensitivity import Mask
from carrel.policy.guard.work import Use, Work


def refuse_closed(work: Work) -> None:
    """Adds one notice per table for what is shown as NULL. Raises: AccessRefused."""
    shown: dict[TableName, dict[str, None]] = {}
    for use in work.uses:
        if not use.cell.nameable and not use.star:
            raise _refusal(use)
        if use.cell.closed:
            if not use.bare:
                raise _refusal(use)
            if use.cell.base is not None:
                name = use.cell.base[0]
                shown.setdefault(name.table, {})[name.column] = None
    for table, columns in shown.items():
        listed = ", ".join(f"`{column}`" for column in columns)
        work.notices.append(Notice(code="column_masked", text=f"closed to you and shown as NULL in `{table}`: {listed}"))


def _refusal(use: Use) -> AccessRefused:
    cell = use.cell
    name = f"`{cell.base[0]}`" if cell.base else f"`{cell.name}`"
    verdicts = cell.decision.verdicts if cell.decision else ()
    limits = [verdict for verdict in verdicts if isinstance(verdict, Forbid) or (isinstance(verdict, Limit) and verdict.mask >= Mask.NULL)]
    reason = f": {limits[0].reason}" if limits else ""
    where = "" if not cell.nameable else f" in {use.clause}" if use.clause != "SELECT" else " in an expression"
    reasons = tuple(dict.fromkeys(f"{verdict.rule}: {verdict.reason}" for verdict in limits))
    help_ = "SELECT it by its name alone to see NULL, or leave it out" if cell.nameable else "leave it out; `SELECT *` shows it as NULL"
    return AccessRefused(f"you may not use column {name}{where}{reason}", reasons=reasons, help=help_)

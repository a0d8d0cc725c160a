"""Who reads a table of their own that ends soon is told so with the answer."""

from __future__ import annotations

from dataclasses import replace

from carrel.gateway.parts import Moment, Parts
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery, Notice
from carrel.policy.clock import warning


def warned(query: AuthorizedQuery, now: Moment, parts: Parts) -> AuthorizedQuery:
    """The question with a notice for each table of the asker's own whose end is near."""
    own = sorted(name for name, decision in query.decisions.items() if decision.table.owner == now.asker.principal.person and decision.table.session is None)
    found = [notice for name in own if (notice := _notice(name, now, parts)) is not None]
    return replace(query, notices=(*query.notices, *found)) if found else query


def _notice(name: TableName, now: Moment, parts: Parts) -> Notice | None:
    copy = None if parts.work is None else parts.work.find(name)
    days = None if copy is None else warning(copy, now.asker.now.date())
    if copy is None or days is None:
        return None
    left = max(0, (copy.ends - now.asker.now.date()).days)
    return Notice(code="copy_ends", text=f"`{name}` ends on {copy.ends}, in {left} day{'' if left == 1 else 's'}")

"""The guard: a question from a stranger in, a question that policy lets run out, or a refusal. A tuple of passes, one file each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from carrel.model.ports import Catalog
from carrel.model.queries import AuthorizedQuery, Query
from carrel.policy.guard.allow import allow
from carrel.policy.guard.bind import bind
from carrel.policy.guard.closed import refuse_closed
from carrel.policy.guard.declassify import declassify
from carrel.policy.guard.lineage import trace
from carrel.policy.guard.parse import parse
from carrel.policy.guard.read import decide_reading
from carrel.policy.guard.substitute import substitute
from carrel.policy.guard.variables import put_variables
from carrel.policy.guard.views import expand
from carrel.policy.guard.work import Work
from carrel.policy.load import Policy

PASSES: Final[tuple[Callable[[Work], None], ...]] = (parse, expand, put_variables, allow, bind, decide_reading, refuse_closed, trace, declassify, substitute)


def authorize(query: Query, catalog: Catalog, policy: Policy, *, binds: bool = False) -> AuthorizedQuery:
    """The query as policy lets it run for its asker. `binds`: values of parameters stay out of the tree where they can (`AuthorizedQuery.bound`).

    Raises:
        SyntaxRefused: not one statement of the dialect.
        NotAllowed: a statement, construct or function that is not on the allow-list.
        NotFound: a name that is not there, or not known to the asker.
        AccessRefused: known, but not to be read; `help` says how to ask.
        LimitReached: too long, too deep or too large.
    """
    work = Work(query=query, catalog=catalog, policy=policy, binds=binds)
    for step in PASSES:
        step(work)
    return finished(work)


def finished(work: Work) -> AuthorizedQuery:
    """The outcome of a question that has been through all passes."""
    return AuthorizedQuery(
        tree=work.tree,
        fragments=work.fragments,
        versions={name: decision.table.version for name, decision in work.decisions.items()},
        outputs=work.outputs,
        influences=work.influences,
        decisions=work.decisions,
        asker=work.query.asker,
        dialect=work.query.dialect,
        notices=tuple(work.notices),
        limits=work.query.limits,
        bound=work.bound,
        variables=frozenset(work.variables),
    )

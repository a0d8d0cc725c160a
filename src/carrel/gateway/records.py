"""What the audit is told of a statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from carrel.gateway.parts import Moment
from carrel.model.audit import Begin
from carrel.model.decisions import Permit, TableDecision
from carrel.model.errors import AccessRefused, CarrelError, NotFound
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery
from carrel.policy.guard.reach import reach


def of_query(query: AuthorizedQuery, moment: Moment, statement: str, action: str, key_token: Callable[[str], str]) -> Begin:
    """The begin row of a query that may run: names, tags, reasons, days and the tokens of keys, no other value."""
    columns = {column for output in query.outputs for column in output.sources} | query.influences
    tags = {tag for output in query.outputs for tag in output.tags}
    return Begin(
        principal=moment.asker.principal, door=moment.origin.door, address=moment.origin.address, action=action, verdict="allowed", statement=statement,
        policy=moment.policy.digest, groups=tuple(sorted(moment.asker.groups)), grants=_grants(query.decisions.values()),
        tables=tuple(sorted(map(str, query.versions))), columns=tuple(sorted(map(str, columns))), tags=tuple(sorted(tags)),
        reasons=tuple(sorted({reason for decision in query.decisions.values() for reason in decision.read.reasons})),
        reach=_reach(query, key_token),
        details={"versions": {str(name): version for name, version in query.versions.items() if version is not None}},
    )


def of_metadata(moment: Moment, statement: str, action: str, tables: tuple[TableName, ...] = ()) -> Begin:
    return Begin(
        principal=moment.asker.principal, door=moment.origin.door, address=moment.origin.address, action=action, verdict="allowed", statement=statement,
        policy=moment.policy.digest, groups=tuple(sorted(moment.asker.groups)), tables=tuple(map(str, tables)),
    )


def of_refusal(error: CarrelError, moment: Moment, statement: str) -> Begin:
    """The row of a statement that was not run. The error's text is not in it: it may repeat what the asker wrote."""
    verdict = "refused" if isinstance(error, AccessRefused) else "not_found" if isinstance(error, NotFound) else "failed"
    return Begin(
        principal=moment.asker.principal, door=moment.origin.door, address=moment.origin.address, action="query", verdict=verdict, statement=statement,
        policy=moment.policy.digest, groups=tuple(sorted(moment.asker.groups)), reasons=error.reasons if isinstance(error, AccessRefused) else (),
        details={"code": error.code},
    )


def _reach(query: AuthorizedQuery, key_token: Callable[[str], str]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for name, part in reach(query.tree, query.decisions, query.bound).items():
        bounds: dict[str, object] = {"since": part.since, "until": part.until, "keys": None if part.keys is None else [key_token(key) for key in part.keys]}
        if any(bound is not None for bound in bounds.values()):
            found[str(name)] = {side: bound for side, bound in bounds.items() if bound is not None}
    return found


def _grants(decisions: Iterable[TableDecision]) -> tuple[str, ...]:
    found: set[str] = set()
    for decision in decisions:
        for part in (decision.read, *decision.columns.values()):
            found |= {verdict.grant for verdict in part.verdicts if isinstance(verdict, Permit)}
    return tuple(sorted(found))

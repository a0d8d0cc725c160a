"""What would become of a statement that writes and why: the right to write, what each column would carry and from where, and until when the table may stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from carrel.model.copies import Copy
from carrel.model.decisions import Decision
from carrel.model.names import TableName
from carrel.model.ports import Catalog
from carrel.model.queries import Query
from carrel.model.sensitivity import PUBLIC, RESTRICTED, is_personal
from carrel.policy.carried import Brought, kept
from carrel.policy.clock import Clock, Flow, clock, flows
from carrel.policy.decide import candidate, may_write
from carrel.policy.explain import Explanation, as_text, as_values, decision_lines, decision_values, explain, said, source_values
from carrel.policy.guard.writing import Deed, Write
from carrel.policy.load import Policy
from carrel.policy.ways import Ways

_TYPED: Final = "what the client itself writes is `restricted`, and carries besides the personal tags of what the session has read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What the registry of copies knows on a day, handed in.

    Attributes:
        copies: those that are tables, by name.
        grant: the last day of the person's longest membership.
    """

    copies: Mapping[TableName, Copy]
    today: date
    grant: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """One reason why a table may stay no longer: the table that it comes from, None for the person's own access; the day of the oldest event; and the end."""

    table: TableName | None
    oldest: date | None
    ends: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteExplanation:
    """A statement that writes.

    Attributes:
        right: whether the person may write the table.
        query: of the SELECT inside; None where there is none.
        columns: by heading what the table's columns would carry: what flows in, and by which way.
        clock: of what the SELECT gives, with all reasons, the one that counts first.
    """

    what: Write
    right: Decision
    query: Explanation | None = None
    columns: Mapping[str, tuple[tuple[Brought, ...], Ways]]
    clock: Clock | None = None
    until: tuple[Until, ...] = ()


def explain_write(what: Write, question: Query, catalog: Catalog, policy: Policy, registry: Registry) -> WriteExplanation:
    """`question`: who asks, of whose text only the SELECT inside counts. Raises nothing: what would be refused is told."""
    table = catalog.table(what.table)
    right = may_write(policy, question.asker, table if table is not None else candidate(what.table, question.asker.principal.person))
    if what.query is None:
        return WriteExplanation(what=what, right=right, columns={})
    inside = explain(replace(question, text=what.query), catalog, policy)
    if inside.authorized is None:
        return WriteExplanation(what=what, right=right, query=inside, columns={})
    names = what.columns if what.deed is Deed.INSERT and what.columns else inside.headings
    columns = {
        name: (kept(output, inside.authorized.decisions), ways)
        for name, output, ways in zip(names, inside.authorized.outputs, inside.ways, strict=False)
    }
    until = sorted(_until(flows(inside.authorized), policy, registry), key=lambda one: one.ends)
    oldest = min((one.oldest for one in until if one.oldest is not None), default=None)
    return WriteExplanation(what=what, right=right, query=inside, columns=columns, clock=Clock(oldest, until[0].ends), until=tuple(until))


def _until(flown: tuple[Flow, ...], policy: Policy, registry: Registry) -> list[Until]:
    days = policy.retention.mirror_copies
    found = [Until(table=None, oldest=None, ends=registry.grant + timedelta(days=1), reason=f"the owner's longest membership lasts until {registry.grant}")]
    for flow in flown:
        if any(is_personal(tag) for tag in flow.tags):
            alone = clock([flow], registry.copies, made=registry.today, grant=date.max - timedelta(days=1), mirror_days=days)
            reason = _reason(flow, registry.copies.get(flow.table.name), alone, days)
            found.append(Until(table=flow.table.name, oldest=alone.oldest, ends=alone.ends, reason=reason))
    return found


def _reason(flow: Flow, copy: Copy | None, alone: Clock, days: int) -> str:
    kinds = ", ".join(sorted(tag for tag in flow.tags if is_personal(tag)))
    rule = flow.table.retention
    if copy is not None:
        return f"{kinds}: with the table that it is made of"
    if rule is None:
        return f"{kinds}: no rule says how long it may stay"
    if rule.kind == "mirror":
        return f"{kinds} of a wiki: {days} days from the making"
    limit = f"{rule.limit.days} days" if rule.limit is not None else "its time"
    return f"{kinds}: {limit} from the oldest row that can have been read" + (f", of {alone.oldest}" if alone.oldest is not None else "")


def write_values(told: WriteExplanation) -> dict[str, Any]:
    """The explanation as JSON values: those of the SELECT inside, where there is one, and `write`."""
    inside = {"allowed": True, "refusal": None} if told.query is None else as_values(told.query)
    columns = [
        {"column": name, "carries": _carried(found), "sources": [source_values(one, ways.get(one.column, ())) for one in found]}
        for name, (found, ways) in told.columns.items()
    ]
    until = [
        {"table": None if one.table is None else str(one.table), "oldest": _iso(one.oldest), "ends": str(one.ends), "reason": one.reason} for one in told.until
    ]
    return {
        **inside, "allowed": bool(inside["allowed"]) and told.right.allowed,
        "write": {
            "deed": told.what.deed.value, "table": str(told.what.table), **decision_values(told.right), "columns": columns,
            "ends": None if told.clock is None else str(told.clock.ends), "oldest": None if told.clock is None else _iso(told.clock.oldest), "until": until,
        },
    }


def write_text(told: WriteExplanation) -> str:
    """The explanation for a person to read."""
    lines = decision_lines(f"{told.what.deed.value} {told.what.table}: write", told.right)
    if told.query is not None:
        lines += ["", as_text(told.query)]
    for name, (found, ways) in told.columns.items():
        flown = [f"      {said(one, ways.get(one.column, ()))}" for one in found]
        lines += ["", f"column {name} of {told.what.table}: carries {', '.join(_carried(found))}", *(flown or [f"      {_TYPED}"])]
    if told.query is None and told.what.deed in (Deed.CREATE, Deed.INSERT):
        lines += ["", _TYPED]
    if told.clock is not None:
        lines += ["", f"{told.what.table} ends on {told.clock.ends}", *(f"      {one.ends}, {one.table or 'access'}: {one.reason}" for one in told.until)]
    return "\n".join(lines)


def _carried(found: tuple[Brought, ...]) -> list[str]:
    """`public` says nothing where there is another; what no column flows into is what the client wrote."""
    tags = {tag for one in found for tag in one.carried}
    return sorted(tags - {PUBLIC} or tags or {RESTRICTED})


def _iso(day: date | None) -> str | None:
    return None if day is None else str(day)

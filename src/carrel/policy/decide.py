"""What the rules decide together: permit opens, limit narrows, forbid closes, silence is closed.

The order of rules and verdicts never matters, and a rule that raises closes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from carrel.model.decisions import Action, Decision, Forbid, Limit, Permit, Request, TableDecision, Verdict
from carrel.model.names import REFERENCE_DATABASE, TableName
from carrel.model.people import Asker
from carrel.model.ports import Rule
from carrel.model.sensitivity import RESTRICTED, Hidden, Mask
from carrel.model.tables import Column, DatabaseKind, Table
from carrel.plugins import find
from carrel.policy.load import Policy

_REMEMBERED: Final = 4096
"""Decisions kept per policy; one is a few kilobytes."""
_LISTED: Final = 1 << 18
"""Tables of which it is kept whether askers of one kind know them; one takes 150 bytes and keeps its table's definition in memory."""
_KINDS: Final = 16
"""Kinds of askers: same state, groups, door and lifts."""


def decide(policy: Policy, asker: Asker, table: Table) -> TableDecision:
    """What this person may see of this table at `asker.now`."""
    lifts = tuple(lift for lift in asker.lifts if asker.now < lift.ends)
    key = (id(table), asker.state, asker.groups, asker.door, lifts, _person(asker, table), table.copy in asker.shares)
    kept = policy.memory.get(key)
    if kept is not None and kept[0] is table:
        return kept[1]
    decision = judge(rules(policy), asker, table)
    if len(policy.memory) >= _REMEMBERED:
        policy.memory.clear()
    policy.memory[key] = (table, decision)
    return decision


def knows(policy: Policy, asker: Asker, table: Table) -> bool:
    """Whether `decide` lets this person know of the table, of which nothing else is asked."""
    return bool(known(policy, asker, (table,)))


def known(policy: Policy, asker: Asker, tables: Iterable[Table]) -> list[Table]:
    """Those of the tables that `decide` lets this person know of; for lists of many, of which nothing else is asked."""
    lifts = tuple(lift for lift in asker.lifts if asker.now < lift.ends)
    kept = policy.known.get((asker.state, asker.groups, asker.door, lifts))
    if kept is None:
        if len(policy.known) >= _KINDS:
            policy.known.clear()
        kept = policy.known[asker.state, asker.groups, asker.door, lifts] = {}
    chosen: list[Table] = []
    for table in tables:
        if table.owner is not None:
            chosen += [table] * decide(policy, asker, table).known.allowed
            continue
        found = kept.get(id(table))
        if found is None or found[0] is not table:
            if len(kept) >= _LISTED:
                kept.clear()
            found = kept[id(table)] = (table, combine(_hear(rules(policy), Request(asker=asker, action=Action.KNOW, table=table))).allowed)
        if found[1]:
            chosen.append(table)
    return chosen


def may_write(policy: Policy, asker: Asker, table: Table) -> Decision:
    """Whether this person may make, change or drop this table, which may not be there yet."""
    return combine(_hear(rules(policy), Request(asker=asker, action=Action.WRITE, table=table)))


def candidate(name: TableName, person: str) -> Table:
    """A table that is not there, as if the person had made it: what `may_write` is asked about."""
    kind = DatabaseKind.DATASETS if name.database == REFERENCE_DATABASE else DatabaseKind.WORK
    return Table(name=name, kind=kind, columns=(Column(name="_", type="BIGINT", tag=RESTRICTED),), owner=person)


def _person(asker: Asker, table: Table) -> str | None:
    """Who asks, where that counts: of a table with an owner."""
    return None if table.owner is None else asker.principal.person


def rules(policy: Policy) -> tuple[Rule, ...]:
    """The rules of this policy, in the order of their names."""
    if not policy.rules:
        policy.rules.extend(module.make(policy) for module in find("carrel.policy.rules"))
    return tuple(policy.rules)


def judge(rules: Sequence[Rule], asker: Asker, table: Table) -> TableDecision:
    """As `decide`, by the rules given."""
    known, read = (combine(_hear(rules, Request(asker=asker, action=action, table=table))) for action in (Action.KNOW, Action.READ))
    columns = {
        column.name: combine(_hear(rules, Request(asker=asker, action=Action.READ, table=table, column=column))) for column in table.columns
    }
    return TableDecision(table=table, known=known, read=read, columns=columns)


def combine(verdicts: Iterable[Verdict]) -> Decision:
    """One decision out of all verdicts on one request."""
    heard = tuple(sorted(verdicts, key=lambda verdict: (verdict.rule, type(verdict).__name__, verdict.reason)))
    permits = [verdict for verdict in heard if isinstance(verdict, Permit)]
    limits = [verdict for verdict in heard if isinstance(verdict, Limit)]
    forbidden = any(isinstance(verdict, Forbid) for verdict in heard)
    mask = Mask.CLEAR if any(permit.lifts_masks for permit in permits) else max((limit.mask for limit in limits), default=Mask.CLEAR)
    hides = Hidden.NOTHING
    if not any(permit.lifts_suppression for permit in permits):
        for limit in limits:
            hides |= limit.hides
    return Decision(
        allowed=bool(permits) and not forbidden, mask=mask, hides=hides, nameable=all(limit.nameable for limit in limits), verdicts=heard
    )


def _hear(rules: Sequence[Rule], request: Request) -> Iterable[Verdict]:
    for rule in rules:
        try:
            yield from tuple(rule.judge(request))
        except Exception:  # noqa: BLE001 - whatever went wrong in a rule, the answer is no
            yield Forbid(rule=rule.name, reason="the rule could not decide")

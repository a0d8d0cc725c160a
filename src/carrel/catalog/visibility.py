"""Plans: for each table of a wiki, the expression that gives the hidden bits of its rows. What the rules are is in `hiding/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from carrel.catalog.hiding import bits, deeds, naming, quoting, reach, users
from carrel.catalog.hiding.wiki import Finding, Rule, Wiki
from carrel.model.sensitivity import Hidden
from carrel.model.tables import Table

RULES: tuple[Rule, ...] = (*bits.RULES, *users.RULES, *deeds.RULES, *reach.RULES, *quoting.RULES, *naming.RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityPlan:
    """How the hidden bits of one table's rows are computed.

    Attributes:
        table: its name within the wiki.
        expression: DuckDB SQL, a small integer, over the row `t`; other tables stand under their own names, whole and with the `_hidden` column
            of those planned before.
        uses: other tables that the expression reads.
    """

    table: str
    expression: str
    uses: frozenset[str]


def plans(tables: Mapping[str, Table], rules: Sequence[Rule] = RULES) -> tuple[VisibilityPlan, ...]:
    """Plans for the tables of one wiki, each after those whose hidden bits it reads.

    Args:
        tables: by name, all that are there, loaded now or before.
        rules: those in force; tests leave one out.
    """
    wiki = Wiki(tables)
    covered = {finding.table for rule in RULES for finding in rule.find(wiki)}
    found: dict[str, list[Finding]] = {table: [] for table in sorted(covered)}
    for rule in rules:
        for finding in rule.find(wiki):
            found.setdefault(finding.table, []).append(finding)
    order = TopologicalSorter({table: set().union(*(finding.after for finding in findings)) & found.keys() for table, findings in found.items()})
    return tuple(_plan(table, found[table]) for table in order.static_order())


def _plan(table: str, findings: Sequence[Finding]) -> VisibilityPlan:
    terms = []
    for bit in Hidden:
        conditions = list(dict.fromkeys(finding.condition for finding in findings if bit in finding.bits))
        if conditions:
            terms.append(f"CASE WHEN {' OR '.join(f'({condition})' for condition in conditions)} THEN {int(bit)} ELSE 0 END")
    uses = frozenset[str]().union(*(finding.uses for finding in findings)) - {table}
    return VisibilityPlan(table=table, expression=" | ".join(terms) if terms else "0", uses=uses)

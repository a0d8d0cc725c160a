"""Which tags fall off a copy of each output: those of columns of which nothing flows in but what a declassifier of the policy names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from carrel.model.names import ColumnName, TableName
from carrel.model.queries import OutputColumn, Release
from carrel.policy.declassifiers import Declassifier
from carrel.policy.guard.lineage import tags_of
from carrel.policy.guard.shapes import COUNT_PEOPLE, threshold
from carrel.policy.guard.work import TABLE_KEY, Given, Through, Work


def declassify(work: Work) -> None:
    """What may be read stays as it is, and so does what the audit records: only `OutputColumn.carried` gets less."""
    rules = work.policy.declassifiers
    if rules:
        work.outputs = tuple(_released(work, output, flow, rules) for output, flow in zip(work.outputs, work.flows, strict=True))


def _released(work: Work, output: OutputColumn, flow: frozenset[ColumnName], rules: Sequence[Declassifier]) -> OutputColumn:
    forms: dict[ColumnName, set[str]] = {}
    for source in (one for one in flow if not isinstance(one, Given)):
        name, form = (source.plain, source.by) if isinstance(source, Through) else (source, "")
        forms.setdefault(name, set()).add(form)
    released: list[Release] = []
    kept: set[str] = set()
    for name, ways in forms.items():
        for tag in tags_of(work, name):
            found = _rules_of(tag, name, ways, rules, work)
            released += [Release(rule=rule.name, column=name, tag=tag, to=rule.to, reason=rule.reason) for rule in found or ()]
            kept |= {tag} if found is None else {rule.to for rule in found}
    return replace(output, released=tuple(sorted(released, key=lambda one: (one.rule, one.column))), kept=frozenset(kept))


def _rules_of(tag: str, name: ColumnName, ways: Iterable[str], rules: Sequence[Declassifier], work: Work) -> list[Declassifier] | None:
    """A rule for each way in which the column flows in; None where one of them has none."""
    found = []
    for way in ways:
        own = [rule for rule in rules if rule.tag == tag and rule.by == way and (way != COUNT_PEOPLE or rule.people <= _least(work, name))]
        if not own:
            return None
        found.append(own[0])
    return found


def _least(work: Work, column: ColumnName) -> int:
    return threshold(work.tree, column, _labels(work))


def _labels(work: Work) -> Mapping[str, ColumnName]:
    """The base columns of the question's tables by `label.column`, in lower case."""
    found: dict[str, ColumnName] = {}
    for table in work.tree.find_all(exp.Table):
        name: TableName | None = table.meta.get(TABLE_KEY)
        if name is not None:
            for column in work.needed.get(name, {}):
                found[f"{table.alias_or_name}.{column}".lower()] = ColumnName(name, column)
    return found

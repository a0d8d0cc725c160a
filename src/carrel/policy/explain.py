"""What became of a question and why: each pass of the guard, each table's and column's verdicts, and the text that would run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from carrel.model.decisions import Decision, TableDecision
from carrel.model.errors import CarrelError
from carrel.model.ports import Catalog
from carrel.model.queries import AuthorizedQuery, OutputColumn, Query
from carrel.model.sensitivity import Hidden
from carrel.policy.carried import Brought, brought
from carrel.policy.guard import PASSES, finished
from carrel.policy.guard.work import Work
from carrel.policy.load import Policy
from carrel.policy.ways import Ways, ways

_SAYS: Final[Mapping[str, str]] = {
    "parse": "it is one query of this dialect, not too long and not too deep",
    "expand": "what views stand for stands in their place",
    "put_variables": "session and user variables are literals now",
    "allow": "every construct and every function is on the allow-list",
    "bind": "every name has one meaning, among what the asker knows",
    "decide_reading": "every table may be read",
    "refuse_closed": "no closed column is used",
    "trace": "what flows into each output is known",
    "declassify": "what falls off a copy of each output is known",
    "substitute": "every table is replaced by what the asker may see of it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A question's way through the guard.

    Attributes:
        steps: name of each pass that ran, whether it let the question through, and what that means or why not.
        tables: what was decided on each table that the question names, as far as it came, those that the asker does not know among them.
        columns: per table, the columns that the question names.
        refusal: why it stopped; None where it may run.
        text: the statement that may run, in the asker's dialect; empty where it may not.
        headings, notices: of the answer.
        outputs: what flows into each column of the answer, and what a copy of it carries.
        flows: of each output, what each base column brings to a copy of it.
        ways: of each output, by which ways each base column flows in.
        authorized: the question that may run.
    """

    steps: tuple[tuple[str, bool, str], ...]
    tables: tuple[TableDecision, ...]
    columns: Mapping[str, tuple[str, ...]]
    refusal: CarrelError | None
    text: str = ""
    headings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    outputs: tuple[OutputColumn, ...] = ()
    flows: tuple[tuple[Brought, ...], ...] = ()
    ways: tuple[Ways, ...] = ()
    authorized: AuthorizedQuery | None = None


def explain(query: Query, catalog: Catalog, policy: Policy) -> Explanation:
    """As `authorize`, but tells instead of raising."""
    work = Work(query=query, catalog=catalog, policy=policy)
    steps: list[tuple[str, bool, str]] = []
    refusal: CarrelError | None = None
    for step in PASSES:
        try:
            step(work)
        except CarrelError as error:
            refusal = error
            steps.append((step.__name__, False, error.text))
            break
        steps.append((step.__name__, True, _SAYS.get(step.__name__, "")))
    columns = {str(name): tuple(needed) for name, needed in work.needed.items()}
    tables = tuple(work.considered.values())
    if refusal is not None:
        return Explanation(steps=tuple(steps), tables=tables, columns=columns, refusal=refusal)
    authorized = finished(work)
    return Explanation(
        steps=tuple(steps), tables=tables, columns=columns, refusal=None, text=authorized.tree.sql(query.dialect, pretty=True),
        headings=tuple(output.heading for output in authorized.outputs), notices=tuple(notice.text for notice in authorized.notices),
        outputs=authorized.outputs, flows=tuple(brought(output, authorized.decisions) for output in authorized.outputs),
        ways=ways(work), authorized=authorized,
    )  # fmt: skip


def as_values(explanation: Explanation) -> dict[str, Any]:
    """The explanation as JSON values."""
    refusal = explanation.refusal
    return {
        "allowed": refusal is None,
        "refusal": None if refusal is None else {"code": refusal.code, "text": refusal.text, "help": refusal.help},
        "steps": [{"step": name, "passed": passed, "says": says} for name, passed, says in explanation.steps],
        "tables": [
            {
                "table": str(table.table.name),
                "know": decision_values(table.known),
                "read": decision_values(table.read),
                "columns": {name: decision_values(table.columns[name]) for name in explanation.columns.get(str(table.table.name), ())},
            }
            for table in explanation.tables
        ],
        "text": explanation.text,
        "headings": list(explanation.headings),
        "outputs": [_output(*each) for each in zip(explanation.outputs, explanation.flows, explanation.ways, strict=True)],
        "notices": list(explanation.notices),
    }


def as_text(explanation: Explanation) -> str:
    """The explanation for a person to read."""
    lines = [f"{'passed ' if passed else 'REFUSED'} {name}: {says}" for name, passed, says in explanation.steps]
    for table in explanation.tables:
        lines += ["", f"table {table.table.name}"]
        lines += decision_lines("  know", table.known) + decision_lines("  read", table.read)
        for name in explanation.columns.get(str(table.table.name), ()):
            lines += decision_lines(f"  column {name}", table.columns[name])
    for output, flows, through in zip(explanation.outputs, explanation.flows, explanation.ways, strict=True):
        flown = (f"      {said(one, through.get(one.column, ()))}" for one in flows)
        lines += ["", f"output {output.heading}: a copy carries {_listed(output.carried)}", *flown]
    lines += ["", *(f"notice: {notice}" for notice in explanation.notices), explanation.text]
    if explanation.refusal is not None and explanation.refusal.help:
        lines.append(f"try: {explanation.refusal.help}")
    return "\n".join(lines).rstrip()


def _output(output: OutputColumn, flows: Sequence[Brought], through: Ways) -> dict[str, Any]:
    return {
        "heading": output.heading, "tags": sorted(output.tags), "carries": sorted(output.carried),
        "sources": [source_values(one, through.get(one.column, ())) for one in flows],
        "released": [
            {"rule": one.rule, "column": str(one.column), "tag": one.tag, "to": one.to, "reason": one.reason} for one in output.released
        ],
    }  # fmt: skip


def source_values(one: Brought, through: Sequence[str]) -> dict[str, Any]:
    return {"column": str(one.column), "tag": _listed(one.tags), "through": list(through)}


def said(one: Brought, through: Sequence[str]) -> str:
    """What a base column brings to a copy, by which ways, and what released that."""
    off = (f", released to {each.to} by {each.rule}: {each.reason}" for each in one.released)
    return f"{one.column} ({', '.join(through)}): {_listed(one.tags)}{''.join(off)}"


def _listed(tags: frozenset[str]) -> str:
    return ", ".join(sorted(tags)) or "no tag"


def outcome(decision: Decision) -> str:
    """A decision in a few words: `closed`, `null`, `hashed`, `clear`, and what hides its cells."""
    if not decision.allowed:
        return "closed"
    hides = ", ".join(bit.name.lower() for bit in Hidden if bit.name and bit in decision.hides and bit is not Hidden.NOTHING)
    return decision.mask.name.lower() + (f", hidden by {hides}" if hides else "")


def decision_lines(what: str, decision: Decision) -> list[str]:
    """What was decided, with what each rule said."""
    return [f"{what}: {outcome(decision)}", *(f"      {verdict}" for verdict in _verdicts(decision))]


def decision_values(decision: Decision) -> dict[str, Any]:
    """As `decision_lines`, as JSON values."""
    return {"outcome": outcome(decision), "nameable": decision.nameable, "verdicts": _verdicts(decision)}


def _verdicts(decision: Decision) -> list[str]:
    said = [f"{type(verdict).__name__.lower()} by {verdict.rule}: {verdict.reason}" for verdict in decision.verdicts]
    return said or ["silence: no rule permits"]

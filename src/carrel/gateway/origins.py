"""What flowed into a table that somebody makes, as far as it decides who else may read it."""

from __future__ import annotations

from collections.abc import Iterator

from carrel.model.decisions import Decision, Permit, TableDecision
from carrel.model.names import ColumnName
from carrel.model.queries import AuthorizedQuery
from carrel.model.sensitivity import Mask, is_personal
from carrel.model.tables import MADE, OWN, PRIVATE, DatabaseKind


def made_of(query: AuthorizedQuery) -> frozenset[str]:
    """Kinds of database that the question reads, those from which personal columns flowed with ` personal` behind them, and the words of `MADE_OF`."""
    flown: set[ColumnName] = set(query.influences).union(*(output.sources for output in query.outputs))
    return frozenset(origin for decision in query.decisions.values() for origin in _of(decision, flown))


def _of(decision: TableDecision, flown: set[ColumnName]) -> Iterator[str]:
    table = decision.table
    if table.kind is DatabaseKind.METADATA or any(map(_lifted, (decision.known, decision.read, *decision.columns.values()))):
        yield OWN
        return
    yield from table.made_of
    if table.kind is not DatabaseKind.WORK:
        yield table.kind.value
    if table.private:
        yield PRIVATE
    personal = (column for column in table.columns if any(map(is_personal, column.tags)) and ColumnName(table.name, column.name) in flown)
    if table.kind not in MADE and any((own := decision.columns[column.name]).allowed and own.mask is not Mask.NULL for column in personal):
        yield f"{table.kind.value} personal"


def _lifted(decision: Decision) -> bool:
    return any(isinstance(verdict, Permit) and verdict.rule == "lifts" for verdict in decision.verdicts)

"""From the asker's tree to DuckDB's text, giving functions and comparisons the meaning that the asker's dialect has.

`selects` writes queries, `expressions` what stands in them, by tables: node classes, functions by name, aggregates. Every value carries its kind, so
that no conversion is left to DuckDB, whose own may raise. Policy's fragments are printed as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carrel.engines.duckdb.fragments import MARK
from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.translate.bound import Looked, with_literals
from carrel.engines.duckdb.translate.selects import Selects
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery
from carrel.model.trees import copied


@dataclass(frozen=True, slots=True)
class Translation:
    """The final text.

    Attributes:
        text: with marks where a bound value stands (`bound`).
        decimals: per column how many digits after the point each DOUBLE shows; None: as many as it has.
        required: per column whether it is told as never NULL.
        looked: the parameters whose values are in the text.
        timed: whether the moment of the question is in it.
    """

    text: str
    decimals: tuple[int | None, ...]
    required: tuple[bool, ...]
    looked: frozenset[int] = frozenset()
    timed: bool = False


def translate(query: AuthorizedQuery, places: Mapping[TableName, Place]) -> Translation:
    """The query is left as it was.

    Raises:
        NotAllowed: a construct or function that cannot be given the dialect's meaning.
    """
    looked: frozenset[int] = frozenset()
    while True:
        try:
            return _translate(query, places, looked)
        except Looked as found:
            looked |= {found.number}


def _translate(query: AuthorizedQuery, places: Mapping[TableName, Place], looked: frozenset[int]) -> Translation:
    selects = Selects(query, places)
    written = selects.query(with_literals(copied(query.tree, MARK), query.bound, looked), None, ordered=True)
    kinds = [kind for _, kind in written.columns]
    return Translation(written.text, tuple(kind.decimals for kind in kinds), tuple(kind.required for kind in kinds), looked, selects.expressions.timed)

"""From the asker's tree to DuckDB's text, giving functions and comparisons the meaning that the asker's dialect has.

`selects` writes queries, `expressions` what stands in them, by tables: node classes, functions by name, aggregates. Every value carries its kind, so
that no conversion is left to DuckDB, whose own may raise. Policy's fragments are printed as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.translate.selects import Selects
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery


@dataclass(frozen=True, slots=True)
class Translation:
    """The final text, and per column how many digits after the point each DOUBLE shows (None: as many as it has)."""

    text: str
    decimals: tuple[int | None, ...]


def translate(query: AuthorizedQuery, places: Mapping[TableName, Place]) -> Translation:
    """The query is left as it was.

    Raises:
        NotAllowed: a construct or function that cannot be given the dialect's meaning.
    """
    written = Selects(query, places).query(query.tree.copy(), None, ordered=True)
    return Translation(written.text, tuple(kind.decimals for _, kind in written.columns))

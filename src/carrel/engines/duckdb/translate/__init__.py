"""From the asker's tree to DuckDB's text, giving functions and comparisons the meaning that the asker's dialect has.

`selects` writes queries, `expressions` what stands in them, by tables: node classes, functions by name, aggregates. Every value carries its kind, so
that no conversion is left to DuckDB, whose own may raise. Policy's fragments are printed as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.translate.selects import Selects
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery


def translate(query: AuthorizedQuery, places: Mapping[TableName, Place]) -> str:
    """The final text. The query is left as it was.

    Raises:
        NotAllowed: a construct or function that cannot be given the dialect's meaning.
    """
    return Selects(query, places).query(query.tree.copy(), None, ordered=True).text

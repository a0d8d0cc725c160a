"""From the asker's tree to DuckDB's text, giving functions and comparisons the meaning that the asker's dialect has."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from carrel.engines.duckdb.fragments import MARK
from carrel.engines.duckdb.snapshots import Place
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery


def translate(query: AuthorizedQuery, places: Mapping[TableName, Place]) -> str:
    """The final text. The query is left as it was."""
    tree = query.tree.copy()
    by_name = {str(table): place for table, place in places.items()}
    for select in list(tree.find_all(exp.Select)):
        marked = select.meta.get(MARK)
        if marked:
            place = by_name[marked]
            for table in list(select.find_all(exp.Table)):
                table.replace(exp.table_(place.table, db=place.schema, catalog=place.catalog, quoted=True))
    return tree.sql(dialect="duckdb", comments=False)

"""Policy's fragments as text: as they are, but for the name of the snapshot that the base table is read from."""

from __future__ import annotations

from sqlglot import exp

from carrel.engines.duckdb.snapshots import Place

MARK = "carrel_fragment"
"""Key of `meta` that names the base table of a fragment's Select."""


def fragment_text(fragment: exp.Expression, place: Place) -> str:
    """The fragment reading from `place`. The fragment is left as it was."""
    copy = fragment.copy()
    for table in copy.find_all(exp.Table):
        table.replace(
            exp.Table(
                this=exp.to_identifier(place.table, quoted=True),
                db=exp.to_identifier(place.schema, quoted=True),
                catalog=exp.to_identifier(place.catalog, quoted=True) if place.catalog else None,
            )
        )
    return copy.sql(dialect="duckdb", comments=False)

"""Which tables the lake takes, whoever brings them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from carrel.lake.files import table_folder
from carrel.model.errors import BadInput
from carrel.model.sensitivity import HIDDEN_COLUMN
from carrel.model.tables import Table

RESERVED: Final = "_carrel_"
"""What names of the lake's own columns begin with, beside `_hidden`."""
COLUMNS: Final = 4096
"""Of one table."""


def require_fit(lake: Path, table: Table, others: Iterable[str]) -> None:
    """Raises BadInput for a table that the lake does not take.

    Args:
        others: names of the database's tables, the table's own perhaps among them.
    """
    name = table.name.table
    table_folder(lake, table.name)
    twins = [other for other in others if other.lower() == name.lower() and other != name]
    if twins:
        raise BadInput(f"two tables whose names differ in case only: `{name}` and `{twins[0]}`")
    names = {column.name.lower() for column in table.columns}
    for kept in sorted(each for each in names if each == HIDDEN_COLUMN or each.startswith(RESERVED)):
        raise BadInput(f"a column of `{name}` is called `{kept}`, which is kept for the lake")
    if len(table.columns) > COLUMNS:
        raise BadInput(f"`{name}` has {len(table.columns)} columns, and a table has at most {COLUMNS}")
    if len(names) < len(table.columns):
        raise BadInput(f"two columns of `{name}` have one name")
    if any(column.partition("(")[0].lower() not in names for key in (table.primary_key, *(index.columns for index in table.indexes)) for column in key):
        raise BadInput(f"a key of `{name}` is of a column that the table does not have")

"""UPDATE and DELETE, of one table or of tables joined."""

from __future__ import annotations

from carrel.model.errors import NotAllowed
from carrel.policy.guard.changes import read_change
from carrel.policy.guard.writing.forms import Deed, Write
from carrel.policy.guard.writing.reader import Reader


def change(reader: Reader) -> Write:
    """Raises NotFound where a table is named without database and none is chosen."""
    found = read_change(reader.text, reader.database)
    tables = [one.table for one in found.references if one.name and one.table is not None]
    for one in found.references:
        if one.name and one.table is None:
            raise reader.no_database(one.name)
    if not tables:
        raise NotAllowed("there is no table to change")
    deed = Deed.UPDATE if found.tree.key == "update" else Deed.DELETE
    target = found.target.table if found.target is not None else None
    return Write(deed=deed, table=target or tables[0], columns=found.columns, change=found)

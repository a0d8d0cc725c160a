"""AUTO_INCREMENT: the numbers that rows get which come without one. The next number is part of a table's options, as in MariaDB's SHOW CREATE TABLE."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.model.tables import Column, Table

_NEXT: Final = re.compile(r" AUTO_INCREMENT=(\d+)")


class Counter:
    """Numbers the rows of one table.

    Attributes:
        first: the first number that it gave; 0: none.
    """

    def __init__(self, table: Table) -> None:
        self.column: Column | None = next((column for column in table.columns if column.extra), None)
        found = _NEXT.search(table.options)
        self.next = int(found[1]) if found else 1
        self.first = 0

    def numbered(self, array: pa.Array) -> pa.Array:
        """The array with a number for each NULL and each 0."""
        wanted = pc.fill_null(pc.equal(array, 0), True)
        if not pc.any(wanted).as_py():
            self.seen(array)
            return array
        values = array.to_pylist()
        for place, value in enumerate(values):
            if not value:
                values[place] = self.next
                self.first = self.first or self.next
            self.next = max(self.next, values[place] + 1)
        return pa.array(values, array.type)

    def seen(self, array: pa.Array) -> None:
        most = pc.max(array).as_py()
        self.next = self.next if most is None else max(self.next, most + 1)

    def kept(self, table: Table) -> Table:
        """The table with the next number on record."""
        plain = _NEXT.sub("", table.options)
        return replace(table, options=plain.replace("ENGINE=InnoDB", f"ENGINE=InnoDB AUTO_INCREMENT={self.next}") if self.column and self.next > 1 else plain)


def uncounted(table: Table) -> Table:
    """The table as if it had never had a row."""
    return replace(table, options=_NEXT.sub("", table.options))

"""The forms in which `carrel query` prints rows: those of files, and `table`, which is for people and stops after `TABLE_ROWS`."""

from __future__ import annotations

import io
from typing import BinaryIO, Final

from rich.console import Console
from rich.table import Table

from carrel.io import formats
from carrel.io.formats import Writer, text
from carrel.model.queries import Rows

TABLE_ROWS: Final = 1000


def table(rows: Rows, out: BinaryIO) -> None:
    shown = Table(*(column.name for column in rows.columns))
    count = 0
    for batch in rows.batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            shown.add_row(*("NULL" if value is None else text(value) for value in row))
            count += 1
            if count == TABLE_ROWS:
                break
        if count == TABLE_ROWS:
            break
    wrapper = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    try:
        Console(file=wrapper, force_terminal=out.isatty()).print(shown)
    finally:
        wrapper.detach()  # a collected wrapper would close standard output
    if count == TABLE_ROWS:
        Console(stderr=True).print(f"the first {TABLE_ROWS} rows; --format tsv gives all")


FORMATS: Final[dict[str, Writer]] = {**formats.FORMATS, "table": table}

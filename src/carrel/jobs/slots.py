"""Slots beside `main` that exports have brought, counted by role."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pyarrow.parquet as pq

from carrel.lake import Lake

SLOTS: Final = "export_slots"
"""The table of them; a row for each."""


def slots_by_role(lake: Lake, wiki: str) -> dict[str, int]:
    """How many slots of each role the wiki's exports have brought, hidden ones too, in the order of their names; empty where there are none."""
    found: Counter[str] = Counter()
    for table in lake.tables(wiki):
        if table.name.table == SLOTS and table.version is not None:
            with lake.open(table.name, table.version) as files:
                for file in files:
                    for batch in pq.ParquetFile(file).iter_batches(columns=["es_role"]):
                        found.update({entry["values"]: entry["counts"] for entry in batch.column(0).value_counts().to_pylist()})
    return dict(sorted(found.items()))

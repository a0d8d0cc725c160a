"""Rows that go because of their age: on which day each happened, how many go, and the same files without them.

Day: a number, 20261124; 0 where the time of a row cannot be read, and nobody can say how old it is. No row is younger than the day on which it landed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from carrel.lake.work import linked

UNKNOWN: Final = 0
_BATCH_ROWS: Final = 16_384
_GROUP_ROWS: Final = 122_880
_GROUP_BYTES: Final = 64 << 20
_DIGITS: Final = re.compile(r"[0-9]{8}")
_WRITTEN: Final = r"^([0-9]{4})-?(0[1-9]|1[0-2])-?(0[1-9]|[12][0-9]|3[01])(.*)$"
"""As MediaWiki writes times, and as ISO 8601 does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Which rows go.

    Attributes:
        column: the time of what a row tells.
        last: rows of this day and of those before it go.
        landed: the day on which the rows landed.
    """

    column: str
    last: date
    landed: date

    def goes(self, day: int) -> bool:
        return min(day, number(self.landed)) <= number(self.last)


def number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def days(times: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The day of each time: texts as above, numbers of 14 or 8 digits, dates and timestamps."""
    kind = times.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        times = pc.strftime(times.cast(pa.timestamp("us")), format="%Y%m%d")
    elif pa.types.is_integer(kind):
        times = times.cast(pa.string())
    elif not pa.types.is_string(kind):
        times = times.cast(pa.string(), safe=False) if pa.types.is_large_string(kind) else pa.nulls(len(times), pa.string())
    texts = times.combine_chunks() if isinstance(times, pa.ChunkedArray) else times
    read = pc.match_substring_regex(texts, _WRITTEN)
    numbers = pc.replace_substring_regex(pc.if_else(read, texts, pa.scalar(None, pa.string())), _WRITTEN, r"\1\2\3").cast(pa.int32())
    return pc.fill_null(numbers, UNKNOWN)


def oldest(files: Sequence[Path], column: str) -> int | None:
    """The day of the oldest row; None where there are no rows. Reads rows only where the files' own statistics do not tell."""
    found: list[int] = []
    for file in files:
        with pq.ParquetFile(file) as parquet:
            for group in range(parquet.num_row_groups):
                first = _first(parquet, group, column)
                if first is not None:
                    found.append(first)
                elif len(numbers := _days_of(parquet, group, column)):
                    found.append(pc.min(numbers).as_py())
    return min(found, default=None)


def counted(files: Sequence[Path], age: Age) -> Mapping[int, int]:
    """How many rows of each day go."""
    found: Counter[int] = Counter()
    for file in files:
        with pq.ParquetFile(file) as parquet:
            for group in range(parquet.num_row_groups):
                if _may_go(parquet, group, age):
                    for pair in pc.value_counts(_days_of(parquet, group, age.column)).to_pylist():
                        if age.goes(pair["values"]):
                            found[pair["values"]] += pair["counts"]
    return dict(sorted(found.items()))


def without(files: Sequence[Path], folder: Path, age: Age) -> int:
    """Writes the rows that stay to `folder`; a file of which none goes gets another name there, and is not copied. Gives how many stay."""
    rows = 0
    for file in files:
        with pq.ParquetFile(file) as parquet:
            if not any(_may_go(parquet, group, age) for group in range(parquet.num_row_groups)):
                linked(file, folder / file.name)
                rows += parquet.metadata.num_rows
            else:
                rows += _rewritten(parquet, folder / file.name, age)
    if not any(folder.glob("*.parquet")):
        with pq.ParquetFile(files[0]) as parquet:
            pq.write_table(parquet.schema_arrow.empty_table(), folder / files[0].name, compression="zstd")
    return rows


def _may_go(parquet: pq.ParquetFile, group: int, age: Age) -> bool:
    first = _first(parquet, group, age.column)
    return first is None or age.goes(first)


def _rewritten(parquet: pq.ParquetFile, target: Path, age: Age) -> int:
    """Gives how many rows stay; a file of which none does is not written."""
    rows, writer = 0, None
    try:
        for part in _kept(parquet, age):
            writer = writer or pq.ParquetWriter(target, parquet.schema_arrow, compression="zstd", compression_level=1)
            writer.write_table(part, row_group_size=_GROUP_ROWS)
            rows += part.num_rows
    finally:
        if writer is not None:
            writer.close()
    return rows


def _kept(parquet: pq.ParquetFile, age: Age) -> Iterator[pa.Table]:
    """The rows that stay, as many at a time as a row group takes."""
    held: list[pa.RecordBatch] = []
    for group in range(parquet.num_row_groups):
        whole = not _may_go(parquet, group, age)
        for batch in parquet.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group]):
            held.append(batch if whole else batch.filter(_stay(_days_in(batch, age.column), age)))
            if sum(one.num_rows for one in held) >= _GROUP_ROWS or sum(one.nbytes for one in held) >= _GROUP_BYTES:
                yield pa.Table.from_batches(held, parquet.schema_arrow)
                held = []
    if any(one.num_rows for one in held):
        yield pa.Table.from_batches(held, parquet.schema_arrow)


def _days_of(parquet: pq.ParquetFile, group: int, column: str) -> pa.Array:
    known = column in parquet.schema_arrow.names
    rows = parquet.metadata.row_group(group).num_rows
    return days(parquet.read_row_group(group, columns=[column])[column]) if known else _unknown(rows)


def _days_in(batch: pa.RecordBatch, column: str) -> pa.Array:
    return days(batch[column]) if column in batch.schema.names else _unknown(batch.num_rows)


def _unknown(rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(UNKNOWN, pa.int32()), rows)


def _stay(numbers: pa.Array, age: Age) -> pa.Array:
    return pc.is_in(numbers, pa.array([day for day in pc.unique(numbers).to_pylist() if not age.goes(day)], pa.int32()))


def _first(parquet: pq.ParquetFile, group: int, column: str) -> int | None:
    """The day of the oldest row of a group by its statistics; None where they do not tell. What is no time, between two texts of digits, is as old as they."""
    index = parquet.schema_arrow.get_field_index(column)
    statistics: Any = parquet.metadata.row_group(group).column(index).statistics if index >= 0 else None
    if statistics is None or not statistics.has_min_max or not statistics.has_null_count or statistics.null_count:
        return None
    ends = [str(statistics.min), str(statistics.max)]
    if isinstance(statistics.min, str | int) and not all(map(_DIGITS.match, ends)):
        return None  # times that are written in several ways do not sort as they happened
    if isinstance(statistics.min, int) and len({len(end) for end in ends}) > 1:
        return None
    first, last = days(pa.array([statistics.min, statistics.max])).to_pylist()
    return None if UNKNOWN in (first, last) else first

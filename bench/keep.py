"""Row `keep`: CREATE TABLE … AS of a long table through the MySQL door, against DuckDB writing the same columns of the same files itself."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pymysql

from bench.export import files
from bench.frame import Result, compare, processor_s
from bench.house import SQL, House, serving

WHO = "mei"
GOAL = 1 / 0.8
OPTIONS = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
PEER = f"duckdb: COPY ({SQL}) TO 'kept.parquet' ({OPTIONS})"


def rows(home: House, runs: int) -> list[Result]:
    """Wall and processor seconds of the whole statement: policy, audit, rows, files, registry."""
    credential = home.instance.credential(WHO)
    kept = home.folder / "kept.parquet"
    copy = f"COPY ({SQL.replace('FROM revision', f'FROM read_parquet({list(map(str, files(home)))!r})')}) TO '{kept}' ({OPTIONS})"
    with serving(home) as pid, _door(home, credential) as client, client.cursor() as cursor:
        numbers = count()

        def ours() -> None:
            cursor.execute(f"CREATE TABLE staging.bench_{next(numbers)} AS {SQL}")
            if cursor.rowcount != home.rows:
                raise RuntimeError(f"{cursor.rowcount} rows instead of {home.rows}")

        def peer() -> None:
            with duckdb.connect() as connection:
                connection.execute(copy)

        version = f"DuckDB {duckdb.__version__}"
        mine, theirs, pairs = compare(ours, peer, runs)
        cost, beside, costs = compare(ours, peer, runs, lambda: processor_s(pid) + processor_s(os.getpid()))
        note = f"{home.rows} rows to {_size(home) >> 20} MiB; the peer's file has {kept.stat().st_size >> 20} MiB"
        for number in range(next(numbers)):
            cursor.execute(f"DROP TABLE staging.bench_{number}")
    kept.unlink()
    processor = "processor seconds of both processes"
    return [
        Result(row="keep: CREATE TABLE … AS", ours_s=mine, peer_s=theirs, peer=PEER, version=version, note=note, runs=pairs, goal=GOAL),
        Result(row="keep: processor", ours_s=cost, peer_s=beside, peer=PEER, version=version, note=processor, runs=costs),
    ]


def _door(home: House, credential: dict[str, str]) -> pymysql.Connection[Any]:
    return pymysql.connect(
        host=credential["host"], port=home.instance.port("mysql"), user=credential["user"], password=credential["password"], database="bench", autocommit=True,
    )


def _size(home: House) -> int:
    """Bytes of the table that was kept first."""
    folder: Path = home.instance.home / "lake" / "staging.db" / "bench_0"
    return sum(file.stat().st_size for file in folder.glob("*/*.parquet"))

"""Row `load`: a dump's `revision` table to rows by mwsql, against `carrel load sql-dump` of the whole dump to published Parquet, its start included."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from bench.frame import Result, seconds
from bench.house import House, check

PEER = "mwsql.Dump.from_file('revision.sql').rows(), every row"


def rows(home: House) -> list[Result]:
    peer = mwsql()
    if peer is None:
        return [Result(row="load", ours_s=home.load_s, peer=PEER, note="peer not run: mwsql is not installed")]
    file = home.folder / "revision.sql"
    dumped = check(["mariadb-dump", *home.root, "--opt", "--quick", "bench", "revision"])
    # mwsql reads an INSERT that is one line, as Wikimedia's dumps have it; MariaDB's tool breaks the line at each row.
    file.write_bytes(dumped.replace(b" VALUES\n(", b" VALUES (").replace(b"),\n(", b"),("))
    dump = peer.Dump.from_file(str(file))
    counted: list[int] = []
    peer_s = seconds(lambda: counted.append(sum(1 for _ in dump.rows(convert_dtypes=False))))
    note = f"{home.rows} rows, {file.stat().st_size / 1e6:.0f} MB; {home.rows / home.load_s:.0f} rows/s, mwsql gave {counted[0]} rows; once each"
    return [Result(row="load", ours_s=home.load_s, peer_s=peer_s, peer=PEER, version=f"mwsql {version('mwsql')}", note=note, runs=[(home.load_s, peer_s)])]


def mwsql() -> Any:
    """The peer, which is not among our dependencies; None where it is not installed."""
    return __import__("mwsql") if find_spec("mwsql") else None

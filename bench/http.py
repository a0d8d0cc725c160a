"""Rows `http`: the same long table by `POST /api/v1/query` in each format, against DuckDB's own fetch of the columns from the same files."""

from __future__ import annotations

import base64
import http.client
import json

import duckdb

from bench.export import duckdb_stream
from bench.frame import Result, compare, peak_mib
from bench.house import SQL, House, serving

PEER = "duckdb: relation.to_arrow_reader(65536), every batch"
FORMATS = {
    "http, arrow": ("application/vnd.apache.arrow.stream", 1 / 0.8),
    "http, arrow lz4": ("application/vnd.apache.arrow.stream;codec=lz4", None),
    "http, arrow zstd": ("application/vnd.apache.arrow.stream;codec=zstd", None),
    "http, parquet": ("application/vnd.apache.parquet", None),
    "http, tsv": ("text/tab-separated-values", 1 / 0.5),
    "http, csv": ("text/csv", None),
    "http, json lines": ("application/x-ndjson", None),
}
"""Each with the ratio that it shall stay below."""


def rows(home: House, runs: int) -> list[Result]:
    found = []
    with serving(home) as pid:
        for name, (accept, goal) in FORMATS.items():
            size = _drain(home, accept)
            ours, peer, pairs = compare(lambda accept=accept: _drain(home, accept), lambda: duckdb_stream(home), runs=runs)
            note = f"{home.rows} rows, {size / 1e6:.0f} MB, {size / 1e6 / ours:.0f} MB/s; our server's peak {peak_mib(pid)} MiB"
            version = f"DuckDB {duckdb.__version__}"
            found.append(Result(row=name, ours_s=ours, peer_s=peer, peer=PEER, version=version, note=note, runs=pairs, goal=goal))
    return found


def _drain(home: House, accept: str) -> int:
    """Reads a whole answer and gives its bytes."""
    credential = home.instance.credential("ines")
    secret = base64.b64encode(f"{credential['user']}:{credential['password']}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", home.instance.port("http"))
    headers = {"Content-Type": "application/json", "Accept": accept, "Authorization": f"Basic {secret}"}
    connection.request("POST", "/api/v1/query", json.dumps({"sql": SQL, "database": "bench"}), headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(answer.read().decode())
    buffer = bytearray(1 << 20)
    size = 0
    while read := answer.readinto(buffer):
        size += read
    connection.close()
    return size

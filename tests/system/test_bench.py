"""A slice of the bench, small enough for every change: it runs every row, and prints each with its peer and that peer's version. What is fast is not asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.shared import ROOT, program

ROWS = {
    "export: beside the client alone", "MariaDB's export: beside the client alone", "export / mysql-mimic", "export: server's processor / mysql-mimic",
    "export: peak memory", "load", "export", "export: server's processor", "export: first byte", "export, pure", "export, pure: server's processor",
    "http, arrow", "http, arrow lz4", "keep: CREATE TABLE … AS", "keep: processor",
    "http, arrow zstd", "http, parquet", "http, tsv", "http, csv", "http, json lines", "gateway: median", "gateway: p99", "gateway, asked again: median",
    "gateway, asked again: p99",
    "gateway, EXECUTE: median", "gateway, EXECUTE: p99", "gateway, 1000 rules and tables: first time", "gateway, 1000 rules and tables: EXECUTE",
    "audit: a begin row", "audit: begin and finish at once", "login with an issued secret", "listing, 10 tables",
    "listing, 1000 tables", "sweep: a copy whose day has come", "sweep: a table with a row that is too old",
    *(f"iterate, {kind}{pure}" for kind in ("history", "stub") for pure in ("", ", pure")),
    *(
        f"xml dump, {what}{pure} / {peer}" for pure in ("", ", pure") for what, peer in (
            ("history .bz2, metadata", "lbzip2"), ("history .bz2, metadata", "mwxml"), ("history .bz2, with text", "lbzip2"),
            ("history .7z, metadata", "7z"), ("history .7z, metadata", "mwxml"), ("stub .gz", "mwxml"),
        )
    ),
    *(f"sql dump to {what}{pure} / {peer}" for what in ("columns", "a table") for pure in ("", ", pure") for peer in ("mwsql", "inflate")),
}


def test_every_row_is_printed_with_its_peer(tmp_path: Path) -> None:
    for name in ("mariadbd", "mariadb", "mariadb-dump", "lbzip2", "7zz"):
        program(name)
    output = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench", "--scale", "0.01", "--runs", "1", "--output", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(output.read_text())
    results = {result["row"]: result for result in found["results"]}
    assert results.keys() == ROWS
    said = " ".join(done.stdout.split())
    for row, result in results.items():
        assert result["peer"], row
        assert result["ours_s"] is not None, row
        if "not run" in result["note"]:  # mwsql and mysql-mimic are no dependencies of ours: their rows say that they were not run
            assert row == "load" or row.endswith(("/ mwsql", "/ mysql-mimic", "/ mwxml"))
            assert result["peer_s"] is None
            continue
        assert result["version"], row
        assert result["peer_s"] is not None, row
        for word in (*row.split(), *result["version"].split()[:1]):
            assert word in said, (row, word)
    assert f"load {found['machine']['load'][0]:.1f} before" in said
    assert "scale 0.01, runs 1" in said
    for row in ("export", "export, pure"):
        assert "equal to the byte" in results[row]["note"]

"""Rows `export`: `mysql --quick -e` of a long table through the MySQL door, against the same client on a MariaDB; both by TCP without TLS."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
from pathlib import Path

import duckdb

from bench.frame import Result, peak_mib, processor_s, seconds
from bench.house import SQL, House, serving

CLIENT = ["mariadb", "--quick", "--batch", "-A", "--default-character-set=utf8mb4"]
PEER = f'mariadb --quick --batch -A bench -e "{SQL}"'


def rows(home: House, times: int) -> list[Result]:
    """Wall and server's processor seconds with the native row writer, and with Arrow's functions alone."""
    theirs = [CLIENT[0], *home.root, *CLIENT[1:], "bench", "-e", SQL]
    found: list[Result] = []
    for pure in (False, True):
        with serving(home, pure=pure) as pid:
            ours = [CLIENT[0], f"--defaults-file={_plain(home)}", "--protocol=TCP", "--skip-ssl", *CLIENT[1:], "bench", "-e", SQL]
            equal = _digest(ours) == _digest(theirs)
            runs = [(_timed(ours, pid), _timed(theirs, home.maria_pid)) for _ in range(times)]
            name = "export, pure" if pure else "export"
            note = f"{home.rows} rows; outputs {'equal to the byte' if equal else 'DIFFER'}; our server's peak {peak_mib(pid)} MiB"
            for kind, place, goal in ((name, 0, 0.75), (f"{name}: server's processor", 1, 1.0)):
                pairs = [(mine[place], peer[place]) for mine, peer in runs]
                medians = [statistics.median(values) for values in zip(*pairs, strict=True)]
                found.append(Result(
                    row=kind, ours_s=medians[0], peer_s=medians[1], peer=PEER, version=home.maria_version, note=note, runs=pairs, goal=goal * (1 + pure),
                ))
            if not pure:
                found.append(_first_byte(ours, theirs, home, times))
    return found


def _first_byte(ours: list[str], theirs: list[str], home: House, times: int) -> Result:
    firsts = [(_until_first(ours), _until_first(theirs)) for _ in range(times)]
    medians = [statistics.median(values) for values in zip(*firsts, strict=True)]
    note = "client's start included"
    return Result(row="export: first byte", ours_s=medians[0], peer_s=medians[1], peer=PEER, version=home.maria_version, note=note, runs=firsts)


def _until_first(command: list[str]) -> float:
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        stream = client.stdout
        took = seconds(lambda: stream.read(1))
        client.kill()
    return took


def _timed(command: list[str], pid: int) -> tuple[float, float]:
    before = processor_s(pid)
    wall = seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    return wall, processor_s(pid) - before


def _plain(home: House) -> Path:
    """The credential without TLS, as the peer is asked, for the port that is open now."""
    credential = home.instance.credential("ines")
    file = home.folder / "plain.cnf"
    file.touch(mode=0o600)
    port = home.instance.port("mysql")
    file.write_text(f"[client]\nhost={credential['host']}\nport={port}\nuser={credential['user']}\npassword={credential['password']}\n")
    return file


def _digest(command: list[str]) -> str:
    digest = hashlib.sha256()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        while piece := client.stdout.read(1 << 20):
            digest.update(piece)
    if client.returncode:
        raise RuntimeError(f"{command[0]} ended with {client.returncode}")
    return digest.hexdigest()


def duckdb_stream(home: House) -> int:
    """DuckDB's own fetch of the same columns from the same files, as Arrow; gives the rows."""
    files = sorted(map(str, (home.instance.home / "lake" / "bench.db" / "revision").glob("*/*.parquet")))
    connection = duckdb.connect()
    try:
        reader = connection.sql(SQL.replace("FROM revision", f"FROM read_parquet({files!r})")).to_arrow_reader(65536)
        return sum(batch.num_rows for batch in reader)
    finally:
        connection.close()

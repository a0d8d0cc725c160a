"""Rows `export`: `mysql --quick -e` of a long table through the MySQL door, against the same client on a MariaDB; both by TCP without TLS."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from subprocess import DEVNULL, run

import duckdb

from bench import mimic
from bench.frame import Result, peak_mib, processor_s, seconds
from bench.house import SQL, House, serving
from bench.replay import recorded

CLIENT = ["mariadb", "--quick", "--batch", "-A", "--default-character-set=utf8mb4"]
PEER = f'mariadb --quick --batch -A bench -e "{SQL}"'
DUCKDB_PEER = "duckdb: relation.to_arrow_reader(65536), every batch, three times, in a process of its own"
_STREAM = """
import sys, duckdb
sql, *files = sys.argv[1:]
for _ in range(3):
    for batch in duckdb.connect().sql(sql.replace("FROM revision", f"FROM read_parquet({files!r})")).to_arrow_reader(65536):
        pass
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def rows(home: House, times: int) -> list[Result]:
    """Wall and server's processor seconds with the native row writer, and with Arrow's functions alone; what the client costs by itself; other peers."""
    theirs = [CLIENT[0], *home.root, *CLIENT[1:], "bench", "-e", SQL]
    found: list[Result] = []
    for pure in (False, True):
        with serving(home, pure=pure) as pid:
            ours = _ours(home, home.instance.port("mysql"))
            equal = _digest(ours) == _digest(theirs)
            runs = [(_timed(ours, pid), _timed(theirs, home.maria_pid)) for _ in range(times)]
            name = "export, pure" if pure else "export"
            note = f"{home.rows} rows; outputs {'equal to the byte' if equal else 'DIFFER'}; our server's peak {peak_mib(pid)} MiB"
            for kind, place, goal in ((name, 0, 0.75), (f"{name}: server's processor", 1, 1.0)):
                pairs = [(mine[place], peer[place]) for mine, peer in runs]
                found.append(_result(kind, pairs, PEER, home.maria_version, note, goal * (1 + pure)))
            if not pure:
                first = [(_until_first(ours), _until_first(theirs)) for _ in range(times)]
                found += [_result("export: first byte", first, PEER, home.maria_version, "client's start included"), *_client_alone(home, theirs, times)]
                found += _against_mimic(home, ours, pid, times)
    return found


def _result(row: str, pairs: list[tuple[float, float]], peer: str, version: str, note: str, goal: float | None = None) -> Result:
    ours, theirs = (statistics.median(values) for values in zip(*pairs, strict=True))
    return Result(row=row, ours_s=ours, peer_s=theirs, peer=peer, version=version, note=note, runs=pairs, goal=goal)


def _client_alone(home: House, theirs: list[str], times: int) -> list[Result]:
    """Both servers beside the same client that is handed a recorded answer: no server can be faster than that."""
    own = home.instance.port("mysql")
    with recorded(own, home.folder / "answer", lambda port: run(_ours(home, port), check=True, stdout=DEVNULL)) as replayed:
        walls = [tuple(_wall(command) for command in (_ours(home, own), theirs, _ours(home, replayed))) for _ in range(times)]
    (home.folder / "answer").unlink()
    peer, note = "the same client, given a recorded answer", "wall; 1 is the least there can be"
    return [
        _result(row, [(each[place], each[2]) for each in walls], peer, home.maria_version, note)
        for row, place in (("export: beside the client alone", 0), ("MariaDB's export: beside the client alone", 1))
    ]


def _against_mimic(home: House, ours: list[str], pid: int, times: int) -> list[Result]:
    peer, names = "mysql-mimic over DuckDB, the same client", ("export / mysql-mimic", "export: server's processor / mysql-mimic")
    if not mimic.installed():
        note = "peer not run: mysql-mimic is not installed"
        return [Result(row=row, ours_s=value, peer=peer, note=note) for row, value in zip(names, _timed(ours, pid), strict=True)]
    with mimic.serving(files(home)) as (mimic_pid, port):
        theirs = [CLIENT[0], "--no-defaults", "--host=127.0.0.1", f"--port={port}", "--user=bench", "--skip-ssl", *CLIENT[1:], "-e", SQL]
        runs = [(_timed(ours, pid), _timed(theirs, mimic_pid)) for _ in range(min(2, times))]
        note = f"its server's peak {peak_mib(mimic_pid)} MiB"
    said = f"mysql-mimic {version('mysql-mimic')}"
    return [_result(row, [(mine[place], other[place]) for mine, other in runs], peer, said, note) for place, row in enumerate(names)]


def memory(home: House) -> Result:
    """How much a server that exports holds at most, beside a process that only reads DuckDB's stream of the same query."""
    (home.folder / "plain").mkdir()
    (home.folder / "plain" / "pandas.py").write_text('raise ImportError("Arrow loads it where it is installed, and no door needs it")\n')
    own = subprocess.run([sys.executable, "-c", _STREAM, SQL, *map(str, files(home))], check=True, capture_output=True, text=True)
    with serving(home, PYTHONPATH=str(home.folder / "plain")) as pid:
        for _ in range(3):
            run(_ours(home, home.instance.port("mysql")), check=True, stdout=DEVNULL)
        mine = peak_mib(pid)
    note = f"MiB, after three answers of {home.rows} rows: {mine - int(own.stdout)} more than the peer; the server is without pandas, as it is installed"
    version_of = f"DuckDB {duckdb.__version__}"
    return Result(row="export: peak memory", ours_s=mine, peer_s=int(own.stdout), peer=DUCKDB_PEER, version=version_of, note=note, unit="MiB")


def _ours(home: House, port: int) -> list[str]:
    return [CLIENT[0], f"--defaults-file={_plain(home, port)}", "--protocol=TCP", "--skip-ssl", *CLIENT[1:], "bench", "-e", SQL]


def _until_first(command: list[str]) -> float:
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        stream = client.stdout
        took = seconds(lambda: stream.read(1))
        client.kill()
    return took


def _timed(command: list[str], pid: int) -> tuple[float, float]:
    before = processor_s(pid)
    wall = _wall(command)
    return wall, processor_s(pid) - before


def _wall(command: list[str]) -> float:
    return seconds(lambda: run(command, check=True, stdout=DEVNULL))


def _plain(home: House, port: int) -> Path:
    """The credential without TLS, as the peer is asked."""
    credential = home.instance.credential("ines")
    file = home.folder / f"plain-{port}.cnf"
    file.touch(mode=0o600)
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


def files(home: House) -> list[Path]:
    """The long table's, in the lake."""
    return sorted((home.instance.home / "lake" / "bench.db" / "revision").glob("*/*.parquet"))


def duckdb_stream(home: House) -> int:
    """DuckDB's own fetch of the same columns from the same files, as Arrow; gives the rows."""
    connection = duckdb.connect()
    try:
        reader = connection.sql(SQL.replace("FROM revision", f"FROM read_parquet({list(map(str, files(home)))!r})")).to_arrow_reader(65536)
        return sum(batch.num_rows for batch in reader)
    finally:
        connection.close()

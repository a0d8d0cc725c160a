"""Row `export`: `mysql --quick -e` of a whole table through the MySQL door, against the same client on a MariaDB with the same rows."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.frame import Result, compare
from tests.instance import Instance

ROWS = 200_000
NEEDED = ("mariadbd", "mariadb-install-db", "mariadb", "mariadb-dump")
SQL = "SELECT * FROM page"
CLIENT = ["mariadb", "--quick", "--batch", "--default-character-set=utf8mb4"]

TABLE = """CREATE TABLE page (
  page_id int unsigned NOT NULL AUTO_INCREMENT, page_namespace int NOT NULL, page_title varbinary(255) NOT NULL,
  page_is_redirect tinyint unsigned NOT NULL DEFAULT 0, page_is_new tinyint unsigned NOT NULL DEFAULT 0, page_random double unsigned NOT NULL,
  page_touched binary(14) NOT NULL, page_links_updated varbinary(14) DEFAULT NULL, page_latest int unsigned NOT NULL, page_len int unsigned NOT NULL,
  page_content_model varbinary(32) DEFAULT NULL, page_lang varbinary(35) DEFAULT NULL, PRIMARY KEY (page_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary"""

FILL = """INSERT INTO page SELECT seq, seq % 16, CONCAT('Page_', MD5(seq), '_of_the_library'), seq % 7 = 0, seq % 11 = 0, (seq * 7919 % 1000003) / 1000003,
  DATE_FORMAT('2018-01-01' + INTERVAL seq MINUTE, '%Y%m%d%H%i%s'), IF(seq % 3, '20180301000000', NULL), seq * 3, seq % 90000,
  'wikitext', NULL FROM seq_1_to_{rows}"""


def run(scale: float) -> Result:
    rows = int(ROWS * scale)
    peer = " ".join([*CLIENT, "bench", "-e", f'"{SQL}"'])
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        return Result(row="export", peer=peer, note=f"not run: {', '.join(missing)} not installed")
    with tempfile.TemporaryDirectory(prefix="carrel-bench-") as name, _mariadb(Path(name)) as socket, Instance(Path(name) / "home") as instance:
        root = ["--no-defaults", f"--socket={socket}", "--user=root"]
        _check(["mariadb", *root, "-e", f"CREATE DATABASE bench; USE bench; {TABLE}; {FILL.format(rows=rows)}"])
        dump = Path(name) / "bench.sql"
        dump.write_bytes(_check(["mariadb-dump", *root, "--opt", "--quick", "bench"]))
        instance.setup()
        instance.load(dump, "bench")
        instance.serve("mysql")
        ours = [CLIENT[0], f"--defaults-file={instance.cnf('ines')}", *CLIENT[1:], "bench", "-e", SQL]
        theirs = [CLIENT[0], *root, *CLIENT[1:], "bench", "-e", SQL]
        equal = _digest(ours) == _digest(theirs)
        ours_s, peer_s, pairs = compare(lambda: _drain(ours), lambda: _drain(theirs))
        version = _check(["mariadbd", "--version"]).decode().strip()
    note = f"{rows} rows; outputs {'equal to the byte' if equal else 'DIFFER'}"
    return Result(row="export", ours_s=ours_s, peer_s=peer_s, peer=peer, version=version.partition("Ver ")[2], note=note, runs=pairs)


@contextmanager
def _mariadb(folder: Path) -> Iterator[Path]:
    """A server of our own below the folder. Yields its socket; it is stopped by its pid."""
    data, socket = folder / "mariadb", folder / "mariadb.sock"
    user = ["--user=root"] if os.geteuid() == 0 else []
    _check(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", *user])
    server = subprocess.Popen(["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", *user],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ping = ["mariadb", "--no-defaults", f"--socket={socket}", "--user=root", "-e", "SELECT 1"]
        for _ in range(300):
            if subprocess.run(ping, capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield socket
    finally:
        server.terminate()
        server.wait(60)


def _check(command: list[str]) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


def _drain(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _digest(command: list[str]) -> str:
    return hashlib.sha256(_check(command)).hexdigest()

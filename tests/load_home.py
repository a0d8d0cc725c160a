"""A home that is loaded into by the command, dumps of two versions to load, and commands that note their steps often or end in the middle."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from carrel.lake import Lake
from carrel.state.store import State

CARREL = str(Path(sys.executable).parent / "carrel")
PAGE = """CREATE TABLE `page` (
  `page_id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `page_namespace` int(11) NOT NULL,
  `page_title` varbinary(255) NOT NULL,
  PRIMARY KEY (`page_id`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""
USER = """CREATE TABLE `user` (
  `user_id` int(10) unsigned NOT NULL,
  `user_name` varbinary(255) NOT NULL,
  `user_token` binary(32) NOT NULL,
  PRIMARY KEY (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""


def write_dump(path: Path, rows: int, mark: str) -> Path:
    """Two tables of a wiki; `mark` tells one version from another. The titles do not compress well."""
    noise = random.Random(mark)
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write(PAGE)
        for start in range(0, rows, 5000):
            values = ",".join(f"({number + 1},0,'{mark}_{noise.randbytes(8).hex()}')" for number in range(start, min(rows, start + 5000)))
            file.write(f"INSERT INTO `page` VALUES {values};\n")
        file.write(USER)
        values = ",".join(f"({number + 1},'{mark} user {number}','token-of-user-{number:018d}')" for number in range(rows // 10))
        file.write(f"INSERT INTO `user` VALUES {values};\n")
    return path


class Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run("init")

    def command(self, *arguments: object) -> list[str]:
        return [CARREL, "--home", str(self.folder), *map(str, arguments)]

    def run(self, *arguments: object, code: int = 0, **options: Any) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False, timeout=120, **options)
        assert result.returncode == code, result.stdout + result.stderr
        return result

    def in_small_steps(self, path: Path) -> list[str]:
        return [sys.executable, "-c", SMALL_STEPS, *self.command("load", "sql-dump", path, "--wiki", "w")[1:]]

    def load(self, path: Path, *options: str, **more: Any) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.run("load", "sql-dump", path, "--wiki", "w", "--json", *options, **more).stdout)
        return loaded

    def contents(self) -> dict[str, list[Any]]:
        """Every row of every published table."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - after the processes that are killed

        state = State(f"sqlite:///{self.folder / 'state.sqlite'}")
        lake = Lake(state, self.folder / "lake")
        found = {}
        for table in lake.tables("w"):
            assert table.version is not None
            with lake.open(table.name, table.version) as files:
                found[table.name.table] = [row for file in files for row in pq.read_table(file).to_pylist()]
        state.close()
        return found

    def leftovers(self) -> list[str]:
        """Data files that no published table has."""
        state = State(f"sqlite:///{self.folder / 'state.sqlite'}")
        named = {f"{table.name.database}.db/{table.name.table}/{table.version}" for table in Lake(state, self.folder / "lake").tables("w")}
        state.close()
        lake = self.folder / "lake"
        return [str(file.relative_to(lake)) for file in lake.rglob("*.parquet") if str(file.parent.relative_to(lake)) not in named]


def marks(contents: dict[str, list[Any]]) -> set[str]:
    names = {row["page_title"].split("_")[0] for row in contents["page"]} | {row["user_name"].split(" ")[0] for row in contents["user"]}
    assert all(row["user_token"] is None for row in contents["user"])
    return names


SMALL_STEPS = """
import sys
import carrel.lake.load, carrel.sources.sql_dump.window
carrel.lake.load._STEP = 200_000
carrel.lake.load._STEPS = 1000
carrel.sources.sql_dump.window.CHUNK = 50_000
sys.argv = ["carrel", *sys.argv[1:]]
from carrel.cli import main
main()
"""
"""The command, which notes how far it has come every few thousand rows."""

KILLER = """
import functools, importlib, os, signal, sys
module, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
holder = importlib.import_module(module)
*parents, last = name.split(".")
for parent in parents:
    holder = getattr(holder, parent)
original, calls = getattr(holder, last), 0

@functools.wraps(original)
def deadly(*args, **kwargs):
    global calls
    calls += 1
    if calls == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **kwargs)

setattr(holder, last, deadly)
for loaded in list(sys.modules.values()):
    if getattr(loaded, last, None) is original:
        setattr(loaded, last, deadly)
import carrel.lake.load
for loaded in list(sys.modules.values()):
    if getattr(loaded, last, None) is original:
        setattr(loaded, last, deadly)
sys.argv = ["carrel", *sys.argv[4:]]
from carrel.cli import main
main()
"""

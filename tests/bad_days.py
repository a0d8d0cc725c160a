"""What the tests of bad days share: a table as long as asked, settings, the server's memory and CPU as the kernel counts them, and the audit's rows."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from carrel.audit.log import AuditLog
from carrel.model.audit import Entry
from carrel.state.store import State
from tests.instance import Instance

WIKI = "bigwiki"
CATEGORY = """CREATE TABLE `category` (
  `cat_id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `cat_title` varbinary(255) NOT NULL,
  `cat_pages` int(11) NOT NULL DEFAULT 0,
  `cat_subcats` int(11) NOT NULL DEFAULT 0,
  `cat_files` int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (`cat_id`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""
LONG = "SELECT count(*) FROM category a, category b, category c WHERE a.cat_pages + b.cat_pages * c.cat_files = 7"
"""Runs for hours without giving a row."""


def write_dump(path: Path, rows: int, mark: int = 0) -> Path:
    """A dump of a public table; every row's `cat_subcats` is `mark`. About 60 bytes a row."""
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write(CATEGORY)
        for start in range(0, rows, 5000):
            numbers = range(start + 1, min(rows, start + 5000) + 1)
            values = ",".join(f"({number},'Category_number_{number:08d}_of_many',{number % 997},{mark},{number % 7})" for number in numbers)
            file.write(f"INSERT INTO `category` VALUES {values};\n")
    return path


def configure(instance: Instance, **sections: dict[str, Any]) -> None:
    """Writes `carrel.toml` anew: `configure(instance, limits={"time_s": 5}, doors__mysql={"stall_s": 2})`."""
    lines = []
    for section, values in sections.items():
        lines += [f"[{section.replace('__', '.')}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    (instance.home / "carrel.toml").write_text("\n".join(lines) + "\n")


@contextmanager
def big_instance(folder: Path, rows: int, **sections: dict[str, Any]) -> Iterator[Instance]:
    """A server on a wiki with one long table, with these settings."""
    with Instance(folder / "home") as instance:
        instance.setup()
        instance.load(write_dump(folder / "big.sql.gz", rows), WIKI)
        configure(instance, **sections)
        instance.serve()
        yield instance


def pid_of(instance: Instance) -> int:
    assert instance.server is not None
    return instance.server.pid


def memory_mb(instance: Instance, line: str = "VmRSS") -> float:
    """The server's resident memory now; with `VmHWM` its highest since `reset_peak`."""
    status = Path(f"/proc/{pid_of(instance)}/status").read_text()
    return next(int(text.split()[1]) for text in status.splitlines() if text.startswith(f"{line}:")) / 1024


def reset_peak(instance: Instance) -> float:
    """Begins to measure `VmHWM` anew; gives the resident memory at this moment, in MiB."""
    Path(f"/proc/{pid_of(instance)}/clear_refs").write_text("5")
    return memory_mb(instance)


def cpu_s(instance: Instance) -> float:
    """Processor time that the server has used, in seconds."""
    fields = Path(f"/proc/{pid_of(instance)}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def is_idle(instance: Instance, within_s: float = 0.5) -> bool:
    """Whether the server computes nothing."""
    before = cpu_s(instance)
    time.sleep(within_s)
    return cpu_s(instance) - before < 0.3 * within_s


def eventually(fact: Callable[[], Any], within_s: float = 10.0) -> bool:
    """Whether `fact` becomes true in time."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if fact():
            return True
        time.sleep(0.05)
    return False


def deeds(instance: Instance, **search: Any) -> list[Entry]:
    """The audit's deeds, newest first."""
    state = State(f"sqlite:///{instance.home / 'state.sqlite'}")
    try:
        return list(AuditLog(state).search(**search))
    finally:
        state.close()


def outcome(instance: Instance, person: str) -> str | None:
    """How the person's newest query ended; None while it runs."""
    newest = deeds(instance, person=person, action="query", limit=1)
    return newest[0].finish.outcome if newest and newest[0].finish else None


def is_running(instance: Instance, person: str) -> bool:
    newest = deeds(instance, person=person, action="query", limit=1)
    return bool(newest) and newest[0].finish is None


def temporary_files(instance: Instance) -> list[str]:
    """What the engine has spilled, and what loads have in staging. The file by which an engine marks its folder is not counted."""
    folders = [instance.home / "tmp", instance.home / "lake" / ".staging"]
    found = [file for folder in folders for file in folder.rglob("*") if file.is_file() and not file.name.endswith("_owner")]
    return [str(file.relative_to(instance.home)) for file in found]

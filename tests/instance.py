"""A fresh instance of the product in a folder of its own, driven as people drive it: by the command, the mysql client and PyMySQL."""

from __future__ import annotations

import configparser
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymysql

from tests.shared import SAMPLE, program, shared_path

GROUP_OF = {
    "ines": "researchers",
    "tom": "statistics-users",
    "pavel": "statistics-privatedata-users",
    "omar": "analytics-users",
    "mei": "analytics-privatedata-users",
    "greta": "analytics-wmde",
}
"""One person of each group."""

GIDS = {"researchers": 714, "statistics-users": 726, "statistics-privatedata-users": 725, "analytics-users": 7080,
        "analytics-privatedata-users": 731, "analytics-wmde": 784}

START_S = 60.0
STOP_S = 15.0


def people_yaml() -> str:
    """The people in the shape of Wikimedia's data.yaml."""
    groups = "".join(f"  {group}: {{gid: {gid}, description: members of {group}, members: [{name}]}}\n"
                     for name, group in GROUP_OF.items() for gid in [GIDS[group]])
    users = "".join(
        f"  {name}: {{ensure: present, gid: 500, uid: {5200 + number}, realname: {name.title()} Sample, email: {name}@example.org, ssh_keys: [], "
        f'expiry_date: "2030-06-30", expiry_contact: desk@example.org}}\n'
        for number, name in enumerate(GROUP_OF)
    )
    return f"groups:\n{groups}users:\n{users}"


class Instance:
    """A home, and the server on it once `serve` was called.

    Attributes:
        home: its folder.
        doors: door to its entry in `carrel doors --json`.
        server: the server's process; None before `serve`.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.doors: dict[str, dict[str, Any]] = {}
        self.server: subprocess.Popen[bytes] | None = None

    def carrel(self, *args: object, ok: bool = True, timeout: float = 300.0, **options: Any) -> subprocess.CompletedProcess[str]:
        """Runs the command on this home. With `ok`, an exit code other than 0 fails the test with what was printed."""
        command = [str(Path(sys.executable).parent / "carrel"), "--home", str(self.home), *map(str, args)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, **options)
        if ok and result.returncode:
            raise AssertionError(f"{' '.join(command)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
        return result

    def setup(self) -> None:
        """`carrel init`, and the people."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        self.carrel("init")
        people = self.home.parent / f"{self.home.name}-people.yaml"
        people.write_text(people_yaml())
        self.carrel("access", "import", people)

    def load(self, file: Path, wiki: str, *options: str) -> None:
        """`carrel load sql-dump`."""
        self.carrel("load", "sql-dump", file, "--wiki", wiki, *options)

    def load_sample(self) -> None:
        """The public sample wiki and the private one."""
        self.load(SAMPLE / "samplewiki-all-tables.sql.gz", "samplewiki")
        self.load(SAMPLE / "arbcomwiki-all-tables.sql.gz", "arbcomwiki", "--private")

    def load_world(self, wiki: str) -> None:
        """A wiki of the captured world: `enwiki` or `dewiki`."""
        self.load(shared_path(f"world/dev/private/{wiki}-all-tables.sql.gz"), wiki)

    def serve(self, *doors: str, environment: dict[str, str] | None = None, command: Sequence[str] = ()) -> None:
        """Starts the server on free ports (doors: `mysql` and `http` where none is named) and waits until they are open. `command`: another `carrel`."""
        ports = [arg for door in doors or ("mysql", "http") for arg in ("--port", f"{door}=0")]
        log = self.home / "serve.log"
        with log.open("ab") as out:
            self.server = subprocess.Popen(
                [*(command or [str(Path(sys.executable).parent / "carrel")]), "--home", str(self.home), "serve", *ports],
                stdout=out, stderr=out, start_new_session=True, env={**os.environ, **(environment or {})},
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.server.poll() is None:
            answer = self.carrel("doors", "--json", ok=False)
            if answer.returncode == 0 and answer.stdout.strip():
                self.doors = _by_name(json.loads(answer.stdout))
                if self.doors:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the server did not open its doors:\n{log.read_text()}")

    def port(self, door: str) -> int:
        return int(self.doors[door]["port"])

    def cnf(self, who: str) -> Path:
        """The person's credential file, issued when it is first asked for."""
        file = self.home.parent / f"{self.home.name}-{who}.cnf"
        if not file.exists():
            self.carrel("credential", "issue", who, "--group", GROUP_OF[who], "--output", file)
        return file

    def credential(self, who: str) -> dict[str, str]:
        """What the person's file says: `user`, `password`, `host`, `port`."""
        parser = configparser.ConfigParser(interpolation=None, allow_no_value=True)
        parser.read(self.cnf(who))
        return {key: (value or "").strip("\"'") for key, value in parser["client"].items()}

    def mysql(self, who: str, sql: str, database: str | None = None, *options: str, timeout: float = 60.0) -> subprocess.CompletedProcess[bytes]:
        """The real client, `mariadb --batch -e`."""
        command = [program("mariadb"), f"--defaults-file={self.cnf(who)}", "-A", "--batch", "--default-character-set=utf8mb4", *options]
        return subprocess.run([*command, *([database] if database else []), "-e", sql], capture_output=True, timeout=timeout, check=False)

    def connect(self, who: str, database: str | None = None, **options: Any) -> pymysql.Connection[Any]:
        """A PyMySQL connection; the caller closes it."""
        credential = self.credential(who)
        return pymysql.connect(host=credential["host"], port=self.port("mysql"), user=credential["user"], password=credential["password"],
                               database=database, **options)

    def rows(self, who: str, sql: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """The rows of one statement by PyMySQL. Raises pymysql.MySQLError."""
        connection = self.connect(who, database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def stop(self) -> None:
        """Ends the server by its own pid: asks first, then kills."""
        if self.server is None or self.server.poll() is not None:
            return
        os.kill(self.server.pid, signal.SIGTERM)
        try:
            self.server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.kill(self.server.pid, signal.SIGKILL)
            self.server.wait(STOP_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def _by_name(doors: Any) -> dict[str, dict[str, Any]]:
    if isinstance(doors, dict):
        return {name: entry if isinstance(entry, dict) else {"port": entry} for name, entry in doors.items()}
    return {entry.get("door") or entry["name"]: entry for entry in doors}

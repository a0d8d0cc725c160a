"""A private MariaDB and MediaWikis on it, all below one temporary folder."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymysql

MEDIAWIKI = Path("/usr/share/mediawiki")  # where Debian's package puts it
HERE = Path(__file__).resolve().parent
FOUNDER = "Keeper"
FOUNDER_PASSWORD = "brown-ink-on-paper"

FIRST_ROWS = ("page", "revision", "revision_comment_temp", "slots", "content", "text", "recentchanges", "logging", "log_search", "comment",
              "searchindex", "pagelinks", "externallinks", "iwlinks", "langlinks", "templatelinks", "linktarget", "page_props", "categorylinks",
              "interwiki", "objectcache", "job", "change_tag", "redirect")
"""What the installer fills with a first page of MediaWiki's own text and a list of other people's wikis."""


@dataclass(frozen=True, kw_only=True)
class Wiki:
    name: str
    title: str
    private: bool = False


@dataclass
class Farm:
    """Use as a context manager: leaving it ends every server that it started."""

    folder: Path
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Farm:
        self._start_mariadb()
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(30)

    @property
    def socket(self) -> Path:
        return self.folder / "mariadb.sock"

    def connect(self, database: str | None = None) -> pymysql.Connection[Any]:
        return pymysql.connect(unix_socket=str(self.socket), user="root", database=database, charset="utf8mb4", autocommit=True)

    def install(self, wiki: Wiki) -> None:
        """MediaWiki's own installer; then its first page goes, so that every text is of the story."""
        for part in ("cache", "images", "conf"):
            (self.folder / f"{part}-{wiki.name}").mkdir()
        log = self._php(wiki, "install.php", f"--confpath={self.folder}/conf-{wiki.name}", f"--dbserver=localhost:{self.socket}", f"--dbname={wiki.name}",
                        "--installdbuser=wiki", "--installdbpass=wiki", "--dbuser=wiki", "--dbpass=wiki", "--server=http://127.0.0.1", "--scriptpath=",
                        f"--pass={FOUNDER_PASSWORD}", wiki.title, FOUNDER, config=False)
        if "successfully installed" not in log:
            raise RuntimeError(log)
        with self.connect(wiki.name) as connection, connection.cursor() as cursor:
            for table in FIRST_ROWS:
                cursor.execute(f"TRUNCATE `{table}`")
            cursor.execute("UPDATE user SET user_registration = '20180101000000', user_touched = '20180101000000'")

    def serve(self, wiki: Wiki) -> int:
        """PHP's own server before this wiki's API, one request at a time. Returns its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        log = (self.folder / f"php-{wiki.name}.log").open("wb")
        self._processes.append(subprocess.Popen(
            ["php", "-d", "opcache.enable_cli=1", "-d", "memory_limit=512M", "-d", "error_reporting=0", "-S", f"127.0.0.1:{port}", "-t", str(MEDIAWIKI)],
            stdout=log, stderr=log, env=self._environment(wiki)))
        _wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close())
        return port

    def run(self, wiki: Wiki, script: str, *args: str, at: int | None = None) -> str:
        """A maintenance script, at this moment of the story. Returns what it printed."""
        return self._php(wiki, script, *args, at=at)

    def dump(self, wiki: Wiki, options: list[str]) -> bytes:
        command = ["mariadb-dump", "--no-defaults", f"--socket={self.socket}", "--user=root", *options, wiki.name]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def _php(self, wiki: Wiki, script: str, *args: str, config: bool = True, at: int | None = None) -> str:
        environment = self._environment(wiki)
        if not config:
            environment.pop("MW_CONFIG_FILE")
        if at is not None:
            environment["SAMPLE_TIME"] = str(at)
        command = ["php", "-d", "error_reporting=0", str(MEDIAWIKI / "maintenance" / script), *args]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        if done.returncode:
            raise RuntimeError(f"{script} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def _environment(self, wiki: Wiki) -> dict[str, str]:
        return {**os.environ, "MW_CONFIG_FILE": str(HERE / "LocalSettings.php"), "SAMPLE_FOLDER": str(self.folder), "SAMPLE_WIKI": wiki.name,
                "SAMPLE_TITLE": wiki.title, "SAMPLE_PRIVATE": "1" if wiki.private else "0"}

    def _start_mariadb(self) -> None:
        data = self.folder / "mariadb"
        user = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", *user],
                       check=True, capture_output=True)
        log = (self.folder / "mariadb.log").open("wb")
        self._processes.append(subprocess.Popen(
            ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", "--skip-networking", "--character-set-server=binary",
             "--innodb-flush-log-at-trx-commit=0", f"--pid-file={self.folder}/mariadb.pid", *user], stdout=log, stderr=log))
        _wait_for(lambda: self.connect().close())
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE USER 'wiki'@'localhost' IDENTIFIED BY 'wiki'")
            cursor.execute("GRANT ALL ON *.* TO 'wiki'@'localhost' WITH GRANT OPTION")


def _wait_for(attempt: Any, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            attempt()
        except (OSError, pymysql.MySQLError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return

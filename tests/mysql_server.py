"""A real MariaDB for comparing with: its own folder, its own port, stopped by its own process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.mysql_wire import Wire
from tests.shared import program

USER, PASSWORD = "tester", "a test's password"


class MariaDb:
    """Serves on `port` of 127.0.0.1 while the context lasts; USER may do everything.

    The folder is below the system's temporary folder: a socket's path has a limit of about 100 characters.
    """

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
        data = self.folder / "data"
        options = ["--no-defaults", f"--datadir={data}"]
        install = [program("mariadb-install-db"), *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
        program("mariadbd")
        installed = subprocess.run([*install, *_as_root()], check=False, capture_output=True, text=True)
        if installed.returncode:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise RuntimeError(f"{installed.stdout[-1000:]}{installed.stderr[-1000:]}")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        setup = self.folder / "init.sql"
        quoted = PASSWORD.replace("'", "''")
        setup.write_text(f"CREATE USER {USER}@localhost IDENTIFIED BY '{quoted}';\nGRANT ALL ON *.* TO {USER}@localhost;\n")
        self._log = (self.folder / "log").open("wb")
        self._process = subprocess.Popen(
            [program("mariadbd"), *options, *_as_root(), f"--socket={self.folder / 's'}", f"--port={self.port}", "--bind-address=127.0.0.1",
             "--character-set-server=utf8mb4", f"--init-file={setup}", "--innodb-buffer-pool-size=64M", "--max-allowed-packet=64M"],
            stdout=self._log, stderr=self._log,
        )
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wire(self, *, database: str = "", collation: int = 45, **options: object) -> Wire:
        wire = Wire(self.port, **options)  # type: ignore[arg-type]
        answer = wire.login(USER, PASSWORD, database=database, collation=collation)
        assert answer[0] == 0, answer
        return wire

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.wire().socket.close()
            except (OSError, AssertionError):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])


def _as_root() -> list[str]:
    """What the programs want to be told when root starts them."""
    return ["--user=root"] if os.geteuid() == 0 else []

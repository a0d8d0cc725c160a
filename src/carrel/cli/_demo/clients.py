"""The clients that walk the ways in as a person would: each asks questions and gives back rows, or the refusal."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlencode

from carrel.cli._demo.sample import Row
from carrel.cli._demo.scene import Guest, Scene, command
from carrel.cli._errors import EXIT_CODES
from carrel.doors.mysql.errors import ERRORS

TIMEOUT_S: Final = 120.0

SNIPPET: Final = (
    "import pymysql\n"
    'connection = pymysql.connect(read_default_file="{cnf}", database="{database}")\n'
    "with connection.cursor() as cursor:\n"
    '    cursor.execute("{sql}")\n'
    "    print(*cursor.fetchall(), sep=chr(10))"
)
"""What a person copies; `_PYTHON` does the same with what it is told."""

_PYTHON: Final = """
import json, sys
import pymysql
connection = pymysql.connect(read_default_file=sys.argv[1], database=sys.argv[2])
def plain(cell):
    return "NULL" if cell is None else cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
with connection.cursor() as cursor:
    for sql in json.load(sys.stdin):
        try:
            cursor.execute(sql)
        except pymysql.MySQLError as error:
            print(json.dumps({"error": error.args[0], "text": str(error.args[1])}, ensure_ascii=False))
        else:
            print(json.dumps({"rows": [[plain(cell) for cell in row] for row in cursor.fetchall()]}, ensure_ascii=False))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """Attributes:
        rows: of the answer; None where it was refused.
        refusal: the error as this client sees it: a code of ours, an errno, an exit code; empty where rows came.
        raw: all that the client printed, bytes as text.
    """

    rows: Sequence[Row] | None
    refusal: str = ""
    raw: str = ""


class Client(Protocol):
    """`many`: many statements take one login."""

    name: str
    many: bool

    def missing(self) -> str | None:
        """Why this way cannot be walked on this machine; None where it can."""
        ...

    def ask(self, scene: Scene, guest: Guest, database: str, statements: Sequence[str]) -> Sequence[Got]:
        """One answer for each statement."""
        ...

    def refusal(self, code: str) -> str:
        """How this client shows an error of ours with this code."""
        ...


class MysqlProgram:
    """The `mysql` or `mariadb` program of this machine."""

    name = "mysql"
    many = False

    def __init__(self) -> None:
        self.program = shutil.which("mysql") or shutil.which("mariadb")

    def missing(self) -> str | None:
        return None if self.program else "no `mysql` or `mariadb` program is installed"

    def ask(self, scene: Scene, guest: Guest, database: str, statements: Sequence[str]) -> Sequence[Got]:
        return [self._ask(guest, database, sql) for sql in statements]

    def _ask(self, guest: Guest, database: str, sql: str) -> Got:
        options = [f"--defaults-file={guest.cnf}", "-A", "--batch", "--skip-column-names", "--default-character-set=utf8mb4", database, "-e", sql]
        done = run([str(self.program), *options])
        error = re.search(r"ERROR (\d+)", done.stderr)
        return Got(rows=None if done.returncode else tab_separated(done.stdout), refusal=error[1] if error else "", raw=done.stdout + done.stderr)

    def refusal(self, code: str) -> str:
        return str(ERRORS[code].number)


class PythonDriver:
    """PyMySQL with `read_default_file`, in a Python of its own; Carrel itself does not need it."""

    name = "Python"
    many = True

    def missing(self) -> str | None:
        return None if run([sys.executable, "-c", "import pymysql"]).returncode == 0 else "PyMySQL is not installed"

    def ask(self, scene: Scene, guest: Guest, database: str, statements: Sequence[str]) -> Sequence[Got]:
        done = run([sys.executable, "-c", _PYTHON, str(guest.cnf), database], json.dumps(list(statements)))
        answers = [(json.loads(line), line) for line in done.stdout.split("\n")[:-1]]
        got = [Got(rows=[tuple(row) for row in answer["rows"]] if "rows" in answer else None, refusal=str(answer.get("error", "")), raw=line)
               for answer, line in answers]
        return [*got, *(Got(rows=None, refusal="no connection", raw=done.stderr) for _ in statements[len(got):])]

    def refusal(self, code: str) -> str:
        return str(ERRORS[code].number)


class HttpApi:
    """`POST /api/v1/query` with the credential by HTTP Basic, as curl does with the netrc file."""

    name = "HTTP"
    many = False

    def missing(self) -> str | None:
        return None

    def ask(self, scene: Scene, guest: Guest, database: str, statements: Sequence[str]) -> Sequence[Got]:
        return [self._ask(scene, guest, database, sql) for sql in statements]

    def _ask(self, scene: Scene, guest: Guest, database: str, sql: str) -> Got:
        basic = base64.b64encode(f"{guest.person.name}:{guest.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json", "Accept": "text/tab-separated-values"}
        status, _, text = _request(scene, "POST", "/api/v1/query", json.dumps({"sql": sql, "database": database}), headers)
        if status == http.client.OK:
            return Got(rows=tab_separated(text)[1:], raw=text)
        return Got(rows=None, refusal=_code(text) or f"HTTP {status}", raw=text)

    def refusal(self, code: str) -> str:
        return code


class QueryCommand:
    """`carrel query --as`, by the owner of the home."""

    name = "carrel query"
    many = False

    def missing(self) -> str | None:
        return None

    def ask(self, scene: Scene, guest: Guest, database: str, statements: Sequence[str]) -> Sequence[Got]:
        return [self._ask(scene, guest, database, sql) for sql in statements]

    def _ask(self, scene: Scene, guest: Guest, database: str, sql: str) -> Got:
        done = run(command(scene.home, "query", "-d", database, "-e", sql, "--as", guest.person.name, "--format", "tsv"))
        return Got(rows=None if done.returncode else tab_separated(done.stdout)[1:], refusal=f"exit {done.returncode}" if done.returncode else "",
                   raw=done.stdout + done.stderr)

    def refusal(self, code: str) -> str:
        return f"exit {EXIT_CODES[code]}"


CLIENTS: Final[tuple[Callable[[], Client], ...]] = (MysqlProgram, PythonDriver, HttpApi, QueryCommand)


def browse(scene: Scene, guest: Guest, path: str) -> tuple[int, str]:
    """Signs in on the page as a browser does, and opens a path. Status and text of that page, or of the failed sign-in."""
    origin = f"http://{scene.host}:{scene.ports['http']}"
    _, cookies, form = _request(scene, "GET", "/sign-in", None, {})
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
    fields = urlencode({**hidden, "user": guest.person.name, "secret": guest.password})
    head = {"Cookie": cookies, "Origin": origin, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    status, session, text = _request(scene, "POST", "/sign-in", fields, head)
    if status != http.client.SEE_OTHER:
        return status, text
    status, _, text = _request(scene, "GET", path, None, {"Cookie": session})
    return status, text


def tab_separated(text: str) -> list[Row]:
    return [tuple(line.split("\t")) for line in text.split("\n")[:-1]]


def _request(scene: Scene, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str, str]:
    """Status, the cookies that were set as a Cookie header, and the body."""
    connection = http.client.HTTPConnection(scene.host, scene.ports["http"], timeout=TIMEOUT_S)
    try:
        connection.request(method, path, body.encode() if body is not None else None, headers)
        response = connection.getresponse()
        cookies = "; ".join(header.partition(";")[0] for header in response.headers.get_all("Set-Cookie") or ())
        return response.status, cookies, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def _code(text: str) -> str:
    try:
        return str(json.loads(text).get("code", ""))
    except (ValueError, AttributeError):
        return ""


def run(args: Sequence[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """A program with its output as text. Raises subprocess.TimeoutExpired after `TIMEOUT_S`."""
    return subprocess.run(args, input=given, capture_output=True, encoding="utf-8", errors="replace", check=False,  # noqa: S603 - no shell
                          timeout=TIMEOUT_S, env={**os.environ, "PYTHONIOENCODING": "utf-8"})

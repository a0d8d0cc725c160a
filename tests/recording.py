"""Clients that keep every byte of an answer, to be compared with another instance's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import httpx

from carrel.app import App
from tests.mysql_wire import Wire

INTERNAL = re.compile(rb"internal error,? ?[^`]*`?[0-9a-f]+`?")
"""Our own fault, with the number by which the log has it."""
STOPPED = re.compile(rb"max_statement_time exceeded|longer than it may|more memory than")
"""An answer that ran into a limit of time or memory; how long a query takes is outside of what is promised."""

_MINUTE_S = 60.0


@contextmanager
def opened(app: App, door: str) -> Iterator[int]:
    """A door of an application in this process; gives its port."""
    one = app.door(door)
    port = one.start("127.0.0.1", 0)
    app.ports[door] = 0  # pages name the port, which is not the same twice
    try:
        yield port
    finally:
        one.stop(grace_s=0.0)


class MysqlRecorder:
    """A session of bare packets."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self._wire = Wire(port, timeout=_MINUTE_S)
        self._wire.login(user, secret)
        self._bytes = bytearray()
        receive = self._wire.receive

        def recording(length: int) -> bytes:
            data = receive(length)
            self._bytes += data
            return data

        self._wire.receive = recording  # type: ignore[method-assign]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._wire.socket.close()

    @staticmethod
    def login(port: int, user: str, secret: str, database: str) -> bytes:
        """What the server says to a login that names a database."""
        with Wire(port, timeout=_MINUTE_S) as wire:
            return wire.login(user, secret, database=database)

    def ask(self, sql: str) -> bytes:
        """The bytes of the whole answer, packet headers included."""
        self._bytes.clear()
        self._wire.query(sql)
        return INTERNAL.sub(b"internal error", bytes(self._bytes))

    def fields(self, table: str) -> bytes:
        self._bytes.clear()
        self._wire.fields(table)
        return bytes(self._bytes)

    def prepared(self, sql: str, values: Sequence[str]) -> bytes:
        """COM_STMT_PREPARE, and with these texts for the placeholders COM_STMT_EXECUTE, at once and by a cursor."""
        self._bytes.clear()
        told = self._wire.prepare(sql)
        if isinstance(told[1], int):
            number, _, count = told
            assert count == len(values), sql
            bound = bytes((count + 7) // 8) + b"\1" + b"\xfd\0" * count + b"".join(_lenenc(value.encode()) for value in values) if count else b""
            self._wire.execute(number, bound)
            if self._wire.open_cursor(number, bound).error is None:
                self._wire.fetch(number, 7)
        return INTERNAL.sub(b"internal error", bytes(self._bytes))


class HttpRecorder:
    """The API and the pages. What is made by chance for each session, and the door's port, is left out of what is compared."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_MINUTE_S)
        self._auth = httpx.BasicAuth(user, secret)
        self._chance = [str(port)]
        self._sign_in(user, secret)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def _sign_in(self, user: str, secret: str) -> None:
        form = {"user": user, "secret": secret, "next": "/data", "token": _token(self._client.get("/sign-in").text)}
        answer = self._client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303, answer.text
        self._form = _token(self._client.get("/sql").text)
        self._chance.append(self._form)

    def ask(self, sql: str, database: str, accept: str = "text/tab-separated-values", dialect: str = "mysql") -> bytes:
        """`POST /api/v1/query`."""
        body = {"sql": sql, "database": database, "dialect": dialect}
        try:
            with self._client.stream("POST", "/api/v1/query", json=body, headers={"Accept": accept}, auth=self._auth) as answer:
                pieces = b"".join(answer.iter_bytes())
        except httpx.RemoteProtocolError as error:  # an answer that broke off
            return str(type(error)).encode()
        return self._told(answer, pieces)

    def kept(self, sql: str, database: str) -> bytes:
        """`POST /api/v1/results`, what is kept, and its end."""
        answer = self._client.post("/api/v1/results", json={"sql": sql, "database": database}, auth=self._auth)
        told = self._told(answer, answer.content)
        if answer.status_code == 201:
            address, name = answer.headers["location"], answer.json()["name"]
            told = told.replace(name.encode(), b"?") + b"\n" + self.api(address)
            self._client.delete(address, auth=self._auth)
        return told

    def page(self, path: str) -> bytes:
        answer = self._client.get(path)
        return self._told(answer, answer.content)

    def api(self, path: str) -> bytes:
        answer = self._client.get(path, auth=self._auth)
        return self._told(answer, answer.content)

    def box(self, sql: str, database: str) -> bytes:
        """The page that shows the first rows of an answer."""
        form = {"sql": sql, "database": database, "dialect": "mysql", "token": self._form}
        answer = self._client.post("/sql", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        return self._told(answer, answer.content)

    def _told(self, answer: httpx.Response, body: bytes) -> bytes:
        headers = {name: value for name, value in answer.headers.items() if name not in ("date", "set-cookie")}
        told = INTERNAL.sub(b"internal error", json.dumps([answer.status_code, headers]).encode() + b"\n" + body)
        for word in self._chance:
            told = told.replace(word.encode(), b"?")
        return re.sub(rb"\b\d+ ms\b|\b\d+\.\d+ s\b", b"?", told)


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None, page[:500]
    return found[1]


def _lenenc(data: bytes) -> bytes:
    assert len(data) < 251
    return bytes([len(data)]) + data
